//! WeChat's story: verify the server address; receive a message and answer it.

use worker::{Context, Env, Request, Response};

use crate::callback::{self, Answer, MAX_BODY_BYTES, admit, verify_server_address};
use crate::error::Error;

use super::bindings::request::{self, BodyError};
use super::bindings::{response, runtime};
use super::rules;

pub(super) fn verify(account: Option<&str>, query: &str, env: &Env) -> Result<Response, Error> {
    let config = runtime::config(env);
    let tokens = config.account(account)?.tokens()?;
    let echostr = verify_server_address(tokens, query)?;

    let response = response::text("text/plain; charset=utf-8", &echostr)?;
    response.headers().set("x-content-type-options", "nosniff")?;
    Ok(response)
}

pub(super) async fn receive(
    account: Option<&str>,
    query: &str,
    request: Request,
    env: &Env,
    context: &Context,
) -> Result<Response, Error> {
    let config = runtime::config(env);
    let account = config.account(account)?;
    let admitted = admit(account.callback()?, query, runtime::now())?;
    let body = request::body(request, MAX_BODY_BYTES).await.map_err(refused_body)?;
    let delivery = admitted.open(&body)?;

    let rules = rules::published(account.name(), env, context).await;
    let decision = rules.decide(delivery.message());

    let answer =
        delivery.answer(decision.reply, runtime::now(), runtime::random()?).unwrap_or_else(|invalid| {
            // The user sees nothing rather than WeChat's failure notice.
            runtime::log_failure(
                &Error::InvalidReply(invalid).failure(),
                &runtime::request_id(),
                Some(account.name()),
            );
            Answer::silence()
        });
    Ok(response::text(answer.content_type, &answer.body)?)
}

fn refused_body(error: BodyError) -> Error {
    Error::Callback(match error {
        BodyError::TooLarge => callback::Error::BodyTooLarge,
        BodyError::Broken => callback::Error::BodyBroken,
    })
}
