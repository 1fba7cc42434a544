//! Parametric QR codes (带参数的二维码).
//!
//! Manual: 生成带参数的二维码.

use serde::Deserialize;
use serde_json::json;

use crate::invalid::Invalid;

use super::Call;

/// Maximum lifetime of a temporary code: 30 days, in seconds.
const MAX_EXPIRE_SECONDS: u32 = 2_592_000;
/// Maximum `scene_id` of a permanent code.
const MAX_PERMANENT_SCENE_ID: u32 = 100_000;
const MAX_SCENE_STR: usize = 64;

/// A QR code to create: with `scene_id` or `scene_str`, temporary with `expire_seconds`, permanent without.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QrCode {
    /// A number from 1; at most 100,000 for a permanent code.
    pub scene_id: Option<u32>,
    /// 1 to 64 characters.
    pub scene_str: Option<String>,
    /// Lifetime in seconds, at most 30 days; absent = permanent, of which there can be 100,000.
    pub expire_seconds: Option<u32>,
}

impl QrCode {
    /// The scene as events have it.
    #[must_use]
    pub fn scene(&self) -> String {
        self.scene_id.map_or_else(|| self.scene_str.clone().unwrap_or_default(), |id| id.to_string())
    }

    /// Checks WeChat's limits.
    pub fn check(&self) -> Result<(), Invalid> {
        match (self.scene_id, &self.scene_str) {
            (None, None) => return Err(Invalid::new("scene_id", "or scene_str is required")),
            (Some(_), Some(_)) => return Err(Invalid::new("scene_id", "and scene_str cannot be combined")),
            (Some(0), None) => return Err(Invalid::new("scene_id", "must be 1 or more")),
            (Some(id), None) if id > MAX_PERMANENT_SCENE_ID && self.expire_seconds.is_none() => {
                return Err(Invalid::new(
                    "scene_id",
                    format!("must be 1 to {MAX_PERMANENT_SCENE_ID} in a permanent code"),
                ));
            }
            (None, Some(scene)) if !(1..=MAX_SCENE_STR).contains(&scene.chars().count()) => {
                return Err(Invalid::new("scene_str", format!("must have 1 to {MAX_SCENE_STR} characters")));
            }
            _ => {}
        }
        match self.expire_seconds {
            Some(seconds) if !(1..=MAX_EXPIRE_SECONDS).contains(&seconds) => {
                Err(Invalid::new("expire_seconds", format!("must be 1 to {MAX_EXPIRE_SECONDS}")))
            }
            _ => Ok(()),
        }
    }
}

/// `POST /cgi-bin/qrcode/create`
#[must_use]
pub fn create(code: &QrCode) -> Call {
    let action_name = match (code.expire_seconds, code.scene_id) {
        (Some(_), Some(_)) => "QR_SCENE",
        (Some(_), None) => "QR_STR_SCENE",
        (None, Some(_)) => "QR_LIMIT_SCENE",
        (None, None) => "QR_LIMIT_STR_SCENE",
    };
    let scene = match code.scene_id {
        Some(id) => json!({ "scene_id": id }),
        None => json!({ "scene_str": code.scene_str }),
    };
    let mut body = json!({ "action_name": action_name, "action_info": { "scene": scene } });
    if let (Some(seconds), Some(body)) = (code.expire_seconds, body.as_object_mut()) {
        body.insert("expire_seconds".to_owned(), seconds.into());
    }
    Call::post("/cgi-bin/qrcode/create", &body)
}

/// The answer to [`create`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Created {
    /// Identifies the picture.
    pub ticket: String,
    /// Remaining lifetime of a temporary code in seconds.
    pub expire_seconds: Option<u32>,
    /// The code's content, for drawing it oneself.
    pub url: String,
}

/// The URL of the picture, which needs no token.
#[must_use]
pub fn image_url(ticket: &str) -> String {
    let ticket: String = form_urlencoded::byte_serialize(ticket.as_bytes()).collect();
    format!("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={ticket}")
}
