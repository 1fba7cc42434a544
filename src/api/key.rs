//! `key/*`: creating, listing and revoking API keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::limits;
use crate::mac::SigningKeys;
use crate::secret::Secret;
use crate::time::Timestamp;

use super::endpoint::Endpoint;
use super::fields::{NoParameters, filled, invalid, time};
use super::handler::{Nothing, ours};
use super::plan::Plan;
use super::scope::{Access, Group, Scope};
use super::{Error, Identity, KeyRecord, MadeKey, needs_previous_signing_key};

const READ: Scope = Scope::One(Group::Key, Access::Read);
const WRITE: Scope = Scope::One(Group::Key, Access::Write);

const MAX_NAME_CHARACTERS: usize = 64;

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "key/create",
        WRITE,
        "Create an API key; it is shown only once, and ends with the key that created it.",
        &ours::<NewKey, KeyCreated>(create),
    ),
    Endpoint::new("key/list", READ, "List the API keys.", &ours::<NoParameters, KeyList>(list)),
    Endpoint::new(
        "key/revoke",
        WRITE,
        "Revoke an API key, and the keys that it created.",
        &ours::<KeyId, Nothing>(revoke),
    ),
];

/// What the edge does about API keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlan {
    /// `key/create`
    Create(NewKey),
    /// `key/list`
    List,
    /// `key/revoke`
    Revoke {
        /// Id of the key.
        id: String,
    },
}

/// `key/create`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// Name of the key: 1 to 64 characters, without control characters.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Scopes such as `menu:write`, `user:read` or `*`; the caller must have them.
    #[schemars(with = "Vec<String>", length(min = 1), inner(regex(pattern = Scope::pattern())))]
    pub scopes: Vec<Scope>,
    /// Unix seconds: when it expires; absent = when the key expires that creates it.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    pub expires_at: Option<Timestamp>,
}

impl NewKey {
    /// What is stored of the key that was made for this request, for a caller who may create it.
    pub fn record(
        self,
        made: &MadeKey,
        maker: &Identity,
        account: &str,
        now: Timestamp,
    ) -> Result<KeyRecord, Error> {
        maker.may_grant(&self.scopes)?;
        Ok(KeyRecord {
            id: made.id.clone(),
            name: self.name.trim().to_owned(),
            hash: made.hash.clone(),
            scopes: self.scopes,
            account: account.to_owned(),
            made_by: maker.key_id().map(ToOwned::to_owned),
            created_at: now,
            expires_at: maker.end_of_new_key(self.expires_at)?,
            revoked_at: None,
        })
    }
}

/// `key/create`
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeyCreated {
    /// The API key: shown only once, and stored nowhere.
    #[schemars(with = "String")]
    pub key: Secret,
    /// The key's other properties.
    #[serde(flatten)]
    pub summary: KeySummary,
}

/// The names of those who are not an API key.
const RESERVED_NAMES: [&str; 3] = ["root", "ROOT_API_KEY", "mp-worker"];

fn create(mut request: NewKey) -> Result<Plan, Error> {
    limits::visible("name", &request.name).map_err(Error::InvalidParameter)?;
    if RESERVED_NAMES.iter().any(|reserved| reserved.eq_ignore_ascii_case(request.name.trim())) {
        return Err(invalid("name", "is reserved"));
    }
    let mut scopes = Vec::new();
    for scope in request.scopes.drain(..) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    request.scopes = scopes;
    if !(1..=MAX_NAME_CHARACTERS).contains(&request.name.trim().chars().count()) {
        return Err(invalid("name", format!("must have 1 to {MAX_NAME_CHARACTERS} characters")));
    }
    if request.scopes.is_empty() {
        return Err(invalid("scopes", "is empty"));
    }
    time("expires_at", request.expires_at)?;
    Ok(Plan::Key(KeyPlan::Create(request)))
}

/// `key/list`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyList {
    /// Oldest first.
    pub keys: Vec<KeySummary>,
}

/// A key without its secret.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeySummary {
    /// Id of the key.
    pub id: String,
    /// Name of the key.
    pub name: String,
    /// What the key may do.
    #[schemars(with = "Vec<String>")]
    pub scopes: Vec<Scope>,
    /// The account it belongs to.
    pub account: String,
    /// Id of the key that created it, with which it is revoked; absent = the root key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// Unix seconds: when it was created.
    pub created_at: i64,
    /// Unix seconds: when it expires; absent = never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Unix seconds: when it was revoked, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
    /// Unix seconds: when it was last used, to the hour; absent = never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<i64>,
    /// Whether it ends when `PREVIOUS_SIGNING_KEY` is removed, and has to be replaced before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_previous_signing_key: bool,
}

fn list(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Key(KeyPlan::List))
}

impl KeySummary {
    /// What is shown of a key.
    #[must_use]
    pub fn new(record: KeyRecord, last_used_at: Option<Timestamp>, keys: &SigningKeys) -> Self {
        Self {
            needs_previous_signing_key: needs_previous_signing_key(&record.id, keys),
            last_used_at: last_used_at.map(Timestamp::seconds),
            id: record.id,
            name: record.name,
            scopes: record.scopes,
            account: record.account,
            made_by: record.made_by,
            created_at: record.created_at.seconds(),
            expires_at: record.expires_at.map(Timestamp::seconds),
            revoked_at: record.revoked_at.map(Timestamp::seconds),
        }
    }
}

/// `key/revoke`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KeyId {
    /// `id` as `key/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
}

fn revoke(request: KeyId) -> Result<Plan, Error> {
    Ok(Plan::Key(KeyPlan::Revoke { id: filled("id", request.id)? }))
}
