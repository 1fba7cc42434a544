//! What the gateway reads in WeChat's answers: whether the token was refused, and whether a message was sent.

use serde_json::Value;

use crate::json;
use crate::wechat::{Action, action};

use super::Refused;

/// Maximum size in bytes of an answer that is read: refusals and the answers to sends are short.
pub const MAX_LOOK_BYTES: usize = 4096;

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WechatOutcome {
    /// JSON without a refusal: the whole body.
    Done(Vec<u8>),
    /// WeChat's errcode.
    Refused(i64),
    /// Something else: a file, a long answer, the error page of a proxy.
    Unclear,
}

/// Whether an answer may be a refusal, and has to be read before it is forwarded.
#[must_use]
pub fn may_be_refusal(content_type: Option<&str>, content_length: Option<u64>) -> bool {
    // WeChat sometimes labels JSON as text; media and pictures have their own types.
    let is_text = content_type.is_none_or(|kind| kind.contains("json") || kind.starts_with("text/"));
    let limit = u64::try_from(MAX_LOOK_BYTES).unwrap_or(u64::MAX);
    is_text && content_length.is_none_or(|length| length <= limit)
}

/// Whether an answer is a text, which may repeat the URL that was called.
#[must_use]
pub fn is_text(content_type: Option<&str>) -> bool {
    let kinds = ["text/", "json", "xml", "javascript", "html"];
    content_type.is_none_or(|kind| kinds.iter().any(|text| kind.to_ascii_lowercase().contains(text)))
}

impl WechatOutcome {
    /// Reads a whole, short body.
    #[must_use]
    pub fn of(status: u16, body: Vec<u8>) -> Self {
        let Ok(Value::Object(answer)) = json::parse(&String::from_utf8_lossy(&body)) else {
            return Self::Unclear;
        };
        match answer.get("errcode").map_or(Some(0), Value::as_i64) {
            Some(0) if status == 200 => Self::Done(body),
            Some(0) | None => Self::Unclear,
            Some(errcode) => Self::Refused(errcode),
        }
    }

    /// The errcode for the log; 0 = none.
    #[must_use]
    pub const fn errcode(&self) -> i64 {
        match self {
            Self::Refused(errcode) => *errcode,
            Self::Done(_) | Self::Unclear => 0,
        }
    }

    /// Whether WeChat refused the access token.
    #[must_use]
    pub fn is_stale_token(&self) -> bool {
        matches!(self, Self::Refused(errcode) if action(*errcode) == Action::RenewToken)
    }
}

/// What is known about a message that a call sent, or may have sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendOutcome {
    /// 0 if WeChat accepted it, else its errcode; `None` if it did not say.
    pub errcode: Option<i64>,
}

impl SendOutcome {
    /// The outcome of a call that sends a message; `None` if WeChat was not asked.
    #[must_use]
    pub const fn of(call: Result<&WechatOutcome, &Refused>) -> Option<Self> {
        let errcode = match call {
            Ok(WechatOutcome::Done(_)) => Some(0),
            Ok(WechatOutcome::Refused(errcode)) => Some(*errcode),
            Ok(WechatOutcome::Unclear) | Err(Refused::NoAnswer) => None,
            Err(_) => return None,
        };
        Some(Self { errcode })
    }
}
