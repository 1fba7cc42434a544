//! The settings in an isolate's memory, and when to refresh them.

use std::rc::Rc;

use crate::invalid::Invalid;
use crate::time::Timestamp;

use super::Settings;

/// Up to this age in seconds, settings are used without asking the store.
const FRESH: u64 = 30;
/// From this age in seconds on, the store is asked first, so that a change takes effect within a minute.
const TOO_OLD: u64 = 60;

/// An account's settings in this isolate's memory.
#[derive(Debug, Clone, Default)]
pub struct PublishedSettings {
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

impl PublishedSettings {
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
            0..FRESH => Freshness::Fresh,
            FRESH..TOO_OLD if age(self.asked_at) < FRESH => Freshness::Fresh,
            FRESH..TOO_OLD => Freshness::RefreshInBackground,
            TOO_OLD.. => Freshness::RefreshFirst,
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
    use super::{Freshness, PublishedSettings};
    use crate::time::Timestamp;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
    const DOCUMENT: &str = r#"{"version": 7, "rules": []}"#;

    #[test]
    fn the_older_the_settings_the_sooner_the_store_is_asked() {
        let mut published = PublishedSettings::default();
        assert_eq!(published.freshness(NOW), Freshness::RefreshFirst);
        published.update(None, NOW).unwrap();
        assert_eq!(published.freshness(NOW), Freshness::Fresh);
        assert_eq!(published.freshness(NOW.plus(29)), Freshness::Fresh);
        assert_eq!(published.freshness(NOW.plus(30)), Freshness::RefreshInBackground);
        assert_eq!(published.freshness(NOW.plus(59)), Freshness::RefreshInBackground);
        assert_eq!(published.freshness(NOW.plus(60)), Freshness::RefreshFirst);
        assert_eq!(published.freshness(NOW.plus(100_000)), Freshness::RefreshFirst);
    }

    #[test]
    fn one_request_asks_behind_its_answer_and_not_all_of_them() {
        let mut published = PublishedSettings::default();
        published.update(None, NOW).unwrap();
        published.mark_asked(NOW.plus(30));
        assert_eq!(published.freshness(NOW.plus(31)), Freshness::Fresh);
        published.update(None, NOW.plus(31)).unwrap();
        assert_eq!(published.freshness(NOW.plus(60)), Freshness::Fresh);
        assert_eq!(published.freshness(NOW.plus(61)), Freshness::RefreshInBackground);
    }

    #[test]
    fn a_store_that_did_not_answer_is_asked_again_by_the_next_request() {
        let mut published = PublishedSettings::default();
        published.mark_asked(NOW);
        assert_eq!(published.freshness(NOW), Freshness::RefreshFirst);
    }

    #[test]
    fn a_new_document_takes_over_and_a_removed_one_goes() {
        let mut published = PublishedSettings::default();
        assert_eq!(published.update(Some(DOCUMENT.to_owned()), NOW), Ok(()));
        assert_eq!(published.settings().version, 7);
        assert_eq!(published.update(None, NOW), Ok(()));
        assert_eq!(published.settings().version, 0);
    }

    #[test]
    fn a_refused_document_leaves_the_old_settings_and_complains_once() {
        let mut published = PublishedSettings::default();
        published.update(Some(DOCUMENT.to_owned()), NOW).unwrap();
        assert!(published.update(Some("{".to_owned()), NOW).is_err());
        assert_eq!(published.settings().version, 7);
        assert_eq!(published.update(Some("{".to_owned()), NOW), Ok(()));
        assert_eq!(published.settings().version, 7);
    }

    #[test]
    fn the_key_in_the_store_is_unchanged() {
        assert_eq!(PublishedSettings::key("default"), "rules:default");
    }
}
