//! The only code that touches the `worker` crate: it opens the bindings, awaits, and keeps the order of effects.

mod bindings;
mod callback;
mod health;
mod rules;

use worker::{Context, Env, Request, Response, event};

use crate::error::{Error, Failure};
use crate::route::{Route, path_and_query};

use bindings::runtime;

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
        Route::Health => health::report(env),
    }
}

/// The one place where failures are logged and answered.
fn refuse(error: &Error) -> worker::Result<Response> {
    let failure = error.failure();
    runtime::log(&failure, error.detail().as_deref());
    respond(&failure)
}

fn respond(failure: &Failure) -> worker::Result<Response> {
    let response = Response::ok(failure.body())?.with_status(failure.status);
    let headers = response.headers();
    headers.set("content-type", "application/json; charset=utf-8")?;
    headers.set("cache-control", "no-store")?;
    if let Some(allow) = failure.allow {
        headers.set("allow", allow)?;
    }
    Ok(response)
}

impl From<worker::Error> for Error {
    fn from(error: worker::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}
