//! When a rule applies: hours of the week, and a period of validity.

use crate::time::{SECONDS_A_DAY, Timestamp};

const WEEK: i64 = 7 * SECONDS_A_DAY;
/// 1970-01-01 was a Thursday, the fourth day of a week that begins on Monday.
const FIRST_DAY: i64 = 3;

/// Hours of some days of the week, in an offset from UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hours {
    /// Whether the hours begin on each day, Monday first.
    pub(super) days: [bool; 7],
    /// Seconds since midnight.
    pub(super) from: i64,
    /// Seconds since midnight, exclusive; a time up to `from` is on the next day.
    pub(super) to: i64,
    /// The offset from UTC, in seconds.
    pub(super) utc_offset: i64,
}

/// From one point in time, inclusive, to another, exclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
}

impl Hours {
    pub(super) fn include(&self, time: Timestamp) -> bool {
        let local = time
            .plus(self.utc_offset)
            .plus(FIRST_DAY.saturating_mul(SECONDS_A_DAY))
            .seconds()
            .rem_euclid(WEEK);
        let length = self.to.saturating_sub(self.from).rem_euclid(SECONDS_A_DAY);
        // From a time to the same time is 24 hours.
        let length = if length == 0 { SECONDS_A_DAY } else { length };
        (0_i64..7).zip(self.days).any(|(day, is_listed)| {
            let begins = day.saturating_mul(SECONDS_A_DAY).saturating_add(self.from);
            is_listed && local.saturating_sub(begins).rem_euclid(WEEK) < length
        })
    }
}

impl Period {
    pub(super) fn includes(&self, time: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= time) && self.until.is_none_or(|until| time < until)
    }
}
