//! Following and unfollowing, and scanning a parametric QR code.
//!
//! Manual: 接收事件推送.

use serde_json::Value;

use crate::callback::field::{Field, Item, record};

/// `subscribe`: a user followed the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscribe {
    /// `EventKey`: how the user found the account, if WeChat says so.
    pub source: Option<FollowSource>,
    /// `Ticket`: of the QR code, for its picture.
    pub ticket: Option<String>,
}

/// What led a new follower to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FollowSource {
    /// `qrscene_...`: a parametric QR code, by its scene value (without the prefix).
    QrCode(String),
    /// `last_trade_no_...`: a payment, by its transaction number.
    Payment(String),
    /// Anything else, as WeChat wrote it, such as `scanbarcode|ean13|...`.
    Other(String),
}

impl Item for Subscribe {
    const PATHS: &'static [&'static str] = &["EventKey", "Ticket"];

    fn from_fields(fields: &Value) -> Self {
        let key: Option<String> = Field::read(fields, "EventKey");
        Self { source: key.map(FollowSource::from_event_key), ticket: Field::read(fields, "Ticket") }
    }
}

impl Subscribe {
    /// The scene of the parametric QR code that the user scanned to follow, if one did.
    #[must_use]
    pub fn scene(&self) -> Option<&String> {
        match &self.source {
            Some(FollowSource::QrCode(scene)) => Some(scene),
            _ => None,
        }
    }
}

impl FollowSource {
    fn from_event_key(key: String) -> Self {
        if let Some(scene) = key.strip_prefix("qrscene_") {
            Self::QrCode(scene.to_owned())
        } else if let Some(trade) = key.strip_prefix("last_trade_no_") {
            Self::Payment(trade.to_owned())
        } else {
            Self::Other(key)
        }
    }
}

record! {
    /// `unsubscribe`: a user unfollowed the account; the operator must now delete that user's data.
    Unsubscribe {}
}

record! {
    /// `SCAN`: a follower scanned a parametric QR code.
    Scan {
        /// The scene value: a number as text, or `scene_str`.
        scene: String = "EventKey",
        ticket: Option<String> = "Ticket",
    }
}

record! {
    /// `ENTER`: a user opened the chat; retired.
    Enter {}
}
