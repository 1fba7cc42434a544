//! `stats/*`: statistics of days.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backends;
use crate::inbox::{self, BackendFigures, DayFigures, Live, RuleFigures, SceneFigures, WordRow};
use crate::time::Timestamp;

use super::Error;
use super::endpoint::Endpoint;
use super::fields::{invalid, period};
use super::handler::ours;
use super::menu::MenuEventStatus;
use super::plan::Plan;
use super::qrcode::NamedCodeRow;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Stats, Access::Read);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "stats/summary",
        READ,
        "Count messages, events and outcomes by day, and the hits of rules, backends and scenes.",
        &ours::<Period, Summary>(summary),
    ),
    Endpoint::new(
        "stats/report",
        READ,
        "Show figures of some days by day, rule, backend, key of a menu button or scene, and texts that nobody answered.",
        &ours::<ReportQuery, Report>(report),
    ),
];

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
    /// `stats/report`
    Report {
        /// A time on the first day.
        since: Option<Timestamp>,
        /// A time on the last day.
        until: Option<Timestamp>,
        /// What to show.
        by: Vec<ReportPart>,
    },
}

impl StatsPlan {
    /// What nobody answered is what users wrote.
    pub(super) fn further_scopes(&self) -> &'static [Scope] {
        match self {
            Self::Report { by, .. } if by.contains(&ReportPart::Word) => {
                &[Scope::One(Group::Message, Access::Read)]
            }
            Self::Report { .. } | Self::Summary { .. } => &[],
        }
    }
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

/// `stats/report`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReportQuery {
    /// Unix seconds: a time on the first day, in Beijing; absent = 29 days before the last.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    since: Option<Timestamp>,
    /// Unix seconds: a time on the last day, in Beijing; absent = today.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
    /// What to show.
    #[schemars(length(min = 1))]
    by: Vec<ReportPart>,
}

/// A part of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportPart {
    /// `days`
    Day,
    /// `rules`
    Rule,
    /// `backends`
    Backend,
    /// `keys`
    Key,
    /// `scenes`
    Scene,
    /// `words`
    Word,
}

fn report(request: ReportQuery) -> Result<Plan, Error> {
    let (since, until) = period(request.since, request.until)?;
    if request.by.is_empty() {
        return Err(invalid("by", "is empty"));
    }
    Ok(Plan::Stats(StatsPlan::Report { since, until, by: request.by }))
}

/// `stats/report`: what `by` asks for.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Report {
    /// Newest first, at most 1,000; days without messages and events are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<DayFigures>>,
    /// What rules decided in these days, the most frequent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<RuleFigures>>,
    /// What backends were asked in these days, the most frequent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backends: Option<Vec<BackendFigures>>,
    /// The events of menu buttons in these days, the latest first; at most 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<MenuEventStatus>>,
    /// The scans of parametric QR codes in these days, the most frequent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenes: Option<Vec<SceneReport>>,
    /// What users wrote in the last 48 hours, whichever days are asked for, and nothing and nobody answered: the most
    /// frequent of the last 1,000 such messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<UnansweredWord>>,
    /// Unix seconds: the present and the previous hour are counted as of then, at most a quarter of an hour ago.
    pub counted_at: i64,
    /// Unix seconds: hours from then on, except the present and the previous one, are not counted yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<i64>,
}

/// The scans of a parametric QR code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SceneReport {
    /// The scene.
    pub scene: String,
    /// Your name for the code, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Number of scans: by followers, and by users who then followed.
    pub scans: i64,
    /// Number of scans after which the user followed.
    pub followed: i64,
}

/// A text that nobody answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnansweredWord {
    /// The first 100 characters.
    pub text: String,
    /// Number of messages.
    pub count: i64,
    /// `CreateTime` of the latest.
    pub last_at: i64,
}

impl From<WordRow> for UnansweredWord {
    fn from((text, count, last_at): WordRow) -> Self {
        Self { text, count, last_at }
    }
}

/// The scenes of both events as one, with the names of codes; those beyond the 200 most frequent are left out.
#[must_use]
pub fn scene_reports(figures: Vec<SceneFigures>, codes: &[NamedCodeRow]) -> Vec<SceneReport> {
    let mut reports: Vec<SceneReport> = Vec::new();
    for SceneFigures { event, scene, received, .. } in figures {
        let (scans, followed) = match event.as_str() {
            "scan" => (received, 0),
            "subscribe" => (received, received),
            _ => continue,
        };
        match reports.iter_mut().find(|report| report.scene == scene) {
            Some(report) => {
                report.scans = report.scans.saturating_add(scans);
                report.followed = report.followed.saturating_add(followed);
            }
            None => reports.push(SceneReport { scene, name: None, scans, followed }),
        }
    }
    for report in &mut reports {
        report.name =
            codes.iter().find(|(scene, ..)| *scene == report.scene).map(|(_, name, ..)| name.clone());
    }
    reports
}
