//! What users do: the platform learns it from the callback that tells the worker, so that both see the same world.

use serde::{Deserialize, Serialize};

use crate::document::Document;

use super::window::Trigger;

/// Something that a user did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserAction {
    /// The user.
    pub openid: String,
    /// What it was.
    pub kind: ActionKind,
    /// `CreateTime`
    pub time: u64,
}

/// What a user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Sent a message.
    Spoke,
    /// Tapped the menu, or an item of a menu message.
    Tapped,
    /// Followed the account.
    Followed,
    /// Unfollowed the account.
    Unfollowed,
    /// Scanned a parametric QR code as a follower.
    Scanned,
    /// Caused an event that opens no window.
    Other,
}

impl UserAction {
    /// Reads the plaintext of a callback. Returns `None` if it names no user.
    #[must_use]
    pub fn of(message: &Document) -> Option<Self> {
        let openid = message.text("FromUserName").filter(|openid| !openid.is_empty())?;
        let time = message.text("CreateTime")?.parse().ok()?;
        let event = message.text("Event").unwrap_or_default().to_ascii_lowercase();
        let kind = match (message.text("MsgType"), event.as_str()) {
            (Some("event"), "subscribe") => ActionKind::Followed,
            (Some("event"), "unsubscribe") => ActionKind::Unfollowed,
            (Some("event"), "click" | "scancode_push" | "scancode_waitmsg") => ActionKind::Tapped,
            (Some("event"), "scan") => ActionKind::Scanned,
            (Some("event"), _) => ActionKind::Other,
            _ if message.has("bizmsgmenuid") => ActionKind::Tapped,
            _ => ActionKind::Spoke,
        };
        Some(Self { openid: openid.to_owned(), kind, time })
    }
}

impl ActionKind {
    /// The window that it opens.
    pub(super) const fn trigger(self) -> Option<Trigger> {
        match self {
            Self::Spoke => Some(Trigger::Message),
            Self::Tapped => Some(Trigger::Menu),
            Self::Followed => Some(Trigger::Follow),
            Self::Scanned => Some(Trigger::Scan),
            Self::Unfollowed | Self::Other => None,
        }
    }
}
