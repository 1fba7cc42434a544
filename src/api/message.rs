//! `message/*`: messages received and sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callback::event::Event;
use crate::callback::{Reply, ReplyDraft, Trigger};
use crate::inbox::{Filter, Opening, Outcome};
use crate::time::Timestamp;
use crate::wechat::custom_message::{self, CustomMessage};
use crate::wechat::{Call, NumberOrText};

use super::Error;
use super::conversation::Paused;
use super::endpoint::{Effect, Endpoint};
use super::fields::{
    MAX_PAGE, Page, default_limit, filled, invalid, known_user, openid, optional, pause_minutes, period,
};
use super::handler::{command, ours};
use super::id::Id;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

pub use super::received::ReceivedMessage;

const READ: Scope = Scope::One(Group::Message, Access::Read);
const WRITE: Scope = Scope::One(Group::Message, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "message/get",
        READ,
        "Show a received message and its outcome.",
        &ours::<MessageId, ReceivedMessage>(get),
    ),
    Endpoint::new(
        "message/list",
        READ,
        "List received messages and events, newest first.",
        &ours::<MessageQuery, MessageList>(list),
    ),
    Endpoint::new(
        "message/reply",
        WRITE,
        "Send a customer-service message.",
        &ours::<CustomMessage, MessageSent>(reply),
    )
    .with_effects(&[Effect::CallsWechat, Effect::SendsMessage]),
    Endpoint::new(
        "message/leave",
        WRITE,
        "Keep a reply for a user's next message.",
        &ours::<Leave, ReplyKept>(leave),
    )
    .with_effects(&[Effect::KeepsMessage]),
    Endpoint::new(
        "message/typing",
        WRITE,
        "Show the typing indicator to a user.",
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
        /// Which entries to list.
        filter: Filter,
        /// Which page of them.
        page: Page,
    },
    /// `message/reply`: send a message if the user's window is open, and store it.
    Reply(Box<CustomMessage>),
    /// `message/leave`
    Leave {
        /// OpenID of the user.
        openid: String,
        /// The reply to the user's next message.
        reply: Reply,
    },
}

/// `message/get`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MessageId {
    /// `MsgId`, as a number or, in languages that would lose digits, as text.
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
    /// Only of this user.
    #[serde(default)]
    #[schemars(length(min = 1))]
    openid: Option<String>,
    /// Only of this `MsgType`, such as `text` or `event`.
    #[serde(default, rename = "type")]
    #[schemars(length(min = 1))]
    msg_type: Option<String>,
    /// Only this event, such as `subscribe`, in upper or lower case.
    #[serde(default)]
    #[schemars(length(min = 1))]
    event: Option<String>,
    /// Only with this outcome.
    #[serde(default)]
    outcome: Option<Outcome>,
    /// Only those that this rule decided, by its name; several rules that decided together are separated by `, `.
    #[serde(default)]
    #[schemars(length(min = 1))]
    rule: Option<String>,
    /// Only those for which this backend was asked, by its id.
    #[serde(default)]
    #[schemars(length(min = 1))]
    backend: Option<String>,
    /// Only text messages that contain this text.
    #[serde(default)]
    #[schemars(length(min = 1))]
    text: Option<String>,
    /// Unix seconds: the earliest `CreateTime`; absent = no lower bound.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    since: Option<Timestamp>,
    /// Unix seconds: the latest `CreateTime`; absent = no upper bound.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
    /// `next_cursor` of the previous page; absent = the first page.
    #[serde(default)]
    cursor: Option<String>,
    /// Entries a page: 1 to 100.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `message/list`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MessageList {
    /// Newest first.
    pub messages: Vec<ReceivedMessage>,
    /// Cursor of the next page; absent on the last one. Any page may have fewer entries than `limit`, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Unix seconds: entries down to this `CreateTime` were searched; absent if none were left out of the search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searched_until: Option<i64>,
}

fn list(request: MessageQuery) -> Result<Plan, Error> {
    let (since, until) = period(request.since, request.until)?;
    let filter = Filter {
        openid: request.openid.map(known_user).transpose()?,
        msg_type: optional("type", request.msg_type)?,
        event: optional("event", request.event)?.map(|event| Event::name_of(&event)),
        outcome: request.outcome,
        rule: optional("rule", request.rule)?,
        backend: optional("backend", request.backend)?,
        text: optional("text", request.text)?,
        since,
        until,
    };
    Ok(Plan::Message(MessagePlan::List { filter, page: Page::new(request.cursor, request.limit)? }))
}

/// `message/reply`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MessageSent {
    /// `id` of the message in `user/timeline`, where it appears within a second; absent where messages are not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The user's reply window; absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The pause, if `pause_minutes` asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Paused>,
}

/// A reply window.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ReplyWindow")]
pub struct Window {
    /// Unix seconds: when it closes, or closed.
    pub until: i64,
    /// Number of customer-service messages that WeChat still accepts in it, as far as the worker knows.
    pub left: usize,
    /// What opened it.
    pub kind: WindowKind,
}

/// What opens a reply window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowKind {
    /// A message: for 48 hours, and five messages.
    Message,
    /// A follow, a scan, or a tap on the menu or a menu message: for a minute, and three messages.
    Event,
}

impl From<Opening> for Window {
    fn from(Opening { until, left, is_of_message }: Opening) -> Self {
        let kind = if is_of_message { WindowKind::Message } else { WindowKind::Event };
        Self { until: until.seconds(), left, kind }
    }
}

fn reply(message: CustomMessage) -> Result<Plan, Error> {
    message.check().map_err(Error::InvalidReply)?;
    pause_minutes("pause_minutes", message.pause_minutes)?;
    Ok(Plan::Message(MessagePlan::Reply(Box::new(message))))
}

/// `message/leave`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Leave {
    /// OpenID of the user.
    #[schemars(length(min = 1))]
    openid: String,
    /// The passive reply to the user's next message, of any length that one message can have.
    reply: ReplyDraft,
}

/// `message/leave`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReplyKept {
    /// Unix seconds: until when the reply is kept.
    pub expires_at: i64,
}

fn leave(request: Leave) -> Result<Plan, Error> {
    let openid = known_user(request.openid)?;
    let reply = request.reply.check().map_err(|invalid| Error::InvalidReply(invalid.under("reply")))?;
    let reply = reply.ok_or_else(|| invalid("reply.msgtype", "is silence, which answers nothing"))?;
    reply.check(Trigger::Message).map_err(|invalid| Error::InvalidReply(invalid.under("reply")))?;
    Ok(Plan::Message(MessagePlan::Leave { openid, reply }))
}

/// `message/typing`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Typing {
    /// The user's OpenID.
    #[schemars(length(min = 1))]
    touser: String,
    /// `false` hides the indicator; it is shown for at most 15 seconds.
    #[serde(default = "yes")]
    typing: bool,
}

const fn yes() -> bool {
    true
}

fn typing(request: Typing) -> Result<Call, Error> {
    let touser = openid("touser", request.touser)?;
    Ok(custom_message::typing(&touser, request.typing))
}
