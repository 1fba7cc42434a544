//! The source of the answer to a new message, and the outbox of its entry.

use crate::callback::{Message, Reply};
use crate::rules::Decision;
use crate::wechat::custom_message::CustomMessage;

use super::entry_key::EntryKey;
use super::list::Backends;
use super::outbox::{DeliveryMode, OutboxItem};

/// The source of the answer to a new message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerSource {
    /// A late answer to an earlier message, which was kept.
    Kept(Reply),
    /// The rules; `None` is silence.
    Rules(Option<Reply>),
    /// A backend, which has to be asked.
    Backend,
}

impl AnswerSource {
    /// A kept answer takes precedence over the rules; if no rule matches, a backend is asked.
    #[must_use]
    pub fn of(kept: Option<Reply>, decision: &Decision<'_>, backends: &Backends, message: &Message) -> Self {
        if let Some(kept) = kept {
            Self::Kept(kept)
        } else if decision.rules.is_empty() && backends.first_asked(message).is_some() {
            Self::Backend
        } else {
            Self::Rules(decision.reply().cloned())
        }
    }

    /// The passive reply, if it is known already.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Kept(reply) => Some(reply),
            Self::Rules(reply) => reply.as_ref(),
            Self::Backend => None,
        }
    }

    /// The passive reply, owned.
    #[must_use]
    pub fn into_reply(self) -> Option<Reply> {
        match self {
            Self::Kept(reply) => Some(reply),
            Self::Rules(reply) => reply,
            Self::Backend => None,
        }
    }
}

/// The outbox of an entry: backends to tell or to ask, and the replies after the passive one.
#[must_use]
pub fn outbox(
    account: &str,
    key: &EntryKey,
    source: &AnswerSource,
    decision: &Decision<'_>,
    backends: &Backends,
    message: &Message,
) -> Vec<OutboxItem> {
    let told = backends.told(message);
    let mut items: Vec<OutboxItem> =
        told.map(|backend| key.outbox_item(account, backend.id(), DeliveryMode::Tell)).collect();
    match source {
        AnswerSource::Kept(_) => {}
        AnswerSource::Backend => {
            let first = backends.first_asked(message);
            items.extend(first.map(|backend| key.outbox_item(account, backend.id(), DeliveryMode::Ask)));
        }
        AnswerSource::Rules(_) => {
            let digest = key.digest(account);
            let messages = decision.further().filter_map(|reply| CustomMessage::of(&key.openid, reply).ok());
            items.extend(
                messages.enumerate().map(|(number, message)| OutboxItem::send(&digest, number, &message)),
            );
        }
    }
    items
}
