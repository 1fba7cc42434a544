//! What WeChat says back: a value, an errcode, or something that is neither.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::from_value;

use super::errcode::{Action, action, advice};

/// Why a call brought no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    /// WeChat answered with an errcode.
    Refused(Refusal),
    /// There was an answer, and it is not WeChat's: another status than 200, HTML, half a JSON.
    Unreadable {
        /// The answer's HTTP status.
        status: u16,
    },
    /// There was no answer: WeChat could not be reached, or the connection broke.
    Unreachable,
    /// There was no answer in time.
    TimedOut,
}

/// WeChat's refusal of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// `errcode`; decide on it alone.
    pub errcode: i64,
    /// `errmsg`, without its `rid`.
    pub errmsg: String,
    /// The request's id at WeChat, good for seven days in its look-up.
    pub rid: Option<String>,
}

/// The answer of a call that only succeeds or fails.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Done {}

/// Reads an answer into a JSON object without `errcode` and `errmsg`. `errcode` missing or 0 is success, whatever the
/// content type says.
pub fn answer(status: u16, body: &[u8]) -> Result<Value, Error> {
    let unreadable = Error::Unreadable { status };
    if status != 200 {
        return Err(unreadable);
    }
    let Some(Value::Object(mut answer)) = parse(body) else { return Err(unreadable) };
    let (errcode, errmsg) = (answer.remove("errcode"), answer.remove("errmsg"));
    match errcode.as_ref().map_or(0, number) {
        0 => Ok(Value::Object(answer)),
        errcode => Err(Error::Refused(Refusal::new(errcode, errmsg.as_ref().and_then(Value::as_str)))),
    }
}

/// Reads an [`answer()`] into its type; one that lacks what the call is for is not WeChat's.
pub fn read<T: DeserializeOwned>(answer: &Value) -> Result<T, Error> {
    from_value(answer).map_err(|_| Error::Unreadable { status: 200 })
}

impl Error {
    /// Whether the access token was refused, which a renewal may mend.
    #[must_use]
    pub fn is_stale_token(&self) -> bool {
        matches!(self, Self::Refused(refusal) if action(refusal.errcode) == Action::RenewToken)
    }

    /// What happened and what to do about it, for people.
    #[must_use]
    pub fn explanation(&self) -> String {
        match self {
            Self::Refused(refusal) => format!("WeChat refused ({}). {}", refusal.reason(), advice(refusal)),
            _ => self.to_string(),
        }
    }
}

impl Refusal {
    /// `errcode`, and `errmsg` where there is one.
    fn reason(&self) -> String {
        match self.errmsg.as_str() {
            "" => self.errcode.to_string(),
            errmsg => format!("{}: {errmsg}", self.errcode),
        }
    }

    fn new(errcode: i64, errmsg: Option<&str>) -> Self {
        let errmsg = errmsg.unwrap_or_default();
        match errmsg.rsplit_once("rid: ") {
            Some((text, rid)) => {
                Self { errcode, errmsg: text.trim().to_owned(), rid: Some(rid.trim().to_owned()) }
            }
            None => Self { errcode, errmsg: errmsg.trim().to_owned(), rid: None },
        }
    }
}

/// Some APIs write the `errcode` as text.
fn number(errcode: &Value) -> i64 {
    match errcode {
        Value::Number(number) => number.as_i64().unwrap_or(-1),
        Value::String(text) => text.parse().unwrap_or(-1),
        _ => 0,
    }
}

/// Reads JSON, also where a name or a remark holds raw control characters, which JSON forbids.
fn parse(body: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(body);
    let is_forbidden = |character: char| character < ' ';
    let text: Cow<'_, str> =
        if text.contains(is_forbidden) { text.replace(is_forbidden, " ").into() } else { text };
    serde_json::from_str(&text).ok()
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => {
                write!(formatter, "WeChat answered {}", refusal.reason())
            }
            Self::Unreadable { status } => {
                write!(
                    formatter,
                    "WeChat's answer cannot be read (HTTP status {status}); the call may have taken effect"
                )
            }
            Self::Unreachable => formatter.write_str("WeChat could not be reached, or the connection broke"),
            Self::TimedOut => {
                formatter.write_str("WeChat did not answer in time; the call may have taken effect")
            }
        }
    }
}
