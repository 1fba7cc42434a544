//! Deliveries in D1: what has yet to be told, asked or sent.

use serde_json::Value;

use crate::json::from_json;
use crate::sql::Statement;
use crate::time::Timestamp;

use super::ask::About;
use super::entry_key::EntryKey;
use super::outbox::DeliveryMode;

/// Seconds after which an attempt counts as cut off.
const LEASE: i64 = 90;
/// Maximum number of deliveries that a run claims.
const TAKEN: i64 = 20;
/// Maximum number of dead deliveries that a replay makes pending.
const REPLAYED: i64 = 1000;

/// A row of [`take_due`] and [`take`]: id, backend, mode, message, attempts, made_at, openid, create_time, entry,
/// and the entry itself as JSON.
pub type DeliveryRow =
    (String, String, String, Option<String>, i64, i64, String, i64, String, Option<String>);

/// A row of [`list`]: id, backend, mode, openid, state, attempts, due_at, made_at, error.
pub type ListedRow = (String, String, String, String, String, i64, i64, i64, Option<String>);

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

/// Claims due deliveries, in one transaction; the last statement returns [`DeliveryRow`]s.
///
/// A message whose sending was cut off may have reached the user, and is given up.
#[must_use]
pub fn take_due(account: &str, now: Timestamp) -> [Statement; 2] {
    [
        Statement::new(
            "UPDATE delivery SET state = 'dead', under_way = 0, error = 'it was cut off, and may have been sent' \
             WHERE account = ?1 AND state = 'pending' AND due_at <= ?2 AND mode = 'send' AND under_way = 1",
            [account.into(), now.seconds().into()],
        ),
        Statement::new(
            concat!(
                "UPDATE delivery SET attempts = attempts + 1, under_way = 1, due_at = ?2 + ?3 \
                 WHERE account = ?1 AND id IN ( \
                   SELECT id FROM delivery INDEXED BY delivery_due \
                   WHERE account = ?1 AND state = 'pending' AND due_at <= ?2 ORDER BY due_at LIMIT ?4) \
                 RETURNING ",
                delivery_columns!()
            ),
            [account.into(), now.seconds().into(), LEASE.into(), TAKEN.into()],
        ),
    ]
}

/// Claims these messages to users unless another run has; returns [`DeliveryRow`]s.
#[must_use]
pub fn take(account: &str, ids: &[String], now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "UPDATE delivery SET attempts = attempts + 1, under_way = 1, due_at = ?2 + ?3 \
             WHERE account = ?1 AND state = 'pending' AND under_way = 0 AND id IN (SELECT value FROM JSON_EACH(?4)) \
             RETURNING ",
            delivery_columns!()
        ),
        [account.into(), now.seconds().into(), LEASE.into(), serde_json::json!(ids).to_string().into()],
    )
}

/// Removes a delivery that is done.
#[must_use]
pub fn done(account: &str, id: &str) -> Statement {
    Statement::new("DELETE FROM delivery WHERE account = ?1 AND id = ?2", [account.into(), id.into()])
}

/// Stores a failure and the time of the next attempt; without one, the delivery is given up.
pub(super) fn failed(
    account: &str,
    id: &str,
    attempts: i64,
    next: Option<Timestamp>,
    error: &str,
) -> Statement {
    Statement::new(
        "UPDATE delivery SET attempts = ?3, under_way = 0, due_at = COALESCE(?4, due_at), error = ?5, \
           state = IIF(?4 IS NULL, 'dead', 'pending') \
         WHERE account = ?1 AND id = ?2",
        [account.into(), id.into(), attempts.into(), next.map(Timestamp::seconds).into(), error.into()],
    )
}

/// Selects deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// `pending` or `dead`.
    pub state: Option<String>,
    /// Deliveries to the backend with this id; empty = messages to users.
    pub backend: Option<String>,
}

/// Lists the deliveries that are not done, the oldest first: [`ListedRow`]s.
#[must_use]
pub fn list(account: &str, filter: &DeliveryFilter, offset: u32, limit: u32) -> Statement {
    Statement::new(
        "SELECT id, backend, mode, openid, state, attempts, due_at, made_at, error FROM delivery \
         WHERE account = ?1 AND (?2 IS NULL OR state = ?2) \
           AND (?3 IS NULL OR IIF(?3 = '', mode = 'send', backend = ?3 AND mode <> 'send')) \
         ORDER BY made_at, id LIMIT ?4 OFFSET ?5",
        [
            account.into(),
            filter.state.as_deref().into(),
            filter.backend.as_deref().into(),
            i64::from(limit).into(),
            i64::from(offset).into(),
        ],
    )
}

/// Makes dead deliveries pending again, one or all of a backend; returns a row for each.
#[must_use]
pub fn replay(account: &str, id: Option<&str>, backend: Option<&str>, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE delivery SET state = 'pending', attempts = 0, under_way = 0, due_at = ?4, made_at = ?4 \
         WHERE account = ?1 AND id IN ( \
           SELECT id FROM delivery WHERE account = ?1 AND state = 'dead' \
             AND (?2 IS NULL OR id = ?2) AND (?3 IS NULL OR backend = ?3) ORDER BY made_at LIMIT ?5) RETURNING 1",
        [account.into(), id.into(), backend.into(), now.seconds().into(), REPLAYED.into()],
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
        let about = about.as_deref().and_then(|about| read_about(&openid, about));
        Some(Self {
            id,
            backend,
            mode: DeliveryMode::parse(&mode)?,
            message: message.as_deref().map(|message| serde_json::from_str(message).unwrap_or_default()),
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
    })
}
