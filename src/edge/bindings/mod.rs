//! What wrangler.toml binds and the runtime offers, one file each.

pub(super) mod assistant;
pub(super) mod d1;
mod database_size;
mod env;
pub(super) mod exchange;
pub(super) mod fetch;
mod hourly;
pub(super) mod keeper;
pub(super) mod kv;
pub(super) mod limiter;
pub(super) mod log;
mod object;
pub(super) mod promise;
pub(super) mod request;
pub(super) mod response;
pub(super) mod row_counter;
pub(super) mod runtime;
pub(super) mod spool;
pub(super) mod timeout;
pub(super) mod turn;

use std::time::Duration;

use serde::Serialize;

use crate::error::Error;

pub(super) use env::Env;

/// A timeout as `bindings.js` expects it.
fn milliseconds(timeout: Duration) -> u32 {
    u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX)
}

/// Serializes what we made ourselves; a failure is a bug.
pub(super) fn to_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Runtime(error.to_string()))
}
