//! Where the jobs stopped, and with which account each goes on.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;
use crate::json::from_json;
use crate::sql::Statement;
use crate::text_map::TextMap;
use crate::time::Timestamp;

/// Where every job stands, by its name; stored as one row of D1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Progress(TextMap<Round>);

/// One round through all accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Round {
    /// When it began.
    began_at: Timestamp,
    /// The account whose turn is next; `None` = the round is complete.
    next: Option<String>,
    /// Whether a turn was left unfinished, so that the next round begins at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    again: bool,
}

impl Progress {
    /// Reads the row's JSON.
    pub fn parse(json: &str) -> Result<Self, Invalid> {
        from_json(json)
    }

    /// The accounts whose turn it is, in their order.
    ///
    /// A round that was cut short goes on; a new one begins `cadence` after the last one began, or at once if a turn of
    /// the last one was left unfinished.
    #[must_use]
    pub fn turns<'a>(
        &self,
        job: &str,
        cadence: Duration,
        accounts: &[&'a str],
        now: Timestamp,
    ) -> Vec<&'a str> {
        let Some(round) = self.0.get(job) else { return accounts.to_vec() };
        match &round.next {
            Some(next) => {
                // An account that was removed meanwhile begins the round again.
                let start = accounts.iter().position(|account| account == next).unwrap_or(0);
                accounts.iter().skip(start).copied().collect()
            }
            None if round.again || now.distance(round.began_at) >= cadence.as_secs() => accounts.to_vec(),
            None => Vec::new(),
        }
    }

    /// Notes how far a run came with the turns of a job: `next` is the first account that had none, and `again` says
    /// that one of them is unfinished.
    pub fn advance(&mut self, job: &str, next: Option<&str>, again: bool, now: Timestamp) {
        let (began_at, earlier) = match self.0.get(job) {
            Some(Round { began_at, next: Some(_), again }) => (*began_at, *again),
            _ => (now, false),
        };
        let round = Round { began_at, next: next.map(ToOwned::to_owned), again: earlier || again };
        self.0.insert(job, round);
    }

    /// The jobs in the order in which a run begins them: interrupted ones first, the one that has waited longest before
    /// the others, so that none is starved by jobs that run more often.
    #[must_use]
    pub fn order<'j>(&self, jobs: &[&'j str]) -> Vec<&'j str> {
        let mut order = jobs.to_vec();
        order.sort_by_cached_key(|job| match self.0.get(job) {
            Some(Round { began_at, next: Some(_), .. }) => began_at.seconds(),
            _ => i64::MAX,
        });
        order
    }
}

/// Reads where the jobs stand: no row, or the JSON of a [`Progress`].
#[must_use]
pub fn read_progress() -> Statement {
    Statement::new("SELECT progress FROM job_progress WHERE id = 1", [])
}

/// Stores where the jobs stand.
#[must_use]
pub fn store_progress(progress: &Progress) -> Statement {
    Statement::new(
        "INSERT INTO job_progress (id, progress) VALUES (1, ?1) \
         ON CONFLICT (id) DO UPDATE SET progress = excluded.progress",
        [serde_json::to_string(progress).unwrap_or_default().into()],
    )
}
