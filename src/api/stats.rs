//! `stats/*`: statistics of days.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backends;
use crate::inbox::{self, BackendFigures, DayFigures, Live, RuleFigures, SceneFigures};
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
    "Count messages, events and outcomes by day, and the hits of rules, backends and scenes.",
    &ours::<Period, Summary>(summary),
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
pub struct Summary {
    /// Newest first, at most 1,000; days without messages and events are left out.
    pub days: Vec<DayFigures>,
    /// What rules decided in these days, the most frequent first.
    pub rules: Vec<RuleFigures>,
    /// What backends were asked in these days, the most frequent first.
    pub backends: Vec<BackendFigures>,
    /// The events of parametric QR codes in these days, the most frequent first.
    pub scenes: Vec<SceneFigures>,
    /// What is unfinished now, whichever days are asked for.
    pub unfinished: Unfinished,
    /// Unix seconds: the present and the previous hour are counted as of then, at most a quarter of an hour ago.
    pub counted_at: i64,
    /// Unix seconds: hours from then on, except the present and the previous one, are not counted yet, since the cron trigger is late or has not run yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<i64>,
}

/// What is unfinished. Each number is counted up to 100, which stands for more as well. A count is used for as many seconds
/// as it counted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Unfinished {
    /// Number of unanswered messages of the last 48 hours.
    pub messages: i64,
    /// Number of deliveries that are retried, or have not been tried yet.
    pub pending_deliveries: i64,
    /// Number of deliveries that were given up.
    pub dead_deliveries: i64,
}

fn summary(request: Period) -> Result<Plan, Error> {
    let (since, until) = period(request.since, request.until)?;
    Ok(Plan::Stats(StatsPlan::Summary { since, until }))
}

impl Summary {
    /// The answer.
    #[must_use]
    pub fn new(figures: inbox::Summary, live: &Live, unfinished: &backends::Unfinished) -> Self {
        let inbox::Summary { days, rules, backends, scenes } = figures;
        Self {
            days,
            rules,
            backends,
            scenes,
            unfinished: Unfinished {
                messages: unfinished.messages,
                pending_deliveries: unfinished.pending,
                dead_deliveries: unfinished.dead,
            },
            counted_at: live.counted_at.seconds(),
            missing_since: live.missing_since().map(Timestamp::seconds),
        }
    }
}
