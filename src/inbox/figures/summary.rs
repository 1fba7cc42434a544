//! The figures of some days: by day, and of the whole period by rule, backend and scene.

use schemars::JsonSchema;
use serde::Serialize;

use crate::sql::Statement;
use crate::time::date;

use super::calendar::{Days, day_of};
use super::counting::{Closed, CountRow, Live};
use super::response_times::percentile;
use super::statements::{capped, figures_of_days};
use super::tally::{OutcomeCounts, Tallies, Tally};

/// Maximum number of rules, backends and scenes; the others are summed as `other`.
const MAX_KEYS: usize = 200;

/// The figures of some days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The newest first; days without messages and events are left out.
    pub days: Vec<DayFigures>,
    /// The most frequent first.
    pub rules: Vec<RuleFigures>,
    /// The most frequent first.
    pub backends: Vec<BackendFigures>,
    /// The most frequent first.
    pub scenes: Vec<SceneFigures>,
}

/// One day, from midnight to midnight in Beijing, as in WeChat's own statistics.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DayFigures {
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
    /// Number of messages with each outcome.
    pub outcomes: OutcomeCounts,
}

/// What rules decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleFigures {
    /// The rule, or the rules that decided together, as in `message/get`; `other` for those beyond the 200 most frequent.
    pub rule: String,
    /// Number of messages and events.
    pub hits: i64,
    /// Number of them with each outcome.
    pub outcomes: OutcomeCounts,
}

/// What a backend was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BackendFigures {
    /// The backend's id.
    pub backend: String,
    /// Number of messages and events about which it was asked.
    pub asked: i64,
    /// Number of them with each outcome.
    pub outcomes: OutcomeCounts,
    /// Median of the milliseconds until it had answered, estimated from ten buckets; 30,000 also stands for more. `null`
    /// if it has not answered.
    pub median_ms: Option<i64>,
    /// Milliseconds within which 95 % of its answers came, estimated in the same way.
    pub p95_ms: Option<i64>,
}

/// The events of a parametric QR code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SceneFigures {
    /// `subscribe` or `scan`; `other` for those beyond the 200 most frequent scenes.
    pub event: String,
    /// The scene.
    pub scene: String,
    /// Number of events.
    pub received: i64,
    /// Number of them with each outcome.
    pub outcomes: OutcomeCounts,
}

/// Selects what is summed and closed of some days: [`CountRow`]s, totals by day, the others for the whole period.
///
/// Reads the rows of each day in `daily`, a few dozen unless keys are many, and those of each hour of the last days in
/// `hourly`; returns at most 40 rows a day, and 2,010 for each of the four
/// other kinds.
#[must_use]
pub fn closed_summary(account: &str, days: Days, closed: Closed) -> Statement {
    Statement::new(
        concat!(
            "WITH figures_of_days(day, kind, key, outcome, n, last_at) AS (",
            figures_of_days!("('total', 'rule', 'backend', 'time', 'scene')"),
            "), counted(unit, kind, key, outcome, n, last_at) AS ( \
               SELECT IIF(kind = 'total', day, 0), kind, \
                 IIF(kind = 'total' AND key NOT IN ('', 'subscribe', 'unsubscribe'), 'other', key), outcome, n, last_at \
               FROM figures_of_days)",
            capped!(),
            "SELECT unit, kind, key, outcome, n, last_at FROM capped"
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

impl Summary {
    /// Adds the live count to the rows of [`closed_summary`].
    #[must_use]
    pub fn new(closed: &[CountRow], live: &Live, days: Days) -> Self {
        let mut sums = Sums::default();
        for (day, kind, key, outcome, n, _) in closed {
            sums.add(*day, kind, key, outcome, *n);
        }
        for (hour, kind, key, outcome, n, _) in &live.rows {
            let day = day_of(*hour);
            if days.include(day) {
                sums.add(day, kind, key, outcome, *n);
            }
        }
        sums.into_summary()
    }
}

/// The sums of a period; those by day have the date as key.
#[derive(Default)]
pub(super) struct Sums {
    days: Tallies,
    messages: Tallies,
    followed: Tallies,
    unfollowed: Tallies,
    rules: Tallies,
    backends: Tallies,
    times: Tallies,
    scenes: Tallies,
}

impl Sums {
    pub(super) fn add(&mut self, day: i64, kind: &str, key: &str, outcome: &str, n: i64) {
        let by_day = |tallies: &mut Tallies| tallies.add(&date(day), outcome, n, 0);
        match (kind, key) {
            ("total", event) => {
                by_day(&mut self.days);
                match event {
                    "" => by_day(&mut self.messages),
                    "subscribe" => by_day(&mut self.followed),
                    "unsubscribe" => by_day(&mut self.unfollowed),
                    _ => {}
                }
            }
            ("rule", rule) => self.rules.add(rule, outcome, n, 0),
            ("backend", backend) => self.backends.add(backend, outcome, n, 0),
            ("time", backend_and_bucket) => self.times.add(backend_and_bucket, outcome, n, 0),
            ("scene", scene) => self.scenes.add(scene, outcome, n, 0),
            _ => {}
        }
    }

    pub(super) fn into_summary(self) -> Summary {
        let days = self.days.keys().rev().map(|date| {
            let messages = self.messages.of(date);
            DayFigures {
                date: date.to_owned(),
                messages: messages.n,
                events: self.days.of(date).n.saturating_sub(messages.n),
                followed: self.followed.of(date).n,
                unfollowed: self.unfollowed.of(date).n,
                outcomes: messages.outcomes,
            }
        });
        let days = days.collect();
        let rules = self.rules.most_frequent(MAX_KEYS).into_iter();
        let rules = rules.map(|(rule, Tally { n: hits, outcomes, .. })| RuleFigures { rule, hits, outcomes });
        let backends = self.backends.most_frequent(MAX_KEYS).into_iter();
        let backends = backends.map(|(backend, Tally { n: asked, outcomes, .. })| {
            let times = std::array::from_fn(|bucket| self.times.of(&format!("{backend} {bucket}")).n);
            let [median_ms, p95_ms] = [50, 95].map(|percent| percentile(percent, times));
            BackendFigures { backend, asked, outcomes, median_ms, p95_ms }
        });
        let scenes = self.scenes.most_frequent(MAX_KEYS).into_iter();
        let scenes = scenes.map(|(key, Tally { n: received, outcomes, .. })| {
            let (event, scene) = key.split_once(' ').unwrap_or((&key, ""));
            SceneFigures { event: event.to_owned(), scene: scene.to_owned(), received, outcomes }
        });
        Summary { days, rules: rules.collect(), backends: backends.collect(), scenes: scenes.collect() }
    }
}
