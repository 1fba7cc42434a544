//! Where the answer to a new message comes from, and what is to be done beside it.

use crate::callback::{Message, Reply};
use crate::rules::Decision;
use crate::wechat::custom_message::CustomMessage;

use super::entry_key::EntryKey;
use super::list::Backends;
use super::outbox::{DeliveryMode, OutboxItem};

/// Where the answer to a new message comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerSource {
    /// An answer to an earlier message that came too late and was kept.
    Kept(Reply),
    /// The rules; `None` is silence.
    Rules(Option<Reply>),
    /// A backend, which is asked now.
    Backend,
}

impl AnswerSource {
    /// A kept answer goes before the rules; where no rule matches, a backend is asked if there is one.
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

    /// The passive reply that is known already.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Kept(reply) => Some(reply),
            Self::Rules(reply) => reply.as_ref(),
            Self::Backend => None,
        }
    }
}

/// The outbox of an entry: the backends to tell or to ask, and the replies that follow the passive one.
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
