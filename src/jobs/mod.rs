//! Scheduled jobs: which are due, whose turn it is, and how much of the platform's limits a run may use.
//!
//! The cron trigger runs every two minutes. A job goes through the accounts in their order, one turn for each; where
//! a run's budget ends it stops, and the next run begins with the account whose turn it was. `edge::jobs` has the
//! table of the jobs and runs them.

mod budget;
mod daily_rows;
mod progress;

use std::time::Duration;

pub use budget::{Budget, Limits, Spent};
pub use daily_rows::{DailyRows, WrittenRows, add};
pub use progress::{Progress, read_progress, store_progress};

/// The time after which no further turn begins; the next run is two minutes after this one.
pub const RUN_TIME: Duration = Duration::from_mins(1);
/// The time after which a turn is abandoned; other jobs continue meanwhile.
pub const TURN_TIME: Duration = Duration::from_secs(30);
