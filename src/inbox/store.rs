//! Storing an entry, in one D1 call: the statement that does it, and what it finds.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::callback::{Message, Trigger};
use crate::invalid::Invalid;
use crate::json::parse;
use crate::row::rows;
use crate::sql::{Parameter, Statement};

use super::follower::MAX_CLOCK_SKEW;
use super::{Entry, Outcome, Record};

/// What an entry's storing statement looks up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    /// Whether the user is paused: WeChat would show a reply to the entry.
    pub paused: bool,
    /// Whether an answer is kept for the user: the entry is a message.
    pub kept: bool,
}

impl Lookup {
    /// What a message or an event needs.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let trigger = message.trigger();
        Self { paused: trigger.is_some(), kept: trigger == Some(Trigger::Message) }
    }
}

/// A row of [`stored`]: outcome, reply, rule, backend, whether a backend is being asked, whether a kept
/// answer was used, when the first delivery was received.
pub type StoredRow = (String, Option<String>, Option<String>, Option<String>, i64, i64, i64);

/// A row of [`insert`]: the [`StoredRow`] as a JSON array, or nothing if the entry is stored as it was decided.
///
/// Nearly every row is stored as it was decided, and each column that D1 returns takes time.
pub type InsertedRow = (Option<String>,);

/// The columns of a [`StoredRow`].
macro_rules! stored_columns {
    ($reply:literal) => {
        concat!("outcome, ", $reply, ", rule, backend, decided_ms IS NULL, kept IS NOT NULL, received_at")
    };
}

/// The column of an [`InsertedRow`].
macro_rules! inserted_column {
    () => {
        concat!(
            "CASE WHEN kept IS NOT NULL OR outcome = 'held' THEN JSON_ARRAY(",
            stored_columns!("reply"),
            ") END AS overridden"
        )
    };
}

/// The storing statement up to what it does if the entry is there already.
macro_rules! insert_unless_conflict {
    () => {
        "INSERT INTO inbox (account, openid, create_time, id, msg_id, type, event, event_key, menu_id, opens, \
           received_at, message, decided_ms, outcome, reply, rule, backend, kept) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, \
           IIF(is_held OR answer.id IS NOT NULL, COALESCE(?13, 0), ?13), \
           CASE WHEN is_held THEN 'held' WHEN answer.id IS NOT NULL THEN 'replied' ELSE ?14 END, \
           CASE WHEN is_held THEN NULL WHEN answer.id IS NOT NULL THEN answer.reply ELSE ?15 END, \
           IIF(is_held OR answer.id IS NOT NULL, NULL, ?16), \
           CASE WHEN is_held THEN NULL WHEN answer.id IS NOT NULL THEN answer.backend ELSE ?17 END, \
           answer.id \
         FROM (SELECT ?18 AND EXISTS ( \
             SELECT 1 FROM paused WHERE account = ?1 AND openid = ?2 AND until > ?11) AS is_held) \
           LEFT JOIN ( \
             SELECT id, reply, backend FROM kept WHERE ?19 AND account = ?1 AND openid = ?2 AND used = 0 \
             ORDER BY made_at, id LIMIT 1) AS answer ON NOT is_held \
         WHERE TRUE ON CONFLICT (account, openid, create_time, id) "
    };
}

/// An entry as it is stored, whichever delivery of it stored it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The outcome; `None` if another version of the worker stored one that this does not know.
    pub outcome: Option<Outcome>,
    /// The passive reply as JSON.
    pub reply: Option<String>,
    /// The rules that chose it.
    pub rule: Option<String>,
    /// The backend that is asked, or that answered.
    pub backend: Option<String>,
    /// Whether a backend is being asked.
    pub is_open: bool,
    /// Whether it was answered with a kept answer.
    pub used_kept: bool,
    /// When the first delivery was received, in Unix seconds.
    pub received_at: i64,
}

/// Stores an entry unless it is there; returns an [`InsertedRow`] if it was not, which [`Stored::inserted`] reads.
///
/// A paused user gets no reply, and a kept answer takes precedence over the decided one; a trigger marks it as used, and
/// [`settle_used`] has to follow.
///
/// Where nothing is looked up, the entry comes from the spool: its user got the decided reply. If D1 had stored it
/// without saying so, its row then says what the user saw, and a trigger returns the kept answer.
#[must_use]
pub fn insert(entry: &Entry, lookup: Lookup) -> Statement {
    let Entry { record, menu_id, opens, outcome, .. } = entry;
    // Apart, since SQLite prepares the update with its triggers even where nothing conflicts.
    let sql = if lookup == Lookup::default() {
        concat!(
            insert_unless_conflict!(),
            "DO UPDATE SET \
               outcome = excluded.outcome, reply = excluded.reply, rule = excluded.rule, backend = excluded.backend, \
               decided_ms = excluded.decided_ms, kept = NULL \
               WHERE received_at = excluded.received_at AND (kept IS NOT NULL OR outcome = 'held') RETURNING ",
            inserted_column!(),
        )
    } else {
        concat!(insert_unless_conflict!(), "DO NOTHING RETURNING ", inserted_column!())
    };
    Statement::new(sql, key(entry))
        .with(record.msg_id.as_deref())
        .with(record.msg_type.as_str())
        .with(record.event.as_deref())
        .with(record.event_key.as_deref())
        .with(menu_id.as_deref())
        .with(*opens)
        .with(record.received_at.seconds())
        .with(record.message.as_str())
        .with(record.decided_ms)
        .with(outcome.name())
        .with(record.reply.as_deref())
        .with(record.rule.as_deref())
        .with(record.backend.as_deref())
        .with(i64::from(lookup.paused))
        .with(i64::from(lookup.kept))
}

/// Selects an entry that was stored before: at most one [`StoredRow`]. It has no reply if a later message got that.
#[must_use]
pub fn stored(entry: &Entry) -> Statement {
    let sql = concat!(
        "SELECT ",
        stored_columns!(
            "IIF(outcome = 'kept' AND EXISTS ( \
               SELECT 1 FROM kept AS used WHERE used.account = ?1 AND used.openid = ?2 AND used.used = 1 \
                 AND used.create_time = ?3 AND used.entry = ?4 AND used.reply = inbox.reply), NULL, reply)"
        ),
        " FROM inbox WHERE account = ?1 AND openid = ?2 AND create_time = ?3 AND id = ?4",
    );
    Statement::new(sql, key(entry))
}

/// Notes which entries of a user were answered by kept answers that are used, and deletes those; in one transaction.
///
/// A further delivery of such an entry does not get the same answer again.
#[must_use]
pub fn settle_used(account: &str, openid: &str) -> [Statement; 2] {
    [
        "UPDATE inbox SET outcome = 'answered_late', reply = IIF(reply IN ( \
           SELECT used.reply FROM kept AS used WHERE used.account = ?1 AND used.openid = ?2 AND used.used = 1 \
             AND used.create_time = inbox.create_time AND used.entry = inbox.id), NULL, reply) \
         WHERE account = ?1 AND openid = ?2 AND outcome = 'kept' AND (create_time, id) IN ( \
           SELECT create_time, entry FROM kept WHERE account = ?1 AND openid = ?2 AND used = 1)",
        "DELETE FROM kept WHERE account = ?1 AND openid = ?2 AND used = 1",
    ]
    .map(|sql| Statement::new(sql, [account.into(), openid.into()]))
}

/// Notes in `user` that a user followed or unfollowed; `None` for other entries. Nothing happens the second time.
#[must_use]
pub fn note_follow(entry: &Entry) -> Option<Statement> {
    let record = &entry.record;
    if record.create_time > record.received_at.plus(MAX_CLOCK_SKEW) {
        return None; // It would be the latest forever.
    }
    let of_user = |sql| {
        let user = [entry.account.as_str().into(), record.openid.as_str().into()];
        Statement::new(sql, user).with(record.create_time.seconds())
    };
    match record.event.as_deref()? {
        "subscribe" => Some(
            of_user(
                "INSERT INTO user (account, openid, followed_at, source) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (account, openid) DO UPDATE SET followed_at = excluded.followed_at, source = excluded.source \
                 WHERE excluded.followed_at > COALESCE(followed_at, -1)",
            )
            .with(record.event_key.as_deref()),
        ),
        "unsubscribe" => Some(of_user(
            "INSERT INTO user (account, openid, unfollowed_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (account, openid) DO UPDATE SET unfollowed_at = excluded.unfollowed_at \
             WHERE excluded.unfollowed_at > COALESCE(unfollowed_at, -1)",
        )),
        _ => None,
    }
}

impl Entry {
    /// The row of [`stored`] if the entry is stored as it was decided.
    #[must_use]
    pub fn stored_row(&self) -> StoredRow {
        let Record { reply, rule, backend, decided_ms, received_at, .. } = &self.record;
        let is_open = i64::from(decided_ms.is_none());
        let (reply, rule, backend) = (reply.clone(), rule.clone(), backend.clone());
        (self.outcome.name().to_owned(), reply, rule, backend, is_open, 0, received_at.seconds())
    }
}

impl Stored {
    /// Reads what [`insert`] returned for an entry.
    pub fn inserted(entry: &Entry, (overridden,): InsertedRow) -> Result<Self, Invalid> {
        let Some(overridden) = overridden else { return Ok(Self::from_row(entry.stored_row())) };
        let stored: Vec<StoredRow> = rows(&Value::Array(vec![parse(&overridden)?]))?;
        stored.into_iter().next().map(Self::from_row).ok_or_else(|| Invalid::new(".", "must be a row"))
    }

    /// Reads a row of [`stored`].
    #[must_use]
    pub fn from_row((outcome, reply, rule, backend, is_open, used_kept, received_at): StoredRow) -> Self {
        Self {
            outcome: Outcome::parse(&outcome),
            reply,
            rule,
            backend,
            is_open: is_open != 0,
            used_kept: used_kept != 0,
            received_at,
        }
    }

    /// Whether what asks or sends is left out of the outbox: the user is paused, or got a kept answer.
    #[must_use]
    pub fn overrides_decision(&self) -> bool {
        self.used_kept || self.outcome == Some(Outcome::Held)
    }
}

/// The parameters ?1 to ?4 of statements about an entry.
fn key(entry: &Entry) -> [Parameter; 4] {
    let Entry { account, record, .. } = entry;
    [
        account.as_str().into(),
        record.openid.as_str().into(),
        record.create_time.seconds().into(),
        record.id.as_str().into(),
    ]
}
