//! Points in time. The core has no clock: callers pass the time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The length of a day in seconds.
pub const SECONDS_A_DAY: i64 = 86_400;

/// Beijing's offset from UTC in seconds.
const BEIJING: i64 = 8 * 3600;

/// Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last second of the year 9999, which databases and JavaScript still represent exactly.
    pub const LAST: Self = Self(253_402_300_799);

    /// A point in time from Unix seconds.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Reads decimal Unix seconds, as WeChat writes them in `timestamp` and `CreateTime`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// Whether it is between the years 1970 and 9999.
    #[must_use]
    pub const fn is_sensible(self) -> bool {
        0 <= self.0 && self.0 <= Self::LAST.0
    }

    /// Unix seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The point this many seconds later.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The point this many seconds earlier.
    #[must_use]
    pub const fn minus(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// The seconds between two points, in either direction.
    #[must_use]
    pub const fn distance(self, other: Self) -> u64 {
        self.0.abs_diff(other.0)
    }

    /// The day in Beijing, in days since 1970.
    #[must_use]
    pub const fn day_in_beijing(self) -> i64 {
        self.0.saturating_add(BEIJING).div_euclid(SECONDS_A_DAY)
    }

    /// The date and time in Beijing with the offset from UTC, for people: `2025-11-22 10:00:00 +08:00`.
    #[must_use]
    pub fn in_beijing(self) -> String {
        let local = self.0.clamp(0, Self::LAST.0).saturating_add(BEIJING);
        let (year, month, day) = civil(local.div_euclid(SECONDS_A_DAY));
        let second = local.rem_euclid(SECONDS_A_DAY);
        let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
        format!("{year}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds:02} +08:00")
    }
}

/// A day, counted from 1970-01-01, such as `2026-11-22`.
#[must_use]
pub fn date(day: i64) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The year, month and day in the Gregorian calendar of a day, counted from 1970-01-01.
///
/// A year begins in March here, so that the leap day is its last: <https://howardhinnant.github.io/date_algorithms.html>.
const fn civil(day: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    let day = day.saturating_add(719_468);
    let (era, day) = (day.div_euclid(ERA), day.rem_euclid(ERA));
    let leap_days = (day / 1460).saturating_sub(day / 36_524).saturating_add(day / 146_096);
    let year = day.saturating_sub(leap_days) / 365;
    let before = year.saturating_mul(365).saturating_add(year / 4).saturating_sub(year / 100);
    let day = day.saturating_sub(before);
    let month = day.saturating_mul(5).saturating_add(2) / 153;
    let before = month.saturating_mul(153).saturating_add(2) / 5;
    let day = day.saturating_sub(before).saturating_add(1);
    let (month, next) = if month < 10 { (month.saturating_add(3), 0) } else { (month.saturating_sub(9), 1) };
    (era.saturating_mul(400).saturating_add(year).saturating_add(next), month, day)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn people_read_the_time_in_beijing() {
        let check = |seconds, expected| assert_eq!(Timestamp::from_seconds(seconds).in_beijing(), expected);
        check(1_763_776_800, "2025-11-22 10:00:00 +08:00");
        check(0, "1970-01-01 08:00:00 +08:00");
        check(951_753_599, "2000-02-28 23:59:59 +08:00");
        check(951_753_600, "2000-02-29 00:00:00 +08:00");
        check(1_709_222_400, "2024-03-01 00:00:00 +08:00");
        check(1_767_196_800, "2026-01-01 00:00:00 +08:00");
        check(4_107_427_200, "2100-02-28 00:00:00 +08:00");
        check(4_107_513_600, "2100-03-01 00:00:00 +08:00");
        check(i64::MIN, "1970-01-01 08:00:00 +08:00");
        check(i64::MAX, "10000-01-01 07:59:59 +08:00");
    }
}
