//! 素材管理: temporary media, and what its bytes are.

use crate::config::ApiBase;
use crate::url::{WebUrl, origin};

use super::Call;

/// WeChat deletes temporary media, such as what users send, after so many seconds.
pub const KEPT: i64 = 3 * 24 * 3600;

/// 获取临时素材. WeChat answers with the bytes, or for a video with its address.
#[must_use]
pub fn get(media_id: &str) -> Call {
    Call::get("/cgi-bin/media/get").with("media_id", media_id)
}

/// What can be uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// `image`
    Image,
    /// `voice`
    Voice,
    /// `video`
    Video,
    /// `thumb`: the cover of a video or of music.
    Thumb,
}

impl MediaKind {
    /// Reads `type`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Image, Self::Voice, Self::Video, Self::Thumb].into_iter().find(|kind| kind.name() == text)
    }

    /// The largest file in bytes.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Image | Self::Video => 10 * 1024 * 1024,
            Self::Voice => 2 * 1024 * 1024,
            Self::Thumb => 64 * 1024,
        }
    }

    /// Whether WeChat takes a file of this content type.
    #[must_use]
    pub fn takes(self, content_type: &str) -> bool {
        match self {
            Self::Image => ["image/jpeg", "image/png", "image/gif"].contains(&content_type),
            Self::Voice => content_type.starts_with("audio/"),
            Self::Video => content_type == "video/mp4",
            Self::Thumb => content_type == "image/jpeg",
        }
    }

    /// The formats that WeChat takes, for people.
    #[must_use]
    pub const fn formats(self) -> &'static str {
        match self {
            Self::Image => "a JPEG, PNG or GIF picture",
            Self::Voice => "an AMR or MP3 recording",
            Self::Video => "an MP4 video",
            Self::Thumb => "a JPEG picture",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Thumb => "thumb",
        }
    }
}

/// 新增临时素材, or 新增永久素材. The file is sent as the part `media` of a form.
#[must_use]
pub fn upload(kind: MediaKind, is_permanent: bool) -> Call {
    let path = if is_permanent { "/cgi-bin/material/add_material" } else { "/cgi-bin/media/upload" };
    Call::get(path).with("type", kind.name()).with_effect()
}

/// Whether the address of a video is at WeChat: on one of its hosts, or where its API is.
#[must_use]
pub fn is_wechats(url: &str, base: &ApiBase) -> bool {
    let is_on_its_host = WebUrl::parse(url).is_ok_and(|url| url.host.ends_with(".qq.com"));
    is_on_its_host || origin(url) == origin(base.as_str())
}

/// The content type of a file, by its first bytes; `None` for anything that is no picture, voice or video.
///
/// Neither what its sender says about it nor what WeChat says counts: HTML or SVG with the name of a picture would run in
/// the browser.
#[must_use]
pub fn content_type(head: &[u8]) -> Option<&'static str> {
    Some(match head {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [b'#', b'!', b'A', b'M', b'R', b'\n', ..] => "audio/amr",
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xfa | 0xf3 | 0xf2, ..] => "audio/mpeg",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "video/mp4",
        _ => return None,
    })
}
