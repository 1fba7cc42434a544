//! The settings in an isolate's memory, and when to refresh them.

use std::rc::Rc;

use serde::Deserialize;

use crate::invalid::Invalid;
use crate::json::from_json;
use crate::time::Timestamp;

use super::Settings;

/// Up to this age in seconds, settings are used without asking the store.
const REFRESH_AFTER: u64 = 30;
/// From this age in seconds on, the store is asked first, so that a change takes effect within a minute.
const STALE_AFTER: u64 = 60;
/// An older document than the one in memory, or none, is believed if the store has returned nothing else for so many
/// seconds: then somebody has restored or removed it. Before that, the store has not received the newer one everywhere.
const BELIEVE_OLDER_AFTER: u64 = 600;

/// An account's settings in this isolate's memory.
#[derive(Debug, Clone, Default)]
pub struct CachedSettings {
    settings: Rc<Settings>,
    document: Option<String>,
    read_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
    /// When the store, or this isolate's own change, last had the document in memory or a newer one.
    confirmed_at: Option<Timestamp>,
}

/// A document, of which only the version is read.
#[derive(Deserialize)]
struct Numbered {
    #[serde(default)]
    version: u64,
}

/// What to do before the settings in memory are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Use them.
    Fresh,
    /// Use them, and ask the store after the response.
    RefreshInBackground,
    /// Ask the store first; if it does not answer, use them, unless none are known.
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

    /// The current settings, if this isolate has read or made any.
    #[must_use]
    pub fn known(&self) -> Option<Rc<Settings>> {
        self.confirmed_at.map(|_| self.settings())
    }

    /// The version of the store's document, which is seldom another one than that in memory; 0 if there is none.
    #[must_use]
    pub fn version_of(&self, document: Option<&str>) -> u64 {
        if document == self.document.as_deref() {
            return self.settings.version;
        }
        document.and_then(|json| from_json::<Numbered>(json).ok()).map_or(0, |document| document.version)
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
        if settings.version < self.settings.version {
            return; // Another change was made meanwhile, and is in memory.
        }
        self.read_at = Some(now);
        self.confirmed_at = Some(now);
        self.document = Some(document);
        self.settings = settings;
    }

    /// Replaces the settings with the store's document; an unchanged document is not compiled again.
    ///
    /// An older document does not replace a newer one, and neither does a missing one, unless that is all the store has
    /// returned for ten minutes. An invalid document leaves the previous settings in effect.
    pub fn update(&mut self, document: Option<String>, now: Timestamp) -> Result<(), Invalid> {
        self.read_at = Some(now);
        if document == self.document {
            self.confirmed_at = Some(now);
            return Ok(());
        }
        let settings = document.as_deref().map_or_else(|| Ok(Settings::default()), Settings::parse);
        let version = settings.as_ref().map_or(self.settings.version, |settings| settings.version);
        let since = self.confirmed_at.map_or(u64::MAX, |confirmed| now.distance(confirmed));
        if version < self.settings.version && since < BELIEVE_OLDER_AFTER {
            return Ok(());
        }
        self.confirmed_at = Some(now);
        self.document = document;
        self.settings = Rc::new(settings?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{CachedSettings, Freshness};
    use crate::settings::Settings;
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
    fn the_version_of_any_document_can_be_told() {
        let mut cached = CachedSettings::default();
        assert_eq!(cached.version_of(None), 0);
        cached.update(Some(DOCUMENT.to_owned()), NOW).unwrap();
        assert_eq!(cached.version_of(Some(DOCUMENT)), 7);
        assert_eq!(cached.version_of(Some(&version(6))), 6);
        assert_eq!(cached.version_of(Some(r#"{"rules": []}"#)), 0);
        assert_eq!(cached.version_of(None), 0);
    }

    fn version(version: u64) -> String {
        format!(r#"{{"version": {version}, "rules": []}}"#)
    }

    #[test]
    fn an_older_document_never_replaces_a_newer_one_that_was_seen_recently() {
        let mut cached = CachedSettings::default();
        let mut after = |document: Option<String>, seconds| {
            cached.update(document, NOW.plus(seconds)).unwrap();
            cached.settings().version
        };
        let version = |number| Some(version(number));
        assert_eq!(after(version(7), 0), 7);
        assert_eq!(after(version(6), 60), 7);
        // A location may not know yet that there is a document.
        assert_eq!(after(None, 120), 7);
        assert_eq!(after(version(7), 400), 7);
        assert_eq!(after(version(6), 999), 7, "the newer one was seen ten minutes ago");
        assert_eq!(after(version(8), 999), 8);
        // The database was restored, and the settings with it.
        assert_eq!(after(version(6), 1598), 8);
        assert_eq!(after(version(6), 1599), 6);
    }

    #[test]
    fn a_document_that_stays_removed_goes() {
        let mut cached = CachedSettings::default();
        cached.update(Some(version(7)), NOW).unwrap();
        cached.update(None, NOW.plus(599)).unwrap();
        assert_eq!(cached.settings().version, 7);
        cached.update(None, NOW.plus(600)).unwrap();
        assert_eq!(cached.settings().version, 0);
    }

    #[test]
    fn a_file_without_a_version_is_replaced_by_another() {
        let mut cached = CachedSettings::default();
        let file = |name: &str| {
            let reply = format!(r#"{{"msgtype": "text", "text": {{"content": "{name}"}}}}"#);
            Some(format!(r#"{{"rules": [{{"when": {{"default": {{}}}}, "reply": {reply}}}]}}"#))
        };
        cached.update(file("a"), NOW).unwrap();
        let first = cached.settings();
        cached.update(file("b"), NOW).unwrap();
        assert!(!Rc::ptr_eq(&first, &cached.settings()));
    }

    #[test]
    fn a_change_of_this_isolate_does_not_replace_a_later_one() {
        let mut cached = CachedSettings::default();
        let settings = |document: &str| Rc::new(Settings::parse(document).unwrap());
        cached.update(Some(version(8)), NOW).unwrap();
        cached.replace(DOCUMENT.to_owned(), settings(DOCUMENT), NOW);
        assert_eq!(cached.settings().version, 8);
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
