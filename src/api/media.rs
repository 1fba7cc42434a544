//! `media/*`: what users sent, as the console shows it, and files to send.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::inbox::Received;
use crate::time::Timestamp;
use crate::wechat::media::{KEPT, MediaKind, content_type};

use super::Error;
use super::endpoint::{Effect, Endpoint, Format};
use super::fields::{filled, invalid};
use super::handler::{Nothing, ours};
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

/// The largest body of an upload: the largest file, and the rest of the form.
const MAX_FORM_BYTES: usize = MediaKind::Video.max_bytes() + 64 * 1024;

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "media/get",
        Scope::One(Group::Message, Access::Read),
        "Return the picture, voice or video of a message, while WeChat still has it: three days.",
        &ours::<MediaOfMessage, Nothing>(get),
    )
    .in_format(Format::Download)
    .with_effects(&[Effect::CallsWechat]),
    Endpoint::new(
        "media/upload",
        Scope::One(Group::Media, Access::Write),
        "Upload a file to WeChat, for messages and replies.",
        &ours::<Upload, Uploaded>(upload),
    )
    .in_format(Format::Upload)
    .with_max_body_bytes(MAX_FORM_BYTES)
    .with_effects(&[Effect::CallsWechat]),
];

/// Seconds after which an upload is over in any case: where the client is gone, nothing tells so.
const LONGEST_UPLOAD: u64 = 120;

/// The uploads that an isolate is busy with. Each is several times in its memory, of which it has 128 MB.
#[derive(Debug, Default)]
pub struct Uploads {
    /// A number, the time of its beginning, and its size in bytes.
    running: Vec<(u64, Timestamp, usize)>,
    begun: u64,
}

impl Uploads {
    /// Nothing is being uploaded.
    #[must_use]
    pub const fn new() -> Self {
        Self { running: Vec::new(), begun: 0 }
    }

    /// Begins an upload of so many bytes, or of unknown size; returns its number. Of large ones, only one runs at a time.
    pub fn begin(&mut self, bytes: Option<u64>, now: Timestamp) -> Result<u64, Error> {
        let bytes =
            bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX).min(MAX_FORM_BYTES);
        self.running.retain(|(_, begun_at, _)| begun_at.distance(now) < LONGEST_UPLOAD);
        let running = self.running.iter().fold(0_usize, |sum, (.., bytes)| sum.saturating_add(*bytes));
        if running > 0 && running.saturating_add(bytes) > MAX_FORM_BYTES {
            return Err(Error::TooManyUploads);
        }
        self.begun = self.begun.wrapping_add(1);
        self.running.push((self.begun, now, bytes));
        Ok(self.begun)
    }

    /// Ends the upload with this number.
    pub fn end(&mut self, number: u64) {
        self.running.retain(|(running, ..)| *running != number);
    }
}

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
    /// `media/upload`
    Upload {
        /// `type`
        kind: MediaKind,
        /// Whether WeChat keeps it until it is deleted, and not for three days.
        is_permanent: bool,
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

/// `media/upload`: the texts of the form beside its `file`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Upload {
    /// The file: a JPEG, PNG or GIF picture or an MP4 video of up to 10 MiB, an AMR or MP3 recording of up to 2 MiB, or a
    /// JPEG cover of up to 64 KiB.
    #[serde(default)]
    #[schemars(required, extend("format" = "binary"))]
    #[expect(dead_code, reason = "it is read apart from the texts of the form")]
    file: Option<String>,
    /// `image`, `voice`, `video` or `thumb`.
    #[serde(rename = "type")]
    kind: String,
    /// `true` if WeChat is to keep it until it is deleted, and not for three days.
    #[serde(default)]
    permanent: Option<String>,
}

/// `media/upload`
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Uploaded {
    /// What messages and replies name.
    pub media_id: String,
    /// The address of a permanent picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Unix seconds: when WeChat deletes it; absent = never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

fn upload(request: Upload) -> Result<Plan, Error> {
    let kind = MediaKind::parse(&request.kind)
        .ok_or_else(|| invalid("type", "must be image, voice, video or thumb"))?;
    let is_permanent = match request.permanent.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(invalid("permanent", "must be true or false")),
    };
    Ok(Plan::Media(MediaPlan::Upload { kind, is_permanent }))
}

/// The content type of a file that WeChat takes, by its size in bytes and its first bytes.
pub fn accepted(kind: MediaKind, size: usize, head: &[u8]) -> Result<&'static str, Error> {
    if size > kind.max_bytes() {
        return Err(invalid("file", format!("has more than {} KiB", kind.max_bytes() / 1024)));
    }
    let known = content_type(head).filter(|known| kind.takes(known));
    known.ok_or_else(|| invalid("file", format!("is not {}", kind.formats())))
}

impl Uploaded {
    /// Reads WeChat's answer; `None` if it has no `media_id`.
    #[must_use]
    pub fn read(answer: &Value, is_permanent: bool) -> Option<Self> {
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let made_at = answer.get("created_at").and_then(Value::as_i64).filter(|_| !is_permanent);
        let expires_at = made_at.map(|at| Timestamp::from_seconds(at).plus(KEPT).seconds());
        Some(Self {
            media_id: text("media_id").or_else(|| text("thumb_media_id"))?,
            url: text("url"),
            expires_at,
        })
    }
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
pub fn headers(head: &[u8]) -> [(&'static str, &'static str); 7] {
    let known = content_type(head);
    [
        ("content-type", known.unwrap_or("application/octet-stream")),
        ("content-disposition", if known.is_some() { "inline" } else { "attachment; filename=\"file\"" }),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, max-age=600"),
        // Otherwise the browser shows it after the sign-out, and to the next user.
        ("vary", "cookie"),
    ]
}
