//! API keys in D1.

use crate::json::from_json;
use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};

use super::record::{KeyRecord, known_scopes};
use super::session::EndedSessions;

/// The number of keys of an account that may be in force.
pub const MAX_KEYS: i64 = 100;
/// The number of keys that the keys of an account may create in a day: each is also written to KV, whose writes all
/// accounts share.
pub const MAX_NEW_KEYS: i64 = 50;
/// Seconds for which keys are listed after their end.
const ENDED_KEPT: i64 = 30 * SECONDS_A_DAY;
/// Seconds between two times of use that are stored.
const USE_INTERVAL: i64 = 3600;
/// The number of copies that one run writes to KV.
const COPIES: i64 = 10;

/// A row of [`find_key`], [`list_keys`] and [`uncopied_keys`]: the key, when it was last used, and its ended sessions;
/// the last two are null where the statement does not read them.
pub type KeyRow = (
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// The columns of a [`KeyRow`], of which the last two are given.
macro_rules! columns {
    ($used_at:literal, $ended:literal) => {
        concat!(
            "SELECT id, name, hash, scopes, account, made_by, created_at, expires_at, revoked_at, ",
            $used_at,
            " AS used_at, ",
            $ended,
            " AS ended"
        )
    };
}

/// Stores a new key unless it is stored, and returns its id. Returns no row where its maker is not in force, or where the
/// account has too many keys.
#[must_use]
pub fn insert_key(key: &KeyRecord) -> Statement {
    let scopes = serde_json::to_string(&key.scopes).unwrap_or_default();
    Statement::new(
        "INSERT INTO api_key (id, name, hash, scopes, account, made_by, created_at, expires_at, revoked_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 \
         WHERE EXISTS (SELECT 1 FROM api_key WHERE id = ?1) OR (?6 IS NULL OR EXISTS (SELECT 1 FROM api_key WHERE id = ?6 AND account = ?5 AND revoked_at IS NULL \
           AND (expires_at IS NULL OR (expires_at > ?7 AND ?8 <= expires_at)))) \
         AND (SELECT COUNT(*) FROM api_key WHERE account = ?5 AND revoked_at IS NULL \
           AND (expires_at IS NULL OR expires_at > ?7)) < ?10 \
         AND (?6 IS NULL OR (SELECT COUNT(*) FROM api_key WHERE account = ?5 AND made_by IS NOT NULL \
           AND created_at > ?7 - ?12) < ?11) \
         ON CONFLICT (id) DO UPDATE SET id = excluded.id WHERE hash = excluded.hash RETURNING id",
        [
            key.id.as_str().into(),
            key.name.as_str().into(),
            key.hash.as_str().into(),
            scopes.into(),
            key.account.as_str().into(),
            key.made_by.as_deref().into(),
            key.created_at.seconds().into(),
            key.expires_at.map(Timestamp::seconds).into(),
            key.revoked_at.map(Timestamp::seconds).into(),
            MAX_KEYS.into(),
            MAX_NEW_KEYS.into(),
            SECONDS_A_DAY.into(),
        ],
    )
}

/// Deletes a key that nobody got, since D1 has not said whether it is stored.
#[must_use]
pub fn delete_key(id: &str) -> Statement {
    Statement::new("DELETE FROM api_key WHERE id = ?1", [id.into()])
}

/// Every key of an account, oldest first.
#[must_use]
pub fn list_keys(account: &str) -> Statement {
    Statement::new(
        concat!(
            columns!("(SELECT used_at FROM api_key_use WHERE api_key_use.id = api_key.id)", "NULL"),
            " FROM api_key WHERE account = ?1 ORDER BY created_at, id"
        ),
        [account.into()],
    )
}

/// One key, with its ended sessions.
#[must_use]
pub fn find_key(id: &str) -> Statement {
    let sql = concat!(
        columns!("NULL", "(SELECT session.ended FROM session WHERE key_id = ?1)"),
        " FROM api_key WHERE id = ?1"
    );
    Statement::new(sql, [id.into()])
}

/// Revokes a key of an account and every key that it created, directly or not; returns their ids, also of those that
/// were revoked before.
#[must_use]
pub fn revoke_key(id: &str, account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE api_key SET copied = copied AND revoked_at IS NOT NULL, revoked_at = COALESCE(revoked_at, ?3) \
             WHERE id IN (WITH RECURSIVE made (id) AS (SELECT id FROM api_key WHERE id = ?1 AND account = ?2 \
               UNION SELECT api_key.id FROM api_key JOIN made ON api_key.made_by = made.id \
                 WHERE api_key.account = ?2) \
               SELECT id FROM made) RETURNING id",
        [id.into(), account.into(), now.seconds().into()],
    )
}

/// Some of the keys whose copy in KV is older than they are, those that were revoked before the others.
#[must_use]
pub fn uncopied_keys() -> Statement {
    Statement::new(
        concat!(
            columns!("NULL", "NULL"),
            " FROM api_key INDEXED BY api_key_uncopied WHERE copied = 0 \
             ORDER BY revoked_at DESC LIMIT ?1"
        ),
        [COPIES.into()],
    )
}

/// Notes that the copy of a key is as this record says.
#[must_use]
pub fn mark_copied(key: &KeyRecord) -> Statement {
    Statement::new(
        "UPDATE api_key SET copied = 1 WHERE id = ?1 AND revoked_at IS ?2",
        [key.id.as_str().into(), key.revoked_at.map(Timestamp::seconds).into()],
    )
}

/// Stores when a key was used, at most once an hour.
#[must_use]
pub fn note_use(id: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO api_key_use (id, used_at) VALUES (?1, ?2) \
         ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at WHERE excluded.used_at >= used_at + ?3",
        [id.into(), now.seconds().into(), USE_INTERVAL.into()],
    )
}

/// Deletes the keys of an account that ended a month ago.
#[must_use]
pub fn expire_keys(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "DELETE FROM api_key WHERE account = ?1 AND COALESCE(revoked_at, expires_at) < ?2",
        [account.into(), now.minus(ENDED_KEPT).seconds().into()],
    )
}

impl KeyRecord {
    /// Reads a row.
    #[must_use]
    pub fn from_row(row: KeyRow) -> Self {
        let (id, name, hash, scopes, account, made_by, created_at, expires_at, revoked_at, _, _) = row;
        let scopes: Vec<String> = from_json(&scopes).unwrap_or_default();
        Self {
            id,
            name,
            hash,
            scopes: known_scopes(&scopes),
            account,
            made_by,
            created_at: Timestamp::from_seconds(created_at),
            expires_at: expires_at.map(Timestamp::from_seconds),
            revoked_at: revoked_at.map(Timestamp::from_seconds),
        }
    }

    /// Reads a row of [`list_keys`], and when the key was last used.
    #[must_use]
    pub fn from_listed_row(row: KeyRow) -> (Self, Option<Timestamp>) {
        let used_at = row.9.map(Timestamp::from_seconds);
        (Self::from_row(row), used_at)
    }

    /// Reads a row of [`find_key`], and the sessions of the key that were signed out.
    #[must_use]
    pub fn from_found_row(mut row: KeyRow) -> (Self, EndedSessions) {
        let ended = EndedSessions::parse(row.10.take().as_deref());
        (Self::from_row(row), ended)
    }
}
