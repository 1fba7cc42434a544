//! `user/*`: followers, and their history with the account.

mod search;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::inbox::UserFilter;
use crate::wechat::user::{self, Language, MAX_REMARK_BYTES, MAX_USERS, Remark};
use crate::wechat::{self, Call, NumberOrText};

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{
    MAX_PAGE, NoParameters, Page, default_limit, filled, invalid, known_user, next_openid, openid, optional,
};
use super::handler::{command, ours, wechat};
use super::id::Id;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};
use super::timeline::TimelineEntry;

pub use super::follow_time::{FollowTime, FollowTimeSource};
pub use search::{FoundUser, FoundUsers, UserSync};
use search::{UserSearch, search, sync};

const READ: Scope = Scope::One(Group::User, Access::Read);
const WRITE: Scope = Scope::One(Group::User, Access::Write);
/// A timeline shows what users wrote, which `user:read` does not include.
const READ_MESSAGES: Scope = Scope::One(Group::Message, Access::Read);
/// Deleting a user's data needs a scope of its own.
const ERASE: Scope = Scope::One(Group::Privacy, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new("user/info", READ, "Show a user's basic information.", &wechat::<UserInfo, User>(info)),
    Endpoint::new(
        "user/batch_info",
        READ,
        "Show the basic information of up to 100 users.",
        &wechat::<UserBatch, UserInfoList>(batch_info),
    ),
    Endpoint::new("user/list", READ, "List followers, 10,000 a page.", &wechat::<UserList, Users>(list)),
    Endpoint::new("user/remark", WRITE, "Set the remark of a user.", &command::<UserRemark>(remark)),
    Endpoint::new(
        "user/timeline",
        READ_MESSAGES,
        "List the messages between the account and a user, newest first.",
        &ours::<UserPage, Timeline>(timeline),
    ),
    Endpoint::new(
        "user/follow_time",
        READ,
        "Show when a user followed.",
        &ours::<UserId, FollowTime>(follow_time),
    )
    .with_effects(&[Effect::CallsWechat]),
    Endpoint::new(
        "user/last_message_time",
        READ,
        "Show when a user last sent a message.",
        &ours::<UserOrMessage, LastMessageTime>(last_message_time),
    ),
    Endpoint::new(
        "user/erase",
        ERASE,
        "Delete everything stored about a user.",
        &ours::<UserId, Erased>(erase),
    ),
    Endpoint::new(
        "user/search",
        READ,
        "List followers as WeChat last described them, with their tags and reply windows.",
        &ours::<UserSearch, FoundUsers>(search),
    ),
    Endpoint::new(
        "user/sync",
        WRITE,
        "Begin to synchronise all followers with WeChat, in the background, or say how far that is.",
        &ours::<NoParameters, UserSync>(sync),
    ),
];

/// What the edge does about users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserPlan {
    /// `user/timeline`
    Timeline {
        /// OpenID of the user.
        openid: String,
        /// Which page of it.
        page: Page,
        /// `after` of an earlier answer.
        after: Option<String>,
    },
    /// `user/follow_time`
    FollowTime {
        /// OpenID of the user.
        openid: String,
    },
    /// `user/last_message_time` with `openid`
    LastMessageTime {
        /// OpenID of the user.
        openid: String,
    },
    /// `user/last_message_time` with `msg_id`
    LastMessageTimeOfSender {
        /// `MsgId`
        msg_id: String,
    },
    /// `user/search`
    Search {
        /// Which users.
        filter: UserFilter,
        /// Which page of them.
        page: Page,
    },
    /// `user/sync`
    Sync,
    /// `user/erase`
    Erase {
        /// OpenID of the user.
        openid: String,
    },
}

/// `tag/of_user`, `user/follow_time`, `user/erase`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserId {
    /// OpenID of the user.
    #[schemars(length(min = 1))]
    pub(super) openid: String,
}

/// `user/info`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserInfo {
    /// OpenID of the user.
    #[schemars(length(min = 1))]
    openid: String,
    /// Language of region names.
    #[serde(default)]
    lang: Language,
}

/// `user/info`
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// 1 if the user follows; otherwise WeChat shows nothing else about the user.
    pub subscribe: u8,
    /// OpenID of the user.
    pub openid: String,
    /// All other fields of WeChat's answer: `subscribe_time`, `remark`, `tagid_list`, ...
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

fn info(request: UserInfo) -> Result<Call, Error> {
    Ok(user::info(&openid("openid", request.openid)?, request.lang))
}

/// `user/batch_info`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserBatch {
    /// 1 to 100 OpenIDs.
    #[schemars(length(min = 1, max = MAX_USERS))]
    openid_list: Vec<String>,
    /// Language of region names.
    #[serde(default)]
    lang: Language,
}

/// `user/batch_info`
#[derive(Serialize, Deserialize, JsonSchema)]
struct UserInfoList {
    /// The users.
    user_info_list: Vec<User>,
}

fn batch_info(request: UserBatch) -> Result<Call, Error> {
    let openids = wechat::OpenIds::parse(&request.openid_list).map_err(Error::InvalidParameter)?;
    Ok(user::batch_info(openids, request.lang))
}

/// `user/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserList {
    /// `next_openid` of the previous page; absent = the first page.
    #[serde(default)]
    next_openid: String,
}

/// `user/list`, `tag/users`
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Users {
    /// Number of all followers; only in `user/list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// Number of users on this page.
    #[serde(default)]
    count: u64,
    /// The users on this page.
    #[serde(default)]
    data: OpenIds,
    /// `next_openid` for the next page; empty on the last page.
    #[serde(default)]
    next_openid: String,
}

/// A page of OpenIDs.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
struct OpenIds {
    /// Up to 10,000 OpenIDs.
    #[serde(default)]
    openid: Vec<String>,
}

fn list(request: UserList) -> Result<Call, Error> {
    Ok(user::list(&next_openid(request.next_openid)?))
}

/// `user/remark`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserRemark {
    /// OpenID of the user.
    #[schemars(length(min = 1))]
    openid: String,
    /// The remark: fewer than 30 bytes; empty removes it.
    #[schemars(length(max = MAX_REMARK_BYTES))]
    remark: String,
}

fn remark(request: UserRemark) -> Result<Call, Error> {
    let remark = Remark::parse(&request.remark).map_err(Error::InvalidParameter)?;
    Ok(user::remark(&openid("openid", request.openid)?, remark))
}

/// `user/timeline`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserPage {
    /// OpenID of the user.
    #[schemars(length(min = 1))]
    openid: String,
    /// `after` of an earlier answer: only newer entries.
    #[serde(default)]
    #[schemars(length(min = 1))]
    after: Option<String>,
    /// `next_cursor` of the previous page; absent = the first page.
    #[serde(default)]
    cursor: Option<String>,
    /// Entries a page: 1 to 100; a message and its passive reply count as one.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `user/timeline`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Timeline {
    /// Newest first.
    pub entries: Vec<TimelineEntry>,
    /// Cursor of the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Pass it as `after` to ask for what is newer than this answer; absent on further pages. What is less than 30 seconds
    /// old may be listed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

fn timeline(request: UserPage) -> Result<Plan, Error> {
    let openid = known_user(request.openid)?;
    let (page, after) = (Page::new(request.cursor, request.limit)?, optional("after", request.after)?);
    Ok(Plan::User(UserPlan::Timeline { openid, page, after }))
}

fn follow_time(request: UserId) -> Result<Plan, Error> {
    Ok(Plan::User(UserPlan::FollowTime { openid: openid("openid", request.openid)? }))
}

/// `user/last_message_time`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["openid"] }, { "required": ["msg_id"] }]))]
struct UserOrMessage {
    /// OpenID of the user.
    #[serde(default)]
    #[schemars(length(min = 1))]
    openid: Option<String>,
    /// `MsgId` of a message that the user sent.
    #[serde(default)]
    #[schemars(with = "Option<NumberOrText>")]
    msg_id: Option<Id>,
}

/// `user/last_message_time`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LastMessageTime {
    /// Unix seconds: `CreateTime` of the user's last message; events do not count.
    pub create_time: i64,
}

fn last_message_time(request: UserOrMessage) -> Result<Plan, Error> {
    Ok(Plan::User(match (request.openid, request.msg_id) {
        (Some(user), None) => UserPlan::LastMessageTime { openid: known_user(user)? },
        (None, Some(id)) => UserPlan::LastMessageTimeOfSender { msg_id: filled("msg_id", id.into_string())? },
        _ => return Err(invalid(".", "must have either openid or msg_id")),
    }))
}

/// `user/erase`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Erased {
    /// Number of deleted messages and events that were received.
    pub received: usize,
    /// Number of deleted messages that were sent.
    pub sent: usize,
    /// Number of deleted replies that waited for the user's next message.
    pub kept: usize,
    /// Number of deleted messages and events that were waiting until the database accepts them.
    pub spooled: usize,
}

fn erase(request: UserId) -> Result<Plan, Error> {
    Ok(Plan::User(UserPlan::Erase { openid: known_user(request.openid)? }))
}
