//! `setup/*`: what is set up, and what became of WeChat's latest requests.

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::{Account, Config, DEFAULT_ACCOUNT, Variable};
use crate::setup::{AttemptKind, AttemptRow};

use super::Error;
use super::endpoint::Endpoint;
use super::fields::NoParameters;
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Account, Access::Read);

pub(super) const CALLS: &[Endpoint] = &[Endpoint::new(
    "setup/get",
    READ,
    "Show what is set up, and what became of WeChat's latest requests to the callback URL.",
    &ours::<NoParameters, Setup>(get),
)];

fn get(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Setup)
}

/// `setup/get`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Setup {
    /// What to enter as 服务器地址(URL) in WeChat's console.
    pub callback_url: String,
    /// What to choose as 消息加解密方式: `secure`, or `plain` without an EncodingAESKey.
    pub mode: &'static str,
    /// Those that the account needs, and others that are malformed.
    pub variables: Vec<SetupVariable>,
    /// The last server address verification that succeeded and the last that failed, the newest first.
    pub handshakes: Vec<Handshake>,
    /// The last delivery that was refused: it may be one of WeChat's, or a stranger's.
    pub refused: Vec<Refused>,
    /// Unix seconds: `CreateTime` of the oldest message or event that is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_message_at: Option<i64>,
    /// Number of rules.
    pub rules: usize,
    /// Whether plaintext is rejected.
    pub require_encryption: bool,
    /// Whether `WECHAT_ORIGINAL_ID` is set.
    pub original_id: bool,
    /// Whether this call was made with the root key, instead of a key of the caller's own.
    pub root_key_used: bool,
}

/// A variable or secret. Its value is not shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SetupVariable {
    /// Its name, or the path inside `ACCOUNTS`, such as `ACCOUNTS[0].token`.
    pub name: String,
    /// `set`, `missing` or `malformed`.
    #[schemars(extend("enum" = ["set", "missing", "malformed"]))]
    pub state: &'static str,
    /// Whether it is a secret.
    pub secret: bool,
    /// What needs it: `callback`, `encryption`, `wechat_api`, `api` or `keys`.
    #[serde(rename = "for")]
    pub uses: &'static [&'static str],
}

/// A server address verification.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Handshake {
    /// Unix seconds: when it arrived.
    pub at: i64,
    /// Whether it succeeded.
    pub ok: bool,
    /// The step that failed: `parameters`, `signature` or `answer`; `answer` if none did.
    #[schemars(extend("enum" = ["parameters", "signature", "answer"]))]
    pub step: String,
    /// By how many seconds its `timestamp` differs from the worker's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew: Option<i64>,
    /// Milliseconds until the answer, where they can be measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<i64>,
}

/// A delivery that was refused.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Refused {
    /// Unix seconds: when it arrived.
    pub at: i64,
    /// The step that failed: `parameters`, `signature` (the Token differs), `time`, `mode` (it is not encrypted),
    /// `decrypt` (the EncodingAESKey or the AppID differs), `recipient` (`WECHAT_ORIGINAL_ID` differs) or `answer`.
    #[schemars(extend("enum" = ["parameters", "signature", "time", "mode", "decrypt", "recipient", "answer"]))]
    pub step: String,
    /// By how many seconds its `timestamp` or `CreateTime` differs from the worker's clock, if the step is `time`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew: Option<i64>,
}

impl Setup {
    /// The set-up of an account, before anything of the database is added. `origin` is that of the worker's own URL.
    #[must_use]
    pub fn new(config: &Config, account: &Account, origin: &str) -> Self {
        let callback = account.callback().ok();
        let path = match account.name() {
            DEFAULT_ACCOUNT => String::new(),
            name => format!("/{name}"),
        };
        let variable = |variable: Variable| SetupVariable {
            name: variable.name,
            state: variable.state.name(),
            secret: variable.is_secret,
            uses: variable.uses,
        };
        Self {
            callback_url: format!("{origin}/callback{path}"),
            mode: if callback.is_some_and(|callback| callback.encryption.is_err()) {
                "plain"
            } else {
                "secure"
            },
            variables: config.variables_of(account).into_iter().map(variable).collect(),
            handshakes: Vec::new(),
            refused: Vec::new(),
            first_message_at: None,
            rules: 0,
            require_encryption: callback.is_some_and(|callback| callback.require_encryption),
            original_id: callback.is_some_and(|callback| callback.original_id.is_some()),
            root_key_used: false,
        }
    }

    /// Adds the latest requests to the callback URL, the newest first.
    #[must_use]
    pub fn with_attempts(mut self, rows: Vec<AttemptRow>) -> Self {
        for (kind, at, step, skew, took_ms) in rows {
            let ok = kind == AttemptKind::Verified.name();
            if ok || kind == AttemptKind::NotVerified.name() {
                self.handshakes.push(Handshake { at, ok, step, skew, took_ms });
            } else if kind == AttemptKind::Refused.name() {
                self.refused.push(Refused { at, step, skew });
            } else {
                self.first_message_at = Some(at);
            }
        }
        self
    }
}
