//! The versions of the document in D1.

use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

/// The number of versions that are kept per account.
const KEPT: i64 = 50;

/// A row of [`versions`]: version, author, the author's id, call, Unix seconds, number of rules.
pub type VersionRow = (i64, String, Option<String>, String, i64, i64);

/// A row of [`shown`]: the document, its author, the call, Unix seconds.
pub type ShownRow = (String, String, String, i64);

/// The author, call and time of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<'a> {
    /// The API key's name, `root` or `mp-worker`.
    pub author: &'a str,
    /// The API key's id; `None` for the other two.
    pub author_id: Option<&'a str>,
    /// The call, such as `rule/create`.
    pub change: &'a str,
    /// When it was made, by the worker's clock.
    pub made_at: Timestamp,
}

/// Stores a version by its number, its document as JSON and the number of its rules; returns no row if it exists already, because of a concurrent change.
#[must_use]
pub fn insert_version(
    account: &str,
    (number, json, rules): (u64, &str, usize),
    version: Version<'_>,
) -> Statement {
    Statement::new(
        "INSERT INTO settings (account, version, document, rules, author, author_id, change, made_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (account, version) DO NOTHING RETURNING version",
        [
            account.into(),
            integer(number),
            json.into(),
            i64::try_from(rules).unwrap_or(i64::MAX).into(),
            version.author.into(),
            version.author_id.into(),
            version.change.into(),
            version.made_at.seconds().into(),
        ],
    )
}

/// Deletes all but the last fifty versions.
#[must_use]
pub fn prune(account: &str, version: u64) -> Statement {
    Statement::new(
        "DELETE FROM settings WHERE account = ?1 AND version <= ?2 - ?3",
        [account.into(), integer(version), KEPT.into()],
    )
}

/// Selects the newest document: at most one row, with its JSON.
#[must_use]
pub fn newest(account: &str) -> Statement {
    Statement::new(
        "SELECT document FROM settings WHERE account = ?1 ORDER BY version DESC LIMIT 1",
        [account.into()],
    )
}

/// Selects the newest version: at most one row, with its number.
#[must_use]
pub fn newest_number(account: &str) -> Statement {
    Statement::new(
        "SELECT version FROM settings WHERE account = ?1 ORDER BY version DESC LIMIT 1",
        [account.into()],
    )
}

/// Selects one version: at most one row, with its JSON.
#[must_use]
pub fn document_of(account: &str, version: u64) -> Statement {
    Statement::new(
        "SELECT document FROM settings WHERE account = ?1 AND version = ?2",
        [account.into(), integer(version)],
    )
}

/// Selects one version: at most one [`ShownRow`].
#[must_use]
pub fn shown(account: &str, version: u64) -> Statement {
    Statement::new(
        "SELECT document, author, change, made_at FROM settings WHERE account = ?1 AND version = ?2",
        [account.into(), integer(version)],
    )
}

/// Selects who made a version: at most one row, with the author.
#[must_use]
pub fn author(account: &str, version: u64) -> Statement {
    Statement::new(
        "SELECT author FROM settings WHERE account = ?1 AND version = ?2",
        [account.into(), integer(version)],
    )
}

/// Selects all versions, the newest first: [`VersionRow`]s.
#[must_use]
pub fn versions(account: &str) -> Statement {
    Statement::new(
        "SELECT version, author, author_id, change, made_at, rules FROM settings WHERE account = ?1 ORDER BY version DESC",
        [account.into()],
    )
}

fn integer(version: u64) -> Parameter {
    i64::try_from(version).unwrap_or(i64::MAX).into()
}
