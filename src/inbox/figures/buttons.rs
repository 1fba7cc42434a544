//! The events of the custom menu, by button.

use crate::sql::Statement;

use super::calendar::{Days, day_of};
use super::counting::{Closed, CountRow, Live};
use super::statements::figures_of_days;
use super::tally::{OutcomeCounts, Tallies, Tally};

/// Maximum number of buttons.
const MAX_BUTTONS: usize = 1000;

/// Selects buttons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ButtonFilter {
    /// Buttons of this conditional menu.
    pub menu_id: Option<String>,
    /// The button with this `EventKey`.
    pub key: Option<String>,
}

/// The events of a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// `EventKey`
    pub key: String,
    /// `Event` in lowercase.
    pub event: String,
    /// Number of events.
    pub received: i64,
    /// Number of them with each outcome.
    pub outcomes: OutcomeCounts,
    /// CreateTime of the latest.
    pub last_at: i64,
    /// Outcome of the latest.
    pub last_outcome: String,
}

/// Selects what is summed and closed about buttons: [`CountRow`]s of the 1,000 latest, with 0, the event, the key and the
/// outcome.
///
/// Reads the rows about buttons of each day in `daily`, and of each hour of the last days in `hourly`: usually as many as
/// the buttons used in it, at most 2,010.
#[must_use]
pub fn closed_buttons(account: &str, filter: &ButtonFilter, days: Days, closed: Closed) -> Statement {
    Statement::new(
        concat!(
            "WITH figures_of_days(day, kind, key, outcome, n, last_at) AS (",
            figures_of_days!("('menu')"),
            "), without_event AS ( \
               SELECT SUBSTR(key, 1, INSTR(key || ' ', ' ') - 1) AS event, SUBSTR(key, INSTR(key || ' ', ' ') + 1) AS rest, \
                 outcome, n, last_at \
               FROM figures_of_days), \
             parts AS ( \
               SELECT event, SUBSTR(rest, 1, INSTR(rest || ' ', ' ') - 1) AS menu_id, \
                 SUBSTR(rest, INSTR(rest || ' ', ' ') + 1) AS event_key, outcome, n, last_at \
               FROM without_event), \
             summed AS ( \
               SELECT event_key, event, outcome, SUM(n) AS n, MAX(last_at) AS last_at FROM parts \
               WHERE (?6 IS NULL OR menu_id = ?6) AND (?7 IS NULL OR event_key = ?7) GROUP BY 1, 2, 3) \
             SELECT 0 AS hour, event, event_key, outcome, n, last_at FROM summed \
             ORDER BY MAX(last_at) OVER (PARTITION BY event_key, event) DESC, event_key, event LIMIT 10000"
        ),
        [
            account.into(),
            days.first.into(),
            days.last.into(),
            closed.hours_up_to.into(),
            closed.days_up_to.into(),
            filter.menu_id.as_deref().into(),
            filter.key.as_deref().into(),
        ],
    )
}

/// Adds the live count to the rows of [`closed_buttons`]; the latest first, at most 1,000.
#[must_use]
pub fn buttons(closed: &[CountRow], live: &Live, filter: &ButtonFilter, days: Days) -> Vec<Button> {
    let mut buttons = Tallies::default();
    for (_, event, key, outcome, n, last_at) in closed {
        buttons.add(&format!("{event} {key}"), outcome, *n, *last_at);
    }
    for (hour, kind, key, outcome, n, last_at) in &live.rows {
        let (event, rest) = key.split_once(' ').unwrap_or((key, ""));
        let (menu_id, key) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_wanted = kind == "menu"
            && days.include(day_of(*hour))
            && filter.menu_id.as_ref().is_none_or(|wanted| wanted == menu_id)
            && filter.key.as_ref().is_none_or(|wanted| wanted == key);
        if is_wanted {
            buttons.add(&format!("{event} {key}"), outcome, *n, *last_at);
        }
    }
    let buttons = buttons.by(|tally| tally.last_at).into_iter().take(MAX_BUTTONS);
    let buttons = buttons.map(|(button, Tally { n: received, outcomes, last_at, last_outcome })| {
        let (event, key) = button.split_once(' ').unwrap_or((&button, ""));
        Button { key: key.to_owned(), event: event.to_owned(), received, outcomes, last_at, last_outcome }
    });
    buttons.collect()
}
