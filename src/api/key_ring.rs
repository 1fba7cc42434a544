//! All API keys, as the document that KV holds and every isolate remembers.
//!
//! One document for the whole worker, not one an account: a key says which account it belongs to,
//! and finding it must not need to know.

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;
use crate::json::from_json;
use crate::time::Timestamp;

use super::KeyRecord;

/// The key in KV, and the name of the document in `published`.
pub(super) const DOCUMENT: &str = "api_keys";

/// How long keys in memory are believed, in seconds: a revoked key is dead a minute later at most.
const LOOK_AGAIN_AFTER: u64 = 25;

/// Every key that was not revoked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRing {
    /// Counts up with every change.
    pub version: i64,
    /// Every key that was not revoked; some may have expired.
    pub keys: Vec<KeyRecord>,
}

impl KeyRing {
    /// The ring to publish of all stored keys.
    #[must_use]
    pub fn new(version: i64, keys: Vec<KeyRecord>) -> Self {
        Self { version, keys: keys.into_iter().filter(|key| key.revoked_at.is_none()).collect() }
    }

    /// Reads the document.
    pub fn parse(document: &str) -> Result<Self, Invalid> {
        from_json(document)
    }

    /// The document.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Its keys are text, so serialising cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The keys as this isolate knows them.
#[derive(Debug, Clone)]
pub struct PublishedKeys {
    ring: KeyRing,
    looked_at: Timestamp,
}

impl PublishedKeys {
    /// The document's key in KV.
    #[must_use]
    pub const fn key() -> &'static str {
        DOCUMENT
    }

    /// None yet; the store is to be asked.
    #[must_use]
    pub fn none() -> Self {
        Self { ring: KeyRing::default(), looked_at: Timestamp::from_seconds(0) }
    }

    /// Whether the store must be asked before these are believed.
    #[must_use]
    pub const fn is_due(&self, now: Timestamp) -> bool {
        now.distance(self.looked_at) >= LOOK_AGAIN_AFTER
    }

    /// Takes over what the store holds, unless this isolate knows better.
    pub fn update(&mut self, document: Option<&str>, now: Timestamp) -> Result<(), Invalid> {
        let ring: KeyRing = document.map_or_else(|| Ok(KeyRing::default()), KeyRing::parse)?;
        if ring.version >= self.ring.version {
            self.ring = ring;
        }
        self.looked_at = now;
        Ok(())
    }

    /// The record of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&KeyRecord> {
        self.ring.keys.iter().find(|key| key.id == id)
    }
}
