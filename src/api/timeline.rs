//! The entries of `user/timeline`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::inbox::{Line, Received, Sent};

/// A message or an event between the account and a user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TimelineEntry {
    /// Who sent it, and how.
    pub direction: Direction,
    /// Unix seconds: `CreateTime` of a received message and of its passive reply; otherwise when it was sent.
    pub time: i64,
    /// Distinguishes the entries of one direction and second.
    pub id: String,
    /// A received message under WeChat's names, or a sent one as the call that sent it.
    #[schemars(with = "Map<String, Value>")]
    pub message: Value,
    /// `MsgId` of a received message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_id: Option<String>,
    /// What the user saw in answer to a received message: one of the values of `outcome` in `message/list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Whether a received message had no answer, and a person or a program has dealt with it since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<bool>,
    /// Name of the rule that decided, else its id, else its position such as `rules[3]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Id of the backend that is asked, or that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// Of a sent message: `custom` for a customer-service message, `template` for a template message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who sent a sent message: `key:` and the id of an API key, `root`, `rule:` or `backend:` and a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Whether WeChat accepted a sent message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SendStatus>,
    /// WeChat's errcode, if it refused a message to the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errcode: Option<i64>,
}

/// The direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Received from the user.
    Received,
    /// Sent in the answer to the callback.
    PassiveReply,
    /// Sent through WeChat's API.
    Sent,
}

/// Whether WeChat accepted a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SendStatus {
    /// It did.
    Accepted,
    /// It did not, and `errcode` says why: the user did not get it.
    Refused,
    /// It did not answer: the user may have got it.
    Unknown,
}

impl TimelineEntry {
    /// The entries of a line: a received message is preceded by its passive reply.
    pub fn of(line: Line) -> impl Iterator<Item = Self> {
        let (reply, other) = match line {
            Line::Sent(sent) => (None, Self::sent(sent)),
            Line::Received(received) => (Self::passive_reply(&received), Self::received(*received)),
        };
        reply.into_iter().chain([other])
    }

    fn passive_reply(Received { record, .. }: &Received) -> Option<Self> {
        let message = record.reply()?;
        let entry =
            Self::new(Direction::PassiveReply, record.create_time.seconds(), record.id.clone(), message);
        Some(Self { rule: record.rule.clone(), backend: record.backend.clone(), ..entry })
    }

    fn received(Received { record, outcome, errcode, is_settled }: Received) -> Self {
        let message = record.message();
        let entry = Self::new(Direction::Received, record.create_time.seconds(), record.id, message);
        Self {
            msg_id: record.msg_id,
            outcome: Some(outcome),
            settled: Some(is_settled),
            rule: record.rule,
            backend: record.backend,
            errcode,
            ..entry
        }
    }

    fn sent(Sent { sent_at, id, kind, message, sender, errcode }: Sent) -> Self {
        let status = match errcode {
            Some(0) => SendStatus::Accepted,
            Some(_) => SendStatus::Refused,
            None => SendStatus::Unknown,
        };
        Self {
            kind: Some(kind),
            sender: Some(sender),
            status: Some(status),
            errcode: errcode.filter(|errcode| *errcode != 0),
            ..Self::new(Direction::Sent, sent_at.seconds(), id, message)
        }
    }

    const fn new(direction: Direction, time: i64, id: String, message: Value) -> Self {
        Self {
            direction,
            time,
            id,
            message,
            msg_id: None,
            outcome: None,
            settled: None,
            rule: None,
            backend: None,
            kind: None,
            sender: None,
            status: None,
            errcode: None,
        }
    }
}
