//! Counts of what was received, by hour and by day.

use crate::sql::Statement;
use crate::time::Timestamp;

/// Beijing is eight hours ahead, and WeChat's own statistics count its days.
const BEIJING: i64 = 8 * 3600;
const SECONDS_A_DAY: i64 = 86_400;

/// A row of [`menu_events`]: event key, event, received, replied, silent, relayed, failed, the last time and outcome.
pub type MenuEventRow = (String, String, i64, i64, i64, i64, i64, i64, String);

/// A row of [`daily_totals`]: the date, messages, events, new followers, lost followers.
pub type DayRow = (String, i64, i64, i64, i64);

/// What became of each button's events since the day of a point in time, the latest first.
#[must_use]
pub fn menu_events(
    account: &str,
    menu_id: Option<&str>,
    event_key: Option<&str>,
    since: Option<Timestamp>,
) -> Statement {
    Statement::new(
        "SELECT event_key, event, SUM(received), SUM(replied), SUM(silent), SUM(relayed), SUM(failed), \
           MAX(last_at), last_outcome \
         FROM menu_event WHERE account = ?1 AND (?2 IS NULL OR event_key = ?2) AND (?3 IS NULL OR menu_id = ?3) \
           AND day >= ?4 \
         GROUP BY event_key, event ORDER BY MAX(last_at) DESC, event_key, event LIMIT 1000",
        [account.into(), event_key.into(), menu_id.into(), since.map_or(0, day).into()],
    )
}

/// The totals of each day between two points in time, the newest first; a day without anything has no row.
///
/// Without an end it is today, without a beginning the 30 days up to the end.
#[must_use]
pub fn daily_totals(
    account: &str,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    now: Timestamp,
) -> Statement {
    let last = day(until.unwrap_or(now));
    let first = since.map_or_else(|| last.saturating_sub(29), day);
    Statement::new(
        "SELECT DATE(day * 86400, 'unixepoch'), messages, events, followed, unfollowed FROM daily_total \
         WHERE account = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day DESC LIMIT 1000",
        [account.into(), first.into(), last.into()],
    )
}

/// When the day of a point in time begins.
#[must_use]
pub const fn first_second_of_day(time: Timestamp) -> Timestamp {
    Timestamp::from_seconds(day(time).saturating_mul(SECONDS_A_DAY).saturating_sub(BEIJING))
}

/// Days since 1970, as the tables count them.
const fn day(time: Timestamp) -> i64 {
    time.plus(BEIJING).seconds().div_euclid(SECONDS_A_DAY)
}
