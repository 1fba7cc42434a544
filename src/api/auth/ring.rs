//! All API keys, as the document that KV holds and every isolate remembers.
//!
//! One document for the whole worker instead of one an account, since a key is looked up before its account is known.

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;
use crate::json::from_json;
use crate::time::Timestamp;

use super::record::KeyRecord;

/// The key in KV, and the name of the document in `published`.
pub(super) const DOCUMENT: &str = "api_keys";

/// How long keys in memory are used, in seconds: a revoked key is rejected everywhere within a minute.
const LOOK_AGAIN_AFTER: u64 = 25;

/// Every key that was not revoked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRing {
    /// Increases with every change.
    pub version: i64,
    /// Every key that was not revoked; some may have expired.
    pub keys: Vec<KeyRecord>,
}

impl KeyRing {
    /// The ring to publish, from all stored keys.
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

/// The keys that this isolate remembers.
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

    /// No keys; the store must be read first.
    #[must_use]
    pub fn none() -> Self {
        Self { ring: KeyRing::default(), looked_at: Timestamp::from_seconds(0) }
    }

    /// Whether the store must be read before these are used.
    #[must_use]
    pub const fn is_due(&self, now: Timestamp) -> bool {
        now.distance(self.looked_at) >= LOOK_AGAIN_AFTER
    }

    /// Remembers the stored document, unless this isolate has a newer one.
    pub fn update(&mut self, document: Option<&str>, now: Timestamp) -> Result<(), Invalid> {
        let ring: KeyRing = document.map_or_else(|| Ok(KeyRing::default()), KeyRing::parse)?;
        if ring.version >= self.ring.version {
            self.ring = ring;
        }
        self.looked_at = now;
        Ok(())
    }

    /// Forgets a key that has just been revoked.
    pub fn forget(&mut self, id: &str) {
        self.ring.keys.retain(|key| key.id != id);
    }

    /// The record with an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&KeyRecord> {
        self.ring.keys.iter().find(|key| key.id == id)
    }
}

/// Ids that D1 did not know a moment ago, so that guessing does not cost a query each.
#[derive(Debug, Clone, Default)]
pub struct UnknownIds(Vec<(String, Timestamp)>);

/// An isolate remembers this many of them.
const UNKNOWN_IDS: usize = 256;

impl UnknownIds {
    /// Whether D1 did not know this id a moment ago.
    #[must_use]
    pub fn contains(&self, id: &str, now: Timestamp) -> bool {
        self.0.iter().any(|(unknown, at)| unknown == id && now.distance(*at) < LOOK_AGAIN_AFTER)
    }

    /// Remembers an id, and forgets the oldest beyond the limit.
    pub fn insert(&mut self, id: &str, now: Timestamp) {
        self.0.retain(|(unknown, at)| unknown != id && now.distance(*at) < LOOK_AGAIN_AFTER);
        if self.0.len() >= UNKNOWN_IDS {
            self.0.remove(0);
        }
        self.0.push((id.to_owned(), now));
    }
}

#[cfg(test)]
mod tests {
    use super::{UNKNOWN_IDS, UnknownIds};
    use crate::time::Timestamp;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    #[test]
    fn an_unknown_id_is_remembered_for_a_while_and_not_without_bound() {
        let mut unknown = UnknownIds::default();
        unknown.insert("a", NOW);
        assert!(unknown.contains("a", NOW.plus(24)));
        assert!(!unknown.contains("a", NOW.plus(25)));
        assert!(!unknown.contains("b", NOW));
        for id in 0..UNKNOWN_IDS {
            unknown.insert(&id.to_string(), NOW);
        }
        assert!(!unknown.contains("a", NOW));
        assert_eq!(unknown.0.len(), UNKNOWN_IDS);
    }
}
