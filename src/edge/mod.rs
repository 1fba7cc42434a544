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

use worker::{Context, Env, MessageBatch, Request, Response, ScheduleContext, ScheduledEvent, event};

use crate::error::Error;
use crate::health::Health;
use crate::route::{Route, path_and_query};

use bindings::{response, runtime};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    match answer(request, &env, &context).await {
        Ok(response) => Ok(response),
        Err(error) => refuse(&error),
    }
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
        Route::ReceiveMessage { account } => callback::receive(account, query, request, env, context).await,
        Route::Api { call } => api::serve(call, query, request, env, context).await,
        Route::Gateway(path) => gateway::serve(path, query, request, env, context).await,
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
