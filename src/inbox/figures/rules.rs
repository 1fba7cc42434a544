//! How often each rule decided.

use schemars::JsonSchema;
use serde::Serialize;

use crate::sql::Statement;
use crate::text_map::TextMap;
use crate::time::{SECONDS_A_DAY, Timestamp};

use super::calendar::{Days, day_of};
use super::counting::{Closed, CountRow, Live};
use super::statements::figures_of_days;

/// What a rule has decided. Figures have the names of rules: those of the same name have the same, and a rule with another
/// name than before begins at 0. Beyond the 200 most frequent rules of an hour, rules are not counted for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleHits {
    /// Number of messages and events that it decided today, in Beijing, alone or with others.
    pub today: i64,
    /// The same of the last 28 days, with today.
    pub days28: i64,
    /// `CreateTime` of the latest of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<i64>,
}

/// Today and the 27 days before it.
#[must_use]
pub fn last_28_days(now: Timestamp) -> Days {
    Days::between(Some(now.minus(27_i64.saturating_mul(SECONDS_A_DAY))), None, now)
}

/// Selects what is summed and closed about rules: [`CountRow`]s, with 1 for the last of the days and 0 for the others, and
/// without the outcome.
///
/// Reads the rows about rules of each day in `daily`, and of each hour of the last days in `hourly`: usually as many as
/// rules decided in it, at most 2,010.
#[must_use]
pub fn closed_rules(account: &str, days: Days, closed: Closed) -> Statement {
    Statement::new(
        concat!(
            "WITH figures_of_days(day, kind, key, outcome, n, last_at) AS (",
            figures_of_days!("('rule')"),
            ") SELECT day = ?3 AS is_last, kind, key, '' AS outcome, SUM(n) AS n, MAX(last_at) AS last_at \
             FROM figures_of_days GROUP BY 1, 2, 3"
        ),
        [
            account.into(),
            days.first.into(),
            days.last.into(),
            closed.hours_up_to.into(),
            closed.days_up_to.into(),
        ],
    )
}

/// Adds the live count to the rows of [`closed_rules`]: what the rules of these labels decided, in their order.
#[must_use]
pub fn rule_hits(closed: &[CountRow], live: &Live, days: Days, labels: &[String]) -> Vec<RuleHits> {
    let mut hits = TextMap::new();
    for label in labels {
        hits.insert(label, RuleHits::default());
    }
    let mut add = |key: &str, is_today: bool, n: i64, last_at: i64| {
        // The key of several rules that decided together has all their labels.
        let is_one = hits.get(key).is_some();
        for label in if is_one { vec![key] } else { key.split(", ").collect() } {
            if let Some(hits) = hits.get_mut(label) {
                hits.days28 = hits.days28.saturating_add(n);
                hits.today = hits.today.saturating_add(if is_today { n } else { 0 });
                hits.last_at = hits.last_at.max(Some(last_at));
            }
        }
    };
    for (is_last, _, key, _, n, last_at) in closed {
        add(key, *is_last == 1, *n, *last_at);
    }
    for (hour, kind, key, _, n, last_at) in &live.rows {
        let day = day_of(*hour);
        if kind == "rule" && days.include(day) {
            add(key, day == days.last, *n, *last_at);
        }
    }
    labels.iter().map(|label| hits.get(label).copied().unwrap_or_default()).collect()
}
