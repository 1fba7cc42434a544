//! WeChat's story: verify the server address; receive a message and answer it.

use worker::{Context, Env, Request, Response};

use crate::callback::{self, Answer, MAX_BODY_BYTES, admit, verify_server_address};
use crate::error::Error;
use crate::inbox::{Entry, Outcome};

use super::bindings::request::{self, BodyError};
use super::bindings::{response, runtime};
use super::inbox::{self, Stored};
use super::settings;

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
    let started = runtime::milliseconds();
    let config = runtime::config(env);
    let account = config.account(account)?;
    let received_at = runtime::now();
    let admitted = admit(account.callback()?, query, received_at)?;
    let body = request::body(request, MAX_BODY_BYTES).await.map_err(refused_body)?;
    let delivery = admitted.open(&body)?;

    let settings = settings::published(account.name(), env, context).await;
    let decision = settings.rules.decide(delivery.message(), delivery.fields());

    let answer = delivery.answer(decision.reply(), runtime::now(), runtime::random()?);
    let entry = Entry::new(account.name(), &delivery, &decision, Outcome::of(&answer), received_at)?;
    let answer = match inbox::store(&entry, env).await? {
        Stored::New => {
            file_behind(entry, Some(runtime::milliseconds().saturating_sub(started)), env, context);
            answer
        }
        // The first delivery may have been cut off before it came to that.
        Stored::Repeat(reply) => {
            file_behind(entry, None, env, context);
            delivery.answer(reply.as_ref(), runtime::now(), runtime::random()?)
        }
        Stored::Safe => answer,
    };

    let answer = answer.unwrap_or_else(|invalid| {
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

fn file_behind(entry: Entry, took: Option<i64>, env: &Env, context: &Context) {
    let env = env.clone();
    context.wait_until(async move { inbox::file(&entry, took, &env).await });
}

fn refused_body(error: BodyError) -> Error {
    Error::Callback(match error {
        BodyError::TooLarge => callback::Error::BodyTooLarge,
        BodyError::Broken => callback::Error::BodyBroken,
    })
}
