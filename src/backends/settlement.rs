//! How a backend's answer reaches the user: at once, later as messages, or kept until it is fetched.
//!
//! The first settlement of an entry counts; later ones change nothing.

use crate::callback::{Reply, Trigger};
use crate::inbox::Outcome;
use crate::json::to_value;
use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::custom_message::{CustomMessage, MAX_AFTER_EVENT, MAX_AFTER_MESSAGE};

use super::entry_key::EntryKey;
use super::outbox::OutboxItem;
use super::storing::FIRST_ATTEMPT;

/// Maximum number of replies that are kept for a user if one is added with [`leave`].
pub const MAX_KEPT: i64 = 20;

/// How a backend's answer reaches the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The passive reply, to this or the next delivery of the message.
    pub passive: Option<Reply>,
    /// Customer-service messages.
    pub sends: Vec<OutboxItem>,
    /// Replies that are kept for the user's next messages.
    pub kept: Vec<Reply>,
    /// The number of replies that cannot reach the user: WeChat has no customer-service message of their type, or does not
    /// accept so many.
    pub lost: usize,
    outcome: Outcome,
}

impl Settlement {
    /// In time: the first is the passive reply; the rest are sent, or kept if the account may not send. Replies beyond those
    /// that WeChat accepts after `trigger` are lost.
    #[must_use]
    pub fn in_time(
        replies: Vec<Reply>,
        (may_send, trigger): (bool, Option<Trigger>),
        entry: &EntryKey,
        account: &str,
    ) -> Self {
        let mut replies = replies.into_iter();
        let passive = replies.next();
        let rest = Self::later(replies.collect(), (may_send, max_sends(trigger)), entry, account);
        let outcome = match passive {
            Some(_) if rest.lost > 0 => Outcome::Refused,
            Some(_) => Outcome::Replied,
            None => rest.outcome,
        };
        Self { passive, outcome, ..rest }
    }

    /// Too late for this delivery.
    #[must_use]
    pub fn late(
        replies: Vec<Reply>,
        (may_send, trigger): (bool, Option<Trigger>),
        entry: &EntryKey,
        account: &str,
    ) -> Self {
        let passive = replies.first().filter(|_| !may_send).cloned();
        // What is kept is fetched by messages, of which each shows a passive reply.
        let max = max_sends(trigger).saturating_add(usize::from(!may_send));
        Self { passive, ..Self::later(replies, (may_send, max), entry, account) }
    }

    fn later(
        mut replies: Vec<Reply>,
        (may_send, max): (bool, usize),
        entry: &EntryKey,
        account: &str,
    ) -> Self {
        let (mut sends, mut kept) = (Vec::new(), Vec::new());
        let mut lost = replies.len().saturating_sub(max);
        replies.truncate(max);
        let digest = entry.digest(account);
        for (number, reply) in replies.into_iter().enumerate() {
            if may_send {
                match CustomMessage::of(&entry.openid, &reply) {
                    Ok(message) => sends.push(OutboxItem::send(&digest, number, &message)),
                    // A hand-over or a video without a cover cannot be a customer-service message.
                    Err(_) => lost = lost.saturating_add(1),
                }
            } else if reply.check(Trigger::Message).is_ok() {
                // A kept reply will answer a message, even if it was meant for an event.
                kept.push(reply);
            } else {
                lost = lost.saturating_add(1);
            }
        }
        let outcome = if !sends.is_empty() {
            // What the user saw is known once they are sent.
            Outcome::Asked
        } else if !kept.is_empty() {
            Outcome::Kept
        } else if lost > 0 {
            Outcome::Failed
        } else {
            Outcome::Silent
        };
        Self { passive: None, sends, kept, lost, outcome }
    }

    /// Whether an entry has been settled like this.
    #[must_use]
    pub fn is(&self, (reply, outcome, is_open, _): &WaitingRow) -> bool {
        *is_open == 0 && *outcome == self.outcome.name() && *reply == self.passive.as_ref().map(stored)
    }

    /// The statements that settle an entry, in one transaction; the last but one returns a row if it was still open.
    ///
    /// If the entry was answered with a kept answer and a backend was asked nevertheless, its answer is kept in turn.
    #[must_use]
    pub fn statements(
        &self,
        account: &str,
        entry: &EntryKey,
        (backend, delivery): (&str, &str),
        (now, ms): (Timestamp, i64),
    ) -> Vec<Statement> {
        let kept: Vec<_> = self.kept.iter().map(stored).collect();
        let sends = serde_json::to_string(&self.sends).unwrap_or_default();
        let reply = self.passive.as_ref().map(stored);
        let of_entry = |sql| Statement::new(sql, entry.parameters(account));
        vec![
            of_entry(
                "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, message, state, \
                   attempts, under_way, due_at, made_at) \
                 SELECT ?1, item.value ->> 'id', ?3, ?2, ?4, item.key, ?7, 'send', item.value ->> 'message', 'pending', \
                   0, 0, ?6 + ?8, ?6 \
                 FROM JSON_EACH(?5) AS item WHERE EXISTS (SELECT 1 FROM inbox WHERE account = ?1 \
                   AND create_time = ?2 AND openid = ?3 AND id = ?4 AND decided_ms IS NULL) \
                 ON CONFLICT DO NOTHING",
            )
            .with(sends)
            .with(now.seconds())
            .with(backend)
            .with(FIRST_ATTEMPT),
            of_entry(
                "INSERT INTO kept (account, openid, made_at, id, reply, backend, create_time, entry) \
                 SELECT ?1, ?3, ?6, ?7 || '_' || kept.key, kept.value, ?8, ?2, ?4 \
                 FROM JSON_EACH(?5) AS kept WHERE EXISTS (SELECT 1 FROM inbox WHERE account = ?1 \
                   AND create_time = ?2 AND openid = ?3 AND id = ?4 \
                   AND (decided_ms IS NULL OR inbox.kept IS NOT NULL AND EXISTS ( \
                     SELECT 1 FROM delivery WHERE account = ?1 AND id = ?7 AND mode = 'respond'))) \
                 ON CONFLICT DO NOTHING",
            )
            .with(serde_json::to_string(&kept).unwrap_or_default())
            .with(now.seconds())
            .with(delivery)
            .with(backend),
            of_entry(
                "UPDATE inbox SET reply = COALESCE(reply, ?5), outcome = ?6, backend = ?7, decided_ms = ?8 \
                 WHERE account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4 AND decided_ms IS NULL RETURNING 1",
            )
            .with(reply)
            .with(self.outcome.name())
            .with(backend)
            .with(ms),
            super::delivery::done(account, delivery),
        ]
    }
}

/// How many customer-service messages may follow an entry.
const fn max_sends(trigger: Option<Trigger>) -> usize {
    match trigger {
        Some(Trigger::Event) => MAX_AFTER_EVENT,
        Some(Trigger::Message) | None => MAX_AFTER_MESSAGE,
    }
}

/// A row of [`waiting`]: the reply, the outcome, whether a backend is being asked, and when the first delivery was
/// received.
pub type WaitingRow = (Option<String>, String, i64, i64);

/// Selects an entry's reply and outcome: at most one [`WaitingRow`].
#[must_use]
pub fn waiting(account: &str, entry: &EntryKey) -> Statement {
    Statement::new(
        "SELECT reply, outcome, decided_ms IS NULL, received_at FROM inbox \
         WHERE account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4",
        entry.parameters(account),
    )
}

/// The reply of a settled entry, `Some(None)` being silence; `None` while the backend has not answered.
#[must_use]
pub fn answer_of((reply, _, is_open, _): &WaitingRow) -> Option<Option<Reply>> {
    match reply {
        Some(reply) => Some(Reply::from_json(reply).ok().flatten()),
        None if *is_open != 0 => None,
        None => Some(None),
    }
}

/// Stores the text that tells the user to fetch the answer, unless there is an answer by now; returns a row if stored.
#[must_use]
pub fn tell(account: &str, entry: &EntryKey, text: &Reply) -> Statement {
    Statement::new(
        "UPDATE inbox SET reply = ?5 \
         WHERE account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4 AND decided_ms IS NULL \
           AND reply IS NULL RETURNING 1",
        entry.parameters(account),
    )
    .with(stored(text))
}

/// Leaves a reply for a user's next message, unless [`MAX_KEPT`] others are kept for the user; returns a row if it is kept.
/// `id` is random, so that the same reply is kept once, however often the statement runs.
#[must_use]
pub fn leave(account: &str, openid: &str, id: &str, reply: &Reply, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO kept (account, openid, made_at, id, reply) SELECT ?1, ?2, ?3, ?4, ?5 \
         WHERE (SELECT COUNT(*) FROM (SELECT 1 FROM kept WHERE account = ?1 AND openid = ?2 AND used = 0 AND id <> ?4 LIMIT ?6)) < ?6 \
         ON CONFLICT (account, openid, made_at, id) DO UPDATE SET reply = excluded.reply RETURNING 1",
        [
            account.into(),
            openid.into(),
            now.seconds().into(),
            id.into(),
            stored(reply).into(),
            MAX_KEPT.into(),
        ],
    )
}

/// Notes that a repeated delivery was answered with a kept answer, which is then no longer kept; in one transaction.
#[must_use]
pub fn handed_out(account: &str, entry: &EntryKey, delivery: &str, reply: &Reply) -> [Statement; 2] {
    [
        Statement::new(
            "UPDATE inbox SET outcome = 'replied' \
             WHERE account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4 AND outcome = 'kept'",
            entry.parameters(account),
        ),
        Statement::new(
            "DELETE FROM kept WHERE account = ?1 AND openid = ?2 AND id = ?3 || '_0' AND reply = ?4 \
               AND used = 0",
            [account.into(), entry.openid.as_str().into(), delivery.into(), stored(reply).into()],
        ),
    ]
}

/// The stored form, with fields in the order of their names, because rows are compared with it.
fn stored(reply: &Reply) -> String {
    to_value(reply).to_string()
}

/// Whether this is WeChat's last delivery of a message, by the times of the first and this one.
///
/// Manual: 被动回复用户消息: three deliveries, five seconds apart.
#[must_use]
pub const fn is_last_delivery(first: Timestamp, this: Timestamp) -> bool {
    this.seconds().saturating_sub(first.seconds()) >= 8
}
