//! The entries of `user/timeline`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::backends::ErrorRow;
use crate::inbox::{Line, Outcome, Received, Sent};
use crate::settings::Settings;
use crate::time::{SECONDS_A_DAY, Timestamp};

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
    /// Id of the rule, if exactly one rule has this name now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// Id of the backend that is asked, or that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// Your name for the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend_name: Option<String>,
    /// Milliseconds until the answer to a received message was known; absent while a backend is being asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_ms: Option<i64>,
    /// Unix seconds: until when the answer to a received message waits for the user's next one, if its outcome is `kept`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Why a backend has not answered a received message, or a message to the user was not sent, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Of a sent message: `custom` for a customer-service message, `template` for a template message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Who sent a sent message: `key:` and the id of an API key, `root`, `rule:` or `backend:` and a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Name of the API key that sent a sent message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
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

/// What is known beside the lines of a timeline.
#[derive(Debug, Clone, Copy)]
pub struct TimelineContext<'a> {
    /// The present rules and backends.
    pub settings: &'a Settings,
    /// Number of days for which answers are kept.
    pub retention_days: i64,
    /// The errors of the user's deliveries.
    pub errors: &'a [ErrorRow],
}

/// The `CreateTime` of a received message whose deliveries may have errors.
#[must_use]
pub fn may_have_errors(line: &Line) -> Option<Timestamp> {
    const UNFINISHED: [Outcome; 4] = [Outcome::Asked, Outcome::Refused, Outcome::Unknown, Outcome::Failed];
    match line {
        Line::Received(received) => {
            let outcome = Outcome::parse(&received.outcome)?;
            UNFINISHED.contains(&outcome).then_some(received.record.create_time)
        }
        Line::Sent(_) => None,
    }
}

impl TimelineEntry {
    /// The entries of a line: a received message is preceded by its passive reply.
    pub fn of(line: Line, context: TimelineContext<'_>) -> impl Iterator<Item = Self> {
        let (reply, other) = match line {
            Line::Sent(sent) => (None, Self::sent(sent)),
            Line::Received(received) => {
                (Self::passive_reply(&received, context), Self::received(*received, context))
            }
        };
        reply.into_iter().chain([other])
    }

    fn passive_reply(
        Received { record, .. }: &Received,
        TimelineContext { settings, .. }: TimelineContext<'_>,
    ) -> Option<Self> {
        let message = record.reply()?;
        let entry =
            Self::new(Direction::PassiveReply, record.create_time.seconds(), record.id.clone(), message);
        Some(entry.decided_by(record.rule.clone(), record.backend.clone(), settings))
    }

    fn received(received: Received, context: TimelineContext<'_>) -> Self {
        let Received { record, outcome, errcode, is_settled } = received;
        let TimelineContext { settings, retention_days, errors } = context;
        let (message, time) = (record.message(), record.create_time.seconds());
        let mut errors = errors.iter().filter(|(at, entry, _)| *at == time && *entry == record.id);
        let error = errors.next().map(|(.., error)| error.clone());
        let kept_since = record.received_at.plus(record.decided_ms.unwrap_or_default().div_euclid(1000));
        let expires_at = kept_since.plus(retention_days.saturating_mul(SECONDS_A_DAY)).seconds();
        let entry = Self::new(Direction::Received, time, record.id, message);
        let entry = entry.decided_by(record.rule, record.backend, settings);
        Self {
            msg_id: record.msg_id,
            expires_at: (outcome == Outcome::Kept.name()).then_some(expires_at),
            outcome: Some(outcome),
            settled: Some(is_settled),
            decided_ms: record.decided_ms,
            error,
            errcode,
            ..entry
        }
    }

    /// The same, with who decided.
    fn decided_by(self, rule: Option<String>, backend: Option<String>, settings: &Settings) -> Self {
        let rule_id = rule.as_deref().and_then(|rule| settings.rules.id_of(rule)).map(ToOwned::to_owned);
        let known = backend.as_deref().and_then(|id| settings.backends.find(id));
        let backend_name = known.and_then(|backend| backend.name()).map(ToOwned::to_owned);
        Self { rule, rule_id, backend, backend_name, ..self }
    }

    fn sent(Sent { sent_at, id, kind, message, sender, sender_name, errcode }: Sent) -> Self {
        let status = match errcode {
            Some(0) => SendStatus::Accepted,
            Some(_) => SendStatus::Refused,
            None => SendStatus::Unknown,
        };
        Self {
            kind: Some(kind),
            sender: Some(sender),
            sender_name,
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
            rule_id: None,
            backend: None,
            backend_name: None,
            decided_ms: None,
            expires_at: None,
            error: None,
            kind: None,
            sender: None,
            sender_name: None,
            status: None,
            errcode: None,
        }
    }
}
