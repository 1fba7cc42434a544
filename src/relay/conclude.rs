//! What an attempt came to, as the statement that notes it.

use crate::sql::Statement;
use crate::time::Timestamp;

use super::answer::Outcome;
use super::delivery::{Delivery, done, failed};
use super::schedule::next_attempt;
use super::sending::Sending;
use super::webhook::Mode;

/// An attempt that was made just now.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Of the delivery.
    pub id: &'a str,
    /// Which one it was, from 1.
    pub number: i64,
    /// When the first could be made.
    pub made_at: Timestamp,
    /// When this one ended.
    pub now: Timestamp,
    /// Spreads the next ones.
    pub random: u8,
}

impl Attempt<'_> {
    /// At telling or asking a webhook.
    #[must_use]
    pub fn called(self, account: &str, mode: Mode, outcome: &Outcome) -> Statement {
        match outcome {
            Outcome::Told | Outcome::Answered(_) => done(account, self.id),
            Outcome::Gone => {
                failed(account, self.id, self.number, None, "it answered 410, and is switched off")
            }
            Outcome::Failed { error, retry_after } => self.again(account, mode, *retry_after, error),
        }
    }

    /// At sending a message to a user.
    #[must_use]
    pub fn sent(self, account: &str, sending: &Sending) -> Statement {
        match sending {
            Sending::Sent => done(account, self.id),
            Sending::GivenUp(error) => failed(account, self.id, self.number, None, error),
            Sending::Again(error) => self.again(account, Mode::Respond, None, error),
        }
    }

    /// That could not be made, and never will be.
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

impl Delivery {
    /// This attempt at it.
    #[must_use]
    pub fn attempt(&self, now: Timestamp, random: u8) -> Attempt<'_> {
        Attempt { id: &self.id, number: self.attempts, made_at: self.made_at, now, random }
    }
}
