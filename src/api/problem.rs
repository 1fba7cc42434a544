//! Problems of an account, each with an id and parameters, from which a program makes a text in any language.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::wechat::{self, refused_ip};

/// Parameters by name: each a text or a number.
pub type Params = Map<String, Value>;

/// The schema of [`Params`].
pub(super) type ParamsByName = BTreeMap<String, Param>;

/// A parameter of a problem or a check.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes the values of Params")]
pub(super) enum Param {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

/// Parameters from their names and values.
pub(super) fn params(list: Vec<(&str, Value)>) -> Params {
    let mut params = Params::new();
    for (name, value) in list {
        params.insert(name.to_owned(), value);
    }
    params
}

/// Something that is wrong now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// `unwritable` (D1 accepts no writes: messages are held), `unheld` (nor does the spool), `configuration` (`message`),
    /// `token`, `secret` or `ip` (WeChat issues no access token: `message`, `ip`), `callback` (deliveries are refused:
    /// `step`, `skew`), `dead` (deliveries were given up: `n`; `webhook` and `name` if it is one webhook), `unsent` (messages
    /// to users failed in the last 48 hours: `n`), `quota` (`api`, `used`, `limit`), `size` (`bytes`, `limit`, `days`),
    /// `model` (a provider of models is not configured, or rejects calls: `message`),
    /// `rows` (`used`, `limit`), `spool` (`waiting`, `set_aside`, `message`), `quiet` (nothing arrives, although something did
    /// in the same hours of each of the 14 days before) or `not_connected` (WeChat has never come).
    pub id: &'static str,
    /// `failed` or `warning`.
    pub severity: &'static str,
    /// Unix seconds: since when, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// Texts and numbers. A number of rows that is counted up to 100 stands for more as well.
    #[schemars(with = "ParamsByName")]
    pub params: Params,
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
    let mut params = params(vec![("message", error.explanation().into())]);
    if let wechat::Error::Refused(refusal) = error
        && let Some(ip) = refused_ip(&refusal.errmsg)
    {
        params.insert("ip".to_owned(), ip.into());
    }
    (id, params)
}
