//! Numbers by key and outcome.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::inbox::Outcome;
use crate::text_map::TextMap;

/// The key of what is not counted for itself.
pub(super) const OTHER: &str = "other";

/// What is counted, by key.
#[derive(Debug, Default)]
pub(super) struct Tallies(TextMap<Tally>);

/// What is counted of a key.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) n: i64,
    pub(super) outcomes: OutcomeCounts,
    /// CreateTime of the latest.
    pub(super) last_at: i64,
    /// Outcome of the latest.
    pub(super) last_outcome: String,
}

/// Numbers by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, JsonSchema)]
pub struct OutcomeCounts {
    /// The user saw a passive reply.
    pub replied: i64,
    /// Nothing decided, so the user saw nothing.
    pub unanswered: i64,
    /// A rule or a backend decided that the user sees nothing.
    pub silent: i64,
    /// The user was paused.
    pub held: i64,
    /// A backend is being asked, or its answer is being sent.
    pub asked: i64,
    /// The answer waits for the user's next message.
    pub kept: i64,
    /// The user saw a customer-service message, or an answer that was kept.
    pub answered_late: i64,
    /// WeChat refused a message to the user.
    pub refused: i64,
    /// WeChat did not say whether it sent a message to the user.
    pub unknown: i64,
    /// The reply was one that WeChat would reject, or no backend answered.
    pub failed: i64,
}

impl Tallies {
    pub(super) fn add(&mut self, key: &str, outcome: &str, n: i64, last_at: i64) {
        self.0.update(key, |tally| {
            tally.n = tally.n.saturating_add(n);
            tally.outcomes.add(outcome, n);
            if last_at >= tally.last_at {
                tally.last_at = last_at;
                outcome.clone_into(&mut tally.last_outcome);
            }
        });
    }

    /// The tally of a key, which is zero if nothing was counted.
    pub(super) fn of(&self, key: &str) -> Tally {
        self.0.get(key).cloned().unwrap_or_default()
    }

    /// The keys in their order.
    pub(super) fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.texts()
    }

    /// All of them, by a number, the greatest first.
    pub(super) fn by(&self, number: fn(&Tally) -> i64) -> Vec<(String, Tally)> {
        let mut tallies: Vec<_> = self.0.iter().map(|(key, tally)| (key.to_owned(), tally.clone())).collect();
        tallies.sort_by_cached_key(|(_, tally)| number(tally).saturating_neg());
        tallies
    }

    /// The most frequent ones, and at the end the others as one.
    pub(super) fn most_frequent(mut self, most: usize) -> Vec<(String, Tally)> {
        let mut other = self.0.remove(OTHER).unwrap_or_default();
        let mut tallies = self.by(|tally| tally.n);
        for (_, tally) in tallies.drain(tallies.len().min(most)..) {
            other.n = other.n.saturating_add(tally.n);
            other.outcomes.add_all(tally.outcomes);
        }
        if other.n > 0 {
            tallies.push((OTHER.to_owned(), other));
        }
        tallies
    }
}

impl OutcomeCounts {
    /// Adds to an outcome; one that this version does not know is left out.
    fn add(&mut self, outcome: &str, n: i64) {
        if let Some(outcome) = Outcome::parse(outcome) {
            let count = self.of_mut(outcome);
            *count = count.saturating_add(n);
        }
    }

    fn add_all(&mut self, mut other: Self) {
        for outcome in Outcome::ALL {
            let count = self.of_mut(outcome);
            *count = count.saturating_add(*other.of_mut(outcome));
        }
    }

    const fn of_mut(&mut self, outcome: Outcome) -> &mut i64 {
        match outcome {
            Outcome::Replied => &mut self.replied,
            Outcome::Unanswered => &mut self.unanswered,
            Outcome::Silent => &mut self.silent,
            Outcome::Held => &mut self.held,
            Outcome::Asked => &mut self.asked,
            Outcome::Kept => &mut self.kept,
            Outcome::AnsweredLate => &mut self.answered_late,
            Outcome::Refused => &mut self.refused,
            Outcome::Unknown => &mut self.unknown,
            Outcome::Failed => &mut self.failed,
        }
    }
}

/// Under the outcomes' own names. A loop is smaller than the ten fields.
impl Serialize for OutcomeCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut counts = *self;
        serializer
            .collect_map(Outcome::ALL.into_iter().map(|outcome| (outcome.name(), *counts.of_mut(outcome))))
    }
}
