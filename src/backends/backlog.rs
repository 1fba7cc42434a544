//! When a request also retries waiting deliveries, so that a backend that recovers soon gets what it missed.

use crate::time::Timestamp;

/// Seconds until the next check, after one that found nothing due.
const BETWEEN_LOOKS: i64 = 60;

/// What an isolate knows about an account's waiting deliveries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    look_at: Option<Timestamp>,
}

impl Backlog {
    /// A delivery failed, and waits for its next attempt.
    pub fn failed(&mut self, now: Timestamp) {
        self.look_at.get_or_insert_with(|| now.plus(BETWEEN_LOOKS));
    }

    /// Whether to retry waiting deliveries now that a backend has answered; never before a failure in this isolate.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.look_at.is_some_and(|at| at <= now)
    }

    /// Deliveries were retried, or none was due.
    pub fn looked(&mut self, found: bool, now: Timestamp) {
        self.look_at = Some(if found { now } else { now.plus(BETWEEN_LOOKS) });
    }
}
