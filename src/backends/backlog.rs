//! When a request also retries waiting deliveries, so that a backend that recovers soon gets what it missed.

use crate::time::Timestamp;

/// Seconds until the next check, after one that found nothing due.
const BETWEEN_LOOKS: i64 = 60;

/// Seconds after which a run that has not ended was cut off with its request.
const LONGEST_RUN: i64 = 60;

/// What an isolate knows about an account's waiting deliveries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    look_at: Option<Timestamp>,
    running_until: Option<Timestamp>,
}

impl Backlog {
    /// A delivery failed, and waits for its next attempt.
    pub fn failed(&mut self, now: Timestamp) {
        self.look_at.get_or_insert_with(|| now.plus(BETWEEN_LOOKS));
    }

    /// Whether to retry waiting deliveries now that a backend has answered, and if so, notes that a run begins; never before
    /// a failure in this isolate, and never two runs at once.
    pub fn begin_if_due(&mut self, now: Timestamp) -> bool {
        let begins =
            self.look_at.is_some_and(|at| at <= now) && self.running_until.is_none_or(|until| until <= now);
        if begins {
            self.running_until = Some(now.plus(LONGEST_RUN));
        }
        begins
    }

    /// A run has ended; more may be due unless it found nothing in the end.
    pub fn ended(&mut self, more: bool, now: Timestamp) {
        self.running_until = None;
        self.look_at = Some(if more { now } else { now.plus(BETWEEN_LOOKS) });
    }
}
