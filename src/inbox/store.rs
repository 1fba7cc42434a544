//! The one row that is written before WeChat gets its answer.

use crate::sql::Statement;
use crate::time::Timestamp;

use super::Entry;

/// A row of [`stored`]: the reply.
pub type StoredRow = (Option<String>,);

/// Stores an entry; a row comes back if it was not there yet.
#[must_use]
pub fn insert(entry: &Entry) -> Statement {
    Statement::new(
        "INSERT INTO inbox (account, create_time, openid, id, msg_id, type, event, event_key, menu_id, opens, \
         received_at, message, reply, rule, outcome, outbox) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
         ON CONFLICT (account, create_time, openid, id) DO NOTHING RETURNING 1",
        [
            entry.account.as_str().into(),
            entry.create_time.seconds().into(),
            entry.openid.as_str().into(),
            entry.id.as_str().into(),
            entry.msg_id.as_deref().into(),
            entry.msg_type.as_str().into(),
            entry.event.as_deref().into(),
            entry.event_key.as_deref().into(),
            entry.menu_id.as_deref().into(),
            entry.opens.into(),
            Timestamp::seconds(entry.received_at).into(),
            entry.message.as_str().into(),
            entry.reply.as_deref().into(),
            entry.rule.as_deref().into(),
            entry.outcome.name().into(),
            entry.outbox.as_deref().into(),
        ],
    )
}

/// What the first delivery of an entry was answered with.
#[must_use]
pub fn stored(entry: &Entry) -> Statement {
    Statement::new(
        "SELECT reply FROM inbox WHERE account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4",
        [
            entry.account.as_str().into(),
            entry.create_time.seconds().into(),
            entry.openid.as_str().into(),
            entry.id.as_str().into(),
        ],
    )
}
