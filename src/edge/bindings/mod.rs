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
