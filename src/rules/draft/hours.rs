//! `hours` and `valid`: when a rule applies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;
use crate::rules::hours::{Hours, Period};
use crate::time::{SECONDS_A_DAY, Timestamp};

/// Beijing's.
const DEFAULT_UTC_OFFSET: &str = "+08:00";
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Hours of some days of the week, such as `{"days": ["sat", "sun"], "from": "22:00", "to": "06:00"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Hours")]
#[serde(deny_unknown_fields)]
pub(super) struct HoursDraft {
    /// The days on which the hours begin: single days `mon` to `sun`, or ranges such as `mon-fri`; absent = every day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(min = 1),
        inner(regex(pattern = "^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$"))
    )]
    days: Option<Vec<String>>,
    /// The beginning, such as `09:00`.
    #[schemars(regex(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))]
    from: String,
    /// The end, exclusive; a time up to `from` is on the next day.
    #[schemars(regex(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))]
    to: String,
    /// The offset from UTC, such as `-05:00` or `Z`; absent = `+08:00`, Beijing's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"))]
    utc_offset: Option<String>,
}

/// A period of validity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Validity")]
#[serde(deny_unknown_fields)]
pub(super) struct PeriodDraft {
    /// The beginning in Unix seconds; absent = no lower bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    from: Option<Timestamp>,
    /// The end in Unix seconds, exclusive; absent = no upper bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
}

impl HoursDraft {
    pub(super) fn check(&self) -> Result<Hours, Invalid> {
        let clock = |field: &str, text: &str| {
            clock_time(text).ok_or_else(|| Invalid::new(field, "must be a time such as 09:00"))
        };
        let utc_offset = seconds_of(self.utc_offset.as_deref().unwrap_or(DEFAULT_UTC_OFFSET));
        Ok(Hours {
            days: self.days()?,
            from: clock("from", &self.from)?,
            to: clock("to", &self.to)?,
            utc_offset: utc_offset
                .ok_or_else(|| Invalid::new("utc_offset", "must be an offset from UTC such as +08:00"))?,
        })
    }

    fn days(&self) -> Result<[bool; 7], Invalid> {
        let Some(named) = &self.days else { return Ok([true; 7]) };
        let position = |day: &str| DAYS.iter().position(|known| *known == day).ok_or_else(unknown_day);
        let range = |name: &String| {
            let (first, last) = name.split_once('-').unwrap_or((name, name));
            Ok((position(first)?, position(last)?))
        };
        let ranges = named.iter().map(range).collect::<Result<Vec<_>, Invalid>>()?;
        if ranges.is_empty() {
            return Err(unknown_day());
        }
        // A range such as `fri-mon` goes past the end of the week.
        let includes = |&(first, last): &(usize, usize), day| {
            if first <= last { (first..=last).contains(&day) } else { day >= first || day <= last }
        };
        Ok(std::array::from_fn(|day| ranges.iter().any(|range| includes(range, day))))
    }
}

fn unknown_day() -> Invalid {
    Invalid::new("days", format!("must contain only {}, or ranges such as mon-fri", DAYS.join(", ")))
}

/// The seconds of an offset from UTC such as `+08:00`.
fn seconds_of(offset: &str) -> Option<i64> {
    match (offset.split_at_checked(1), offset) {
        (_, "Z") => Some(0),
        (Some(("+", east)), _) => clock_time(east).filter(|seconds| *seconds < SECONDS_A_DAY),
        (Some(("-", west)), _) => {
            clock_time(west).filter(|seconds| *seconds < SECONDS_A_DAY).map(i64::wrapping_neg)
        }
        _ => None,
    }
}

/// Reads `00:00` to `24:00` as seconds since midnight.
fn clock_time(text: &str) -> Option<i64> {
    // Rust also reads "+9" as a number.
    let is_number = |digits: &str| digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let (hours, minutes) =
        text.split_once(':').filter(|(hours, minutes)| is_number(hours) && is_number(minutes))?;
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
            (Some(from), Some(until)) if until <= from => Err(Invalid::new("until", "must be after from")),
            (from, until) => Ok(Period { from, until }),
        }
    }
}
