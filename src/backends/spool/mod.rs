//! The spool: entries that D1 did not store, and when it is offered them again.
//!
//! A Durable Object holds them, one for each account. [`SpoolTable`] is what it stores; the edge moves the entries to D1.

mod table;

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inbox::StoredRow;
use crate::sql::Statement;

use super::Storing;

pub use table::{SpoolTable, Waiting};

/// The number of entries of one transaction.
pub const MAX_BATCH: usize = 20;
/// The size of their JSON, unless the first one is larger.
const MAX_BATCH_BYTES: usize = 1_000_000;
/// How often D1 may refuse an entry while it accepts others.
pub const MAX_REFUSALS: i64 = 5;
/// When a new entry is offered to D1.
pub const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// When an entry that was set aside is offered to D1 again, in seconds: a new version of the worker may have fixed it.
const ASIDE_FOR: i64 = 24 * 60 * 60;

/// How much the spool may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// The number of entries.
    pub entries: i64,
    /// The size of the database in bytes.
    pub bytes: u64,
}

impl Default for Capacity {
    fn default() -> Self {
        Self { entries: 200_000, bytes: 1_000_000_000 }
    }
}

/// A request to the spool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpoolRequest {
    /// Store an entry once; the answer is [`Spooled`].
    Store(Box<Storing>),
    /// Delete the entries of a user; the answer is their number.
    Erase {
        /// OpenID of the user.
        openid: String,
    },
    /// Count the entries; the answer is a [`SpoolStatus`].
    Status,
}

/// The answer to [`SpoolRequest::Store`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spooled {
    /// It is stored now.
    New,
    /// It was there already, in this form.
    Again(StoredRow),
    /// It is not stored: the spool is full.
    Full,
}

/// What the spool holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpoolStatus {
    /// The number of entries that D1 will be offered.
    pub waiting: i64,
    /// The number of entries that D1 refused again and again while it accepted others.
    pub set_aside: i64,
}

impl SpoolStatus {
    /// The sum of two spools.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            waiting: self.waiting.saturating_add(other.waiting),
            set_aside: self.set_aside.saturating_add(other.set_aside),
        }
    }
}

/// The pause after so many runs in a row in which D1 accepted nothing.
#[must_use]
pub fn pause(failed_runs: i64) -> Duration {
    let doublings = u32::try_from(failed_runs.clamp(1, 10)).unwrap_or(1).saturating_sub(1);
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE)
}

/// How many statements a batch may have if a run has so many queries left: if the batch fails, its entries are tried one
/// by one, and then D1 itself ([`probe`]).
#[must_use]
pub const fn room(queries_left: usize) -> usize {
    queries_left.saturating_sub(PROBE_QUERIES) / 2
}

const PROBE_QUERIES: usize = 2;

/// Writes as many bytes as an entry has, and removes them: whether D1 accepts anything.
#[must_use]
pub fn probe(bytes: usize) -> Vec<Statement> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    vec![
        Statement::new(
            "INSERT INTO probe (id, at, padding) VALUES (2, UNIXEPOCH(), ZEROBLOB(?1)) \
             ON CONFLICT (id) DO UPDATE SET at = excluded.at, padding = excluded.padding",
            [bytes.into()],
        ),
        Statement::new("DELETE FROM probe WHERE id = 2", []),
    ]
}
