//! The versions of the document in D1.

use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::Edited;

/// How many versions an account keeps.
const KEPT: i64 = 50;

/// A row of [`versions`]: the number, who made it, what kind of change it was, when, and how many rules it has.
pub type VersionRow = (i64, String, String, i64, i64);

/// Who made a version, how and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<'a> {
    /// The name of the API key.
    pub author: &'a str,
    /// The call, such as `rule/create`.
    pub change: &'a str,
    /// By our clock.
    pub made_at: Timestamp,
}

/// Stores the next version; no row comes back if somebody else has made it meanwhile.
#[must_use]
pub fn insert_version(account: &str, edited: &Edited, version: Version<'_>) -> Statement {
    Statement::new(
        "INSERT INTO settings (account, version, document, rules, author, change, made_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (account, version) DO NOTHING RETURNING version",
        [
            account.into(),
            number(edited.settings.version),
            edited.json.as_str().into(),
            i64::try_from(edited.settings.rules.len()).unwrap_or(i64::MAX).into(),
            version.author.into(),
            version.change.into(),
            version.made_at.seconds().into(),
        ],
    )
}

/// Forgets all but the last fifty versions before this one.
#[must_use]
pub fn prune(account: &str, version: u64) -> Statement {
    Statement::new(
        "DELETE FROM settings WHERE account = ?1 AND version <= ?2 - ?3",
        [account.into(), number(version), KEPT.into()],
    )
}

/// The newest document: no row, or one with its text.
#[must_use]
pub fn newest(account: &str) -> Statement {
    Statement::new(
        "SELECT document FROM settings WHERE account = ?1 ORDER BY version DESC LIMIT 1",
        [account.into()],
    )
}

/// The number of the newest version: no row, or one with it.
#[must_use]
pub fn newest_number(account: &str) -> Statement {
    Statement::new(
        "SELECT version FROM settings WHERE account = ?1 ORDER BY version DESC LIMIT 1",
        [account.into()],
    )
}

/// One version: no row, or one with its text.
#[must_use]
pub fn document_of(account: &str, version: u64) -> Statement {
    Statement::new(
        "SELECT document FROM settings WHERE account = ?1 AND version = ?2",
        [account.into(), number(version)],
    )
}

/// The versions there are, the newest first: [`VersionRow`]s.
#[must_use]
pub fn versions(account: &str) -> Statement {
    Statement::new(
        "SELECT version, author, change, made_at, rules FROM settings WHERE account = ?1 ORDER BY version DESC",
        [account.into()],
    )
}

fn number(version: u64) -> Parameter {
    i64::try_from(version).unwrap_or(i64::MAX).into()
}
