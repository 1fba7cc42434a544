//! What is to be done for a delivery that was taken up.

use crate::callback::{Message, trial};
use crate::inbox::FollowMode;
use crate::json::exactly_from_value;
use crate::wechat::custom_message::CustomMessage;

use super::Webhooks;
use super::delivery::Delivery;
use super::request::About;
use super::webhook::Webhook;

const NO_WEBHOOK: &str = "there is no such webhook, or it is switched off";

/// One of three.
#[derive(Debug)]
pub enum Task<'a> {
    /// Send its message to the user.
    Send,
    /// Tell this webhook.
    Tell(&'a Webhook, &'a About),
    /// Ask this webhook, and those after it where it fails, what to answer.
    Ask(&'a Webhook, &'a About, Box<Message>),
}

impl Delivery {
    /// What is to be done; an error says why nothing can be.
    pub fn task<'a>(&'a self, webhooks: &'a Webhooks) -> Result<Task<'a>, &'static str> {
        if self.mode == FollowMode::Send {
            return Ok(Task::Send);
        }
        let about = self.about.as_ref().ok_or("the message is no longer stored")?;
        if self.mode == FollowMode::Notify {
            let webhook = webhooks.find(&self.webhook).filter(|webhook| !webhook.is_off());
            return webhook.map(|webhook| Task::Tell(webhook, about)).ok_or(NO_WEBHOOK);
        }
        let (message, _) =
            trial(&about.message, self.entry.create_time).map_err(|_| "the message cannot be read")?;
        // Not only the one that was there first: the user waits for an answer, whoever has it.
        let webhook = webhooks.first_asked(&message);
        webhook.map(|webhook| Task::Ask(webhook, about, Box::new(message))).ok_or(NO_WEBHOOK)
    }

    /// What to send to the user; `None` if it is not a message that this version wrote.
    #[must_use]
    pub fn custom_message(&self) -> Option<CustomMessage> {
        self.message.as_ref().and_then(|message| exactly_from_value(message).ok())
    }
}
