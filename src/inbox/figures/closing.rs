//! Closing hours and summing days, in steps that may each be made twice.

use crate::inbox::Entry;
use crate::sql::Statement;
use crate::time::Timestamp;

use super::calendar::{day, day_of, first_hour, hour, last_hour};
use super::counting::{HOURS_KEPT, hours, latest, oldest_hour};
use super::statements::{capped, counted_entries, kinds};

/// A day is summed once it is this many days ago.
const DAYS_UNTIL_SUMMED: i64 = 2;
/// Number of days for which `daily` keeps a day.
const DAYS_KEPT: i64 = 1100;
/// Number of seconds within which an entry is stored, and by which clocks differ.
const STORED_WITHIN: i64 = 300;
/// Later than every hour.
const ANY: i64 = 1 << 40;

/// A row of [`due`]: the latest closed hour, the latest summed day, the next hour with entries, and the next late hour.
pub type DueRow = (i64, i64, Option<i64>, Option<i64>);

/// What has to be done next for an account's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To begin before the account's first entry.
    Begin,
    /// To pass over hours without entries.
    Pass,
    /// To close this hour.
    Close(i64),
    /// To sum this day, and to forget what is too old.
    Sum(i64),
    /// To close this hour again.
    CloseAgain(i64),
}

/// Selects what is due: no row before [`Step::Begin`], or a [`DueRow`]. Reads at most 3 rows.
///
/// A late hour is closed again at most once in each hour of the clock.
#[must_use]
pub fn due(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT hours_up_to, days_up_to, ( \
           SELECT create_time / 3600 FROM inbox INDEXED BY inbox_by_time \
           WHERE account = ?1 AND create_time >= MAX(hours_up_to + 1, kept_from) * 3600 AND create_time < (?2 + 1) * 3600 \
           ORDER BY create_time LIMIT 1), ( \
           SELECT hour FROM late_hour WHERE account = ?1 AND hour <= hours_up_to \
             AND hour >= MAX(kept_from, IIF(recounted_in = ?3, recounted_up_to + 1, 0)) ORDER BY hour LIMIT 1) \
         FROM figures WHERE account = ?1",
        [account.into(), latest(now).into(), hour(now).into()],
    )
}

/// Notes that the hour of an entry which is stored now has to be closed again, if it is closed; `None` if it cannot be.
///
/// `now` may be up to five minutes before the entry is stored.
#[must_use]
pub fn note_late(entry: &Entry, now: Timestamp) -> Option<Statement> {
    let late = hour(entry.record.create_time);
    (late <= latest(now.plus(STORED_WITHIN))).then(|| {
        Statement::new(
            "INSERT INTO late_hour (account, hour) SELECT account, CAST(?2 AS INTEGER) FROM figures \
             WHERE account = ?1 AND ?2 BETWEEN kept_from AND hours_up_to ON CONFLICT DO NOTHING",
            [entry.account.as_str().into(), late.into()],
        )
    })
}

impl Step {
    /// The next step, by the row of [`due`]; `None` if nothing is due.
    #[must_use]
    pub fn next(row: Option<DueRow>, now: Timestamp) -> Option<Self> {
        let Some((hours_up_to, days_up_to, next, late)) = row else { return Some(Self::Begin) };
        if hours_up_to < latest(now) {
            return Some(next.map_or(Self::Pass, Self::Close));
        }
        let next_day = days_up_to.saturating_add(1);
        if next_day <= day(now).saturating_sub(DAYS_UNTIL_SUMMED) && last_hour(next_day) <= hours_up_to {
            return Some(Self::Sum(next_day));
        }
        late.map(Self::CloseAgain)
    }

    /// The statements, for one transaction; making the step again changes nothing.
    ///
    /// Closing an hour reads two rows for each entry, since D1 also charges the rows that it sorts, some ten for each
    /// different combination of event, key, rule, backend and outcome, and the rows that the hour has already. It writes
    /// those that change: a few dozen unless keys are many.
    #[must_use]
    pub fn statements(self, account: &str, now: Timestamp) -> Vec<Statement> {
        match self {
            Self::Begin => vec![begin(account, now)],
            Self::Pass => vec![pass(account, latest(now))],
            Self::Close(hour) => {
                // An isolate that was overtaken changes nothing: what changed since is closed again together with its day.
                let [set, clear] = set_hour(account, hour, hour);
                vec![set, clear, closed(account, hour)]
            }
            Self::Sum(day) => {
                let mut statements = Vec::from(set_day(account, day, day.saturating_sub(1), ANY));
                statements.extend(forget(account, day));
                statements.push(summed(account, day));
                statements
            }
            Self::CloseAgain(late) => {
                let day = day_of(late);
                let mut statements = Vec::from(set_hour(account, late, ANY));
                statements.extend(set_day(account, day, day, late));
                statements.extend(recounted(account, late, now));
                statements
            }
        }
    }
}

fn begin(account: &str, now: Timestamp) -> Statement {
    let oldest = oldest_hour(now);
    Statement::new(
        // D1 binds numbers as floating-point ones, which divide into fractions.
        "INSERT INTO figures (account, hours_up_to, days_up_to, kept_from) \
         SELECT ?1, hour - 1, (hour + 8) / 24 - 1, ?3 FROM (SELECT COALESCE(( \
           SELECT create_time / 3600 FROM inbox INDEXED BY inbox_by_time \
           WHERE account = ?1 AND create_time >= ?3 * 3600 AND create_time < (?2 + 1) * 3600 \
           ORDER BY create_time LIMIT 1), CAST(?2 AS INTEGER) + 1) AS hour) WHERE TRUE \
         ON CONFLICT (account) DO NOTHING",
        [account.into(), latest(now).into(), oldest.into()],
    )
}

/// Unless an entry has arrived in the hours that it passes over.
fn pass(account: &str, up_to: i64) -> Statement {
    Statement::new(
        "UPDATE figures SET hours_up_to = ?2 WHERE account = ?1 AND hours_up_to < ?2 AND NOT EXISTS ( \
           SELECT 1 FROM inbox INDEXED BY inbox_by_time \
           WHERE account = ?1 AND create_time >= MAX(hours_up_to + 1, kept_from) * 3600 AND create_time < (?2 + 1) * 3600)",
        [account.into(), up_to.into()],
    )
}

/// The same, for the hours before this one.
fn closed(account: &str, hour: i64) -> Statement {
    Statement::new(
        "UPDATE figures SET hours_up_to = ?2 WHERE account = ?1 AND hours_up_to < ?2 AND NOT EXISTS ( \
           SELECT 1 FROM inbox INDEXED BY inbox_by_time \
           WHERE account = ?1 AND create_time >= MAX(hours_up_to + 1, kept_from) * 3600 AND create_time < ?2 * 3600)",
        [account.into(), hour.into()],
    )
}

/// Sets the rows of an hour to what its entries are now, unless some of them are no longer stored, or `closed_before` is
/// closed already.
///
/// What it had and has no longer becomes 0 and is then deleted, so that only rows that change are written.
fn set_hour(account: &str, hour: i64, closed_before: i64) -> [Statement; 2] {
    [
        Statement::new(
            concat!(
                "INSERT INTO hourly (account, kind, hour, key, outcome, n, last_at) ",
                counted_entries!(),
                capped!(),
                "SELECT ?1, kind, ?2, key, outcome, SUM(n), MAX(last_at) FROM ( \
                   SELECT kind, key, outcome, n, last_at FROM capped \
                   UNION ALL \
                   SELECT kind, key, outcome, 0, 0 FROM hourly WHERE account = ?1 AND hour = ?2 AND kind IN ",
                kinds!(),
                ") WHERE EXISTS (SELECT 1 FROM figures WHERE account = ?1 AND kept_from <= ?2 AND hours_up_to < ?5) \
                 GROUP BY kind, key, outcome \
                 ON CONFLICT (account, kind, hour, key, outcome) DO UPDATE SET n = excluded.n, last_at = excluded.last_at \
                 WHERE n <> excluded.n OR last_at <> excluded.last_at"
            ),
            hours(account, &(hour..=hour)),
        )
        .with(closed_before),
        Statement::new(
            concat!("DELETE FROM hourly WHERE account = ?1 AND hour = ?2 AND n = 0 AND kind IN ", kinds!()),
            [account.into(), hour.into()],
        ),
    ]
}

/// Sets the rows of a day to the sums of its hours, if days are summed up to `summed` and `hour` can still be closed.
fn set_day(account: &str, day: i64, summed: i64, hour: i64) -> [Statement; 2] {
    [
        Statement::new(
            concat!(
                "INSERT INTO daily (account, kind, day, key, outcome, n, last_at) \
                 WITH counted(unit, kind, key, outcome, n, last_at) AS ( \
                   SELECT 0, kind, key, outcome, n, last_at FROM hourly \
                   WHERE account = ?1 AND hour BETWEEN ?2 * 24 - 8 AND ?2 * 24 + 15 AND kind IN ",
                kinds!(),
                ")",
                capped!(),
                "SELECT ?1, kind, ?2, key, outcome, SUM(n), MAX(last_at) FROM ( \
                   SELECT kind, key, outcome, n, last_at FROM capped \
                   UNION ALL \
                   SELECT kind, key, outcome, 0, 0 FROM daily WHERE account = ?1 AND day = ?2 AND kind IN ",
                kinds!(),
                ") WHERE EXISTS ( \
                   SELECT 1 FROM figures WHERE account = ?1 AND days_up_to >= ?3 AND kept_from <= ?4) \
                 GROUP BY kind, key, outcome \
                 ON CONFLICT (account, kind, day, key, outcome) DO UPDATE SET n = excluded.n, last_at = excluded.last_at \
                 WHERE n <> excluded.n OR last_at <> excluded.last_at"
            ),
            [account.into(), day.into(), summed.into(), hour.into()],
        ),
        Statement::new(
            concat!("DELETE FROM daily WHERE account = ?1 AND day = ?2 AND n = 0 AND kind IN ", kinds!()),
            [account.into(), day.into()],
        ),
    ]
}

/// Forgets what is too old once this day is summed.
fn forget(account: &str, day: i64) -> [Statement; 3] {
    let oldest_hour = first_hour(day.saturating_sub(HOURS_KEPT));
    [
        Statement::new(
            concat!("DELETE FROM hourly WHERE account = ?1 AND hour < ?2 AND kind IN ", kinds!()),
            [account.into(), oldest_hour.into()],
        ),
        Statement::new(
            concat!("DELETE FROM daily WHERE account = ?1 AND day < ?2 AND kind IN ", kinds!()),
            [account.into(), day.saturating_sub(DAYS_KEPT).into()],
        ),
        Statement::new(
            "DELETE FROM late_hour WHERE account = ?1 AND hour < ( \
               SELECT MAX(kept_from, ?2) FROM figures WHERE account = ?1)",
            [account.into(), oldest_hour.into()],
        ),
    ]
}

fn summed(account: &str, day: i64) -> Statement {
    let oldest_hour = first_hour(day.saturating_sub(HOURS_KEPT));
    Statement::new(
        "UPDATE figures SET days_up_to = MAX(days_up_to, ?2), kept_from = MAX(kept_from, ?3) WHERE account = ?1",
        [account.into(), day.into(), oldest_hour.into()],
    )
}

fn recounted(account: &str, late: i64, now: Timestamp) -> [Statement; 2] {
    [
        Statement::new(
            "DELETE FROM late_hour WHERE account = ?1 AND hour = ?2",
            [account.into(), late.into()],
        ),
        Statement::new(
            "UPDATE figures SET recounted_in = ?3, recounted_up_to = ?2 WHERE account = ?1",
            [account.into(), late.into(), hour(now).into()],
        ),
    ]
}
