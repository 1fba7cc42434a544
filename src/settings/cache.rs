//! The settings in an isolate's memory, and when to refresh them.

use std::rc::Rc;

use crate::invalid::Invalid;
use crate::time::Timestamp;

use super::Settings;

/// Up to this age in seconds, settings are used without asking the store.
const REFRESH_AFTER: u64 = 30;
/// From this age in seconds on, the store is asked first, so that a change takes effect within a minute.
const STALE_AFTER: u64 = 60;

/// An account's settings in this isolate's memory.
#[derive(Debug, Clone, Default)]
pub struct CachedSettings {
    settings: Rc<Settings>,
    document: Option<String>,
    read_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

/// What to do before the settings in memory are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Use them.
    Fresh,
    /// Use them, and ask the store after the response.
    RefreshInBackground,
    /// Ask the store first; use them if it does not answer.
    RefreshFirst,
}

impl CachedSettings {
    /// The KV key of an account's document.
    #[must_use]
    pub fn key(account: &str) -> String {
        format!("rules:{account}")
    }

    /// The current settings.
    #[must_use]
    pub fn settings(&self) -> Rc<Settings> {
        Rc::clone(&self.settings)
    }

    /// Whether the settings in memory are fresh enough.
    #[must_use]
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        let age = |since: Option<Timestamp>| since.map_or(u64::MAX, |since| now.distance(since));
        match age(self.read_at) {
            0..REFRESH_AFTER => Freshness::Fresh,
            REFRESH_AFTER..STALE_AFTER if age(self.asked_at) < REFRESH_AFTER => Freshness::Fresh,
            REFRESH_AFTER..STALE_AFTER => Freshness::RefreshInBackground,
            STALE_AFTER.. => Freshness::RefreshFirst,
        }
    }

    /// Notes that the store is being asked, so that only one request does it.
    pub const fn mark_asked(&mut self, now: Timestamp) {
        self.asked_at = Some(now);
    }

    /// Replaces the settings with a document that this isolate has just compiled and published.
    pub fn replace(&mut self, document: String, settings: Rc<Settings>, now: Timestamp) {
        self.read_at = Some(now);
        self.document = Some(document);
        self.settings = settings;
    }

    /// Replaces the settings with the store's document; an unchanged document is not compiled again.
    ///
    /// An invalid document leaves the previous settings in effect.
    pub fn update(&mut self, document: Option<String>, now: Timestamp) -> Result<(), Invalid> {
        self.read_at = Some(now);
        if document == self.document {
            return Ok(());
        }
        let settings = document.as_deref().map_or_else(|| Ok(Settings::default()), Settings::parse);
        self.document = document;
        self.settings = Rc::new(settings?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{CachedSettings, Freshness};
    use crate::time::Timestamp;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
    const DOCUMENT: &str = r#"{"version": 7, "rules": []}"#;

    #[test]
    fn the_older_the_settings_the_sooner_the_store_is_asked() {
        let mut cached = CachedSettings::default();
        assert_eq!(cached.freshness(NOW), Freshness::RefreshFirst);
        cached.update(None, NOW).unwrap();
        assert_eq!(cached.freshness(NOW), Freshness::Fresh);
        assert_eq!(cached.freshness(NOW.plus(29)), Freshness::Fresh);
        assert_eq!(cached.freshness(NOW.plus(30)), Freshness::RefreshInBackground);
        assert_eq!(cached.freshness(NOW.plus(59)), Freshness::RefreshInBackground);
        assert_eq!(cached.freshness(NOW.plus(60)), Freshness::RefreshFirst);
        assert_eq!(cached.freshness(NOW.plus(100_000)), Freshness::RefreshFirst);
    }

    #[test]
    fn one_request_refreshes_after_its_response() {
        let mut cached = CachedSettings::default();
        cached.update(None, NOW).unwrap();
        cached.mark_asked(NOW.plus(30));
        assert_eq!(cached.freshness(NOW.plus(31)), Freshness::Fresh);
        cached.update(None, NOW.plus(31)).unwrap();
        assert_eq!(cached.freshness(NOW.plus(60)), Freshness::Fresh);
        assert_eq!(cached.freshness(NOW.plus(61)), Freshness::RefreshInBackground);
    }

    #[test]
    fn a_store_that_did_not_answer_is_asked_again_by_the_next_request() {
        let mut cached = CachedSettings::default();
        cached.mark_asked(NOW);
        assert_eq!(cached.freshness(NOW), Freshness::RefreshFirst);
    }

    #[test]
    fn a_new_document_takes_over_and_a_removed_one_goes() {
        let mut cached = CachedSettings::default();
        assert_eq!(cached.update(Some(DOCUMENT.to_owned()), NOW), Ok(()));
        assert_eq!(cached.settings().version, 7);
        assert_eq!(cached.update(None, NOW), Ok(()));
        assert_eq!(cached.settings().version, 0);
    }

    #[test]
    fn a_refused_document_leaves_the_old_settings_and_complains_once() {
        let mut cached = CachedSettings::default();
        cached.update(Some(DOCUMENT.to_owned()), NOW).unwrap();
        assert!(cached.update(Some("{".to_owned()), NOW).is_err());
        assert_eq!(cached.settings().version, 7);
        assert_eq!(cached.update(Some("{".to_owned()), NOW), Ok(()));
        assert_eq!(cached.settings().version, 7);
    }

    #[test]
    fn the_key_in_the_store_is_unchanged() {
        assert_eq!(CachedSettings::key("default"), "rules:default");
    }
}
