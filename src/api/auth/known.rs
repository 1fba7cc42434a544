//! The keys that an isolate has looked up, and for how long it believes what it found.
//!
//! D1 decides. Where it fails, a key is believed that D1 confirmed at most ten minutes ago, unless its copy in KV says
//! that it was revoked; a key that this isolate has never asked D1 about is believed on the word of its copy, for ten
//! minutes as well.

use crate::text_map::TextMap;
use crate::time::Timestamp;

use super::record::KeyRecord;
use super::session::{EndedSessions, Pass};

/// For how long what was found is used, in seconds: a revoked key is rejected everywhere within a minute.
const LOOK_AGAIN_AFTER: u64 = 60;
/// For how long a key is believed without D1, in seconds.
const BELIEVED_FOR: u64 = 600;
/// How many keys an isolate remembers. Forgetting one costs a query, and nothing else.
const MAX_KEYS: usize = 1000;
/// How often the time of a key's use is written, in seconds.
const NOTE_USE_AFTER: u64 = 3600;

/// The keys that an isolate has looked up, by their ids.
#[derive(Debug, Clone, Default)]
pub struct KnownKeys(TextMap<Known>);

#[derive(Debug, Clone)]
struct Known {
    /// `None` = there is no such key.
    record: Option<KeyRecord>,
    looked_at: Timestamp,
    /// When D1 said so, or when its copy was first believed without D1.
    confirmed_at: Timestamp,
    /// Whether D1 failed at the last look.
    is_unconfirmed: bool,
    use_noted_at: Option<Timestamp>,
    /// As D1 said when it was last asked.
    ended: EndedSessions,
}

/// What a key's copy in KV says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copy {
    /// The record.
    Found(KeyRecord),
    /// There is none: it has not been written yet, or KV does not answer.
    Unknown,
}

impl KnownKeys {
    /// No keys.
    #[must_use]
    pub const fn new() -> Self {
        Self(TextMap::new())
    }

    /// What is known of a key and may be used without asking anybody; `None` = it has to be looked up.
    #[must_use]
    pub fn find(&self, id: &str, now: Timestamp) -> Option<Option<KeyRecord>> {
        let known = self.0.get(id)?;
        let is_fresh = now.distance(known.looked_at) < LOOK_AGAIN_AFTER;
        (is_fresh && known.is_believed(now)).then(|| known.record.clone())
    }

    /// Remembers what D1 said when it was asked at `asked_at`.
    pub fn confirm(&mut self, id: &str, record: Option<KeyRecord>, asked_at: Timestamp) {
        let known = self.0.get(id);
        let use_noted_at = known.and_then(|known| known.use_noted_at);
        let ended = known.map(|known| known.ended.clone()).unwrap_or_default();
        self.insert(
            id,
            Known {
                record,
                looked_at: asked_at,
                confirmed_at: asked_at,
                is_unconfirmed: false,
                use_noted_at,
                ended,
            },
        );
    }

    /// Remembers the sessions of a key that were signed out.
    pub fn note_ended(&mut self, id: &str, ended: EndedSessions) {
        if let Some(known) = self.0.get_mut(id) {
            known.ended = ended;
        }
    }

    /// Whether a session was signed out, as far as is known.
    #[must_use]
    pub fn has_ended(&self, session: &Pass) -> bool {
        let known = self.0.get(session.key_id.as_deref().unwrap_or_default());
        known.is_some_and(|known| known.ended.contains(session))
    }

    /// What to use although D1 failed, given the key's copy in KV; `None` = the key cannot be confirmed.
    pub fn without_confirmation(
        &mut self,
        id: &str,
        copy: Copy,
        now: Timestamp,
    ) -> Option<Option<KeyRecord>> {
        let known = self.0.get(id);
        let record = match (copy, known) {
            // Nothing makes a revoked key valid again, and its copy may be older.
            (_, Some(known)) if known.record.as_ref().is_none_or(|record| record.revoked_at.is_some()) => {
                known.record.clone()
            }
            (Copy::Found(record), _) => Some(record),
            (Copy::Unknown, Some(known)) => known.record.clone(),
            (Copy::Unknown, None) => return None,
        };
        let confirmed_at = known.map_or(now, |known| known.confirmed_at);
        let use_noted_at = known.and_then(|known| known.use_noted_at);
        let ended = known.map(|known| known.ended.clone()).unwrap_or_default();
        let is_unconfirmed = true;
        self.insert(id, Known { record, looked_at: now, confirmed_at, is_unconfirmed, use_noted_at, ended });
        self.find(id, now)
    }

    /// Remembers that a key has just been revoked.
    pub fn revoke(&mut self, id: &str, now: Timestamp) {
        self.confirm(id, None, now);
    }

    /// Whether the time of a key's use is to be written now; then it is noted as written.
    pub fn note_use(&mut self, id: &str, now: Timestamp) -> bool {
        let Some(known) = self.0.get_mut(id) else { return false };
        let is_due = known.use_noted_at.is_none_or(|noted_at| now.distance(noted_at) >= NOTE_USE_AFTER);
        if is_due {
            known.use_noted_at = Some(now);
        }
        is_due
    }

    fn insert(&mut self, id: &str, known: Known) {
        if self.0.len() >= MAX_KEYS && self.0.get(id).is_none() {
            let oldest = self.0.iter().min_by_key(|(_, known)| known.looked_at).map(|(id, _)| id.to_owned());
            oldest.and_then(|id| self.0.remove(&id));
        }
        self.0.insert(id, known);
    }
}

impl Known {
    /// What D1 confirmed is looked up again before it could become too old, and a refusal is always believed.
    fn is_believed(&self, now: Timestamp) -> bool {
        let is_good = self.record.as_ref().is_some_and(|record| record.is_in_force(now));
        !self.is_unconfirmed || !is_good || now.distance(self.confirmed_at) < BELIEVED_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::{Copy, KnownKeys, MAX_KEYS};
    use crate::api::auth::KeyRecord;
    use crate::time::Timestamp;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn record() -> KeyRecord {
        KeyRecord {
            id: "a".to_owned(),
            name: "shop".to_owned(),
            hash: String::new(),
            scopes: Vec::new(),
            account: "default".to_owned(),
            made_by: None,
            created_at: NOW,
            expires_at: None,
            revoked_at: None,
        }
    }

    fn revoked() -> Copy {
        Copy::Found(KeyRecord { revoked_at: Some(NOW), ..record() })
    }

    #[test]
    fn what_d1_said_is_used_for_less_than_a_minute() {
        let mut keys = KnownKeys::new();
        assert_eq!(keys.find("a", NOW), None);
        keys.confirm("a", Some(record()), NOW);
        keys.confirm("none", None, NOW);
        assert_eq!(keys.find("a", NOW.plus(59)), Some(Some(record())));
        assert_eq!(keys.find("none", NOW.plus(59)), Some(None), "an unknown key is remembered as well");
        assert_eq!(keys.find("a", NOW.plus(60)), None);
        assert_eq!(keys.find("a", NOW.plus(-60)), None, "a clock that goes back does not prevent a look");
    }

    #[test]
    fn without_d1_a_key_is_believed_for_ten_minutes_after_its_last_confirmation() {
        for copy in [Copy::Found(record()), Copy::Unknown] {
            let mut keys = KnownKeys::new();
            keys.confirm("a", Some(record()), NOW);
            for seconds in [60, 120, 599] {
                let found = keys.without_confirmation("a", copy.clone(), NOW.plus(seconds));
                assert_eq!(found, Some(Some(record())), "{copy:?} after {seconds} s");
            }
            assert_eq!(keys.find("a", NOW.plus(599)), Some(Some(record())));
            assert_eq!(keys.find("a", NOW.plus(600)), None, "the look of a second ago does not prolong it");
            for seconds in [600, 700, 100_000] {
                assert_eq!(keys.without_confirmation("a", copy.clone(), NOW.plus(seconds)), None);
                assert_eq!(keys.find("a", NOW.plus(seconds)), None);
            }
            keys.confirm("a", Some(record()), NOW.plus(100_001));
            assert_eq!(keys.find("a", NOW.plus(100_001)), Some(Some(record())), "D1 answers again");
        }
    }

    #[test]
    fn a_copy_alone_is_believed_for_ten_minutes() {
        let mut keys = KnownKeys::new();
        assert_eq!(keys.without_confirmation("a", Copy::Unknown, NOW), None);
        for seconds in [0, 599] {
            let found = keys.without_confirmation("a", Copy::Found(record()), NOW.plus(seconds));
            assert_eq!(found, Some(Some(record())));
        }
        assert_eq!(keys.without_confirmation("a", Copy::Found(record()), NOW.plus(600)), None);
        assert_eq!(keys.without_confirmation("a", Copy::Found(record()), NOW.plus(6000)), None);
    }

    #[test]
    fn a_copy_that_says_revoked_ends_the_belief() {
        let mut keys = KnownKeys::new();
        keys.confirm("a", Some(record()), NOW);
        for (seconds, copy) in [(60, revoked()), (120, Copy::Unknown), (6000, Copy::Found(record()))] {
            let found = keys.without_confirmation("a", copy, NOW.plus(seconds)).flatten().unwrap();
            assert!(found.revoked_at.is_some(), "after {seconds} s");
        }
    }

    #[test]
    fn a_copy_that_the_revocation_has_not_reached_makes_no_key_valid() {
        let mut keys = KnownKeys::new();
        keys.confirm("a", Some(record()), NOW);
        keys.revoke("a", NOW.plus(1));
        assert_eq!(keys.find("a", NOW.plus(1)), Some(None));
        for copy in [Copy::Found(record()), Copy::Unknown] {
            assert_eq!(keys.without_confirmation("a", copy, NOW.plus(61)), Some(None));
        }
    }

    #[test]
    fn a_use_is_noted_once_an_hour() {
        let mut keys = KnownKeys::new();
        assert!(!keys.note_use("a", NOW));
        keys.confirm("a", Some(record()), NOW);
        assert!(keys.note_use("a", NOW));
        keys.confirm("a", Some(record()), NOW.plus(60));
        assert!(!keys.note_use("a", NOW.plus(3599)));
        assert!(keys.note_use("a", NOW.plus(3600)));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut keys = KnownKeys::new();
        for number in 0..=MAX_KEYS {
            let at = NOW.plus(i64::try_from(number).unwrap() / 100);
            keys.confirm(&format!("{number:04}"), None, at);
        }
        assert_eq!(keys.0.len(), MAX_KEYS);
        assert_eq!(keys.find("0000", NOW), None, "the oldest is forgotten");
        assert_eq!(keys.find("0001", NOW), Some(None));
    }
}
