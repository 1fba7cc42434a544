//! An API key as it is stored: everything but its secret.

use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Scope;
use crate::time::Timestamp;

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// The key's id, which is public.
    pub id: String,
    /// Name of the key.
    pub name: String,
    /// SHA-256 of the secret, in Base64.
    pub hash: String,
    /// What the key may do; scopes that only another version of the worker knows are left out.
    #[serde(deserialize_with = "read_known_scopes")]
    pub scopes: Vec<Scope>,
    /// The account it belongs to.
    pub account: String,
    /// Unix seconds.
    pub created_at: Timestamp,
    /// Unix seconds; `None` = never.
    pub expires_at: Option<Timestamp>,
    /// Unix seconds; `None` = not revoked.
    pub revoked_at: Option<Timestamp>,
}

impl KeyRecord {
    /// Whether it is neither revoked nor expired.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

fn read_known_scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Scope>, D::Error> {
    Ok(known_scopes(&Vec::<String>::deserialize(deserializer)?))
}

/// The scopes that this version of the worker knows.
pub(super) fn known_scopes(scopes: &[String]) -> Vec<Scope> {
    scopes.iter().filter_map(|scope| Scope::parse(scope)).collect()
}
