//! Problems of an account, each with an id and parameters, from which a program makes a text in any language.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::wechat::{self, refused_ip};

/// A parameter of a problem or a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Param {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

/// Parameters by name.
pub type Params = BTreeMap<&'static str, Param>;

/// Something that is wrong now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// `unwritable` (D1 accepts no writes: messages are held), `unheld` (nor does the spool), `configuration` (`message`),
    /// `token`, `secret` or `ip` (WeChat issues no access token: `message`, `ip`), `callback` (deliveries are refused:
    /// `step`, `skew`), `dead` (deliveries were given up: `n`; `webhook` and `name` if it is one webhook), `unsent` (messages
    /// to users failed in the last 48 hours: `n`), `quota` (`api`, `used`, `limit`), `size` (`bytes`, `limit`, `days`),
    /// `rows` (`used`, `limit`), `spool` (`waiting`, `set_aside`, `message`), `quiet` (nothing arrives, although something did
    /// in the same hours of each of the 14 days before) or `not_connected` (WeChat has never come).
    pub id: &'static str,
    /// `failed` or `warning`.
    pub severity: &'static str,
    /// Unix seconds: since when, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// Texts and numbers. A number of rows that is counted up to 100 stands for more as well.
    pub params: Params,
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Param {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// What it means that WeChat issues no access token: `ip`, `secret` or `token`, with the parameters.
#[must_use]
pub fn of_credential(error: &wechat::Error) -> (&'static str, Params) {
    let id = match error {
        wechat::Error::Refused(refusal) => match refusal.errcode {
            40164 | 45035 | 61004 => "ip",
            40001 | 40125 => "secret",
            _ => "token",
        },
        _ => "token",
    };
    let mut params = Params::from([("message", error.explanation().into())]);
    if let wechat::Error::Refused(refusal) = error
        && let Some(ip) = refused_ip(&refusal.errmsg)
    {
        params.insert("ip", ip.into());
    }
    (id, params)
}
