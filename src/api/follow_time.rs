//! The answer of `user/follow_time`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::inbox::Follower;
use crate::time::Timestamp;

use super::user::User;

/// `user/follow_time`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FollowTime {
    /// Unix seconds: when the user last followed.
    pub follow_time: i64,
    /// Where the time comes from.
    pub source: FollowTimeSource,
    /// Whether the user follows now.
    pub following: bool,
    /// Unix seconds: when the user unfollowed, if the event was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfollow_time: Option<i64>,
    /// Scene of the parametric QR code that the user followed through, if the event was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
}

/// Where a follow time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowTimeSource {
    /// WeChat's `user/info`.
    Wechat,
    /// The event `subscribe`, as it was received.
    Event,
}

/// `subscribe_time` and the event's `CreateTime` may differ by this many seconds.
const SAME_FOLLOW: u64 = 60;

impl FollowTime {
    /// What WeChat says about a follower, completed by the events received; without WeChat, the events alone; `None` if
    /// neither knows the user.
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
        // The scene belongs to the follow whose event was received, which need not be the latest.
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
