//! What callers ask of the inbox.

use crate::inbox::Filter;
use crate::time::Timestamp;

/// A question that the inbox answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// `message/get`
    Message {
        /// `MsgId`
        msg_id: String,
    },
    /// `message/list`
    Messages {
        /// Which ones.
        filter: Filter,
        /// Where the page begins, and how long it is.
        page: Page,
    },
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
    /// `menu/event_status`
    MenuEvents {
        /// Of this conditional menu.
        menu_id: Option<String>,
        /// Of this button.
        key: Option<String>,
        /// Since the day of this point in time.
        since: Option<Timestamp>,
    },
    /// `stats/summary`
    Totals {
        /// The first day.
        since: Option<Timestamp>,
        /// The last day.
        until: Option<Timestamp>,
    },
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What the page before gave out; absent = the first page.
    pub cursor: Option<String>,
    /// At most so many entries.
    pub limit: u32,
}
