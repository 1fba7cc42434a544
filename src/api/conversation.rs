//! `conversation/*`: who wrote, who waits for an answer, and whom a person answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inbox::{self, ConversationFilter, Pause};
use crate::time::Timestamp;

use super::Error;
use super::endpoint::Endpoint;
use super::fields::{MAX_PAGE, Page, default_limit, known_user, optional, pause_minutes};
use super::handler::{Nothing, ours};
use super::message::Window;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};
use super::user::UserId;

const READ: Scope = Scope::One(Group::Message, Access::Read);
const WRITE: Scope = Scope::One(Group::Message, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "conversation/list",
        READ,
        "List users by their latest message, newest first.",
        &ours::<ConversationQuery, ConversationList>(list),
    ),
    Endpoint::new(
        "conversation/pause",
        WRITE,
        "Pause automatic answers to a user.",
        &ours::<PauseRequest, PauseState>(pause),
    ),
    Endpoint::new(
        "conversation/resume",
        WRITE,
        "Resume automatic answers to a user.",
        &ours::<UserId, Nothing>(resume),
    ),
    Endpoint::new(
        "conversation/settle",
        WRITE,
        "Mark a user's unanswered messages of the last 48 hours as settled.",
        &ours::<UserId, Settled>(settle),
    ),
];

/// What the edge does about conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversationPlan {
    /// `conversation/list`
    List {
        /// Which conversations to list.
        filter: ConversationFilter,
        /// What is searched for.
        query: Option<String>,
        /// Which page of them.
        page: Page,
        /// `after` of an earlier list.
        after: Option<String>,
    },
    /// `conversation/pause`
    Pause {
        /// OpenID of the user.
        openid: String,
        /// `None` = until they are resumed.
        minutes: Option<u32>,
    },
    /// `conversation/resume`
    Resume {
        /// OpenID of the user.
        openid: String,
    },
    /// `conversation/settle`
    Settle {
        /// OpenID of the user.
        openid: String,
    },
}

/// `conversation/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ConversationQuery {
    /// Which conversations to list.
    #[serde(default)]
    filter: Filter,
    /// Only users whose remark or latest message, if it is a text, contains this, or whose OpenID begins or ends with it; `A` and
    /// `a` are the same. 500 messages a page are searched, and `searched_until` says how far.
    #[serde(default)]
    #[schemars(length(min = 1))]
    query: Option<String>,
    /// `after` of an earlier answer: only conversations with a newer message.
    #[serde(default)]
    #[schemars(length(min = 1))]
    after: Option<String>,
    /// `next_cursor` of the previous page; absent = the first page.
    #[serde(default)]
    cursor: Option<String>,
    /// Conversations a page: 1 to 100.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `filter`
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[schemars(rename = "ConversationFilter")]
#[serde(rename_all = "snake_case")]
enum Filter {
    /// Every user who has sent a message.
    #[default]
    All,
    /// Users with a message of the last 48 hours that was not answered; `last` is the latest of these messages.
    Unanswered,
    /// The same, only messages whose answer failed, was refused by WeChat, or may not have arrived.
    Failed,
    /// Users whose automatic answers are paused.
    Paused,
}

fn list(request: ConversationQuery) -> Result<Plan, Error> {
    let filter = match request.filter {
        Filter::All => ConversationFilter::All,
        Filter::Unanswered => ConversationFilter::Unanswered,
        Filter::Failed => ConversationFilter::Failed,
        Filter::Paused => ConversationFilter::Paused,
    };
    let query = optional("query", request.query)?.map(|query| query.trim().to_owned());
    let after = optional("after", request.after)?;
    let page = Page::new(request.cursor, request.limit)?;
    Ok(Plan::Conversation(ConversationPlan::List { filter, query, page, after }))
}

/// `conversation/list`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConversationList {
    /// Newest first.
    pub conversations: Vec<Conversation>,
    /// Cursor of the next page; absent on the last one. Any page may have fewer conversations than `limit`, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Unix seconds: messages down to this `CreateTime` were searched; absent if none were left out of the search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searched_until: Option<i64>,
    /// Pass it as `after` to ask for what is newer than this answer; absent on further pages. What is less than 30 seconds
    /// old may be listed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A user, and the latest message.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Conversation {
    /// OpenID of the user.
    pub openid: String,
    /// The remark, if the worker has seen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// `false` if the user has unfollowed since the message.
    pub following: bool,
    /// The latest message.
    pub last: LastMessage,
    /// Until when and how many customer-service messages may be sent; absent if the user has unfollowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Present while automatic answers are paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Paused>,
}

/// The latest message of a user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LastMessage {
    /// `MsgId`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msg_id: Option<String>,
    /// `MsgType`
    #[serde(rename = "type")]
    pub msg_type: String,
    /// The first 200 characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `CreateTime`, in Unix seconds.
    pub time: i64,
    /// What the user saw: one of the values of `outcome` in `message/list`.
    pub outcome: String,
    /// WeChat's errcode, if it refused a message to the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errcode: Option<i64>,
    /// Name of the rule that decided, else its id, else its position such as `rules[3]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Id of the backend that is asked, or that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backend: Option<String>,
    /// Whether it had no answer, and a person or a program has dealt with it since.
    pub settled: bool,
}

/// A pause of automatic answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Paused {
    /// Unix seconds: when it ends; absent = when the user is resumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// Who paused: `key:` and the id of an API key, `root`, `rule:` or `assistant:` and a name.
    pub by: String,
    /// Name of the API key that paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
}

impl From<Pause> for Paused {
    fn from(Pause { until, by, by_name }: Pause) -> Self {
        Self {
            until: Some(until).filter(|until| *until < Timestamp::LAST).map(Timestamp::seconds),
            by,
            by_name,
        }
    }
}

impl From<inbox::Conversation> for Conversation {
    fn from(conversation: inbox::Conversation) -> Self {
        Self {
            remark: conversation.remark.filter(|remark| !remark.is_empty()),
            following: !conversation.has_unfollowed,
            last: LastMessage {
                msg_id: conversation.msg_id,
                msg_type: conversation.msg_type,
                text: conversation.text,
                time: conversation.create_time.seconds(),
                outcome: conversation.outcome,
                errcode: conversation.errcode,
                rule: conversation.rule,
                backend: conversation.backend,
                settled: conversation.is_settled,
            },
            window: conversation.window.map(Window::from),
            paused: conversation.paused.map(Paused::from),
            openid: conversation.openid,
        }
    }
}

/// `conversation/pause`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PauseRequest {
    /// OpenID of the user.
    #[schemars(length(min = 1))]
    openid: String,
    /// For how long: 1 to 525,600 minutes; absent = until the user is resumed.
    #[serde(default)]
    #[schemars(range(min = 1, max = super::fields::MAX_PAUSE_MINUTES))]
    minutes: Option<u32>,
}

/// `conversation/pause`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PauseState {
    /// The pause.
    pub paused: Paused,
}

fn pause(request: PauseRequest) -> Result<Plan, Error> {
    let minutes = pause_minutes("minutes", request.minutes)?;
    Ok(Plan::Conversation(ConversationPlan::Pause { openid: known_user(request.openid)?, minutes }))
}

fn resume(request: UserId) -> Result<Plan, Error> {
    Ok(Plan::Conversation(ConversationPlan::Resume { openid: known_user(request.openid)? }))
}

/// `conversation/settle`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Settled {
    /// Number of messages that are settled now and were not before.
    pub settled: usize,
}

fn settle(request: UserId) -> Result<Plan, Error> {
    Ok(Plan::Conversation(ConversationPlan::Settle { openid: known_user(request.openid)? }))
}
