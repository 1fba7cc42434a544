//! `stats/*`: totals by day.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inbox::DayRow;
use crate::time::Timestamp;

use super::Error;
use super::endpoint::Endpoint;
use super::fields::period;
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Stats, Access::Read);

pub(super) const CALLS: &[Endpoint] = &[Endpoint::new(
    "stats/summary",
    READ,
    "Count messages, events, new and lost followers by day.",
    &ours::<Period, DailyTotals>(summary),
)];

/// What the edge counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatsPlan {
    /// `stats/summary`
    Summary {
        /// The first day.
        since: Option<Timestamp>,
        /// The last day.
        until: Option<Timestamp>,
    },
}

/// `stats/summary`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Period {
    /// Unix seconds on the first day, which is Beijing's; absent = 29 days before the last.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    since: Option<Timestamp>,
    /// Unix seconds on the last day; absent = today.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
}

/// `stats/summary`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DailyTotals {
    /// The newest first, 1,000 at most; a day without anything is left out.
    pub days: Vec<DailyTotal>,
}

/// One day, from midnight to midnight in Beijing, as in WeChat's own statistics.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DailyTotal {
    /// Such as `2026-11-22`.
    pub date: String,
    /// Messages of users.
    pub messages: i64,
    /// Events.
    pub events: i64,
    /// New followers, again or for the first time.
    pub followed: i64,
    /// Lost followers.
    pub unfollowed: i64,
}

fn summary(request: Period) -> Result<Plan, Error> {
    let (since, until) = period(request.since, request.until)?;
    Ok(Plan::Stats(StatsPlan::Summary { since, until }))
}

impl From<DayRow> for DailyTotal {
    fn from((date, messages, events, followed, unfollowed): DayRow) -> Self {
        Self { date, messages, events, followed, unfollowed }
    }
}
