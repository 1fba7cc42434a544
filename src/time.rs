//! Points in time. The core has no clock: callers pass the time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The length of a day in seconds.
pub const SECONDS_A_DAY: i64 = 86_400;

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
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
