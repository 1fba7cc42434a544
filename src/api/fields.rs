//! Fields that requests of several groups share, and their checks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;
use crate::limits;
use crate::time::Timestamp;

use super::Error;

/// The largest `limit` of a page.
pub(super) const MAX_PAGE: u32 = 100;

/// The longest pause of automatic answers that ends by itself: a year.
pub(super) const MAX_PAUSE_MINUTES: u32 = 525_600;

/// No parameters.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoParameters {}

/// A mistake in a field.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FieldProblem {
    /// Path of the field, such as `rules[3].when`.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

/// The mistakes one by one.
#[must_use]
pub fn field_problems(invalid: &Invalid) -> Vec<FieldProblem> {
    let problem = |(field, message): (&str, &str)| FieldProblem {
        field: field.to_owned(),
        message: message.to_owned(),
    };
    invalid.each().map(problem).collect()
}

/// A page of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// `next_cursor` of the previous page; `None` = the first page.
    pub cursor: Option<String>,
    /// Maximum number of entries.
    pub limit: u32,
}

impl Page {
    pub(super) fn new(cursor: Option<String>, limit: u32) -> Result<Self, Error> {
        Ok(Self { cursor, limit: page_limit(limit, MAX_PAGE)? })
    }
}

/// The default `limit` of a page.
pub(super) const fn default_limit() -> u32 {
    20
}

pub(super) fn page_limit(limit: u32, max: u32) -> Result<u32, Error> {
    if (1..=max).contains(&limit) { Ok(limit) } else { Err(invalid("limit", format!("must be 1 to {max}"))) }
}

/// `position` as an index.
pub(super) fn index(position: Option<u32>) -> Option<usize> {
    position.and_then(|position| usize::try_from(position).ok())
}

pub(super) fn filled(field: &str, text: String) -> Result<String, Error> {
    limits::filled(field, &text).map_err(Error::InvalidParameter)?;
    Ok(text)
}

pub(super) fn openid(field: &str, text: String) -> Result<String, Error> {
    limits::openid(field, &text).map_err(Error::InvalidParameter)?;
    Ok(text)
}

/// The cursor of a list of WeChat's: the last OpenID of the previous page; empty = the first page.
pub(super) fn next_openid(text: String) -> Result<String, Error> {
    if text.is_empty() { Ok(text) } else { openid("next_openid", text) }
}

/// The OpenID of a user whose messages may be stored. Any that WeChat has delivered is accepted: what is listed can also be
/// read, answered and erased.
pub(super) fn known_user(openid: String) -> Result<String, Error> {
    filled("openid", openid)
}

pub(super) fn optional(field: &str, text: Option<String>) -> Result<Option<String>, Error> {
    text.map(|text| filled(field, text)).transpose()
}

pub(super) fn time(field: &str, time: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
    match time {
        Some(time) if !time.is_sensible() => {
            Err(invalid(field, "must be Unix seconds before the year 10000"))
        }
        time => Ok(time),
    }
}

pub(super) fn pause_minutes(field: &str, minutes: Option<u32>) -> Result<Option<u32>, Error> {
    match minutes {
        Some(minutes) if !(1..=MAX_PAUSE_MINUTES).contains(&minutes) => {
            Err(invalid(field, format!("must be 1 to {MAX_PAUSE_MINUTES}")))
        }
        minutes => Ok(minutes),
    }
}

/// `since` and `until`; the same second is a valid period.
pub(super) fn period(
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Error> {
    let (since, until) = (time("since", since)?, time("until", until)?);
    match (since, until) {
        (Some(since), Some(until)) if until < since => Err(invalid("until", "is before since")),
        period => Ok(period),
    }
}

pub(super) fn invalid(field: &str, complaint: impl Into<String>) -> Error {
    Error::InvalidParameter(Invalid::new(field, complaint))
}
