//! When a message's own run takes up what waits, so that the traffic brings a backend that is back what it missed.

use crate::time::Timestamp;

/// Seconds until the next look, after one that found nothing due.
const BETWEEN_LOOKS: i64 = 60;

/// What an isolate knows of an account's waiting deliveries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    look_at: Option<Timestamp>,
}

impl Backlog {
    /// A delivery failed, and waits from now on.
    pub fn failed(&mut self, now: Timestamp) {
        self.look_at.get_or_insert_with(|| now.plus(BETWEEN_LOOKS));
    }

    /// Whether to take up what waits, now that a backend answers: never before something failed here.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.look_at.is_some_and(|at| at <= now)
    }

    /// Something was taken up, or nothing was due.
    pub fn looked(&mut self, found: bool, now: Timestamp) {
        self.look_at = Some(if found { now } else { now.plus(BETWEEN_LOOKS) });
    }
}
