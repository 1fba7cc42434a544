//! What WeChat's answers tell us on their way back: whether the token was refused, and the errcode for the audit.

use serde_json::Value;

use crate::wechat::{Action, action};

/// A refusal is short; anything longer is an answer.
const MAX_REFUSAL_BYTES: usize = 4096;
/// What is announced to be longer than this is not looked at, and streams.
const MAX_LOOK_BYTES: u64 = 256 * 1024;

/// Whether an answer may be a refusal, and is to be looked at before it goes on.
#[must_use]
pub fn may_be_refusal(content_type: Option<&str>, content_length: Option<u64>) -> bool {
    // WeChat labels JSON as text at times; media and pictures are labelled as what they are.
    let is_text = content_type.is_none_or(|kind| kind.contains("json") || kind.starts_with("text/"));
    is_text && content_length.is_none_or(|length| length <= MAX_LOOK_BYTES)
}

/// The errcode of an answer, if it is a refusal.
#[must_use]
pub fn errcode(body: &[u8]) -> Option<i64> {
    let body: Value =
        serde_json::from_slice(Some(body).filter(|body| body.len() <= MAX_REFUSAL_BYTES)?).ok()?;
    body.get("errcode")?.as_i64().filter(|errcode| *errcode != 0)
}

/// Whether WeChat refused the token that we put in.
#[must_use]
pub fn is_stale_token(errcode: Option<i64>) -> bool {
    errcode.is_some_and(|errcode| action(errcode) == Action::RenewToken)
}
