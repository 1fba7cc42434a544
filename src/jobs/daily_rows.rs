//! How many rows D1 has written today, of those that Cloudflare's plan allows.
//!
//! Each isolate counts what D1 charges its calls and reports it to the object `RowCounter`, which answers with the sum of
//! all. From [`RESERVED_FROM`] percent on, the rest is reserved for receiving.

use serde::{Deserialize, Serialize};

use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};

/// From this percentage of the day's rows on, only receiving and what users wait for writes.
const RESERVED_FROM: u64 = 80;
/// An isolate reports as soon as it has counted so many rows.
const REPORT_AT: u64 = 200;
/// Seconds after which the sum is asked for again.
const STALE_AFTER: u64 = 300;
/// Seconds without a report after one that failed.
const PAUSE: u64 = 60;

/// What an isolate reports: rows of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenRows {
    /// Days since 1970 in UTC, since Cloudflare's days begin at midnight in UTC.
    pub day: i64,
    /// How many rows.
    pub rows: u64,
}

/// The statements with which the object adds a report to the sum of its day, in its own database: the last returns the
/// sum as a row of day and rows.
///
/// A later day begins at zero, and a report of an earlier day is left out.
#[must_use]
pub fn add(report: WrittenRows) -> [Statement; 2] {
    let rows = i64::try_from(report.rows).unwrap_or(i64::MAX);
    [
        Statement::new(
            "CREATE TABLE IF NOT EXISTS written (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, rows INTEGER NOT NULL)",
            [],
        ),
        Statement::new(
            "INSERT INTO written (id, day, rows) VALUES (1, ?1, ?2) \
             ON CONFLICT (id) DO UPDATE SET day = MAX(day, excluded.day), rows = CASE \
               WHEN excluded.day > day THEN excluded.rows \
               WHEN excluded.day = day THEN rows + excluded.rows \
               ELSE rows END \
             RETURNING day, rows",
            [report.day.into(), rows.into()],
        ),
    ]
}

/// What an isolate knows about the rows of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyRows {
    /// The sum of all isolates as the object last said.
    sum: WrittenRows,
    /// Rows that are not in it yet.
    unreported: u64,
    /// When the object said it.
    heard_at: Option<Timestamp>,
    /// When a report failed, unless a later one did not.
    failed_at: Option<Timestamp>,
    /// The day on which D1 refused a call because of its daily limit.
    refused_on: Option<i64>,
}

impl DailyRows {
    /// What a new isolate knows.
    pub const NONE: Self = Self {
        sum: WrittenRows { day: 0, rows: 0 },
        unreported: 0,
        heard_at: None,
        failed_at: None,
        refused_on: None,
    };

    /// Counts rows that D1 has written.
    pub fn count(&mut self, rows: u64, now: Timestamp) {
        self.begin_day(now);
        self.unreported = self.unreported.saturating_add(rows);
    }

    /// Notes that D1 refused a call because of its daily limit.
    pub fn note_refusal(&mut self, now: Timestamp) {
        self.refused_on = Some(day(now));
    }

    /// Whether there is enough to report.
    #[must_use]
    pub fn is_report_due(&self, now: Timestamp) -> bool {
        self.unreported >= REPORT_AT && !self.has_failed(now)
    }

    /// Whether the sum is too old to decide anything by it.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let is_old =
            self.sum.day != day(now) || self.heard_at.is_none_or(|at| now.distance(at) >= STALE_AFTER);
        is_old && !self.has_failed(now)
    }

    /// Takes what has to be reported.
    pub fn take_report(&mut self, now: Timestamp) -> WrittenRows {
        self.begin_day(now);
        WrittenRows { day: day(now), rows: std::mem::take(&mut self.unreported) }
    }

    /// Notes the object's answer to a report.
    pub fn note_sum(&mut self, sum: WrittenRows, now: Timestamp) {
        self.begin_day(now);
        (self.heard_at, self.failed_at) = (Some(now), None);
        if sum.day == self.sum.day {
            self.sum = sum;
        }
    }

    /// Takes back what could not be reported.
    pub fn take_back(&mut self, report: WrittenRows, now: Timestamp) {
        self.failed_at = Some(now);
        if report.day == self.sum.day {
            self.unreported = self.unreported.saturating_add(report.rows);
        }
    }

    /// Whether what is not receiving may write, with this limit for a day.
    #[must_use]
    pub fn has_room(&self, limit: u32, now: Timestamp) -> bool {
        let today = day(now);
        let written = if self.sum.day == today { self.rows() } else { 0 };
        self.refused_on != Some(today)
            && written.saturating_mul(100) < u64::from(limit).saturating_mul(RESERVED_FROM)
    }

    /// The rows of the day, as far as is known.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.sum.rows.saturating_add(self.unreported)
    }

    fn has_failed(&self, now: Timestamp) -> bool {
        self.failed_at.is_some_and(|at| now.distance(at) < PAUSE)
    }

    fn begin_day(&mut self, now: Timestamp) {
        let today = day(now);
        if self.sum.day != today {
            (self.sum, self.unreported) = (WrittenRows { day: today, rows: 0 }, 0);
        }
    }
}

const fn day(now: Timestamp) -> i64 {
    now.seconds().div_euclid(SECONDS_A_DAY)
}
