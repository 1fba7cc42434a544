//! What wrangler.toml binds and the runtime offers, one file each.

pub(super) mod d1;
pub(super) mod deadline;
pub(super) mod exchange;
pub(super) mod fetch;
pub(super) mod keeper;
pub(super) mod kv;
pub(super) mod limiter;
pub(super) mod queue;
pub(super) mod request;
pub(super) mod response;
pub(super) mod runtime;

use serde::Serialize;

use crate::error::Error;

/// Serializes what we made ourselves; a failure is a bug.
pub(super) fn to_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Runtime(error.to_string()))
}
