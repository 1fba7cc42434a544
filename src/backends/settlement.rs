//! How a backend's answer reaches the user: at once, later as messages, or kept until it is fetched.
//!
//! The first settlement of an entry counts; later ones change nothing.

use crate::callback::{Reply, Trigger};
use crate::inbox::Outcome;
use crate::json::to_value;
use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::custom_message::CustomMessage;

use super::entry_key::EntryKey;
use super::outbox::OutboxItem;

/// How a backend's answer reaches the user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settlement {
    /// The passive reply, to this or the next delivery of the message.
    pub passive: Option<Reply>,
    /// Customer-service messages.
    pub sends: Vec<OutboxItem>,
    /// Replies that are kept for the user's next messages.
    pub kept: Vec<Reply>,
    /// The number of replies that cannot reach the user.
    pub lost: usize,
}

impl Settlement {
    /// In time: the first is the passive reply; the rest are sent, or kept if the account may not send.
    #[must_use]
    pub fn in_time(replies: Vec<Reply>, may_send: bool, openid: &str, digest: &str) -> Self {
        let mut replies = replies.into_iter();
        let passive = replies.next();
        Self { passive, ..Self::later(replies.collect(), may_send, openid, digest) }
    }

    /// Too late for this delivery.
    #[must_use]
    pub fn late(replies: Vec<Reply>, may_send: bool, openid: &str, digest: &str) -> Self {
        let passive = replies.first().filter(|_| !may_send).cloned();
        Self { passive, ..Self::later(replies, may_send, openid, digest) }
    }

    fn later(replies: Vec<Reply>, may_send: bool, openid: &str, digest: &str) -> Self {
        if !may_send {
            // A kept reply will answer a message, even if it was meant for an event.
            let (kept, lost): (Vec<_>, Vec<_>) =
                replies.into_iter().partition(|reply| reply.check(Trigger::Message).is_ok());
            return Self { kept, lost: lost.len(), ..Self::default() };
        }
        let mut settlement = Self::default();
        for (number, reply) in replies.iter().enumerate() {
            match CustomMessage::of(openid, reply) {
                Ok(message) => settlement.sends.push(OutboxItem::send(digest, number, &message)),
                // A hand-over or a video without a cover cannot be a customer-service message.
                Err(_) => settlement.lost = settlement.lost.saturating_add(1),
            }
        }
        settlement
    }

    /// Whether an entry has been settled like this.
    #[must_use]
    pub fn is(&self, (reply, outcome, _): &WaitingRow) -> bool {
        *outcome == self.outcome().name() && *reply == self.passive.as_ref().map(stored)
    }

    fn outcome(&self) -> Outcome {
        if self.passive.is_some() || !self.sends.is_empty() {
            Outcome::Replied
        } else if self.lost > 0 {
            Outcome::Failed
        } else {
            Outcome::Silent
        }
    }

    /// The statements that settle an entry, in one transaction; the last but one returns a row if it was still open.
    #[must_use]
    pub fn statements(
        &self,
        account: &str,
        entry: &EntryKey,
        delivery: &str,
        now: Timestamp,
    ) -> Vec<Statement> {
        let kept: Vec<_> = self.kept.iter().map(stored).collect();
        let sends = serde_json::to_string(&self.sends).unwrap_or_default();
        let reply = self.passive.as_ref().map(stored);
        let of_entry = |sql| Statement::new(sql, entry.parameters(account));
        vec![
            of_entry(
                "INSERT INTO delivery (account, id, openid, create_time, entry, backend, mode, message, state, attempts, \
                   under_way, due_at, made_at) \
                 SELECT ?1, item.value ->> 'id', ?3, ?2, ?4, '', 'send', item.value ->> 'message', 'pending', 0, 0, \
                   ?6 + 60, ?6 \
                 FROM JSON_EACH(?5) AS item WHERE EXISTS (SELECT 1 FROM inbox WHERE account = ?1 \
                   AND create_time = ?2 AND openid = ?3 AND id = ?4 AND outcome = 'relayed') \
                 ON CONFLICT DO NOTHING",
            )
            .with(sends)
            .with(now.seconds()),
            of_entry(
                "INSERT INTO kept (account, openid, made_at, id, reply) \
                 SELECT ?1, ?3, ?6, ?7 || '_' || kept.key, kept.value \
                 FROM JSON_EACH(?5) AS kept WHERE EXISTS (SELECT 1 FROM inbox WHERE account = ?1 \
                   AND create_time = ?2 AND openid = ?3 AND id = ?4 AND outcome = 'relayed') \
                 ON CONFLICT DO NOTHING",
            )
            .with(serde_json::to_string(&kept).unwrap_or_default())
            .with(now.seconds())
            .with(delivery),
            of_entry(
                "UPDATE inbox SET reply = COALESCE(reply, ?5), outcome = ?6 \
                 WHERE account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4 AND outcome = 'relayed' RETURNING 1",
            )
            .with(reply)
            .with(self.outcome().name()),
            super::delivery::done(account, delivery),
        ]
    }
}

/// A row of [`waiting`]: the reply, the outcome, and when the first delivery was received.
pub type WaitingRow = (Option<String>, String, i64);

/// Selects an entry's reply and outcome: at most one [`WaitingRow`].
#[must_use]
pub fn waiting(account: &str, entry: &EntryKey) -> Statement {
    Statement::new(
        "SELECT reply, outcome, received_at FROM inbox WHERE account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4",
        entry.parameters(account),
    )
}

/// The reply of a settled entry, `Some(None)` being silence; `None` while the backend has not answered.
#[must_use]
pub fn answer_of((reply, outcome, _): &WaitingRow) -> Option<Option<Reply>> {
    match reply {
        Some(reply) => Some(Reply::from_json(reply).ok().flatten()),
        None if *outcome == Outcome::Relayed.name() => None,
        None => Some(None),
    }
}

/// Stores the text that tells the user to fetch the answer, unless there is an answer by now; returns a row if stored.
#[must_use]
pub fn tell(account: &str, entry: &EntryKey, text: &Reply) -> Statement {
    Statement::new(
        "UPDATE inbox SET reply = ?5 \
         WHERE account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4 AND outcome = 'relayed' \
           AND reply IS NULL RETURNING 1",
        entry.parameters(account),
    )
    .with(stored(text))
}

/// A row of [`oldest_kept`]: when it was made, its id, and the reply.
pub type KeptRow = (i64, String, String);

/// Selects the oldest kept answer of a user: at most one [`KeptRow`].
#[must_use]
pub fn oldest_kept(account: &str, openid: &str) -> Statement {
    Statement::new(
        "SELECT made_at, id, reply FROM kept WHERE account = ?1 AND openid = ?2 ORDER BY made_at, id LIMIT 1",
        [account.into(), openid.into()],
    )
}

/// Removes a kept answer that is being sent to its user.
#[must_use]
pub fn fetched(account: &str, openid: &str, (made_at, id, _): &KeptRow) -> Statement {
    Statement::new(
        "DELETE FROM kept WHERE account = ?1 AND openid = ?2 AND made_at = ?3 AND id = ?4",
        [account.into(), openid.into(), (*made_at).into(), id.as_str().into()],
    )
}

/// Removes a kept answer that a repeated delivery has been answered with.
#[must_use]
pub fn handed_out(account: &str, openid: &str, delivery: &str, reply: &Reply) -> Statement {
    Statement::new(
        "DELETE FROM kept WHERE account = ?1 AND openid = ?2 AND id = ?3 || '_0' AND reply = ?4",
        [account.into(), openid.into(), delivery.into(), stored(reply).into()],
    )
}

/// The stored form, with fields in the order of their names, because rows are compared with it.
fn stored(reply: &Reply) -> String {
    to_value(reply).to_string()
}

/// The reply of a kept answer; `None` if this version cannot read it.
#[must_use]
pub fn reply_of((_, _, reply): &KeptRow) -> Option<Reply> {
    Reply::from_json(reply).ok().flatten()
}

/// Whether this is WeChat's last delivery of a message, by the times of the first and this one.
///
/// Manual: 被动回复用户消息: three deliveries, five seconds apart.
#[must_use]
pub const fn is_last_delivery(first: Timestamp, this: Timestamp) -> bool {
    this.seconds().saturating_sub(first.seconds()) >= 8
}
