//! The outbox: what has to be done outside the database because of an entry.
//!
//! It is stored together with the entry, as one delivery for each item.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::to_value;
use crate::wechat::custom_message::CustomMessage;

use super::webhook::Mode;

/// One item: tell a backend, ask a backend, or send a message to the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// The id of the delivery: `msg_...` to a backend, `send_...` to a user.
    pub id: String,
    /// The backend's id; empty for a message to the user.
    pub backend: String,
    /// Whether to tell, ask or send.
    pub mode: DeliveryMode,
    /// The customer-service message to the user, or what a backend is told of a handover; `null` for other requests to a
    /// backend.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub message: Value,
    /// Whether a backend is asked also if the user got a kept answer: its own answer is kept in turn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always: bool,
}

/// What a delivery does; stored and public under the names of a webhook's modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryMode {
    /// Tells a backend.
    #[serde(rename = "notify")]
    Tell,
    /// Asks a backend for the reply.
    #[serde(rename = "respond")]
    Ask,
    /// Sends a message to the user.
    #[serde(rename = "send")]
    Send,
}

impl DeliveryMode {
    /// The name in the database and in the JSON API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tell => "notify",
            Self::Ask => "respond",
            Self::Send => "send",
        }
    }

    /// Reads a name; `None` if this version does not know it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Tell, Self::Ask, Self::Send].into_iter().find(|mode| mode.name() == name)
    }
}

impl From<Mode> for DeliveryMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Tell => Self::Tell,
            Mode::Ask => Self::Ask,
        }
    }
}

impl OutboxItem {
    /// A message to the user; `number` distinguishes the messages of one entry.
    #[must_use]
    pub fn send(entry_digest: &str, number: usize, message: &CustomMessage) -> Self {
        Self {
            id: format!("send_{entry_digest}_{number}"),
            backend: String::new(),
            mode: DeliveryMode::Send,
            message: to_value(message),
            always: false,
        }
    }

    /// What is done instead for a user who is paused, or who got a kept answer: a backend is told and not asked, and
    /// nothing is sent.
    #[must_use]
    pub fn without_answer(self, used_kept: bool) -> Option<Self> {
        match self.mode {
            DeliveryMode::Tell => Some(self),
            DeliveryMode::Ask if used_kept && self.always => Some(self),
            DeliveryMode::Ask => Some(Self { mode: DeliveryMode::Tell, ..self }),
            DeliveryMode::Send => None,
        }
    }
}
