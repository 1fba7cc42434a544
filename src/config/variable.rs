//! The variables of an account: which are set, and what for. Never their values.

use super::source::AccountSource;
use super::{Account, Config, Problem};

/// A variable or secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name, or the path inside `ACCOUNTS`, such as `ACCOUNTS[0].token`.
    pub name: String,
    /// Whether it is set.
    pub state: VariableState,
    /// What needs it: `callback`, `encryption`, `wechat_api`, `api` or `keys`; empty for one that is listed because it is
    /// malformed.
    pub uses: &'static [&'static str],
    /// Whether it is a secret.
    pub is_secret: bool,
}

/// Whether a variable is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableState {
    /// It is set and valid.
    Set,
    /// It is not set.
    Missing,
    /// It is set and invalid.
    Malformed,
}

impl VariableState {
    /// `set`, `missing` or `malformed`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Missing => "missing",
            Self::Malformed => "malformed",
        }
    }

    fn of(problem: Option<&Problem>) -> Self {
        match problem {
            None => Self::Set,
            Some(problem) if problem.complaint().starts_with("is missing") => Self::Missing,
            Some(_) => Self::Malformed,
        }
    }
}

/// The fields of an account that every account has.
const FIELDS: [(&str, &[&str]); 4] = [
    ("token", &["callback"]),
    ("encoding_aes_key", &["encryption"]),
    ("app_id", &["encryption", "wechat_api"]),
    ("app_secret", &["wechat_api"]),
];

/// The variables of an account, of which these are the problems.
pub(super) fn of_account(source: &AccountSource, problems: &[&Problem]) -> Vec<Variable> {
    let variable = |(field, uses): (&str, &'static [&'static str])| {
        let name = source.label(field);
        let state = match source.text(field) {
            Ok(None) => VariableState::Missing,
            _ => VariableState::of(problems.iter().copied().find(|problem| problem.variable() == name)),
        };
        Variable { name, state, uses, is_secret: true }
    };
    FIELDS.into_iter().map(variable).collect()
}

impl Config {
    /// The variables that an account needs, and every other one that is malformed.
    #[must_use]
    pub fn variables_of(&self, account: &Account) -> Vec<Variable> {
        let secrets: [(&str, _, &'static [&'static str]); 2] = [
            ("ROOT_API_KEY", self.root_api_key().err(), &["api"]),
            ("SIGNING_KEY", self.signing_keys().err(), &["keys"]),
        ];
        let secrets = secrets.into_iter().map(|(name, problem, uses)| Variable {
            name: name.to_owned(),
            state: VariableState::of(problem),
            uses,
            is_secret: true,
        });
        let mut variables = account.variables().to_vec();
        variables.extend(secrets);
        let mut problems: Vec<_> = self.unreadable.iter().collect();
        problems.extend(self.problems_of(account));
        for problem in problems {
            let name = problem.variable();
            if variables.iter().all(|variable| variable.name != name) {
                variables.push(Variable {
                    name: name.to_owned(),
                    state: VariableState::of(Some(problem)),
                    uses: &[],
                    is_secret: ["KEY", "SECRET", "TOKEN", "ACCOUNTS"].iter().any(|part| name.contains(part)),
                });
            }
        }
        variables
    }
}
