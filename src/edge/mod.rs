//! The only code that touches the `worker` crate: it opens the bindings, awaits, and keeps the order of effects.
//!
//! As in `lib.rs`, a module uses only those listed before it; `tests/layers.rs` reads this list.

mod bindings;
mod state;
mod wechat;
mod objects;
mod backends;
mod callback;
mod api;
mod gateway;
mod jobs;

use js_sys::Uint8Array;
use js_sys::futures::future_to_promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Response;
use worker::{Context, MessageBatch, ScheduleContext, ScheduledEvent, event, worker_sys};

use crate::callback::Answer;
use crate::error::Error;
use crate::health::Health;
use crate::route::Route;

use bindings::request::Incoming;
use bindings::{Env, response, runtime};

/// Serves a request of `entry.js`. Returns the bytes of the answer (see [`Answer::to_bytes`]), or the promise of a
/// response if something has to be awaited or the request is rejected.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "wasm-bindgen exports what is pub")]
pub fn serve(
    request: web_sys::Request,
    url: String,
    method: String,
    body: Option<Vec<u8>>,
    env: worker::Env,
    context: worker_sys::Context,
) -> JsValue {
    let started = runtime::milliseconds();
    let (request, env) = (Incoming::new(request, method, url, body), Env::new(env));
    if let Some(answer) = answer_at_once(&request, &env, started) {
        // As bytes, since the runtime would encode a string once more.
        return Uint8Array::from(answer.to_bytes().as_slice()).into();
    }
    let context = Context::new(context);
    future_to_promise(async move {
        let answered = answer(&request, &env, &context, started).await;
        Ok(answered.map_err(JsValue::from)?.into())
    })
    .into()
}

fn answer_at_once(request: &Incoming, env: &Env, started: i64) -> Option<Answer> {
    let (path, query) = request.path_and_query();
    let route = Route::parse(&request.method, path).ok()?;
    let answer = match route {
        Route::ReceiveMessage { account } => callback::answer_at_once(account, query, request, env)?,
        Route::VerifyServerAddress { account } => callback::verify(account, query, request, env).ok()?,
        Route::Api { .. } | Route::Gateway(_) | Route::Health => return None,
    };
    request.log.answered(Some(&route), &request.method, 200, started);
    Some(answer)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: worker::Env, _context: ScheduleContext) {
    jobs::run(env).await;
}

/// Never fails as a whole: each message that cannot be stored yet is retried alone.
#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: worker::Env, _context: Context) -> worker::Result<()> {
    callback::queue::consume(&batch, &Env::new(env)).await;
    Ok(())
}

/// Answers a request, whatever becomes of it, and logs it: the one place where a failed request is logged.
async fn answer(request: &Incoming, env: &Env, context: &Context, started: i64) -> worker::Result<Response> {
    let (path, query) = request.path_and_query();
    let (log, method) = (&request.log, request.method.as_str());
    let route = match Route::parse(method, path) {
        Ok(route) => route,
        Err(error) => {
            let error = error.into();
            log.failed(None, method, started, &error);
            return refuse(&error, log.id());
        }
    };
    match perform(route, query, request, env, context).await {
        Ok(response) => {
            log.answered(Some(&route), method, response.status(), started);
            Ok(response)
        }
        Err(error) => {
            log.failed(Some(&route), method, started, &error);
            refuse(&error, log.id())
        }
    }
}

async fn perform(
    route: Route<'_>,
    query: &str,
    request: &Incoming,
    env: &Env,
    context: &Context,
) -> Result<Response, Error> {
    match route {
        Route::VerifyServerAddress { account } => {
            Ok(response::answer(&callback::verify(account, query, request, env)?)?)
        }
        Route::ReceiveMessage { account } => {
            let answer = Box::pin(callback::receive(account, query, request, env, context)).await?;
            Ok(response::answer(&answer)?)
        }
        // Boxed, since the runtime compiles each function as a whole when it is first called.
        Route::Api { call } => Box::pin(api::serve(call, query, request, env, context)).await,
        Route::Gateway(path) => Box::pin(gateway::serve(path, query, request, env, context)).await,
        Route::Health => {
            let health = Health::of(&runtime::config(env));
            Ok(response::json(health.status(), &health.body())?)
        }
    }
}

/// The response to a request that failed.
fn refuse(error: &Error, request_id: &str) -> worker::Result<Response> {
    let failure = error.failure();
    let mut headers = vec![("content-type", "application/json; charset=utf-8")];
    let seconds = failure.retry_after.map(|seconds| seconds.to_string());
    headers.extend(seconds.as_deref().map(|seconds| ("retry-after", seconds)));
    headers.extend(failure.allow.map(|methods| ("allow", methods)));
    response::new(failure.status, &headers, &failure.body(request_id).into())
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}
