//! The source of the answer to a new message, and the outbox of its entry.

use std::borrow::Cow;

use serde_json::json;

use crate::callback::Message;
use crate::rules::Decision;
use crate::time::Timestamp;
use crate::wechat::custom_message::CustomMessage;

use super::ask::HANDOVER;
use super::assistant::Consideration;
use super::backend::Backend;
use super::entry_key::EntryKey;
use super::list::Backends;
use super::outbox::{DeliveryMode, OutboxItem};

/// The backend that is asked for the reply to a message: the assistant that a rule names, or where no rule matches, one that
/// wants to answer.
#[must_use]
pub fn asked_for<'b>(
    decision: &Decision<'_>,
    backends: &'b Backends,
    message: &Message,
) -> Option<&'b Backend> {
    match decision.ask {
        Some(name) => backends.asked_by_rule(name),
        None if decision.rules.is_empty() => backends.first_asked(message),
        None => None,
    }
}

/// What has to be done because of a message that an assistant answers without a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// What was said is forgotten.
    Forget,
    /// Nothing answers the user automatically.
    Pause {
        /// For so many minutes.
        minutes: u32,
        /// The id of the assistant that says so.
        by: String,
    },
}

/// Lets the assistant that the rules ask reply at once if it needs no model for that.
pub fn reply_at_once(decision: &mut Decision<'_>, backends: &Backends, message: &Message) -> Option<Effect> {
    let assistant = backends.assistant(decision.ask?)?;
    let (replies, effect) = match assistant.consider(message) {
        Consideration::Ask(_) => return None,
        Consideration::Reply(replies) => (replies, None),
        Consideration::Forget(replies) => (replies, Some(Effect::Forget)),
        Consideration::HandOver(minutes, reply) => {
            (reply.into_iter().collect(), Some(Effect::Pause { minutes, by: assistant.id.clone() }))
        }
    };
    decision.ask = None;
    decision.replies = replies.into_iter().map(Cow::Owned).collect();
    effect
}

/// What tells webhooks that an assistant has handed the user of an entry over to a person, who answers until then; `None` if
/// nothing is paused, since messages are not kept.
pub fn handovers(
    account: &str,
    key: &EntryKey,
    (assistant, until): (&str, Option<Timestamp>),
    backends: &Backends,
) -> impl Iterator<Item = OutboxItem> {
    let told = backends.told_of_handovers();
    told.map(move |webhook| {
        let id = key.delivery_id(account, &format!("{}\n{HANDOVER}", webhook.id));
        let message = json!({ "assistant": assistant, "paused_until": until.map(Timestamp::seconds) });
        OutboxItem { id, message, ..key.outbox_item(account, &webhook.id, DeliveryMode::Tell) }
    })
}

/// The outbox of an entry: backends to tell or to ask, and the replies after the passive one.
#[must_use]
pub fn outbox(
    account: &str,
    key: &EntryKey,
    decision: &Decision<'_>,
    backends: &Backends,
    message: &Message,
) -> Vec<OutboxItem> {
    let told = backends.told(message);
    let mut items: Vec<OutboxItem> =
        told.map(|backend| key.outbox_item(account, backend.id(), DeliveryMode::Tell)).collect();
    if let Some(backend) = asked_for(decision, backends, message) {
        let always = matches!(backend, Backend::Assistant(assistant) if assistant.is_question(message));
        items.push(OutboxItem { always, ..key.outbox_item(account, backend.id(), DeliveryMode::Ask) });
    } else {
        let digest = key.digest(account);
        let messages = decision.further().filter_map(|reply| CustomMessage::of(&key.openid, reply).ok());
        items.extend(
            messages.enumerate().map(|(number, message)| OutboxItem::send(&digest, number, &message)),
        );
    }
    items
}
