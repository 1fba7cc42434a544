//! The rules in memory, and when to look for newer ones.

use std::rc::Rc;

use crate::invalid::Invalid;
use crate::time::Timestamp;

use super::Rules;

/// How long rules in memory are used before the store is asked again, in seconds.
const LOOK_AGAIN_AFTER: u64 = 30;

/// An account's rules as this isolate knows them.
#[derive(Debug, Clone)]
pub struct PublishedRules {
    rules: Rc<Rules>,
    document: Option<String>,
    looked_at: Timestamp,
}

impl PublishedRules {
    /// The KV key of an account's document.
    #[must_use]
    pub fn key(account: &str) -> String {
        format!("rules:{account}")
    }

    /// No rules yet; the store was asked, or could not be asked, at `now`.
    #[must_use]
    pub fn none(now: Timestamp) -> Self {
        Self { rules: Rc::default(), document: None, looked_at: now }
    }

    /// The rules to decide with.
    #[must_use]
    pub fn rules(&self) -> Rc<Rules> {
        Rc::clone(&self.rules)
    }

    /// Whether the store should be asked again.
    #[must_use]
    pub const fn is_due(&self, now: Timestamp) -> bool {
        now.distance(self.looked_at) >= LOOK_AGAIN_AFTER
    }

    /// Notes that someone is asking the store, so that one request does it and not all of them.
    pub const fn looking(&mut self, now: Timestamp) {
        self.looked_at = now;
    }

    /// Takes over what the store holds; an unchanged document is not compiled again.
    ///
    /// A document that is refused leaves the rules before it in force.
    pub fn update(&mut self, document: Option<String>) -> Result<(), Invalid> {
        if document == self.document {
            return Ok(());
        }
        let rules = document.as_deref().map_or_else(|| Ok(Rules::default()), Rules::parse);
        self.document = document;
        self.rules = Rc::new(rules?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::PublishedRules;
    use crate::time::Timestamp;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
    const DOCUMENT: &str = r#"{"version": 7, "rules": []}"#;

    #[test]
    fn the_store_is_asked_again_after_thirty_seconds() {
        let mut published = PublishedRules::none(NOW);
        assert!(!published.is_due(Timestamp::from_seconds(1_700_000_029)));
        let later = Timestamp::from_seconds(1_700_000_030);
        assert!(published.is_due(later));
        published.looking(later);
        assert!(!published.is_due(later));
    }

    #[test]
    fn a_new_document_takes_over_and_a_removed_one_goes() {
        let mut published = PublishedRules::none(NOW);
        assert_eq!(published.update(Some(DOCUMENT.to_owned())), Ok(()));
        assert_eq!(published.rules().version(), 7);
        assert_eq!(published.update(None), Ok(()));
        assert_eq!(published.rules().version(), 0);
    }

    #[test]
    fn a_refused_document_leaves_the_old_rules_and_complains_once() {
        let mut published = PublishedRules::none(NOW);
        published.update(Some(DOCUMENT.to_owned())).unwrap();
        assert!(published.update(Some("{".to_owned())).is_err());
        assert_eq!(published.rules().version(), 7);
        assert_eq!(published.update(Some("{".to_owned())), Ok(()));
        assert_eq!(published.rules().version(), 7);
    }

    #[test]
    fn the_key_in_the_store_is_unchanged() {
        assert_eq!(PublishedRules::key("default"), "rules:default");
    }
}
