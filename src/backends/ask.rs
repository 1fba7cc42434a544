//! What a backend is told of or asked about.

use serde_json::Value;

use crate::inbox::{Entry, Outcome};
use crate::time::Timestamp;

use super::webhook::Mode;

/// The type of the request that says that an assistant has handed a user over to a person.
pub(super) const HANDOVER: &str = "assistant.handover";

/// The subject of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// `FromUserName`, or the user that an event names.
    pub openid: String,
    /// When it was received, by the worker's clock.
    pub received_at: Timestamp,
    /// All its fields, under WeChat's names.
    pub message: Value,
    /// The outcome so far.
    pub outcome: String,
    /// The names of the rules that decided.
    pub rule: Option<String>,
    /// The passive reply.
    pub reply: Option<Value>,
    /// What an `assistant.handover` event says beside the message that it is about; `None` for the message itself.
    pub handover: Option<Value>,
}

/// A request to a backend.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The delivery's id, which is the same for every attempt.
    pub id: &'a str,
    /// Whether the backend is told or asked.
    pub mode: Mode,
    /// Whether the backend may have received the same before.
    pub redelivery: bool,
    /// The subject.
    pub about: &'a About,
}

impl About {
    /// The subject of a stored entry.
    #[must_use]
    pub fn entry(entry: &Entry) -> Self {
        let read = |json: &str| serde_json::from_str(json).unwrap_or_default();
        let Entry { record, outcome, .. } = entry;
        Self {
            openid: record.openid.clone(),
            received_at: record.received_at,
            message: read(&record.message),
            outcome: outcome.name().to_owned(),
            rule: record.rule.clone(),
            reply: record.reply(),
            handover: None,
        }
    }

    /// A made-up message, to test a webhook.
    #[must_use]
    pub fn trial(mode: Mode, now: Timestamp) -> Self {
        let message = serde_json::json!({
            "ToUserName": "gh_test", "FromUserName": "oTEST", "CreateTime": now.to_string(),
            "MsgType": "text", "Content": "test", "MsgId": "1",
        });
        let outcome = match mode {
            Mode::Tell => Outcome::Unanswered,
            Mode::Ask => Outcome::Asked,
        };
        let (openid, outcome) = ("oTEST".to_owned(), outcome.name().to_owned());
        Self { openid, received_at: now, message, outcome, rule: None, reply: None, handover: None }
    }

    /// The `type` in the request's body.
    pub(super) fn kind(&self) -> &'static str {
        match (&self.handover, self.message.get("Event")) {
            (Some(_), _) => HANDOVER,
            (None, Some(_)) => "event.received",
            (None, None) => "message.received",
        }
    }
}
