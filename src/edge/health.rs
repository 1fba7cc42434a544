//! A monitor's story: alive, which build, and what is not configured.

use worker::{Env, Response};

use crate::error::Error;
use crate::health::Health;

use super::bindings::runtime;

pub(super) fn report(env: &Env) -> Result<Response, Error> {
    let health = Health::of(&runtime::config(env));
    let response = Response::ok(health.body())?.with_status(health.status());
    response.headers().set("content-type", "application/json; charset=utf-8")?;
    response.headers().set("cache-control", "no-store")?;
    Ok(response)
}
