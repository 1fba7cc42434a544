//! What is stored, for how long, and how large the database may become.

use std::ops::RangeInclusive;
use std::str::FromStr;

use super::{Plan, Problem};

/// Unless `RETENTION_DAYS` is set.
const DEFAULT_RETENTION_DAYS: i64 = 90;
/// The largest number of days for which messages are kept.
pub const MAX_RETENTION_DAYS: i64 = 36_500;
/// The number of rows that D1 writes a day on the free plan.
const FREE_ROWS_PER_DAY: u32 = 100_000;
/// Larger than any database of D1.
const MAX_DATABASE_MB: u32 = 1_000_000;
/// They say who follows, which the worker has to know.
const ALWAYS_STORED: [&str; 2] = ["subscribe", "unsubscribe"];

/// The other name of an event, and the one that `callback` gives it.
const ALIAS: (&str, &str) = ("freepublishjobfinish", "publishjobfinish");

/// The variables about storage.
#[derive(Debug)]
pub(super) struct Storage {
    pub(super) retention_days: Result<i64, Problem>,
    pub(super) database_limit_mb: Result<Option<u32>, Problem>,
    pub(super) rows_per_day: Result<Option<u32>, Problem>,
    pub(super) ignored_events: Result<Vec<String>, Problem>,
}

impl Storage {
    pub(super) fn parse(variable: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            retention_days: number(
                &variable,
                "RETENTION_DAYS",
                0..=MAX_RETENTION_DAYS,
                "must be a number of days, from 0 to 36500",
            )
            .map(|days| days.unwrap_or(DEFAULT_RETENTION_DAYS)),
            database_limit_mb: number(
                &variable,
                "DATABASE_LIMIT_MB",
                1..=MAX_DATABASE_MB,
                "must be a number of megabytes, such as 500",
            ),
            rows_per_day: number(
                &variable,
                "ROWS_PER_DAY",
                1..=u32::MAX,
                "must be a number of rows, such as 100000",
            ),
            ignored_events: ignored_events(&variable("IGNORED_EVENTS").unwrap_or_default()),
        }
    }

    pub(super) fn problems(&self) -> impl Iterator<Item = &Problem> {
        let problems = [
            self.retention_days.as_ref().err(),
            self.database_limit_mb.as_ref().err(),
            self.rows_per_day.as_ref().err(),
            self.ignored_events.as_ref().err(),
        ];
        problems.into_iter().flatten()
    }

    /// The number of rows that D1 writes a day; `None` if the plan has no such limit.
    pub(super) fn rows_per_day(&self, plan: Plan) -> Option<u32> {
        let default = match plan {
            Plan::Free => Some(FREE_ROWS_PER_DAY),
            Plan::Paid => None,
        };
        self.rows_per_day.clone().unwrap_or_default().or(default)
    }
}

/// A variable that is a number; `None` if it is not set.
fn number<N: FromStr + PartialOrd>(
    variable: impl Fn(&str) -> Option<String>,
    name: &'static str,
    allowed: RangeInclusive<N>,
    complaint: &'static str,
) -> Result<Option<N>, Problem> {
    match variable(name).unwrap_or_default().trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(number) if allowed.contains(&number) => Ok(Some(number)),
            _ => Err(Problem::new(name, complaint)),
        },
    }
}

fn ignored_events(text: &str) -> Result<Vec<String>, Problem> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    check_ignored_events(names).map_err(|complaint| Problem::new("IGNORED_EVENTS", complaint))
}

/// The names of events that are not stored, as `callback` gives them; an error is the end of a sentence.
pub fn check_ignored_events<'n>(
    names: impl Iterator<Item = &'n str> + Clone,
) -> Result<Vec<String>, &'static str> {
    let is_name = |name: &str| {
        let mut bytes = name.bytes();
        bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if !names.clone().all(is_name) {
        return Err("must be names of events in lowercase, separated by commas, such as location");
    }
    if names.clone().any(|name| ALWAYS_STORED.contains(&name)) {
        return Err("must not contain subscribe or unsubscribe");
    }
    let known = |name| if name == ALIAS.0 { ALIAS.1 } else { name };
    Ok(names.map(known).map(ToOwned::to_owned).collect())
}
