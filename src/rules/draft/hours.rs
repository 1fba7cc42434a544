//! `hours` and `valid`: when a rule is in force.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;
use crate::rules::hours::{Hours, Period};
use crate::time::Timestamp;

/// Beijing's.
const DEFAULT_UTC_OFFSET: &str = "+08:00";
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Hours of some days, such as `{"days": ["sat", "sun"], "from": "22:00", "to": "06:00"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Hours")]
#[serde(deny_unknown_fields)]
pub(super) struct HoursDraft {
    /// `mon` to `sun`, on which they begin; absent = every day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(regex(pattern = "^(mon|tue|wed|thu|fri|sat|sun)$")))]
    days: Option<Vec<String>>,
    /// Such as `09:00`.
    #[schemars(regex(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))]
    from: String,
    /// Not included; at or before `from` it is the next day's.
    #[schemars(regex(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))]
    to: String,
    /// The offset from UTC, such as `-05:00` or `Z`; absent = `+08:00`, Beijing's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"))]
    utc_offset: Option<String>,
}

/// From one point in time to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Validity")]
#[serde(deny_unknown_fields)]
pub(super) struct PeriodDraft {
    /// Unix seconds; absent = from ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    from: Option<Timestamp>,
    /// Unix seconds, not included; absent = for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
}

impl HoursDraft {
    pub(super) fn check(&self) -> Result<Hours, Invalid> {
        let clock = |field: &str, text: &str| {
            clock_time(text).ok_or_else(|| Invalid::new(field, "must be a time such as 09:00"))
        };
        let ahead = ahead(self.utc_offset.as_deref().unwrap_or(DEFAULT_UTC_OFFSET));
        Ok(Hours {
            days: self.days()?,
            from: clock("from", &self.from)?,
            to: clock("to", &self.to)?,
            ahead: ahead
                .ok_or_else(|| Invalid::new("utc_offset", "must be an offset from UTC such as +08:00"))?,
        })
    }

    fn days(&self) -> Result<[bool; 7], Invalid> {
        let Some(named) = &self.days else { return Ok([true; 7]) };
        let is_known = |day: &String| DAYS.contains(&day.as_str());
        if named.is_empty() || !named.iter().all(is_known) {
            return Err(Invalid::new("days", format!("must hold some of {}", DAYS.join(", "))));
        }
        Ok(DAYS.map(|day| named.iter().any(|name| name == day)))
    }
}

/// The seconds by which an offset such as `+08:00` is ahead of UTC.
fn ahead(offset: &str) -> Option<i64> {
    match (offset.split_at_checked(1), offset) {
        (_, "Z") => Some(0),
        (Some(("+", ahead)), _) => clock_time(ahead),
        (Some(("-", behind)), _) => clock_time(behind).map(i64::wrapping_neg),
        _ => None,
    }
}

/// Seconds since midnight, of `00:00` to `23:59`; `24:00` is midnight as well.
fn clock_time(text: &str) -> Option<i64> {
    let (hours, minutes) =
        text.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    let is_time = (hours < 24 && minutes < 60) || (hours == 24 && minutes == 0);
    is_time
        .then(|| i64::from(hours).saturating_mul(3600).saturating_add(i64::from(minutes).saturating_mul(60)))
}

impl PeriodDraft {
    pub(super) fn check(&self) -> Result<Period, Invalid> {
        for (field, time) in [("from", self.from), ("until", self.until)] {
            if time.is_some_and(|time| !time.is_sensible()) {
                return Err(Invalid::new(field, "must be Unix seconds before the year 10000"));
            }
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if until <= from => Err(Invalid::new("until", "lies before from")),
            (from, until) => Ok(Period { from, until }),
        }
    }
}
