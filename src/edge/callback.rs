//! WeChat's story: verify the server address; receive a message and answer it.

use worker::{Context, Env, Request, Response};

use crate::callback::{Answer, admit, verify_server_address};
use crate::error::Error;

use super::bindings::{request, runtime};
use super::rules;

pub(super) fn verify(account: Option<&str>, query: &str, env: &Env) -> Result<Response, Error> {
    let config = runtime::config(env);
    let tokens = config.account(account)?.tokens()?;
    let echostr = verify_server_address(tokens, query)?;

    let response = Response::ok(echostr)?;
    response.headers().set("content-type", "text/plain; charset=utf-8")?;
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
    let delivery = admitted.open(&request::body(request).await?)?;

    let rules = rules::published(account.name(), env, context).await;
    let decision = rules.decide(delivery.message());

    let answer =
        delivery.answer(decision.reply, runtime::now(), runtime::random()?).unwrap_or_else(|invalid| {
            runtime::log_problem(&format!("a reply of account {} is withheld: {invalid}", account.name()));
            Answer::silence()
        });
    respond(answer)
}

fn respond(answer: Answer) -> Result<Response, Error> {
    let response = Response::ok(answer.body)?;
    response.headers().set("content-type", answer.content_type)?;
    Ok(response)
}
