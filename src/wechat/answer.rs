//! WeChat's answers: a value, an errcode, or something unreadable.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::{self, from_value};

use super::errcode::{Action, action, advice};

/// Why a call returned no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Error {
    /// WeChat answered with an errcode.
    Refused(Refusal),
    /// The answer is not WeChat's: its status is not 200, or it is HTML or incomplete JSON.
    Unreadable {
        /// The answer's HTTP status.
        status: u16,
    },
    /// WeChat could not be reached, or the connection broke.
    Unreachable,
    /// WeChat did not answer in time.
    TimedOut,
}

/// WeChat's refusal of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// `errcode`, on which decisions are based.
    pub errcode: i64,
    /// `errmsg`, without its `rid`.
    pub errmsg: String,
    /// The request's id, which can be looked up at WeChat for seven days.
    pub rid: Option<String>,
}

/// The answer of a call that only succeeds or fails.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Done {}

/// Reads an answer into a JSON object without `errcode` and `errmsg`. A missing `errcode` or 0 is success; the content
/// type is ignored.
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

/// Reads an [`answer()`] into a type; one that does not fit is unreadable.
pub fn read<T: DeserializeOwned>(answer: &Value) -> Result<T, Error> {
    from_value(answer).map_err(|_| Error::Unreadable { status: 200 })
}

impl Error {
    /// Whether WeChat refused the access token, so that a new one may help.
    #[must_use]
    pub fn is_stale_token(&self) -> bool {
        matches!(self, Self::Refused(refusal) if action(refusal.errcode) == Action::RenewToken)
    }

    /// What happened and what to do about it, for the caller. Unlike `Display`, which is for the log, it has WeChat's
    /// `errmsg`, in which WeChat may repeat an OpenID or a text of the call.
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
            Some((text, rid)) if is_rid(rid.trim()) => {
                Self { errcode, errmsg: text.trim().to_owned(), rid: Some(rid.trim().to_owned()) }
            }
            _ => Self { errcode, errmsg: errmsg.trim().to_owned(), rid: None },
        }
    }
}

/// Such as `5f3a1b2c-0a1b2c3d-4e5f6a7b`; it is logged.
fn is_rid(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Some APIs write `errcode` as a string.
fn number(errcode: &Value) -> i64 {
    match errcode {
        Value::Number(number) => number.as_i64().unwrap_or(-1),
        Value::String(text) => text.parse().unwrap_or(-1),
        _ => 0,
    }
}

/// Parses JSON in which names or remarks may contain raw control characters, which JSON forbids.
fn parse(body: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(body);
    let is_forbidden = |character: char| character < ' ';
    let text: Cow<'_, str> =
        if text.contains(is_forbidden) { text.replace(is_forbidden, " ").into() } else { text };
    json::parse(&text).ok()
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => {
                write!(formatter, "WeChat refused ({}). {}", refusal.errcode, advice(refusal))
            }
            Self::Unreadable { status } => {
                write!(formatter, "WeChat's answer cannot be read (HTTP status {status})")
            }
            Self::Unreachable => formatter.write_str("WeChat could not be reached, or the connection broke"),
            Self::TimedOut => formatter.write_str("WeChat did not answer in time"),
        }
    }
}
