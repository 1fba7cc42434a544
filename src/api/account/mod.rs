//! `account/*`: checks of an account's configuration, and its settings.

mod settings;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::backends::SpoolStatus;
use crate::config::Callback;
use crate::inbox::Fullness;
use crate::settings::{Settings, StorageSettings};
use crate::wechat;
use crate::wechat::base::{CallbackCheck, Quota};

use super::Error;
use super::endpoint::Endpoint;
use super::fields::NoParameters;
use super::handler::ours;
use super::overview::Overview;
use super::plan::Plan;
use super::problem::{Params, ParamsByName, of_credential, params};
use super::scope::{Access, Group, Requirement, Scope};

pub use settings::{AccountSettings, count_messages};
use settings::{AccountUpdate, settings, update};

const READ: Scope = Scope::One(Group::Account, Access::Read);
const WRITE: Scope = Scope::One(Group::Account, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::requiring(
        "account/overview",
        Requirement::Key,
        "Show what is wrong, and how much comes in. What the key may not read is left out, and WeChat is not asked.",
        &ours::<NoParameters, Overview>(overview),
    ),
    Endpoint::new(
        "account/check",
        READ,
        "Check the configuration, and name the first problem.",
        &ours::<NoParameters, CheckReport>(check),
    ),
    Endpoint::new(
        "account/settings",
        READ,
        "Show what is stored, and for how long.",
        &ours::<NoParameters, AccountSettings>(settings),
    ),
    Endpoint::new(
        "account/update",
        WRITE,
        "Change what is stored, and for how long.",
        &ours::<AccountUpdate, AccountSettings>(update),
    ),
];

/// What the edge does about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountPlan {
    /// `account/overview`
    Overview,
    /// `account/check`
    Check,
    /// `account/settings`
    Settings,
    /// `account/update`
    Update {
        /// What to change.
        storage: StorageSettings,
        /// Only show what it would do.
        dry_run: bool,
    },
}

fn overview(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Account(AccountPlan::Overview))
}

fn check(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Account(AccountPlan::Check))
}

/// The result of all checks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckReport {
    /// Whether every check passed.
    pub ok: bool,
    /// The first check that failed, and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_problem: Option<String>,
    /// The checks in their order; those that depend on a failed one are left out.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Check {
    /// `configuration`, `encryption`, `storage`, `spool`, `replies`, `access_token`, `callback`, `quota`, `database_size` or
    /// `database_rows`.
    pub name: &'static str,
    /// Whether it passed.
    pub ok: bool,
    /// The result and, if the check failed, what to do about it.
    pub message: String,
    /// If the check failed, which problem it is, with an id of `account/overview`: `ip` if WeChat refuses the address in
    /// `params`, `secret` if the AppSecret is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<&'static str>,
    /// What the message says in numbers, and as in `account/overview`.
    #[serde(default, skip_serializing_if = "Params::is_empty")]
    #[schemars(with = "ParamsByName")]
    pub params: Params,
}

impl Check {
    fn new(name: &'static str, ok: bool, message: impl Into<String>) -> Self {
        Self { name, ok, message: message.into(), id: None, params: Params::new() }
    }

    /// The same with parameters, and the id of the problem if the check failed.
    fn about(self, id: &'static str, list: Vec<(&str, Value)>) -> Self {
        Self { id: (!self.ok).then_some(id), params: params(list), ..self }
    }

    /// Whether all variables and secrets are set.
    #[must_use]
    pub fn configuration(problems: &[String]) -> Self {
        let message = if problems.is_empty() {
            "all variables and secrets are set and valid".to_owned()
        } else {
            problems.join("; ")
        };
        Self::new("configuration", problems.is_empty(), message).about("configuration", vec![])
    }

    /// Whether the account's messages have to be encrypted.
    #[must_use]
    pub fn encryption(callback: &Callback) -> Self {
        let message = match (&callback.encryption, callback.require_encryption) {
            (Ok(_), true) => "messages must be encrypted; plaintext is rejected",
            (Ok(_), false) => {
                "plaintext is accepted although there is an EncodingAESKey, because require_encryption is false: anyone \
                 who sees the query string of a delivery can forge messages while its timestamp is accepted"
            }
            (Err(_), _) => {
                "there is no EncodingAESKey: only plain mode works, in which anyone who sees the query string of a \
                 delivery can forge messages while its timestamp is accepted"
            }
        };
        Self::new("encryption", true, message)
    }

    /// Whether KV answers and D1 accepts writes; `complaint` names the one that does not.
    #[must_use]
    pub fn storage(complaint: Option<String>) -> Self {
        let ok = complaint.is_none();
        let message = complaint.unwrap_or_else(|| "KV answers, and D1 accepts writes".to_owned());
        Self::new("storage", ok, message).about("unwritable", vec![])
    }

    /// Whether the spool answers, and what waits in it.
    #[must_use]
    pub fn spool(answer: Result<SpoolStatus, String>) -> Self {
        let (ok, message) = match &answer {
            Err(error) => (false, format!("the spool does not answer: {error}")),
            Ok(SpoolStatus { waiting, set_aside: 0 }) => (true, format!("{waiting} entries wait for D1")),
            Ok(SpoolStatus { waiting, set_aside }) => {
                let set_aside =
                    format!("D1 refuses {set_aside} entries and accepts others: the log says why");
                (false, format!("{waiting} entries wait for D1; {set_aside}"))
            }
        };
        let status = answer.unwrap_or_default();
        let params = vec![("waiting", status.waiting.into()), ("set_aside", status.set_aside.into())];
        Self::new("spool", ok, message).about("spool", params)
    }

    /// Which rules and webhooks are published. That there are none is no problem for a worker that only calls WeChat.
    #[must_use]
    pub fn replies(settings: &Settings) -> Self {
        let (rules, assistants) = (settings.rules.len(), settings.backends.assistants().count());
        let webhooks = settings.backends.count().saturating_sub(assistants);
        let message = match (rules, webhooks, assistants) {
            (0, 0, _) => "neither rules nor webhooks are published: users get no replies".to_owned(),
            (_, _, 0) => format!("published: rules: {rules}, webhooks: {webhooks}"),
            _ => format!("published: rules: {rules}, webhooks: {webhooks}, assistants: {assistants}"),
        };
        Self::new("replies", true, message)
    }

    /// Whether the secrets of so many providers of models are set and accepted, and what is wrong.
    #[must_use]
    pub fn providers(count: usize, problems: &[String]) -> Self {
        match problems {
            [] => {
                Self::new("providers", true, format!("the secrets of {count} provider(s) of models are set"))
            }
            problems => Self::new("providers", false, problems.join("; ")),
        }
    }

    /// Whether the database has room.
    #[must_use]
    pub fn database_size(fullness: Fullness) -> Self {
        let (megabytes, limit) = (fullness.megabytes(), fullness.limit_mb());
        let used = format!("the database has {megabytes} of {limit} MB");
        let ok = !fullness.is_nearly_full();
        let message = if ok {
            used
        } else {
            format!(
                "{used}: shorten RETENTION_DAYS, or set DATABASE_LIMIT_MB to what your plan allows, so that the oldest \
                 messages are removed in time"
            )
        };
        let params = vec![("bytes", fullness.bytes().into()), ("limit", fullness.limit_bytes().into())];
        Self::new("database_size", ok, message).about("size", params)
    }

    /// Whether D1 has rows left today for more than receiving.
    #[must_use]
    pub fn database_rows(written: u64, limit: u32, ok: bool) -> Self {
        let used = format!("D1 has written {written} of the {limit} rows of today");
        let message = if ok {
            used
        } else {
            format!(
                "{used}: what users send is still stored, but statistics, sent messages, retention and the spool wait \
                 until midnight in UTC; with Cloudflare's paid plan, set PLAN=paid"
            )
        };
        let params = vec![("used", written.into()), ("limit", i64::from(limit).into())];
        Self::new("database_rows", ok, message).about("rows", params)
    }

    /// Whether WeChat issues an access token.
    #[must_use]
    pub fn access_token(answer: Result<i64, &wechat::Error>) -> Self {
        match answer {
            Ok(seconds) => Self::new("access_token", true, format!("valid for {seconds} seconds")),
            Err(error) => {
                let (id, mut params) = of_credential(error);
                // It is the message of the check itself.
                params.remove("message");
                Self { id: Some(id), params, ..Self::new("access_token", false, error.explanation()) }
            }
        }
    }

    /// Whether WeChat can reach the server URL.
    #[must_use]
    pub fn callback(answer: Result<&CallbackCheck, &wechat::Error>) -> Self {
        let found = |check: &CallbackCheck| {
            let message = if check.is_reachable() {
                format!("WeChat can reach the server, at {} address(es)", check.dns.len())
            } else {
                "WeChat cannot reach the server: check the domain of the server URL in the console".to_owned()
            };
            (check.is_reachable(), message)
        };
        Self::of("callback", answer.map(found)).about("callback", vec![])
    }

    /// Whether customer-service messages are left in today's quota.
    #[must_use]
    pub fn quota(answer: Result<&Quota, &wechat::Error>) -> Self {
        let left = |quota: &Quota| {
            let Quota { remain, daily_limit, .. } = quota;
            (*remain > 0, format!("{remain} of {daily_limit} customer-service messages are left today"))
        };
        let (used, limit) = answer.map_or_else(|_| (0, 0), |quota| (quota.used, quota.daily_limit));
        let params = vec![("api", "customer_service".into()), ("used", used.into()), ("limit", limit.into())];
        let is_known = answer.is_ok();
        let check = Self::of("quota", answer.map(left));
        if is_known { check.about("quota", params) } else { check }
    }

    fn of(name: &'static str, outcome: Result<(bool, String), &wechat::Error>) -> Self {
        match outcome {
            Ok((ok, message)) => Self::new(name, ok, message),
            Err(error) => Self::new(name, false, error.explanation()),
        }
    }
}

impl CheckReport {
    /// Whether a call failed because the worker may not call WeChat at all, which is the fault of the access token's check:
    /// a token that was issued earlier may still be known when the secret is already wrong.
    #[must_use]
    pub const fn is_about_the_token(error: &wechat::Error) -> bool {
        match error {
            wechat::Error::Refused(refusal) => matches!(
                refusal.errcode,
                40001
                    | 40013
                    | 40014
                    | 40125
                    | 40164
                    | 40243
                    | 42001
                    | 45035
                    | 48012
                    | 50002
                    | 50004
                    | 50007
                    | 61004
                    | 89501
                    | 89503..=89507
            ),
            _ => false,
        }
    }
}

impl From<Vec<Check>> for CheckReport {
    fn from(checks: Vec<Check>) -> Self {
        let first = checks.iter().find(|check| !check.ok);
        Self {
            ok: first.is_none(),
            first_problem: first.map(|check| format!("{}: {}", check.name, check.message)),
            checks,
        }
    }
}
