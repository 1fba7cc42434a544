//! What a backend is told of, or asked about.

use serde_json::Value;

use crate::inbox::{Entry, Outcome};
use crate::time::Timestamp;

use super::webhook::Mode;

/// What a request is about.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// `FromUserName`, or the user whom an event names.
    pub openid: String,
    /// When it came, by our clock.
    pub received_at: Timestamp,
    /// Every field of it, under WeChat's names.
    pub message: Value,
    /// What became of it so far.
    pub outcome: String,
    /// The rules that decided.
    pub rule: Option<String>,
    /// The passive reply.
    pub reply: Option<Value>,
}

/// One attempt at telling or asking a backend.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The delivery's id, the same for every attempt.
    pub id: &'a str,
    /// Whether the backend is told or asked.
    pub mode: Mode,
    /// Whether the same may have been sent before.
    pub redelivery: bool,
    /// What it is about.
    pub about: &'a About,
}

impl About {
    /// What an entry is about.
    #[must_use]
    pub fn entry(entry: &Entry) -> Self {
        let read = |json: &str| serde_json::from_str(json).unwrap_or_default();
        Self {
            openid: entry.openid.clone(),
            received_at: entry.received_at,
            message: read(&entry.message),
            outcome: entry.outcome.name().to_owned(),
            rule: entry.rule.clone(),
            reply: entry.reply.as_deref().map(read),
        }
    }

    /// A message that nobody sent, to try a webhook with.
    #[must_use]
    pub fn trial(mode: Mode, now: Timestamp) -> Self {
        let message = serde_json::json!({
            "ToUserName": "gh_test", "FromUserName": "oTEST", "CreateTime": now.to_string(),
            "MsgType": "text", "Content": "test", "MsgId": "1",
        });
        let outcome = match mode {
            Mode::Tell => Outcome::Silent,
            Mode::Ask => Outcome::Relayed,
        };
        let (openid, outcome) = ("oTEST".to_owned(), outcome.name().to_owned());
        Self { openid, received_at: now, message, outcome, rule: None, reply: None }
    }

    /// `type` of the request's body.
    pub(super) fn kind(&self) -> &'static str {
        match self.message.get("Event") {
            Some(_) => "event.received",
            None => "message.received",
        }
    }
}
