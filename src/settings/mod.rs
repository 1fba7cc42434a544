//! An account's settings: one document with the rules, the backends and what is stored, published as a whole.
//!
//! Each change makes a version. D1 stores the versions, KV the newest one.

mod cache;
mod document;
mod edit;
mod menus;
mod storage;
mod version;

pub use cache::{CachedSettings, Freshness};
pub use document::Document;
pub use edit::{Edit, Edited, Refused};
pub use menus::{
    MenuDraft, MenuReply, MenusRow, PUBLICATION_SECONDS, PublicationRow, PublishedMenusRow, StoredMenus,
    begin_publication, end_publication, menus_of, newest_menus, publication_ends_in, publish_menus,
    published_menus, save_menus,
};
pub use storage::StorageSettings;
pub use version::{
    ShownRow, Version, VersionRow, author, document_of, insert_version, newest, newest_number, prune, shown,
    versions,
};

use crate::backends::Backends;
use crate::invalid::Invalid;
use crate::rules::Rules;

/// A compiled document.
#[derive(Debug, Default)]
pub struct Settings {
    /// The version; 0 if nothing was published yet.
    pub version: u64,
    /// The rules.
    pub rules: Rules,
    /// The backends, which are told of messages or asked for replies.
    pub backends: Backends,
    /// What is stored, and for how long.
    pub storage: StorageSettings,
}

impl Settings {
    /// Reads a published document; an invalid one is rejected as a whole.
    pub fn parse(document: &str) -> Result<Self, Invalid> {
        Document::read(document)?.check()
    }
}
