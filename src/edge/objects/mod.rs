//! The Durable Objects. A new class needs a migration tag of its own in wrangler.toml.

mod conversation;
mod meter;
mod row_counter;
mod spool;
mod token_keeper;

use std::fmt;

/// The error of an object's request.
fn failed(error: impl fmt::Display) -> worker::Error {
    worker::Error::RustError(error.to_string())
}
