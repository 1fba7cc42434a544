//! API keys in D1.

use crate::json::from_json;
use crate::sql::Statement;
use crate::time::Timestamp;

use super::record::{KeyRecord, known_scopes};
use super::ring::DOCUMENT;

/// A row of [`all_keys`], [`list_keys`] and [`find_key`], in the order of their columns.
pub type KeyRow = (String, String, String, String, String, i64, Option<i64>, Option<i64>);

/// Selects the columns of a [`KeyRow`]; `$rest` picks the rows.
macro_rules! select_keys {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, hash, scopes, account, created_at, expires_at, revoked_at FROM api_key",
            $rest
        )
    };
}

/// Stores a new key.
#[must_use]
pub fn insert_key(key: &KeyRecord) -> Statement {
    let scopes = serde_json::to_string(&key.scopes).unwrap_or_default();
    Statement::new(
        "INSERT INTO api_key (id, name, hash, scopes, account, created_at, expires_at, revoked_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        [
            key.id.as_str().into(),
            key.name.as_str().into(),
            key.hash.as_str().into(),
            scopes.into(),
            key.account.as_str().into(),
            key.created_at.seconds().into(),
            key.expires_at.map(Timestamp::seconds).into(),
            key.revoked_at.map(Timestamp::seconds).into(),
        ],
    )
}

/// Every key of the worker, for publishing.
#[must_use]
pub fn all_keys() -> Statement {
    Statement::new(select_keys!(""), [])
}

/// Every key of an account, oldest first.
#[must_use]
pub fn list_keys(account: &str) -> Statement {
    Statement::new(select_keys!(" WHERE account = ?1 ORDER BY created_at, id"), [account.into()])
}

/// One key.
#[must_use]
pub fn find_key(id: &str) -> Statement {
    Statement::new(select_keys!(" WHERE id = ?1"), [id.into()])
}

/// Revokes a key of an account; returns a row if the key exists, even if it was already revoked.
#[must_use]
pub fn revoke_key(id: &str, account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE api_key SET revoked_at = COALESCE(revoked_at, ?3) WHERE id = ?1 AND account = ?2 RETURNING id",
        [id.into(), account.into(), now.seconds().into()],
    )
}

/// The version of the published keys.
#[must_use]
pub fn version() -> Statement {
    Statement::new("SELECT version FROM published WHERE document = ?1", [DOCUMENT.into()])
}

impl KeyRecord {
    /// Reads a row.
    #[must_use]
    pub fn from_row(row: KeyRow) -> Self {
        let (id, name, hash, scopes, account, created_at, expires_at, revoked_at) = row;
        let scopes: Vec<String> = from_json(&scopes).unwrap_or_default();
        Self {
            id,
            name,
            hash,
            scopes: known_scopes(&scopes),
            account,
            created_at: Timestamp::from_seconds(created_at),
            expires_at: expires_at.map(Timestamp::from_seconds),
            revoked_at: revoked_at.map(Timestamp::from_seconds),
        }
    }
}
