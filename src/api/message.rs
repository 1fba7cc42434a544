//! `message/*`: what was received, and what is sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::inbox::{Filter, Received};
use crate::time::Timestamp;
use crate::wechat::Call;
use crate::wechat::custom_message::{self, CustomMessage};

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{MAX_PAGE, Page, default_limit, filled, optional, period};
use super::handler::{Nothing, command, ours};
use super::id::{Id, NumberOrText};
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Message, Access::Read);
const WRITE: Scope = Scope::One(Group::Message, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "message/get",
        READ,
        "Read a received message, and what became of it.",
        &ours::<MessageId, ReceivedMessage>(get),
    ),
    Endpoint::new(
        "message/list",
        READ,
        "List received messages and events, the newest first.",
        &ours::<MessageQuery, MessageList>(list),
    ),
    Endpoint::new(
        "message/reply",
        WRITE,
        "Send a customer-service message.",
        &ours::<CustomMessage, Nothing>(reply),
    )
    .with_effects(&[Effect::CallsWechat, Effect::SendsMessage]),
    Endpoint::new(
        "message/typing",
        WRITE,
        "Show a user that somebody is typing.",
        &command::<Typing>(typing),
    ),
];

/// What the edge does about messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessagePlan {
    /// `message/get`
    Get {
        /// `MsgId`
        msg_id: String,
    },
    /// `message/list`
    List {
        /// Which entries.
        filter: Filter,
        /// Where the page begins, and how long it is.
        page: Page,
    },
    /// `message/reply`: send a message if the user's window is open, and remember it.
    Reply(Box<CustomMessage>),
}

/// `message/get`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MessageId {
    /// `MsgId`, as text if it is kept in a language that loses digits.
    #[schemars(with = "NumberOrText")]
    msg_id: Id,
}

fn get(request: MessageId) -> Result<Plan, Error> {
    Ok(Plan::Message(MessagePlan::Get { msg_id: filled("msg_id", request.msg_id.into_string())? }))
}

/// `message/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MessageQuery {
    /// Of this user alone.
    #[serde(default)]
    #[schemars(length(min = 1))]
    openid: Option<String>,
    /// Of this `MsgType` alone, such as `text` or `event`.
    #[serde(default, rename = "type")]
    #[schemars(length(min = 1))]
    msg_type: Option<String>,
    /// This event alone, such as `subscribe`; upper and lower case are the same.
    #[serde(default)]
    #[schemars(length(min = 1))]
    event: Option<String>,
    /// Unix seconds: `CreateTime` from then on.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    since: Option<Timestamp>,
    /// Unix seconds: `CreateTime` up to then.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
    /// `next_cursor` of the page before; absent = the newest.
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 100 a page.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `message/list`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MessageList {
    /// The newest first.
    pub messages: Vec<ReceivedMessage>,
    /// Where the next page begins; absent at the end. A page may be short, or empty, before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

fn list(request: MessageQuery) -> Result<Plan, Error> {
    let (since, until) = period(request.since, request.until)?;
    let filter = Filter {
        openid: optional("openid", request.openid)?,
        msg_type: optional("type", request.msg_type)?,
        event: optional("event", request.event)?.map(|event| event.to_ascii_lowercase()),
        since,
        until,
    };
    Ok(Plan::Message(MessagePlan::List { filter, page: Page::new(request.cursor, request.limit)? }))
}

/// `message/get`: a message or an event, and what became of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReceivedMessage {
    /// Of a message; events have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_id: Option<String>,
    /// Who sent it.
    pub openid: String,
    /// `MsgType`
    #[serde(rename = "type")]
    pub msg_type: String,
    /// `Event` in lowercase, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// `EventKey`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_key: Option<String>,
    /// By WeChat's clock, in Unix seconds.
    pub create_time: i64,
    /// By ours.
    pub received_at: i64,
    /// Every field that WeChat sent, under its own names; all values are text.
    pub message: Value,
    /// `replied`, `silent`, `relayed` to a backend, or `failed`: the reply was one that WeChat would refuse.
    pub outcome: String,
    /// The passive reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Value>,
    /// The rule that decided: its name, or its place as `rules[3]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Milliseconds until the answer; absent where it was cut off, late, or came home from the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<i64>,
}

impl From<Received> for ReceivedMessage {
    fn from(received: Received) -> Self {
        Self {
            msg_id: received.msg_id,
            openid: received.openid,
            msg_type: received.msg_type,
            event: received.event,
            event_key: received.event_key,
            create_time: received.create_time.seconds(),
            received_at: received.received_at.seconds(),
            message: received.message,
            outcome: received.outcome,
            reply: received.reply,
            rule: received.rule,
            took_ms: received.took,
        }
    }
}

fn reply(message: CustomMessage) -> Result<Plan, Error> {
    message.check().map_err(Error::InvalidReply)?;
    Ok(Plan::Message(MessagePlan::Reply(Box::new(message))))
}

/// `message/typing`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Typing {
    /// The user's OpenID.
    #[schemars(length(min = 1))]
    touser: String,
    /// `false` takes it back; shown for 15 seconds at most.
    #[serde(default = "yes")]
    typing: bool,
}

const fn yes() -> bool {
    true
}

fn typing(request: Typing) -> Result<Call, Error> {
    let touser = filled("touser", request.touser)?;
    Ok(custom_message::typing(&touser, request.typing))
}
