//! What the operator configured: variables and secrets, parsed once into types that cannot be wrong.

mod account;
mod credentials;
mod source;

use std::fmt;

pub use account::{Account, Callback, CallbackTokens, Encryption};
pub use credentials::{AppId, EncodingAesKey, OriginalId};

/// The name of the account that the plain `WECHAT_*` variables describe.
pub const DEFAULT_ACCOUNT: &str = "default";

/// Every account this worker serves.
#[derive(Debug)]
pub struct Config {
    accounts: Vec<Account>,
    problems: Vec<Problem>,
}

impl Config {
    /// Parses the variables that `variable` looks up by name.
    ///
    /// Never fails as a whole: what is wrong with one account is that account's problem,
    /// so that a mistake in one does not silence the others.
    #[must_use]
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Self {
        let (sources, mut problems) = source::read(variable);
        let mut accounts: Vec<Account> = Vec::with_capacity(sources.len());
        for source in &sources {
            if accounts.iter().any(|other| other.name() == source.name) {
                problems.push(Problem::new(source.label("name"), "is used twice"));
            } else {
                accounts.push(Account::parse(source));
            }
        }
        Self { accounts, problems }
    }

    /// The account a path names, or the first one where it names none.
    pub fn account(&self, name: Option<&str>) -> Result<&Account, NoAccount<'_>> {
        let wanted = name.unwrap_or(DEFAULT_ACCOUNT);
        self.accounts.iter().find(|account| account.name() == wanted).ok_or(match self.problems.as_slice() {
            [] => NoAccount::Unknown,
            problems => NoAccount::Unreadable(problems),
        })
    }

    /// Everything an operator has to mend, in the order of the configuration.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(self.accounts.iter().flat_map(Account::problems))
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

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.variable, self.complaint)
    }
}
