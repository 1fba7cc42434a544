//! `session/*`: signing in to the console with an API key or a ticket, and signing out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Account, Config};
use crate::secret::Secret;
use crate::time::Timestamp;

use super::endpoint::Endpoint;
use super::fields::{NoParameters, invalid};
use super::handler::{Nothing, ours};
use super::plan::Plan;
use super::scope::{Requirement, Scope};
use super::{Error, Identity, Pass};

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::requiring(
        "session/create",
        Requirement::Nothing,
        "Sign in to the console with an API key or a ticket; the answer sets its cookie.",
        &ours::<SignIn, SessionInfo>(create),
    ),
    Endpoint::requiring(
        "session/get",
        Requirement::Session,
        "Return the key that is signed in, and its accounts.",
        &ours::<NoParameters, SessionInfo>(get),
    ),
    Endpoint::requiring(
        "session/delete",
        Requirement::Session,
        "Sign out.",
        &ours::<NoParameters, Nothing>(delete),
    ),
    Endpoint::requiring(
        "session/ticket",
        Requirement::Key,
        "Return a ticket that signs in to the console once, within ten minutes, as the same key. A session gets none.",
        &ours::<NoParameters, Ticket>(ticket),
    ),
];

/// What the edge does about sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionPlan {
    /// `session/create`
    Create(Proof),
    /// `session/get`
    Get,
    /// `session/delete`
    Delete,
    /// `session/ticket`
    Ticket,
}

/// What somebody signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// An API key, or the root key.
    Key(Secret),
    /// A ticket.
    Ticket(Secret),
}

/// `session/create`: either of the fields.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// An API key, or the root key.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    key: Option<Secret>,
    /// A ticket that `session/ticket` returned. It is valid once, and only as long as its key has no newer one.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    ticket: Option<Secret>,
}

/// `session/create` and `session/get`
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionInfo {
    /// The key that is signed in.
    pub key: SessionKey,
    /// The accounts that it may work with: the key's own, or all with the root key.
    pub accounts: Vec<SessionAccount>,
    /// The build of the worker, as in `/healthz`.
    pub build: &'static str,
    /// Unix seconds: when the session ends, unless it is used before.
    pub ends_at: i64,
}

/// The key that is signed in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionKey {
    /// Its id; the root key has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name; `root` for the root key.
    pub name: String,
    /// What it may do.
    #[schemars(with = "Vec<String>")]
    pub scopes: Vec<Scope>,
    /// Unix seconds: when it expires; absent = never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Whether it is the root key.
    pub root: bool,
}

/// An account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionAccount {
    /// What `?account=` takes.
    pub name: String,
    /// Its AppID; absent if none is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Whether its configuration has problems.
    pub state: AccountState,
}

/// Whether an account's configuration has problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// It has none.
    Ok,
    /// A variable or secret is missing or invalid.
    Attention,
}

/// `session/ticket`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Ticket {
    /// For the link `/console/#/sign-in?ticket=...`.
    #[schemars(with = "String")]
    pub ticket: Secret,
    /// Unix seconds: until when it can be used.
    pub expires_at: i64,
}

impl SessionInfo {
    /// What is told about a session.
    #[must_use]
    pub fn new(session: &Pass, identity: &Identity, config: &Config, build: &'static str) -> Self {
        let mine = |account: &&Account| match identity {
            Identity::Root => true,
            Identity::Key(record) => record.account == account.name(),
        };
        let accounts = config.accounts().filter(mine);
        Self {
            key: SessionKey::new(identity),
            accounts: accounts.map(|account| SessionAccount::new(account, config)).collect(),
            build,
            ends_at: session.ends_at.seconds(),
        }
    }
}

impl SessionKey {
    fn new(identity: &Identity) -> Self {
        Self {
            id: identity.key_id().map(ToOwned::to_owned),
            name: identity.name().to_owned(),
            scopes: match identity {
                Identity::Root => vec![Scope::Everything],
                Identity::Key(record) => record.scopes.clone(),
            },
            expires_at: identity.expires_at().map(Timestamp::seconds),
            root: *identity == Identity::Root,
        }
    }
}

impl SessionAccount {
    fn new(account: &Account, config: &Config) -> Self {
        let is_ok = config.problems_of(account).next().is_none();
        Self {
            name: account.name().to_owned(),
            app_id: account.app().ok().map(|app| app.app_id.as_str().to_owned()),
            state: if is_ok { AccountState::Ok } else { AccountState::Attention },
        }
    }
}

fn create(request: SignIn) -> Result<Plan, Error> {
    let proof = match (request.key, request.ticket) {
        (Some(key), None) => Proof::Key(key),
        (None, Some(ticket)) => Proof::Ticket(ticket),
        (None, None) => return Err(invalid("key", "is missing")),
        (Some(_), Some(_)) => return Err(invalid("ticket", "must not be sent with a key")),
    };
    Ok(Plan::Session(SessionPlan::Create(proof)))
}

fn get(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Session(SessionPlan::Get))
}

fn delete(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Session(SessionPlan::Delete))
}

fn ticket(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Session(SessionPlan::Ticket))
}
