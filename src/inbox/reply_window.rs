//! The reply window: when customer-service messages may be sent to a user.
//!
//! Manual: 客服消息, 下发条数限制.

use crate::callback::{Body, Content, Message};
use crate::time::Timestamp;

/// Seconds for which a user's message opens the window.
pub(crate) const AFTER_A_MESSAGE: i64 = 48 * 3600;
/// Seconds for which a tap on an item of a menu message (msgmenu) opens it, the same as a tap on the menu.
const AFTER_A_TAP: i64 = 60;

/// Whether customer-service messages may be sent to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyWindow {
    /// They may.
    Open,
    /// They may not since this time.
    ClosedSince(Timestamp),
    /// They may not since this time, when the user unfollowed.
    UnfollowedSince(Timestamp),
    /// The inbox does not say: the user may have written before messages were stored.
    Unknown,
}

/// The number of seconds for which a message or an event opens the window; `None` if it does not.
pub(super) const fn opens(message: &Message) -> Option<i64> {
    match &message.body {
        Body::User(user) => match &user.content {
            Content::Text(text) if text.menu_item_id.is_some() => Some(AFTER_A_TAP),
            _ => Some(AFTER_A_MESSAGE),
        },
        Body::Event(event) => event.opens(),
    }
}
