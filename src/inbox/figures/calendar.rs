//! Hours and days as the tables count them. An hour in Beijing is an hour in UTC, since the offset is a whole number.

use crate::time::Timestamp;

/// Beijing is eight hours ahead, and WeChat's own statistics count its days.
const HOURS_AHEAD: i64 = 8;
const HOURS_A_DAY: i64 = 24;
const SECONDS_AN_HOUR: i64 = 3600;
/// Maximum number of days that a question is about.
const MAX_DAYS: i64 = 1000;
/// Number of days that a question is about unless it says otherwise.
const DEFAULT_DAYS: i64 = 30;

/// Days in Beijing, up to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Days {
    /// The days of two points in time and those between them; without an end up to today, without a beginning 30.
    ///
    /// Of more than 1,000 days, the earlier ones are left out.
    #[must_use]
    pub fn between(since: Option<Timestamp>, until: Option<Timestamp>, now: Timestamp) -> Self {
        let last = day(until.unwrap_or(now));
        let first = since.map_or_else(|| last.saturating_sub(DEFAULT_DAYS).saturating_add(1), day);
        Self { first: first.max(last.saturating_sub(MAX_DAYS).saturating_add(1)), last }
    }

    /// The days since a point in time, or the last 1,000.
    #[must_use]
    pub fn since(since: Option<Timestamp>, now: Timestamp) -> Self {
        Self::between(Some(since.unwrap_or(Timestamp::from_seconds(0))), None, now)
    }

    pub(super) fn include(self, day: i64) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// When the day of a point in time begins in Beijing.
#[must_use]
pub const fn first_second_of_day(time: Timestamp) -> Timestamp {
    first_second(first_hour(day(time)))
}

/// The hour of a point in time, in hours since 1970.
pub(super) const fn hour(time: Timestamp) -> i64 {
    time.seconds().div_euclid(SECONDS_AN_HOUR)
}

/// When an hour begins.
pub(super) const fn first_second(hour: i64) -> Timestamp {
    Timestamp::from_seconds(hour.saturating_mul(SECONDS_AN_HOUR))
}

/// The day of a point in time, in days since 1970 in Beijing.
pub(super) const fn day(time: Timestamp) -> i64 {
    time.day_in_beijing()
}

/// The day of an hour.
pub(super) const fn day_of(hour: i64) -> i64 {
    hour.saturating_add(HOURS_AHEAD).div_euclid(HOURS_A_DAY)
}

/// The first hour of a day.
pub(super) const fn first_hour(day: i64) -> i64 {
    day.saturating_mul(HOURS_A_DAY).saturating_sub(HOURS_AHEAD)
}

/// The last hour of a day.
pub(super) const fn last_hour(day: i64) -> i64 {
    first_hour(day.saturating_add(1)).saturating_sub(1)
}
