//! The only code that touches the `worker` crate: it opens the bindings, awaits, and keeps the order of effects.

mod api;
mod bindings;
mod callback;
mod gateway;
mod inbox;
mod keys;
mod questions;
mod relay;
mod rules;
mod settings;
mod token_keeper;
mod webhooks;
mod wechat;

use js_sys::futures::future_to_promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{
    Context, Env, MessageBatch, Request, Response, ScheduleContext, ScheduledEvent, event, worker_sys,
};

use crate::callback::Answer;
use crate::error::Error;
use crate::health::Health;
use crate::route::{NoRoute, Route, path_and_query};

use bindings::{response, runtime};
use callback::Body;

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    match answer(request, &env, &context).await {
        Ok(response) => Ok(response),
        Err(error) => refuse(&error),
    }
}

/// A callback whose body is here, which `entry.js` hands over in one call: the text to answer, or the promise of a
/// response where something has to be awaited.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "wasm-bindgen exports what is pub")]
pub fn receive(url: String, body: Vec<u8>, env: Env, context: worker_sys::Context) -> JsValue {
    let (path, query) = path_and_query(&url);
    if let Ok(Route::ReceiveMessage { account }) = Route::parse("POST", path)
        && let Some(answer) = callback::answer_at_once(account, query, &body, &env)
    {
        return answer.body.into();
    }
    let context = Context::new(context);
    future_to_promise(async move { receive_and_wait(&url, body, &env, &context).await.map(JsValue::from) })
        .into()
}

async fn receive_and_wait(
    url: &str,
    body: Vec<u8>,
    env: &Env,
    context: &Context,
) -> Result<web_sys::Response, JsValue> {
    let (path, query) = path_and_query(url);
    let answer = match Route::parse("POST", path) {
        Ok(Route::ReceiveMessage { account }) => {
            callback::receive(account, query, Body::Here(body), env, context).await
        }
        Ok(_) => Err(NoRoute::NotFound.into()),
        Err(no_route) => Err(no_route.into()),
    };
    let response = answer.and_then(|answer| answered(&answer)).or_else(|error| refuse(&error));
    Ok(response.map_err(JsValue::from)?.into())
}

fn answered(answer: &Answer) -> Result<Response, Error> {
    Ok(response::text(answer.content_type, &answer.body)?)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    keys::catch_up(&env).await;
    settings::catch_up(&env).await;
    wechat::keep_tokens_warm(&env).await;
    inbox::sweep(&env).await;
    relay::sweep(&env).await;
}

/// Never fails: what cannot be stored yet is asked for again, each by itself.
#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, _context: Context) -> worker::Result<()> {
    inbox::consume(&batch, &env).await;
    Ok(())
}

async fn answer(request: Request, env: &Env, context: &Context) -> Result<Response, Error> {
    let url = request.inner().url();
    let (path, query) = path_and_query(&url);
    match Route::parse(&request.inner().method(), path)? {
        Route::VerifyServerAddress { account } => callback::verify(account, query, env),
        Route::ReceiveMessage { account } => {
            let answer = Box::pin(callback::receive(account, query, Body::Arriving(request), env, context));
            answered(&answer.await?)
        }
        // Boxed, since the runtime compiles a function as a whole once any of it is needed.
        Route::Api { call } => Box::pin(api::serve(call, query, request, env, context)).await,
        Route::Gateway(path) => Box::pin(gateway::serve(path, query, request, env, context)).await,
        Route::Health => {
            let health = Health::of(&runtime::config(env));
            Ok(response::json(health.status(), &health.body())?)
        }
    }
}

/// The one place where a failed request is logged and answered.
fn refuse(error: &Error) -> worker::Result<Response> {
    let failure = error.failure();
    let request_id = runtime::request_id();
    runtime::log_failure(&failure, &request_id, error.detail().as_deref());
    let response = response::json(failure.status, &failure.body(&request_id))?;
    if let Some(seconds) = failure.retry_after {
        response.headers().set("retry-after", &seconds.to_string())?;
    }
    if let Some(allow) = failure.allow {
        response.headers().set("allow", allow)?;
    }
    Ok(response)
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}
