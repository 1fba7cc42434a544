//! `account/settings` and `account/update`: what is stored, and for how long.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::Error;
use crate::api::fields::{NoParameters, invalid};
use crate::api::plan::Plan;
use crate::config::{MAX_RETENTION_DAYS, check_ignored_events};
use crate::inbox::DayFigures;
use crate::settings::StorageSettings;
use crate::time::{SECONDS_A_DAY, Timestamp, date};

use super::AccountPlan;

/// Maximum number of events that are not stored.
const MAX_EVENTS: usize = 100;

/// `account/settings`, `account/update`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountSettings {
    /// Number of days for which messages are kept; 0 = they are not, because `RETENTION_DAYS` is 0.
    pub retention_days: i64,
    /// Events that are not stored, in lowercase, such as `location`.
    pub unstored_events: Vec<String>,
    /// Number of messages and events that were received on the days of which some are stored, at most 1,000 days.
    pub messages: i64,
    /// Size of the database in bytes, with all accounts.
    pub bytes: i64,
    /// How many of `messages` are from days that `account/update` makes too old; they are deleted within an hour or two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_forget: Option<i64>,
}

/// Messages and events of some days: how many, and of them those of days that end more than so many days ago.
#[must_use]
pub fn count_messages(days: &[DayFigures], retention_days: i64, now: Timestamp) -> (i64, i64) {
    let kept_from = date(now.minus(retention_days.saturating_mul(SECONDS_A_DAY)).day_in_beijing());
    let mut counts = (0_i64, 0_i64);
    for day in days {
        let received = day.messages.saturating_add(day.events);
        counts.0 = counts.0.saturating_add(received);
        if day.date < kept_from {
            counts.1 = counts.1.saturating_add(received);
        }
    }
    counts
}

pub(super) fn settings(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Account(AccountPlan::Settings))
}

/// `account/update`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountUpdate {
    /// For how many days messages are kept: 1 to 36,500; absent = as before.
    #[serde(default)]
    #[schemars(range(min = 1, max = MAX_RETENTION_DAYS))]
    retention_days: Option<i64>,
    /// Events that are not stored, in lowercase and at most 100, but not `subscribe` and `unsubscribe`; absent = as before.
    #[serde(default)]
    #[schemars(length(max = MAX_EVENTS))]
    unstored_events: Option<Vec<String>>,
    /// Only show what the change would do.
    #[serde(default)]
    dry_run: bool,
}

pub(super) fn update(request: AccountUpdate) -> Result<Plan, Error> {
    let AccountUpdate { retention_days, unstored_events, dry_run } = request;
    if retention_days.is_some_and(|days| !(1..=MAX_RETENTION_DAYS).contains(&days)) {
        return Err(invalid("retention_days", format!("must be 1 to {MAX_RETENTION_DAYS}")));
    }
    let unstored_events = match unstored_events {
        Some(names) if names.len() > MAX_EVENTS => {
            return Err(invalid("unstored_events", format!("must contain at most {MAX_EVENTS}")));
        }
        Some(names) => {
            let names = check_ignored_events(names.iter().map(String::as_str));
            Some(names.map_err(|complaint| invalid("unstored_events", complaint))?)
        }
        None => None,
    };
    let storage = StorageSettings { retention_days, unstored_events };
    Ok(Plan::Account(AccountPlan::Update { storage, dry_run }))
}
