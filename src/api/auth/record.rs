//! An API key as it is stored: everything but its secret.

use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Scope;
use crate::invalid::Invalid;
use crate::json::from_json;
use crate::time::Timestamp;

/// A key as it is stored, in D1 and as a copy in KV.
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
    /// Id of the key that created it; `None` = the root key.
    #[serde(default)]
    pub made_by: Option<String>,
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

    /// The name of a key's copy in KV.
    #[must_use]
    pub fn copy_name(id: &str) -> String {
        format!("key:{id}")
    }

    /// The copy in KV, which is read where D1 fails.
    #[must_use]
    pub fn to_copy(&self) -> String {
        // Its keys are text, so serialising cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a copy.
    pub fn from_copy(copy: &str) -> Result<Self, Invalid> {
        from_json(copy)
    }
}

fn read_known_scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Scope>, D::Error> {
    Ok(known_scopes(&Vec::<String>::deserialize(deserializer)?))
}

/// The scopes that this version of the worker knows.
pub(super) fn known_scopes(scopes: &[String]) -> Vec<Scope> {
    scopes.iter().filter_map(|scope| Scope::parse(scope)).collect()
}
