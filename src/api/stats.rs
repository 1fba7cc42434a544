//! `stats/*`: statistics by day.

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

/// What the edge does for statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatsPlan {
    /// `stats/summary`
    Summary {
        /// A time on the first day.
        since: Option<Timestamp>,
        /// A time on the last day.
        until: Option<Timestamp>,
    },
}

/// `stats/summary`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Period {
    /// Unix seconds: a time on the first day, in Beijing; absent = 29 days before the last.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    since: Option<Timestamp>,
    /// Unix seconds: a time on the last day, in Beijing; absent = today.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
}

/// `stats/summary`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DailyTotals {
    /// Newest first, at most 1,000; days without messages and events are left out.
    pub days: Vec<DailyTotal>,
}

/// One day, from midnight to midnight in Beijing, as in WeChat's own statistics.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DailyTotal {
    /// The day, such as `2026-11-22`.
    pub date: String,
    /// Number of messages.
    pub messages: i64,
    /// Number of events.
    pub events: i64,
    /// Number of follows, first or repeated.
    pub followed: i64,
    /// Number of unfollows.
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
