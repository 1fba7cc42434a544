//! A request to the callback URL, and how far it got.

use crate::callback;
use crate::sql::Statement;
use crate::time::Timestamp;

/// Seconds for which the set-up page counts as open after `setup/get`.
pub const MAX_WATCH_AGE: i64 = 180;
/// A larger difference is not one of clocks.
const MAX_SKEW: u64 = 1_000_000_000;

/// What kind of request it was. The latest of each kind is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptKind {
    /// A server address verification that succeeded.
    Verified,
    /// A server address verification that failed.
    NotVerified,
    /// A delivery that was refused.
    Refused,
}

/// A request to the callback URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// What kind of request it was.
    pub kind: AttemptKind,
    /// When it arrived.
    pub at: Timestamp,
    /// The step that failed: `parameters`, `signature`, `time`, `mode`, `decrypt`, `recipient` or `answer`; `answer` if
    /// none did.
    pub step: &'static str,
    /// By how many seconds its `timestamp` differs from our clock.
    pub skew: Option<u64>,
    /// Milliseconds until the answer.
    pub took_ms: Option<i64>,
}

/// A row of [`latest`]: the kind, or `first` for the first entry of the inbox; when; the step, the skew, the milliseconds.
pub type AttemptRow = (String, i64, String, Option<i64>, Option<i64>);

impl AttemptKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Verified, Self::NotVerified, Self::Refused];

    /// The name in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::NotVerified => "not_verified",
            Self::Refused => "refused",
        }
    }
}

impl Attempt {
    /// A server address verification, and why it failed.
    #[must_use]
    pub fn verification(query: &str, step: Option<&'static str>, now: Timestamp, took_ms: i64) -> Self {
        Self {
            kind: if step.is_some() { AttemptKind::NotVerified } else { AttemptKind::Verified },
            at: now,
            step: step.unwrap_or("answer"),
            skew: callback::sent_at(query).map(|sent| now.distance(sent)).filter(|skew| *skew < MAX_SKEW),
            // In production the clock stands still while nothing is awaited.
            took_ms: Some(took_ms).filter(|ms| *ms > 0),
        }
    }

    /// A delivery that was refused.
    #[must_use]
    pub fn refused(step: &'static str, error: Option<&callback::Error>, now: Timestamp) -> Self {
        let skew = match error {
            Some(callback::Error::Stale(skew) | callback::Error::OldMessage(skew)) => Some(*skew),
            _ => None,
        };
        Self {
            kind: AttemptKind::Refused,
            at: now,
            step,
            skew: skew.filter(|skew| *skew < MAX_SKEW),
            took_ms: None,
        }
    }

    /// The step at which a callback fails; `None` if it says nothing about the set-up.
    #[must_use]
    pub const fn step_of(error: &callback::Error) -> Option<&'static str> {
        Some(match error {
            callback::Error::MissingParameter(_)
            | callback::Error::RepeatedParameter(_)
            | callback::Error::MalformedTimestamp
            | callback::Error::UnknownEncryptType => "parameters",
            callback::Error::WrongSignature => "signature",
            callback::Error::Stale(_) | callback::Error::OldMessage(_) => "time",
            callback::Error::EncryptionRequired => "mode",
            callback::Error::NoKey(_)
            | callback::Error::MalformedXml(_)
            | callback::Error::Undecryptable(_)
            | callback::Error::MissingField(_)
            | callback::Error::MalformedField(_) => "decrypt",
            callback::Error::AnotherAccount => "recipient",
            callback::Error::BodyBroken | callback::Error::BodyTooLarge => return None,
        })
    }
}

/// Stores an attempt instead of the last one of its kind, perhaps only while the set-up page is open, which it looks up
/// itself.
#[must_use]
pub fn store(account: &str, attempt: &Attempt, only_if_watched: bool) -> Statement {
    Statement::new(
        "INSERT INTO callback_attempt (account, kind, at, step, skew, took_ms) SELECT ?1, ?2, ?3, ?4, ?5, ?6 \
         WHERE ?7 IS NULL OR EXISTS ( \
           SELECT 1 FROM callback_attempt WHERE account = ?1 AND kind = 'watched' AND at > ?7) \
         ON CONFLICT (account, kind) DO UPDATE SET at = excluded.at, step = excluded.step, skew = excluded.skew, \
           took_ms = excluded.took_ms WHERE excluded.at >= at",
        [
            account.into(),
            attempt.kind.name().into(),
            attempt.at.seconds().into(),
            attempt.step.into(),
            attempt.skew.and_then(|skew| i64::try_from(skew).ok()).into(),
            attempt.took_ms.into(),
            only_if_watched.then(|| attempt.at.minus(MAX_WATCH_AGE).seconds()).into(),
        ],
    )
}

/// Notes that the set-up page is open.
#[must_use]
pub fn watch(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO callback_attempt (account, kind, at, step) VALUES (?1, 'watched', ?2, '') \
         ON CONFLICT (account, kind) DO UPDATE SET at = excluded.at",
        [account.into(), now.seconds().into()],
    )
}

/// Selects the latest attempt of each kind, and the first entry of the inbox: [`AttemptRow`]s, the newest first. Reads at
/// most 9 rows.
#[must_use]
pub fn latest(account: &str) -> Statement {
    Statement::new(
        "SELECT kind, at, step, skew, took_ms FROM callback_attempt WHERE account = ?1 AND kind <> 'watched' \
         UNION ALL SELECT * FROM ( \
           SELECT 'first', create_time, '', NULL, NULL FROM inbox INDEXED BY inbox_by_time \
           WHERE account = ?1 ORDER BY create_time LIMIT 1) \
         ORDER BY at DESC",
        [account.into()],
    )
}
