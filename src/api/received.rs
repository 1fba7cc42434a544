//! A received message, as `message/get` and `message/list` show it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::callback::ReplyDraft;
use crate::inbox::Received;

/// A received message or event, and its outcome.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReceivedMessage {
    /// `MsgId` of a message; events have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_id: Option<String>,
    /// OpenID of the sender.
    pub openid: String,
    /// `MsgType`
    #[serde(rename = "type")]
    pub msg_type: String,
    /// `Event` in lowercase, of an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// `EventKey`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_key: Option<String>,
    /// `CreateTime`, in Unix seconds.
    pub create_time: i64,
    /// Unix seconds: when it was received.
    pub received_at: i64,
    /// All fields as WeChat sent them; every value is text.
    #[schemars(with = "Map<String, Value>")]
    pub message: Value,
    /// What the user saw: one of the values of `outcome` in `message/list`.
    pub outcome: String,
    /// WeChat's errcode, if it refused a message to the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errcode: Option<i64>,
    /// Whether it had no answer, and a person or a program has dealt with it since.
    pub settled: bool,
    /// The passive reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<ReplyDraft>")]
    pub reply: Option<Value>,
    /// Name of the rule that decided, else its id, else its position such as `rules[3]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Id of the backend that is asked, or that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// Milliseconds until the answer was known; absent while a backend is being asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_ms: Option<i64>,
}

impl From<Received> for ReceivedMessage {
    fn from(Received { record, outcome, errcode, is_settled }: Received) -> Self {
        Self {
            message: record.message(),
            reply: record.reply(),
            msg_id: record.msg_id,
            openid: record.openid,
            msg_type: record.msg_type,
            event: record.event,
            event_key: record.event_key,
            create_time: record.create_time.seconds(),
            received_at: record.received_at.seconds(),
            outcome,
            errcode,
            settled: is_settled,
            rule: record.rule,
            backend: record.backend,
            decided_ms: record.decided_ms,
        }
    }
}
