//! The worker's configuration: variables and secrets, parsed once.

mod account;
mod api_secrets;
mod credentials;
mod source;
mod storage;
mod variable;
mod wechat_api;

use std::fmt;

pub use account::{Account, AppCredentials, Callback, CallbackTokens, Encryption, ProviderSecret};
pub use credentials::{AppId, EncodingAesKey, OriginalId};
pub use storage::{MAX_RETENTION_DAYS, check_ignored_events};
pub use variable::{Variable, VariableState};
pub use wechat_api::{ApiBase, WechatApi};

use crate::mac::SigningKeys;
use crate::secret::Secret;

use api_secrets::ApiSecrets;
use storage::Storage;

/// The name of the account that the plain `WECHAT_*` variables describe.
pub const DEFAULT_ACCOUNT: &str = "default";

/// The accounts that the worker serves, and its own settings.
#[derive(Debug)]
pub struct Config {
    accounts: Vec<Account>,
    /// Problems of `ACCOUNTS`, or of entries whose account is unknown.
    unreadable: Vec<Problem>,
    duplicates: Vec<Problem>,
    wechat_api: Result<WechatApi, Problem>,
    api_secrets: ApiSecrets,
    storage: Storage,
    webhook_allow_private: bool,
    plan: Result<Plan, Problem>,
}

impl Config {
    /// Parses the variables that `variable` looks up by name.
    ///
    /// It never fails as a whole: a mistake in one account does not stop the others.
    #[must_use]
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Self {
        let (sources, unreadable) = source::read(&variable);
        let mut duplicates = Vec::new();
        let mut accounts: Vec<Account> = Vec::with_capacity(sources.len());
        for source in &sources {
            if accounts.iter().any(|other| other.name() == source.name) {
                duplicates.push(Problem::new(source.label("name"), "is duplicated"));
            } else {
                accounts.push(Account::parse(source));
            }
        }
        Self {
            accounts,
            unreadable,
            duplicates,
            wechat_api: WechatApi::parse(&variable),
            api_secrets: ApiSecrets::parse(&variable),
            storage: Storage::parse(&variable),
            webhook_allow_private: variable("WEBHOOK_ALLOW_PRIVATE").as_deref() == Some("true"),
            plan: parse_plan(variable("PLAN")),
        }
    }

    /// How to reach WeChat's API.
    pub const fn wechat_api(&self) -> Result<&WechatApi, &Problem> {
        self.wechat_api.as_ref()
    }

    /// `ROOT_API_KEY`: the password of the operator, which has every scope. Nothing is derived from it.
    pub const fn root_api_key(&self) -> Result<&Secret, &Problem> {
        self.api_secrets.root.as_ref()
    }

    /// `SIGNING_KEY` and `PREVIOUS_SIGNING_KEY`: what the worker signs with.
    pub const fn signing_keys(&self) -> Result<&SigningKeys, &Problem> {
        self.api_secrets.signing.as_ref()
    }

    /// `WEBHOOK_ALLOW_PRIVATE`: whether webhooks may be on a private network and without TLS, for development.
    #[must_use]
    pub const fn webhook_allow_private(&self) -> bool {
        self.webhook_allow_private
    }

    /// `PLAN`: Cloudflare's plan, which limits how many calls a run of the jobs may make; default: free.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.plan.clone().unwrap_or_default()
    }

    /// Whether messages are stored.
    #[must_use]
    pub const fn keeps_messages(&self) -> bool {
        !matches!(self.storage.retention_days, Ok(0))
    }

    /// Fails where messages are not stored, for what would be looked up as the next message is stored.
    pub fn require_stored_messages(&self) -> Result<(), Problem> {
        if self.keeps_messages() { Ok(()) } else { Err(Problem::messages_not_kept()) }
    }

    /// `IGNORED_EVENTS`: the events that are not stored unless the account's settings name others, in lowercase.
    #[must_use]
    pub fn ignored_events(&self) -> &[String] {
        self.storage.ignored_events.as_deref().unwrap_or_default()
    }

    /// `DATABASE_LIMIT_MB`: how large the database may become, in megabytes; `None` if that is not known.
    #[must_use]
    pub fn database_limit_mb(&self) -> Option<u32> {
        self.storage.database_limit_mb.clone().unwrap_or_default()
    }

    /// `ROWS_PER_DAY`: how many rows D1 may write in a day; default: those of the free plan, and no limit on the paid one.
    #[must_use]
    pub fn rows_per_day(&self) -> Option<u32> {
        self.storage.rows_per_day(self.plan())
    }

    /// `RETENTION_DAYS`: the number of days for which messages are stored, unless the account's settings have another; 0 = only
    /// those that a backend has yet to get, whatever the settings say.
    pub const fn retention_days(&self) -> Result<i64, &Problem> {
        match &self.storage.retention_days {
            Ok(days) => Ok(*days),
            Err(problem) => Err(problem),
        }
    }

    /// The accounts, in the order of the configuration.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// The account that a path names; `None` = the account of the plain variables.
    pub fn account(&self, name: Option<&str>) -> Result<&Account, NoAccount<'_>> {
        let wanted = name.unwrap_or(DEFAULT_ACCOUNT);
        self.accounts.iter().find(|account| account.name() == wanted).ok_or(
            match self.unreadable.as_slice() {
                [] => NoAccount::Unknown,
                problems => NoAccount::Unreadable(problems),
            },
        )
    }

    /// What the operator has to fix, in the order of the configuration.
    ///
    /// An AppSecret that is not set is not a problem until it is needed.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        let mut problems: Vec<_> = self.unreadable.iter().collect();
        problems.extend(&self.duplicates);
        for account in &self.accounts {
            problems.extend(account.problems());
            problems.extend(account.provider_problem());
        }
        problems.extend(self.shared_problems());
        problems.extend(self.plan.as_ref().err());
        problems.into_iter()
    }

    /// What is not set up, and need not be: what needs it answers `not_configured`.
    pub fn notes(&self) -> impl Iterator<Item = &Problem> {
        let missing = self.accounts.iter().filter_map(|account| account.app().err()).flatten();
        missing.filter(|note| self.problems().all(|problem| problem.variable != note.variable))
    }

    /// What the operator has to fix before everything works for one account.
    pub fn problems_of<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Problem> {
        let mut problems: Vec<_> = account.problems().iter().collect();
        problems.extend(account.provider_problem());
        problems.extend(account.app().err().unwrap_or_default());
        problems.extend(self.shared_problems());
        problems.into_iter()
    }

    /// The same without what need not be set up, such as an AppSecret.
    pub fn required_problems_of<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Problem> {
        let mut problems: Vec<_> = account.problems().iter().collect();
        problems.extend(self.shared_problems());
        problems.into_iter()
    }

    fn shared_problems(&self) -> Vec<&Problem> {
        let mut problems: Vec<_> = self.wechat_api.as_ref().err().into_iter().collect();
        problems.extend(self.api_secrets.problems());
        problems.extend(self.storage.problems());
        problems
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

/// Why there is no account for a path.
#[derive(Debug)]
pub enum NoAccount<'a> {
    /// No account has this name.
    Unknown,
    /// Some entries of `ACCOUNTS` could not be read; the account may be one of them.
    Unreadable(&'a [Problem]),
}

/// A problem of the configuration: the variable, and what is wrong with it.
///
/// Never contains the variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    variable: String,
    complaint: &'static str,
}

impl Problem {
    fn new(variable: impl Into<String>, complaint: &'static str) -> Self {
        Self { variable: variable.into(), complaint }
    }

    /// D1 has no tables.
    #[must_use]
    pub fn unmigrated_database() -> Self {
        Self::new("DB", "has no tables yet: deploy again to create them")
    }

    /// Nothing limits how often somebody tries to sign in to the console.
    #[must_use]
    pub fn missing_session_limiter() -> Self {
        Self::new(
            "SESSION_LIMITER",
            "is missing: the console is closed without this [[ratelimits]] of wrangler.toml",
        )
    }

    /// What a call does would be looked up as messages are stored, and they are not.
    fn messages_not_kept() -> Self {
        Self::new(
            "RETENTION_DAYS",
            "is 0, so that nothing is looked up when the user's next message is received",
        )
    }

    /// The variable, or the path inside `ACCOUNTS`, such as `ACCOUNTS[0].token`.
    #[must_use]
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// What is wrong, as the end of a sentence: "is missing".
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
