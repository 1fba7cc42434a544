//! How often an isolate stores attempts.

use crate::time::Timestamp;

use super::AttemptKind;

/// Seconds between two attempts of a kind and an account that are stored.
const INTERVAL: u64 = 10;
/// The number of attempts of a kind, of all accounts, that an isolate stores in an hour.
const MAX_AN_HOUR: usize = 20;
const HOUR: u64 = 3600;
/// Seconds between two times at which it is stored that the set-up page is open.
const WATCH_INTERVAL: u64 = 60;

/// Whether an attempt is to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It is.
    Store,
    /// It is if the set-up page is open.
    StoreIfWatched,
}

/// What an isolate has stored.
#[derive(Debug, Default)]
pub struct Recorder {
    /// The last attempt of each account and kind.
    last: Vec<(String, AttemptKind, Timestamp)>,
    /// Every attempt of the last hour that was stored whether or not the set-up page is open.
    stored: Vec<(AttemptKind, Timestamp)>,
    /// When it was last stored that an account's set-up page is open.
    watched: Vec<(String, Timestamp)>,
}

impl Recorder {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { last: Vec::new(), stored: Vec::new(), watched: Vec::new() }
    }

    /// Whether to store an attempt, which then counts as stored; `None` = no.
    pub fn admit(&mut self, account: &str, kind: AttemptKind, now: Timestamp) -> Option<Admission> {
        let last = self.last.iter_mut().find(|(name, of, _)| name == account && *of == kind);
        match last {
            Some((.., at)) if now.distance(*at) < INTERVAL => return None,
            Some((.., at)) => *at = now,
            None => self.last.push((account.to_owned(), kind, now)),
        }
        self.stored.retain(|(_, at)| now.distance(*at) < HOUR);
        if self.stored.iter().filter(|(of, _)| *of == kind).count() >= MAX_AN_HOUR {
            return Some(Admission::StoreIfWatched);
        }
        self.stored.push((kind, now));
        Some(Admission::Store)
    }

    /// Whether to store that the set-up page of an account is open, which then counts as stored.
    pub fn admit_watch(&mut self, account: &str, now: Timestamp) -> bool {
        match self.watched.iter_mut().find(|(name, _)| name == account) {
            Some((_, at)) if now.distance(*at) < WATCH_INTERVAL => false,
            Some((_, at)) => {
                *at = now;
                true
            }
            None => {
                self.watched.push((account.to_owned(), now));
                true
            }
        }
    }
}
