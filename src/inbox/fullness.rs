//! How full the database is, and what is forgotten early because of it.

use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};

use super::retention::STEP;

/// The limit that is warned of if `DATABASE_LIMIT_MB` is not set: that of Cloudflare's free plan.
const FREE_PLAN_MB: u32 = 500;
const BYTES_A_MB: u64 = 1_000_000;
/// From this percentage on, the log and `account/check` say so.
const WARN_PERCENT: u64 = 80;
/// From this percentage on, the oldest days are forgotten early.
const FORGET_PERCENT: u64 = 90;
/// Nothing younger is forgotten early. In days.
const ALWAYS_KEPT: i64 = 7;
/// Younger entries do not say how fast the database grows. In days.
const MIN_AGE: i64 = 3;

/// The size of the database, and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fullness {
    /// In bytes.
    size: u64,
    /// `DATABASE_LIMIT_MB`
    limit_mb: Option<u32>,
}

impl Fullness {
    /// The size of the database in bytes, and `DATABASE_LIMIT_MB`.
    #[must_use]
    pub const fn new(size: u64, limit_mb: Option<u32>) -> Self {
        Self { size, limit_mb }
    }

    /// The size in megabytes.
    #[must_use]
    pub fn megabytes(self) -> u32 {
        u32::try_from(self.size.div_ceil(BYTES_A_MB)).unwrap_or(u32::MAX)
    }

    /// The limit in megabytes; where it is not set, that of the free plan.
    #[must_use]
    pub fn limit_mb(self) -> u32 {
        self.limit_mb.unwrap_or(FREE_PLAN_MB)
    }

    /// The size in bytes.
    #[must_use]
    pub fn bytes(self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX)
    }

    /// The limit in bytes.
    #[must_use]
    pub fn limit_bytes(self) -> i64 {
        i64::try_from(u64::from(self.limit_mb()).saturating_mul(BYTES_A_MB)).unwrap_or(i64::MAX)
    }

    /// In how many days the database is full if it goes on growing as it has since the oldest entry; `None` if entries
    /// expire before that, or if they are too few days old to say.
    #[must_use]
    pub fn days_left(self, oldest: Timestamp, now: Timestamp, retention_days: i64) -> Option<i64> {
        let age = now.seconds().saturating_sub(oldest.seconds()).div_euclid(SECONDS_A_DAY);
        if age < MIN_AGE {
            return None;
        }
        let a_day = self.bytes().checked_div(age)?.max(1);
        let left = self.limit_bytes().saturating_sub(self.bytes()).max(0);
        let days = left.checked_div(a_day)?;
        (age.saturating_add(days) < retention_days).then_some(days)
    }

    /// Whether to warn.
    #[must_use]
    pub fn is_nearly_full(self) -> bool {
        self.has_reached(WARN_PERCENT)
    }

    /// Whether entries are forgotten early. Where the limit is not set, they are only once D1 refuses to write.
    #[must_use]
    pub fn is_too_full(self) -> bool {
        self.limit_mb.is_some() && self.has_reached(FORGET_PERCENT)
    }

    /// Before which time an account's entries are forgotten early: those of the oldest day, but nothing of the
    /// last 7 days. `oldest` is when the [`oldest`] was received.
    #[must_use]
    pub fn forget_before(oldest: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let youngest = now.minus(SECONDS_A_DAY.saturating_mul(ALWAYS_KEPT));
        (oldest < youngest).then(|| oldest.plus(SECONDS_A_DAY).min(youngest))
    }

    fn has_reached(self, percent: u64) -> bool {
        let limit = u64::from(self.limit_mb()).saturating_mul(BYTES_A_MB);
        self.size.saturating_mul(100) >= limit.saturating_mul(percent)
    }
}

/// Selects when the oldest entry of an account was sent: no row, or its CreateTime.
///
/// An entry with a wrong CreateTime, from long before it was received, counts as one that was sent a day before that; up to
/// [`STEP`] of them hide no older entry.
#[must_use]
pub fn oldest(account: &str) -> Statement {
    Statement::new(
        "SELECT oldest FROM ( \
           SELECT MIN(MAX(create_time, received_at - 86400)) AS oldest FROM ( \
             SELECT create_time, received_at FROM inbox INDEXED BY inbox_by_time \
             WHERE account = ?1 ORDER BY create_time LIMIT ?2)) \
         WHERE oldest IS NOT NULL",
        [account.into(), i64::try_from(STEP).unwrap_or(i64::MAX).into()],
    )
}
