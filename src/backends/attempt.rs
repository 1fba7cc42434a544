//! An attempt at a delivery, and the statement that stores its outcome.

use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::{self, Action, action};

use super::answer::AttemptOutcome;
use super::backoff::next_attempt;
use super::delivery::{Delivery, done, failed};
use super::webhook::Mode;

/// An attempt that has just ended.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The delivery's id.
    pub id: &'a str,
    /// 1-based attempt number.
    pub number: i64,
    /// When the first attempt was due.
    pub made_at: Timestamp,
    /// When this one ended.
    pub now: Timestamp,
    /// Spreads the next attempts (jitter).
    pub random: u8,
}

impl Attempt<'_> {
    /// Stores the outcome of telling or asking a backend.
    #[must_use]
    pub fn called(self, account: &str, mode: Mode, outcome: &AttemptOutcome) -> Statement {
        match outcome {
            AttemptOutcome::Told | AttemptOutcome::Answered(_) => done(account, self.id),
            AttemptOutcome::Gone => {
                failed(account, self.id, self.number, None, "it answered 410 Gone, and is switched off")
            }
            AttemptOutcome::Failed { error, retry_after } => self.again(account, mode, *retry_after, error),
        }
    }

    /// Stores the outcome of sending a message to a user.
    #[must_use]
    pub fn sent(self, account: &str, sending: &Sending) -> Statement {
        match sending {
            Sending::Sent => done(account, self.id),
            Sending::GivenUp(error) => failed(account, self.id, self.number, None, error),
            Sending::Again(error) => self.again(account, Mode::Ask, None, error),
        }
    }

    /// Stores that the delivery was given up without an attempt.
    #[must_use]
    pub fn given_up(self, account: &str, error: &str) -> Statement {
        failed(account, self.id, self.number, None, error)
    }

    fn again(self, account: &str, mode: Mode, retry_after: Option<i64>, error: &str) -> Statement {
        let times = (self.made_at, self.now);
        let next = next_attempt(mode, self.number, times, retry_after, self.random);
        failed(account, self.id, self.number, next, error)
    }
}

/// The outcome of sending a message to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// WeChat accepted it.
    Sent,
    /// WeChat refused it for now; it was not sent, and may be sent later.
    Again(String),
    /// WeChat refused it permanently, or it may have been sent: no message is sent twice.
    GivenUp(String),
}

impl Sending {
    /// Interprets WeChat's answer, or its absence.
    #[must_use]
    pub fn of<T>(outcome: &Result<T, wechat::Error>) -> Self {
        match outcome {
            Ok(_) => Self::Sent,
            Err(error @ wechat::Error::Refused(refusal)) => match action(refusal.errcode) {
                Action::Retry | Action::Wait(_) => Self::Again(error.explanation()),
                _ => Self::GivenUp(error.explanation()),
            },
            Err(error) => Self::GivenUp(format!("{}; it may have been sent", error.explanation())),
        }
    }
}

impl Delivery {
    /// The present attempt.
    #[must_use]
    pub fn attempt(&self, now: Timestamp, random: u8) -> Attempt<'_> {
        Attempt { id: &self.id, number: self.attempts, made_at: self.made_at, now, random }
    }
}
