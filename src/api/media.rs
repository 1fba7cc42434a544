//! `media/*`: what users sent, as the console shows it.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::inbox::Received;
use crate::time::Timestamp;
use crate::wechat::media::{KEPT, content_type};

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{filled, invalid};
use super::handler::{Nothing, ours};
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

pub(super) const CALLS: &[Endpoint] = &[Endpoint::new(
    "media/get",
    Scope::One(Group::Message, Access::Read),
    "Return the picture, voice or video of a message, while WeChat still has it: three days.",
    &ours::<MediaOfMessage, Nothing>(get),
)
.as_download()
.with_effects(&[Effect::CallsWechat])];

/// What the edge does about media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaPlan {
    /// `media/get`
    Get {
        /// `MsgId` of the message.
        msg_id: String,
        /// Whether the cover of a video is wanted, and not the video.
        is_cover: bool,
    },
}

/// `media/get`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MediaOfMessage {
    msg_id: String,
    #[serde(default)]
    part: Option<String>,
}

fn get(request: MediaOfMessage) -> Result<Plan, Error> {
    let is_cover = match request.part.as_deref() {
        None => false,
        Some("thumb") => true,
        Some(_) => return Err(invalid("part", "must be thumb")),
    };
    Ok(Plan::Media(MediaPlan::Get { msg_id: filled("msg_id", request.msg_id)?, is_cover }))
}

/// The `media_id` of what a user sent; an error if there is none, or if WeChat has deleted it.
pub fn media_id(received: &Received, is_cover: bool, now: Timestamp) -> Result<String, Error> {
    let message = received.record.message();
    let field = if is_cover { "ThumbMediaId" } else { "MediaId" };
    let media_id = message.get(field).and_then(Value::as_str).filter(|id| !id.is_empty());
    let media_id = media_id.ok_or(Error::NotFound("file in this message"))?;
    if received.record.create_time.plus(KEPT) <= now {
        return Err(Error::MediaExpired);
    }
    Ok(media_id.to_owned())
}

/// The headers of the answer with a file that somebody sent, by its first bytes. It is shown only as a known type, and
/// nothing in it can run or be fetched from elsewhere.
#[must_use]
pub fn headers(head: &[u8]) -> [(&'static str, &'static str); 6] {
    let known = content_type(head);
    [
        ("content-type", known.unwrap_or("application/octet-stream")),
        ("content-disposition", if known.is_some() { "inline" } else { "attachment; filename=\"file\"" }),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, max-age=600"),
    ]
}
