//! What the inbox answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::inbox::{DayRow, Follower, Line, MenuEventRow, Received, Sent};
use crate::time::Timestamp;

use super::User;
use super::wechat::answers;

answers! {
    /// `message/list`
    MessageList {
        /// The newest first.
        messages: Vec<ReceivedMessage>,
        /// Where the next page begins; absent at the end. A page may be short, or empty, before the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_cursor: Option<String>,
    }
    /// `message/get`: a message or an event, and what became of it.
    ReceivedMessage {
        /// Of a message; events have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        msg_id: Option<String>,
        /// Who sent it.
        openid: String,
        /// `MsgType`
        #[serde(rename = "type")]
        msg_type: String,
        /// `Event` in lowercase, if it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<String>,
        /// `EventKey`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_key: Option<String>,
        /// By WeChat's clock, in Unix seconds.
        create_time: i64,
        /// By ours.
        received_at: i64,
        /// Every field that WeChat sent, under its own names; all values are text.
        message: Value,
        /// `replied`, `silent`, `relayed` to a backend, or `failed`: the reply was one that WeChat would refuse.
        outcome: String,
        /// The passive reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<Value>,
        /// The rule that decided: its name, or its place as `rules[3]`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
        /// Milliseconds until the answer; absent where it was cut off, late, or came home from the queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        took_ms: Option<i64>,
    }
    /// `user/timeline`
    Timeline {
        /// The newest first.
        entries: Vec<TimelineEntry>,
        /// Where the next page begins; absent at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_cursor: Option<String>,
    }
    /// Something that passed between the account and a user.
    TimelineEntry {
        /// Which way.
        direction: Direction,
        /// Unix seconds: WeChat's `CreateTime` of what was received and of what a passive reply answers, ours of
        /// what was sent.
        time: i64,
        /// What was received, under WeChat's names; or what was sent, as a customer-service message is written.
        message: Value,
    }
    /// `user/follow_time`
    FollowTime {
        /// Unix seconds of the latest time.
        follow_time: i64,
        /// Who says so.
        source: FollowTimeSource,
        /// Whether the user follows now.
        following: bool,
        /// When the user unfollowed, if we saw it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unfollow_time: Option<i64>,
        /// The scene of the parametric QR code that led the user here, if we saw it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scene: Option<String>,
    }
    /// `user/last_message_time`
    LastMessageTime {
        /// `CreateTime` of the user's last message, in Unix seconds; events do not count.
        create_time: i64,
    }
    /// `menu/event_status`
    MenuEvents {
        /// Of each button, the latest first; 1,000 at most.
        event_response_status: Vec<MenuEventStatus>,
        /// Unix seconds since when it is counted, if a time was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<i64>,
    }
    /// What became of the events of a button.
    MenuEventStatus {
        /// `EventKey`: the button's key, URL or page.
        key: String,
        /// `Event` in lowercase.
        event: String,
        /// How many came.
        received: i64,
        /// How many got a passive reply.
        replied: i64,
        /// How many were answered with silence.
        silent: i64,
        /// How many went to a backend.
        relayed: i64,
        /// How many had a reply that WeChat would refuse.
        failed: i64,
        /// `CreateTime` of the latest, in Unix seconds.
        last_at: i64,
        /// What became of it.
        last_outcome: String,
    }
    /// `stats/summary`
    DailyTotals {
        /// The newest first, 1,000 at most; a day without anything is left out.
        days: Vec<DailyTotal>,
    }
    /// One day, from midnight to midnight in Beijing, as in WeChat's own statistics.
    DailyTotal {
        /// Such as `2026-11-22`.
        date: String,
        /// Messages of users.
        messages: i64,
        /// Events.
        events: i64,
        /// New followers, again or for the first time.
        followed: i64,
        /// Lost followers.
        unfollowed: i64,
    }
    /// `user/erase`
    Erased {
        /// How many messages and events are gone.
        received: usize,
        /// How many that were sent.
        sent: usize,
    }
}

/// WeChat's time of a follow and its event's may differ by so many seconds.
const SAME_FOLLOW: u64 = 60;

/// Which way something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the user.
    Received,
    /// In answer to what was received, by the callback.
    PassiveReply,
    /// By `message/reply`.
    Sent,
}

/// Who says since when a user follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FollowTimeSource {
    /// WeChat's `user/info`.
    Wechat,
    /// The event `subscribe`, as we saw it.
    Event,
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

impl From<MenuEventRow> for MenuEventStatus {
    fn from(row: MenuEventRow) -> Self {
        let (key, event, received, replied, silent, relayed, failed, last_at, last_outcome) = row;
        Self { key, event, received, replied, silent, relayed, failed, last_at, last_outcome }
    }
}

impl From<DayRow> for DailyTotal {
    fn from((date, messages, events, followed, unfollowed): DayRow) -> Self {
        Self { date, messages, events, followed, unfollowed }
    }
}
