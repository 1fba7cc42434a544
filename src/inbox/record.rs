//! The fields of an entry that are both stored and read back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::Timestamp;

/// A message or an event, and its passive reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// `CreateTime`
    pub create_time: Timestamp,
    /// `FromUserName`; or `OpenID`, for events that come from WeChat itself and name their user there.
    pub openid: String,
    /// Distinguishes messages from one sender in one second; the same for every delivery of a message.
    pub id: String,
    /// `MsgId` of a message.
    pub msg_id: Option<String>,
    /// `MsgType`
    pub msg_type: String,
    /// `Event` in lowercase; a message has none.
    pub event: Option<String>,
    /// `EventKey`
    pub event_key: Option<String>,
    /// When the first delivery arrived, by the worker's clock.
    pub received_at: Timestamp,
    /// All fields under WeChat's names: a JSON object whose values are texts.
    pub message: String,
    /// The passive reply: JSON in the format of customer-service messages.
    pub reply: Option<String>,
    /// The names of the rules that chose the reply.
    pub rule: Option<String>,
    /// The id of the backend that is asked, or that answered.
    pub backend: Option<String>,
    /// Milliseconds until the answer was known; `None` while a backend is being asked.
    pub decided_ms: Option<i64>,
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

/// Parses JSON that the worker itself stored.
pub(super) fn read_json(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}
