//! The source of the answer to a new message, and the outbox of its entry.

use crate::callback::Message;
use crate::rules::Decision;
use crate::wechat::custom_message::CustomMessage;

use super::backend::Backend;
use super::entry_key::EntryKey;
use super::list::Backends;
use super::outbox::{DeliveryMode, OutboxItem};

/// The backend that is asked for the reply to a message: no rule matches, and one wants to answer.
#[must_use]
pub fn asked_for<'b>(
    decision: &Decision<'_>,
    backends: &'b Backends,
    message: &Message,
) -> Option<&'b Backend> {
    if decision.rules.is_empty() { backends.first_asked(message) } else { None }
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
        items.push(key.outbox_item(account, backend.id(), DeliveryMode::Ask));
    } else {
        let digest = key.digest(account);
        let messages = decision.further().filter_map(|reply| CustomMessage::of(&key.openid, reply).ok());
        items.extend(
            messages.enumerate().map(|(number, message)| OutboxItem::send(&digest, number, &message)),
        );
    }
    items
}
