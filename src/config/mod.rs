//! What the operator configured: variables and secrets, parsed once into types that cannot be wrong.

mod account;
mod credentials;
mod source;
mod wechat_api;

use std::fmt;

pub use account::{Account, AppCredentials, Callback, CallbackTokens, Encryption};
pub use credentials::{AppId, EncodingAesKey, OriginalId};
pub use wechat_api::{ApiBase, WechatApi};

use crate::secret::Secret;

/// The name of the account that the plain `WECHAT_*` variables describe.
pub const DEFAULT_ACCOUNT: &str = "default";

/// A root key that can be guessed would be worse than none.
const LEAST_ROOT_KEY_LENGTH: usize = 16;

/// For how many days messages are kept, unless configured.
const DEFAULT_RETENTION_DAYS: i64 = 90;
const MAX_RETENTION_DAYS: i64 = 36_500;

/// Every account this worker serves, and how it reaches WeChat.
#[derive(Debug)]
pub struct Config {
    accounts: Vec<Account>,
    /// Entries of `ACCOUNTS` that may be any account.
    unreadable: Vec<Problem>,
    duplicates: Vec<Problem>,
    wechat_api: Result<WechatApi, Problem>,
    root_api_key: Result<Secret, Problem>,
    retention_days: Result<i64, Problem>,
    webhook_allow_private: bool,
    plan: Result<Plan, Problem>,
}

impl Config {
    /// Parses the variables that `variable` looks up by name.
    ///
    /// Never fails as a whole: what is wrong with one account is that account's problem,
    /// so that a mistake in one does not silence the others.
    #[must_use]
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Self {
        let (sources, unreadable) = source::read(&variable);
        let mut duplicates = Vec::new();
        let mut accounts: Vec<Account> = Vec::with_capacity(sources.len());
        for source in &sources {
            if accounts.iter().any(|other| other.name() == source.name) {
                duplicates.push(Problem::new(source.label("name"), "is used twice"));
            } else {
                accounts.push(Account::parse(source));
            }
        }
        Self {
            accounts,
            unreadable,
            duplicates,
            wechat_api: WechatApi::parse(&variable),
            root_api_key: parse_root_api_key(variable("ROOT_API_KEY")),
            retention_days: parse_retention_days(variable("RETENTION_DAYS")),
            webhook_allow_private: variable("WEBHOOK_ALLOW_PRIVATE").as_deref() == Some("true"),
            plan: parse_plan(variable("PLAN")),
        }
    }

    /// How to reach WeChat's API.
    pub const fn wechat_api(&self) -> Result<&WechatApi, &Problem> {
        self.wechat_api.as_ref()
    }

    /// `ROOT_API_KEY`: the first API key, which may do everything.
    pub const fn root_api_key(&self) -> Result<&Secret, &Problem> {
        self.root_api_key.as_ref()
    }

    /// `WEBHOOK_ALLOW_PRIVATE`: whether webhooks may be called on a private network, and without TLS: for development.
    #[must_use]
    pub const fn webhook_allow_private(&self) -> bool {
        self.webhook_allow_private
    }

    /// `PLAN`: Cloudflare's plan, which limits how many calls a run of the jobs may make; the free one unless set.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.plan.clone().unwrap_or_default()
    }

    /// Whether messages are kept at all.
    #[must_use]
    pub const fn keeps_messages(&self) -> bool {
        !matches!(self.retention_days, Ok(0))
    }

    /// `RETENTION_DAYS`: for how many days messages are kept; 0 = none is, but what a backend still has to get.
    pub const fn retention_days(&self) -> Result<i64, &Problem> {
        match &self.retention_days {
            Ok(days) => Ok(*days),
            Err(problem) => Err(problem),
        }
    }

    /// The accounts, in the order of the configuration.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// The account a path names, or the one of the plain variables where it names none.
    pub fn account(&self, name: Option<&str>) -> Result<&Account, NoAccount<'_>> {
        let wanted = name.unwrap_or(DEFAULT_ACCOUNT);
        self.accounts.iter().find(|account| account.name() == wanted).ok_or(
            match self.unreadable.as_slice() {
                [] => NoAccount::Unknown,
                problems => NoAccount::Unreadable(problems),
            },
        )
    }

    /// Everything an operator has to mend before WeChat is answered, in the order of the configuration.
    ///
    /// What is merely not set up (AppSecret, root API key) is no problem until somebody wants it.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.unreadable
            .iter()
            .chain(&self.duplicates)
            .chain(self.accounts.iter().flat_map(Account::problems))
            .chain(self.wechat_api.as_ref().err())
            .chain(self.retention_days.as_ref().err())
            .chain(self.plan.as_ref().err())
    }

    /// What an operator has to mend before one account can do everything.
    pub fn problems_of<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Problem> {
        let app = account.app().err().into_iter().flatten();
        account
            .problems()
            .chain(app)
            .chain(self.wechat_api.as_ref().err())
            .chain(self.retention_days.as_ref().err())
    }
}

fn parse_root_api_key(text: Option<String>) -> Result<Secret, Problem> {
    let text = text.unwrap_or_default();
    match text.trim() {
        "" => Err(Problem::new("ROOT_API_KEY", "is missing: the API is closed without it")),
        key if key.len() < LEAST_ROOT_KEY_LENGTH => {
            Err(Problem::new("ROOT_API_KEY", "must have at least 16 characters"))
        }
        key => Ok(Secret::new(key)),
    }
}

fn parse_retention_days(text: Option<String>) -> Result<i64, Problem> {
    match text.unwrap_or_default().trim() {
        "" => Ok(DEFAULT_RETENTION_DAYS),
        text => text
            .parse()
            .ok()
            .filter(|days| (0..=MAX_RETENTION_DAYS).contains(days))
            .ok_or_else(|| Problem::new("RETENTION_DAYS", "must be a number of days, from 0 to 36500")),
    }
}

/// Cloudflare's plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Plan {
    /// 50 queries of D1 and 50 subrequests an invocation.
    #[default]
    Free,
    /// 1,000 queries of D1 and 10,000 subrequests an invocation.
    Paid,
}

fn parse_plan(text: Option<String>) -> Result<Plan, Problem> {
    match text.unwrap_or_default().trim() {
        "" | "free" => Ok(Plan::Free),
        "paid" => Ok(Plan::Paid),
        _ => Err(Problem::new("PLAN", "must be free or paid")),
    }
}

/// Why a path leads to no account.
#[derive(Debug)]
pub enum NoAccount<'a> {
    /// No account has this name.
    Unknown,
    /// Some accounts could not be read, and this may be one of them.
    Unreadable(&'a [Problem]),
}

/// One thing to mend in the configuration: which variable, and what is wrong with it.
///
/// Never holds the variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    variable: String,
    complaint: &'static str,
}

impl Problem {
    fn new(variable: impl Into<String>, complaint: &'static str) -> Self {
        Self { variable: variable.into(), complaint }
    }

    /// The tables of D1 were never made.
    #[must_use]
    pub fn unmigrated_database() -> Self {
        Self::new("DB", "has no tables yet: `make deploy` makes them")
    }

    /// The variable, or the place inside `ACCOUNTS`, such as `ACCOUNTS[0].token`.
    #[must_use]
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// What is wrong with it, as the end of a sentence: "is missing".
    #[must_use]
    pub const fn complaint(&self) -> &'static str {
        self.complaint
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.variable, self.complaint)
    }
}
