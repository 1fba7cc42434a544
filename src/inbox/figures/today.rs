//! The figures of today, and of yesterday by the same time.

use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp, date};

use super::calendar::{day, day_of, first_hour, first_second, hour};
use super::counting::{CountRow, Live};
use super::summary::{DayFigures, Sums};

/// The figures of today and of yesterday, as a live count and the rows of [`since_yesterday`] give them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// Today so far.
    pub today: DayFigures,
    /// Yesterday by the same time; `None` if hours are missing.
    pub yesterday_by_now: Option<DayFigures>,
}

/// Selects the totals of the closed hours of yesterday and today, and those of yesterday's present hour until the time of
/// the live count, as hour 0: [`CountRow`]s.
///
/// Reads some five rows for each of up to 47 hours, and two for each entry of the part of an hour.
#[must_use]
pub fn since_yesterday(account: &str, live: &Live) -> Statement {
    let yesterday = live.counted_at.minus(SECONDS_A_DAY);
    Statement::new(
        "SELECT hour, kind, key, outcome, n, last_at FROM hourly \
         WHERE account = ?1 AND kind = 'total' AND hour >= ?2 AND hour <= ?3 \
         UNION ALL SELECT 0, 'total', COALESCE(event, ''), outcome, COUNT(*), 0 FROM inbox INDEXED BY inbox_by_time \
         WHERE account = ?1 AND create_time >= ?4 AND create_time <= ?5 GROUP BY event, outcome",
        [
            account.into(),
            first_hour(day(yesterday)).into(),
            live.closed.hours_up_to.into(),
            first_second(hour(yesterday)).seconds().into(),
            yesterday.seconds().into(),
        ],
    )
}

impl Today {
    /// Adds the live count to the rows of [`since_yesterday`].
    #[must_use]
    pub fn new(rows: &[CountRow], live: &Live) -> Self {
        let now = live.counted_at;
        let same_hour = hour(now.minus(SECONDS_A_DAY));
        let closed = rows.iter().filter(|(hour, ..)| day_of(*hour) == day(now));
        let today =
            of_day(now, closed.chain(live.rows.iter().filter(|(hour, ..)| day_of(*hour) == day(now))));
        let by_now = rows.iter().filter(|(hour, ..)| *hour < same_hour);
        let yesterday_by_now =
            live.missing_since().is_none().then(|| of_day(now.minus(SECONDS_A_DAY), by_now));
        Self { today, yesterday_by_now }
    }
}

/// The sum of rows as the figures of a day; those that are not totals are left out.
fn of_day<'r>(time: Timestamp, rows: impl Iterator<Item = &'r CountRow>) -> DayFigures {
    let (mut sums, day) = (Sums::default(), day(time));
    for (_, kind, key, outcome, n, _) in rows {
        if kind == "total" {
            sums.add(day, kind, key, outcome, *n);
        }
    }
    let figures = sums.into_summary().days.pop();
    figures.unwrap_or_else(|| DayFigures { date: date(day), ..DayFigures::default() })
}
