//! Conversations: users whom nothing answers automatically, since a person does.

use crate::sql::Statement;
use crate::time::Timestamp;

/// Pauses automatic answers to a user until a point in time.
#[must_use]
pub fn pause(account: &str, openid: &str, until: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO paused (account, openid, until) VALUES (?1, ?2, ?3) \
         ON CONFLICT (account, openid) DO UPDATE SET until = excluded.until",
        [account.into(), openid.into(), until.seconds().into()],
    )
}

/// Resumes automatic answers to a user; returns a row if they were paused.
#[must_use]
pub fn resume(account: &str, openid: &str) -> Statement {
    Statement::new(
        "DELETE FROM paused WHERE account = ?1 AND openid = ?2 RETURNING 1",
        [account.into(), openid.into()],
    )
}

/// Selects until when a user is paused: no row, or the Unix seconds.
#[must_use]
pub fn paused_until(account: &str, openid: &str, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT until FROM paused WHERE account = ?1 AND openid = ?2 AND until > ?3",
        [account.into(), openid.into(), now.seconds().into()],
    )
}
