//! Figures: counts of what was received, by hour and by day.
//!
//! An hour is closed once, by counting its entries, and again if one arrives or changes afterwards ([`Step`]). Hours
//! that are not closed yet are counted where they are asked for ([`live`]). Questions about days add up daily sums,
//! closed hours, and the live count.

mod buttons;
mod calendar;
mod closing;
mod counting;
mod response_times;
mod rules;
mod scenes;
mod statements;
mod summary;
mod tally;
mod today;
mod words;

pub use buttons::{Button, ButtonFilter, buttons, closed_buttons};
pub use calendar::{Days, first_second_of_day};
pub use closing::{DueRow, Step, due, note_late};
pub use counting::{Closed, ClosedRow, CountRow, Live, closed_up_to, live};
pub use rules::{RuleHits, closed_rules, last_28_days, rule_hits};
pub use scenes::{SceneCounts, closed_scenes, last_365_days};
pub use summary::{BackendFigures, DayFigures, RuleFigures, SceneFigures, Summary, closed_summary};
pub use tally::OutcomeCounts;
pub use today::{Today, since_yesterday};
pub use words::{WordRow, unanswered_words};
