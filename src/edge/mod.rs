//! The only code that touches the `worker` crate: it opens the bindings, awaits, and keeps the order of effects.

mod bindings;
mod callback;
mod rules;

use worker::{Context, Env, Request, Response, event};

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

async fn answer(request: Request, env: &Env, context: &Context) -> Result<Response, Error> {
    let url = request.inner().url();
    let (path, query) = path_and_query(&url);
    match Route::parse(&request.inner().method(), path)? {
        Route::VerifyServerAddress { account } => callback::verify(account, query, env),
        Route::ReceiveMessage { account } => callback::receive(account, query, request, env, context).await,
        Route::Health => {
            let health = Health::of(&runtime::config(env));
            Ok(response::json(health.status(), &health.body())?)
        }
    }
}

/// The one place where a failed request is logged and answered.
fn refuse(error: &Error) -> worker::Result<Response> {
    let failure = error.failure();
    runtime::log_failure(&failure, error.detail().as_deref());
    let response = response::json(failure.status, &failure.body())?;
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
