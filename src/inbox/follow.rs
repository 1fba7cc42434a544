//! What follows from an entry beyond our own books: webhooks to tell or to ask, and messages to send.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::to_value;
use crate::wechat::custom_message::CustomMessage;

/// One thing to do, stored with its entry and made a delivery when that is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// Of the delivery.
    pub id: String,
    /// To which webhook; empty = to the user.
    pub webhook: String,
    /// What to do.
    pub mode: FollowMode,
    /// The customer-service message, to a user.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub message: Value,
}

/// What a delivery is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowMode {
    /// Tell a webhook.
    Notify,
    /// Ask a webhook for the reply.
    Respond,
    /// Send a message to the user.
    Send,
}

impl FollowMode {
    /// As the database has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Respond => "respond",
            Self::Send => "send",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Notify, Self::Respond, Self::Send].into_iter().find(|mode| mode.name() == name)
    }
}

impl Follow {
    /// A message to the user; `number` tells apart those of one entry.
    #[must_use]
    pub fn send(entry_digest: &str, number: usize, message: &CustomMessage) -> Self {
        Self {
            id: format!("send_{entry_digest}_{number}"),
            webhook: String::new(),
            mode: FollowMode::Send,
            message: to_value(message),
        }
    }
}
