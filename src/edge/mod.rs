//! The only code that touches the `worker` crate: it opens the bindings, awaits, and keeps the order of effects.
//!
//! As in `lib.rs`, a module uses only those listed before it; `tests/layers.rs` reads this list.

mod bindings;
mod state;
mod health;
mod wechat;
mod backends;
mod objects;
mod callback;
mod api;
mod gateway;
mod jobs;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Response;
use worker::{Context, ScheduleContext, ScheduledEvent, event, worker_sys};

use crate::api::{Cookie, Error::NotSignedOut};
use crate::callback::Answer;
use crate::error::Error;
use crate::route::{NoRoute, Route};

use bindings::promise::value_or_promise;
use bindings::request::Incoming;
use bindings::{Env, response, row_counter, runtime};

/// Serves a request of `entry.js`. Returns the answer, or the promise of one if something has to be awaited: a response,
/// or the bytes of an answer to WeChat (see [`Answer::to_bytes`]).
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "wasm-bindgen exports what is pub")]
pub fn serve(
    request: web_sys::Request,
    url: String,
    method: String,
    body: Option<Vec<u8>>,
    env: worker::Env,
    context: worker_sys::Context,
) -> Result<JsValue, JsValue> {
    let started = runtime::milliseconds();
    let (request, env) = (Incoming::new(request, method, url, body), Env::new(env));
    let context = Context::new(context);
    value_or_promise(async move { Ok(answer(&request, &env, &context, started).await?) })
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: worker::Env, _context: ScheduleContext) {
    jobs::run(env).await;
}

/// What a request is answered with.
enum Answered {
    /// An answer to WeChat, with status 200.
    Wechat(Answer),
    /// A response to anything else.
    Response(Response),
}

/// Answers a request, also one that fails, and logs it: the one place where a failed request is logged.
async fn answer(request: &Incoming, env: &Env, context: &Context, started: i64) -> worker::Result<JsValue> {
    let (path, query) = request.path_and_query();
    let (log, method) = (&request.log, request.method.as_str());
    let route = match Route::parse(method, path) {
        Ok(route) => route,
        Err(error) => {
            if let Some(refused) =
                gateway::refuse_path(path, query, request).filter(|_| error == NoRoute::NotFound)
            {
                log.answered(None, method, 200, started);
                return Ok(refused?.into());
            }
            let error = error.into();
            log.failed(None, method, started, &error);
            return refuse(&error, request);
        }
    };
    let answered = perform(route, query, request, env, context, started).await;
    if row_counter::is_report_due(env) {
        let env = env.clone();
        runtime::after_response(context, async move { row_counter::report(&env).await });
    }
    match answered {
        Ok(Answered::Wechat(answer)) => {
            log.answered(Some(&route), method, 200, started);
            // As bytes, since the runtime would encode a string once more.
            Ok(Uint8Array::from(answer.to_bytes().as_slice()).into())
        }
        Ok(Answered::Response(response)) => {
            log.answered(Some(&route), method, response.status(), started);
            Ok(response.into())
        }
        Err(error) => {
            log.failed(Some(&route), method, started, &error);
            refuse(&error, request)
        }
    }
}

async fn perform(
    route: Route<'_>,
    query: &str,
    request: &Incoming,
    env: &Env,
    context: &Context,
    started: i64,
) -> Result<Answered, Error> {
    // Boxed, since V8 compiles a function as a whole when any of it runs.
    match route {
        Route::VerifyServerAddress { account } => {
            callback::verify(account, query, request, env, context, started).map(Answered::Wechat)
        }
        Route::ReceiveMessage { account } => {
            let receive = Box::pin(callback::receive(account, query, request, env, context, started));
            let answer = receive.await;
            callback::attempts::note_delivery(account, &answer, env, context);
            answer.map(Answered::Wechat)
        }
        Route::Api { call } => {
            Box::pin(api::serve(call, query, request, env, context)).await.map(Answered::Response)
        }
        Route::Gateway(path) => {
            Box::pin(gateway::serve(path, query, request, env, context)).await.map(Answered::Response)
        }
        Route::Health => {
            let health = Box::pin(health::health(env)).await;
            Ok(Answered::Response(response::json(health.status(), &health.body())?))
        }
    }
}

/// The response to a request that failed.
fn refuse(error: &Error, request: &Incoming) -> worker::Result<JsValue> {
    let failure = error.failure();
    let mut headers = vec![("content-type", "application/json; charset=utf-8")];
    let seconds = failure.retry_after.map(|seconds| seconds.to_string());
    headers.extend(seconds.as_deref().map(|seconds| ("retry-after", seconds)));
    headers.extend(failure.allow.map(|methods| ("allow", methods)));
    let no_cookie = Cookie::of(&request.url).set("", 0);
    if matches!(error, Error::Api(NotSignedOut(_))) {
        headers.push(("set-cookie", &no_cookie));
    }
    Ok(response::new(failure.status, &headers, &failure.body(request.log.id()).into())?.into())
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}
