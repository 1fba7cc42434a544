//! The one row that is written before WeChat gets its answer.

use crate::sql::Statement;

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
            entry.record.create_time.seconds().into(),
            entry.record.openid.as_str().into(),
            entry.record.id.as_str().into(),
            entry.record.msg_id.as_deref().into(),
            entry.record.msg_type.as_str().into(),
            entry.record.event.as_deref().into(),
            entry.record.event_key.as_deref().into(),
            entry.menu_id.as_deref().into(),
            entry.opens.into(),
            entry.record.received_at.seconds().into(),
            entry.record.message.as_str().into(),
            entry.record.reply.as_deref().into(),
            entry.record.rule.as_deref().into(),
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
            entry.record.create_time.seconds().into(),
            entry.record.openid.as_str().into(),
            entry.record.id.as_str().into(),
        ],
    )
}
