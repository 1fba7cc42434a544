//! What an account's operator decided: one document, changed version by version, and published as a whole.
//!
//! D1 holds the versions, KV the newest of them.

mod document;
mod published;
mod version;

pub use document::{Document, Edit, Edited, Refused};
pub use published::{Freshness, PublishedSettings};
pub use version::{Version, VersionRow, document_of, insert_version, newest, newest_number, prune, versions};

use crate::backends::Backends;
use crate::invalid::Invalid;
use crate::json::exactly_from_json;
use crate::rules::Rules;

/// A document, ready to act by.
#[derive(Debug, Default)]
pub struct Settings {
    /// Which version it is; 0 before any.
    pub version: u64,
    /// What we answer by ourselves.
    pub rules: Rules,
    /// Who is told of messages, and who is asked what to answer.
    pub backends: Backends,
}

impl Settings {
    /// Reads a published document; with one mistake in it, nothing of it is used.
    pub fn parse(document: &str) -> Result<Self, Invalid> {
        exactly_from_json::<Document>(document)?.check()
    }
}
