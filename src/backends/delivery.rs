//! Deliveries in D1: what has yet to be told, asked or sent.

use serde_json::Value;

use crate::json::from_json;
use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::ask::About;
use super::entry_key::EntryKey;
use super::outbox::DeliveryMode;

/// A row of a claimed delivery: id, backend, mode, message, attempts, made_at, openid, create_time, entry, and the entry
/// itself as JSON.
pub type DeliveryRow =
    (String, String, String, Option<String>, i64, i64, String, i64, String, Option<String>);

/// A delivery that this run has claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// `webhook-id`
    pub id: String,
    /// The backend's id; empty for a message to the user.
    pub backend: String,
    /// Whether to tell, ask or send.
    pub mode: DeliveryMode,
    /// The customer-service message; `None` for a backend.
    pub message: Option<Value>,
    /// The number of attempts, including the present one.
    pub attempts: i64,
    /// When the first attempt was due.
    pub made_at: Timestamp,
    /// The entry that caused it.
    pub entry: EntryKey,
    /// What the entry says; `None` if it is no longer stored.
    pub about: Option<About>,
}

/// The columns of a [`DeliveryRow`].
macro_rules! delivery_columns {
    () => {
        "id, backend, mode, message, attempts, made_at, openid, create_time, entry, ( \
           SELECT JSON_ARRAY(received_at, message, outcome, rule, reply) FROM inbox \
           WHERE account = delivery.account AND create_time = delivery.create_time \
             AND openid = delivery.openid AND id = delivery.entry)"
    };
}
pub(super) use delivery_columns;

/// Removes a delivery that is done.
#[must_use]
pub fn done(account: &str, id: &str) -> Statement {
    Statement::new("DELETE FROM delivery WHERE account = ?1 AND id = ?2", [account.into(), id.into()])
}

/// Stores a failure and the time of the next attempt; without one, the delivery is given up. Of all attempts, the last
/// twelve failures are kept: the error, and when it was, the status, the milliseconds and the body of the answer.
pub(super) fn failed(
    account: &str,
    id: &str,
    attempts: i64,
    next: Option<Timestamp>,
    (error, failure): (&str, [Parameter; 4]),
) -> Statement {
    let mut parameters =
        vec![account.into(), id.into(), attempts.into(), next.map(Timestamp::seconds).into(), error.into()];
    parameters.extend(failure);
    Statement::new(
        "UPDATE delivery SET attempts = ?3, under_way = 0, due_at = COALESCE(?4, due_at), error = ?5, \
           state = IIF(?4 IS NULL, 'dead', 'pending'), failures = JSON_INSERT( \
             IIF(JSON_ARRAY_LENGTH(failures) >= 12, JSON_REMOVE(failures, '$[0]'), COALESCE(failures, '[]')), \
             '$[#]', JSON_OBJECT('at', CAST(?6 AS INTEGER), 'error', ?5, 'status', CAST(?7 AS INTEGER), \
               'took_ms', CAST(?8 AS INTEGER), 'body', ?9)) \
         WHERE account = ?1 AND id = ?2",
        parameters,
    )
}

/// Postpones the messages of an entry that follow one whose next attempt is at `next`: they keep their order.
pub(super) fn postpone_following(account: &str, id: &str, next: Timestamp) -> Statement {
    Statement::new(
        "UPDATE delivery INDEXED BY delivery_by_user SET due_at = MAX(due_at, ?3) \
         WHERE (account, openid, create_time, entry) = ( \
             SELECT account, openid, create_time, entry FROM delivery WHERE account = ?1 AND id = ?2) \
           AND position > (SELECT position FROM delivery WHERE account = ?1 AND id = ?2) \
           AND mode = 'send' AND state = 'pending' AND under_way = 0",
        [account.into(), id.into(), next.seconds().into()],
    )
}

impl Delivery {
    /// Who sends a message to the user: `backend:` and the backend's id, or `rule:` and the rules of the entry, if it is
    /// still stored.
    #[must_use]
    pub fn sender(&self) -> String {
        if self.backend.is_empty() {
            let rule = self.about.as_ref().and_then(|about| about.rule.as_deref());
            format!("rule:{}", rule.unwrap_or_default())
        } else {
            format!("backend:{}", self.backend)
        }
    }

    /// Reads a row; `None` if this version cannot read it.
    #[must_use]
    pub fn from_row(row: DeliveryRow) -> Option<Self> {
        let (id, backend, mode, message, attempts, made_at, openid, create_time, entry, about) = row;
        let mut about = about.as_deref().and_then(|about| read_about(&openid, about));
        let mode = DeliveryMode::parse(&mode)?;
        let mut message: Option<Value> =
            message.as_deref().map(|message| serde_json::from_str(message).unwrap_or_default());
        if let Some(about) = about.as_mut().filter(|_| mode == DeliveryMode::Tell) {
            about.handover = message.take();
        }
        Some(Self {
            id,
            backend,
            mode,
            message,
            attempts,
            made_at: Timestamp::from_seconds(made_at),
            entry: EntryKey { create_time: Timestamp::from_seconds(create_time), openid, id: entry },
            about,
        })
    }
}

fn read_about(openid: &str, json: &str) -> Option<About> {
    let (received_at, message, outcome, rule, reply): (i64, String, String, Option<String>, Option<String>) =
        from_json(json).ok()?;
    let read = |json: &str| serde_json::from_str(json).unwrap_or_default();
    Some(About {
        openid: openid.to_owned(),
        received_at: Timestamp::from_seconds(received_at),
        message: read(&message),
        outcome,
        rule,
        reply: reply.as_deref().map(read),
        handover: None,
    })
}

/// A row of [`errors_of`]: `CreateTime` and id of an entry, and the error.
pub type ErrorRow = (i64, String, String);

/// Selects the errors of what is undone or was given up of a user's entries since a `CreateTime`: [`ErrorRow`]s, of the 100
/// latest deliveries at most.
#[must_use]
pub fn errors_of(account: &str, openid: &str, since: Timestamp) -> Statement {
    Statement::new(
        "SELECT create_time, entry, error FROM ( \
           SELECT create_time, entry, error FROM delivery INDEXED BY delivery_by_user \
           WHERE account = ?1 AND openid = ?2 AND create_time >= ?3 ORDER BY create_time DESC, entry DESC, position LIMIT 100) \
         WHERE error IS NOT NULL",
        [account.into(), openid.into(), since.seconds().into()],
    )
}
