//! `user/*`: who follows, and what passed between the account and them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::inbox::{Follower, Line, Received, Sent};
use crate::time::Timestamp;
use crate::wechat::Call;
use crate::wechat::user::{self, Language, MAX_REMARK_BYTES, Remark};

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{MAX_PAGE, Page, default_limit, filled, invalid};
use super::handler::{command, ours, wechat};
use super::id::{Id, NumberOrText};
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::User, Access::Read);
const WRITE: Scope = Scope::One(Group::User, Access::Write);
/// What users said is more than who they are.
const READ_MESSAGES: Scope = Scope::One(Group::Message, Access::Read);
/// Removing what users said is more than reading it.
const ERASE: Scope = Scope::One(Group::Privacy, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new("user/info", READ, "Read a user's basic information.", &wechat::<UserInfo, User>(info)),
    Endpoint::new("user/list", READ, "List followers, 10,000 a page.", &wechat::<UserList, Users>(list)),
    Endpoint::new("user/remark", WRITE, "Set the remark of a user.", &command::<UserRemark>(remark)),
    Endpoint::new(
        "user/timeline",
        READ_MESSAGES,
        "List what passed between the account and a user, the newest first.",
        &ours::<UserPage, Timeline>(timeline),
    ),
    Endpoint::new(
        "user/follow_time",
        READ,
        "Say since when a user follows.",
        &ours::<UserId, FollowTime>(follow_time),
    )
    .with_effects(&[Effect::CallsWechat]),
    Endpoint::new(
        "user/last_message_time",
        READ,
        "Say when a user last sent a message.",
        &ours::<UserOrMessage, LastMessageTime>(last_message_time),
    ),
    Endpoint::new(
        "user/erase",
        ERASE,
        "Forget a user: remove every message and what is known.",
        &ours::<UserId, Erased>(erase),
    ),
];

/// What the edge does about users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserPlan {
    /// `user/timeline`
    Timeline {
        /// Whose.
        openid: String,
        /// Where the page begins, and how long it is.
        page: Page,
    },
    /// `user/follow_time`
    FollowTime {
        /// Whose.
        openid: String,
    },
    /// `user/last_message_time` of a user.
    LastMessageTime {
        /// Whose.
        openid: String,
    },
    /// `user/last_message_time` of the user who sent a message.
    LastMessageTimeOfSender {
        /// `MsgId`
        msg_id: String,
    },
    /// `user/erase`
    Erase {
        /// Whom.
        openid: String,
    },
}

/// `tag/of_user`, `user/follow_time`, `user/erase`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserId {
    /// The user's OpenID.
    #[schemars(length(min = 1))]
    pub(super) openid: String,
}

/// `user/info`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserInfo {
    /// The user's OpenID.
    #[schemars(length(min = 1))]
    openid: String,
    /// The language of region names.
    #[serde(default)]
    lang: Language,
}

/// `user/info`
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// 0 = does not follow, and WeChat says nothing else of this user.
    pub subscribe: u8,
    /// The user's OpenID.
    pub openid: String,
    /// Whatever else WeChat says, under its own names: `subscribe_time`, `remark`, `tagid_list`, ...
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

fn info(request: UserInfo) -> Result<Call, Error> {
    Ok(user::info(&filled("openid", request.openid)?, request.lang))
}

/// `user/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserList {
    /// Where the page before ended; absent = from the beginning.
    #[serde(default)]
    next_openid: String,
}

/// `user/list`, `tag/users`
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Users {
    /// All there are; only `user/list` says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// On this page.
    #[serde(default)]
    count: u64,
    /// The page.
    #[serde(default)]
    data: OpenIds,
    /// Where the next page begins; empty at the end.
    #[serde(default)]
    next_openid: String,
}

/// A page of OpenIDs.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
struct OpenIds {
    /// Up to 10,000.
    #[serde(default)]
    openid: Vec<String>,
}

fn list(request: UserList) -> Result<Call, Error> {
    Ok(user::list(&request.next_openid))
}

/// `user/remark`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserRemark {
    /// The user's OpenID.
    #[schemars(length(min = 1))]
    openid: String,
    /// Fewer than 30 bytes; empty removes it.
    #[schemars(length(max = MAX_REMARK_BYTES))]
    remark: String,
}

fn remark(request: UserRemark) -> Result<Call, Error> {
    let remark = Remark::parse(&request.remark).map_err(Error::InvalidParameter)?;
    Ok(user::remark(&filled("openid", request.openid)?, remark))
}

/// `user/timeline`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserPage {
    /// The user's OpenID.
    #[schemars(length(min = 1))]
    openid: String,
    /// `next_cursor` of the page before; absent = the newest.
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 100 a page; a message and its passive reply count as one.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `user/timeline`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Timeline {
    /// The newest first.
    pub entries: Vec<TimelineEntry>,
    /// Where the next page begins; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Something that passed between the account and a user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TimelineEntry {
    /// Which way.
    pub direction: Direction,
    /// Unix seconds: WeChat's `CreateTime` of what was received and of what a passive reply answers, ours of
    /// what was sent.
    pub time: i64,
    /// What was received, under WeChat's names; or what was sent, as a customer-service message is written.
    pub message: Value,
}

/// Which way something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the user.
    Received,
    /// In answer to what was received, by the callback.
    PassiveReply,
    /// By `message/reply`.
    Sent,
}

fn timeline(request: UserPage) -> Result<Plan, Error> {
    let openid = filled("openid", request.openid)?;
    Ok(Plan::User(UserPlan::Timeline { openid, page: Page::new(request.cursor, request.limit)? }))
}

impl TimelineEntry {
    /// A line as one entry, or as two: the reply, and what it answers.
    pub fn of(line: Line) -> impl Iterator<Item = Self> {
        let (reply, other) = match line {
            Line::Sent(Sent { sent_at, message, .. }) => {
                (None, Self { direction: Direction::Sent, time: sent_at.seconds(), message })
            }
            Line::Received(received) => {
                let Received { create_time, message, reply, .. } = *received;
                let time = create_time.seconds();
                let reply = reply.map(|message| Self { direction: Direction::PassiveReply, time, message });
                (reply, Self { direction: Direction::Received, time, message })
            }
        };
        reply.into_iter().chain([other])
    }
}

/// `user/follow_time`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FollowTime {
    /// Unix seconds of the latest time.
    pub follow_time: i64,
    /// Who says so.
    pub source: FollowTimeSource,
    /// Whether the user follows now.
    pub following: bool,
    /// When the user unfollowed, if we saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfollow_time: Option<i64>,
    /// The scene of the parametric QR code that led the user here, if we saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
}

/// Who says since when a user follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowTimeSource {
    /// WeChat's `user/info`.
    Wechat,
    /// The event `subscribe`, as we saw it.
    Event,
}

/// WeChat's time of a follow and its event's may differ by so many seconds.
const SAME_FOLLOW: u64 = 60;

fn follow_time(request: UserId) -> Result<Plan, Error> {
    Ok(Plan::User(UserPlan::FollowTime { openid: filled("openid", request.openid)? }))
}

impl FollowTime {
    /// What WeChat says of a follower, with what we saw beside it; else what we saw; `None` if neither knows.
    #[must_use]
    pub fn of(user: Option<&User>, follower: Option<&Follower>) -> Option<Self> {
        let follows = user.map(|user| user.subscribe == 1);
        let told =
            user.filter(|_| follows == Some(true)).and_then(|user| user.more.get("subscribe_time")?.as_i64());
        let seen = follower.and_then(|follower| follower.followed_at).map(Timestamp::seconds);
        let (follow_time, source) = match (told, seen) {
            (Some(told), _) => (told, FollowTimeSource::Wechat),
            (None, Some(seen)) => (seen, FollowTimeSource::Event),
            (None, None) => return None,
        };
        let gone = follower.and_then(Follower::gone_since);
        // The scene is of the follow we saw, which need not be the latest.
        let is_the_one_seen = seen.is_some_and(|seen| seen.abs_diff(follow_time) <= SAME_FOLLOW);
        Some(Self {
            follow_time,
            source,
            following: follows.unwrap_or_else(|| gone.is_none()),
            unfollow_time: gone.filter(|_| follows != Some(true)).map(Timestamp::seconds),
            scene: follower.filter(|_| is_the_one_seen).and_then(Follower::scene).map(ToOwned::to_owned),
        })
    }
}

/// `user/last_message_time`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["openid"] }, { "required": ["msg_id"] }]))]
struct UserOrMessage {
    /// The user's OpenID.
    #[serde(default)]
    #[schemars(length(min = 1))]
    openid: Option<String>,
    /// The `MsgId` of one of the user's messages.
    #[serde(default)]
    #[schemars(with = "Option<NumberOrText>")]
    msg_id: Option<Id>,
}

/// `user/last_message_time`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LastMessageTime {
    /// `CreateTime` of the user's last message, in Unix seconds; events do not count.
    pub create_time: i64,
}

fn last_message_time(request: UserOrMessage) -> Result<Plan, Error> {
    Ok(Plan::User(match (request.openid, request.msg_id) {
        (Some(openid), None) => UserPlan::LastMessageTime { openid: filled("openid", openid)? },
        (None, Some(id)) => UserPlan::LastMessageTimeOfSender { msg_id: filled("msg_id", id.into_string())? },
        _ => return Err(invalid(".", "must have either openid or msg_id")),
    }))
}

/// `user/erase`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Erased {
    /// How many messages and events are gone.
    pub received: usize,
    /// How many that were sent.
    pub sent: usize,
}

fn erase(request: UserId) -> Result<Plan, Error> {
    Ok(Plan::User(UserPlan::Erase { openid: filled("openid", request.openid)? }))
}
