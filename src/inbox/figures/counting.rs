//! The live count: entries of the hours that are not closed yet.

use std::ops::RangeInclusive;

use crate::callback::event::Event;
use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::calendar::{day, first_hour, first_second, hour};
use super::statements::counted_entries;

/// The previous hour is closed so many seconds after it ended, since most of what is asked is answered by then.
const OPEN_AFTER_ITS_END: i64 = 900;
/// A live count is used for as many seconds as it counted entries, but for no less and no more than this: counting reads
/// some two rows a second then.
const MAX_AGE: RangeInclusive<i64> = 300..=900;

/// Number of days for which `hourly` keeps an hour after its day was summed.
pub(super) const HOURS_KEPT: i64 = 33;

/// A row of figures: the hour or the day, the kind, the key, the outcome, the number, the CreateTime of the latest.
pub type CountRow = (i64, String, String, String, i64, i64);

/// A row of [`closed_up_to`]: the latest closed hour and the latest summed day; in which hour of the clock late hours were
/// closed again, and up to which one.
pub type ClosedRow = (i64, i64, Option<i64>, Option<i64>);

/// How far hours are closed and days are summed. While it is the same, so are the figures of the hours and days up to there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    pub(super) hours_up_to: i64,
    pub(super) days_up_to: i64,
    recounted: (Option<i64>, Option<i64>),
}

/// A live count, and what it was added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// When it was counted.
    pub counted_at: Timestamp,
    /// Which hours were closed then, and are not part of it.
    pub closed: Closed,
    /// The counts by hour.
    pub rows: Vec<CountRow>,
}

/// Selects how far hours are closed: a [`ClosedRow`], or no row if nothing has to be. Reads at most 3 rows.
///
/// Before the cron trigger has run for the first time, they are closed up to the account's first entry.
#[must_use]
pub fn closed_up_to(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT hours_up_to, days_up_to, recounted_in, recounted_up_to FROM figures WHERE account = ?1 \
         UNION ALL SELECT * FROM ( \
           SELECT create_time / 3600 - 1, -1, NULL, NULL FROM inbox INDEXED BY inbox_by_time \
           WHERE account = ?1 AND create_time < ?3 * 3600 \
             AND create_time >= IIF(EXISTS (SELECT 1 FROM figures WHERE account = ?1), ?3, ?2) * 3600 \
           ORDER BY create_time LIMIT 1)",
        [account.into(), oldest_hour(now).into(), hour(now).saturating_sub(1).into()],
    )
}

/// What is older is not counted when the first hours are closed.
pub(super) const fn oldest_hour(now: Timestamp) -> i64 {
    first_hour(day(now).saturating_sub(HOURS_KEPT))
}

/// Counts the entries of the hours that are not closed yet, at most two: [`CountRow`]s by hour, some of which are to be
/// added up.
///
/// Reads two rows for each entry, since D1 also charges the rows that it sorts, and seven for each different combination
/// of event, key, rule, backend and outcome.
#[must_use]
pub fn live(account: &str, closed: Closed, now: Timestamp) -> Statement {
    Statement::new(
        concat!(counted_entries!(), "SELECT unit, kind, key, outcome, n, last_at FROM counted"),
        hours(account, &closed.live_hours(now)),
    )
}

/// The latest hour that may be closed.
pub(super) const fn latest(now: Timestamp) -> i64 {
    hour(now.minus(OPEN_AFTER_ITS_END)).saturating_sub(1)
}

/// The parameters of [`counted_entries`].
pub(super) fn hours(account: &str, hours: &RangeInclusive<i64>) -> [Parameter; 4] {
    let menu: Vec<&str> = Event::menu_names().collect();
    [
        account.into(),
        (*hours.start()).into(),
        (*hours.end()).into(),
        serde_json::to_string(&menu).unwrap_or_default().into(),
    ]
}

impl Closed {
    /// Reads the row, if there is one.
    #[must_use]
    pub fn from_row(row: Option<ClosedRow>, now: Timestamp) -> Self {
        let (hours_up_to, days_up_to, recounted_in, recounted_up_to) =
            row.unwrap_or_else(|| (hour(now).saturating_sub(2), -1, None, None));
        Self { hours_up_to, days_up_to, recounted: (recounted_in, recounted_up_to) }
    }

    /// The hours that are counted live.
    fn live_hours(self, now: Timestamp) -> RangeInclusive<i64> {
        let present = hour(now);
        let first = self.hours_up_to.saturating_add(1).max(present.saturating_sub(1));
        first..=present
    }
}

impl Live {
    /// Whether it may still be used.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let totals = self.rows.iter().filter(|(_, kind, ..)| kind == "total");
        let entries = totals.fold(0_i64, |sum, (.., n, _)| sum.saturating_add(*n));
        let max_age = entries.clamp(*MAX_AGE.start(), *MAX_AGE.end());
        self.counted_at.distance(now) < max_age.unsigned_abs()
    }

    /// From when on hours are neither closed nor counted, because the cron trigger is late.
    #[must_use]
    pub fn missing_since(&self) -> Option<Timestamp> {
        let next = self.closed.hours_up_to.saturating_add(1);
        (next < *self.closed.live_hours(self.counted_at).start()).then(|| first_second(next))
    }
}
