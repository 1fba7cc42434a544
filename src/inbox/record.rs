//! What an entry is, both when it is stored and when it is read again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::Timestamp;

/// A message or an event, and what the user got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// `CreateTime`
    pub create_time: Timestamp,
    /// `FromUserName`; `OpenID` where an event names its user there, and comes from WeChat itself.
    pub openid: String,
    /// Distinguishes what one sender sent in one second; the same for every delivery of it.
    pub id: String,
    /// `MsgId` of a message.
    pub msg_id: Option<String>,
    /// `MsgType`
    pub msg_type: String,
    /// `Event` in lowercase; a message has none.
    pub event: Option<String>,
    /// `EventKey`
    pub event_key: Option<String>,
    /// When the first delivery arrived, by our clock.
    pub received_at: Timestamp,
    /// Every field under WeChat's names: a JSON object, whose values are text.
    pub message: String,
    /// The passive reply: JSON in the format of customer-service messages.
    pub reply: Option<String>,
    /// The rules that decided.
    pub rule: Option<String>,
}

impl Record {
    /// The fields of the message.
    #[must_use]
    pub fn message(&self) -> Value {
        read_json(&self.message)
    }

    /// The passive reply.
    #[must_use]
    pub fn reply(&self) -> Option<Value> {
        self.reply.as_deref().map(read_json)
    }
}

/// Reads JSON that we wrote ourselves, and that therefore is JSON.
pub(super) fn read_json(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}
