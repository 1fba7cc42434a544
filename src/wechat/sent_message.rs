//! Messages to one user, as they are in the calls that send them.

use serde_json::Value;

use crate::json;

use super::{Call, custom_message, template};

/// A larger body is not remembered: WeChat accepts no message of this size. In bytes.
const MAX_BYTES: usize = 64 * 1024;

/// The message of a call that sends one to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMessage {
    /// The user.
    pub openid: String,
    /// `custom` for a customer-service message, `template` for a template message.
    pub kind: &'static str,
    /// The call's body, which is JSON.
    pub json: String,
}

impl SentMessage {
    /// The message of a call, as [`Self::of`] reads it.
    #[must_use]
    pub fn of_call(call: &Call) -> Option<Self> {
        Self::of(call.path(), call.body()?.as_bytes())
    }

    /// Reads the body of a call to one of WeChat's paths; `None` if it sends no message to one user, or a very large one.
    #[must_use]
    pub fn of(path: &str, body: &[u8]) -> Option<Self> {
        let kind = match path {
            custom_message::SEND_PATH => "custom",
            template::SEND_PATH => "template",
            _ => return None,
        };
        if body.len() > MAX_BYTES {
            return None;
        }
        let json = str::from_utf8(body).ok()?;
        let message: Value = json::parse(json).ok()?;
        let openid = message.get("touser")?.as_str().filter(|openid| !openid.is_empty())?;
        Some(Self { openid: openid.to_owned(), kind, json: json.to_owned() })
    }
}
