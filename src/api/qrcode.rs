//! `qrcode/*`: parametric QR codes (带参数的二维码).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wechat::Call;
use crate::wechat::qrcode::{self, Created, QrCode};

use super::Error;
use super::endpoint::Endpoint;
use super::handler::wechat;
use super::scope::{Access, Group, Scope};

const WRITE: Scope = Scope::One(Group::QrCode, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[Endpoint::new(
    "qrcode/create",
    WRITE,
    "Create a parametric QR code.",
    &wechat::<QrCode, QrCodeCreated>(create),
)];

/// `qrcode/create`
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(from = "Created")]
#[schemars(!from)]
struct QrCodeCreated {
    /// Identifies the picture of the code.
    ticket: String,
    /// Seconds until a temporary code expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expire_seconds: Option<u32>,
    /// Content of the code, for drawing it yourself.
    url: String,
    /// URL of the picture at WeChat; needs no access token.
    image_url: String,
}

fn create(code: QrCode) -> Result<Call, Error> {
    code.check().map_err(Error::InvalidParameter)?;
    Ok(qrcode::create(&code))
}

impl From<Created> for QrCodeCreated {
    fn from(created: Created) -> Self {
        Self {
            image_url: qrcode::image_url(&created.ticket),
            ticket: created.ticket,
            expire_seconds: created.expire_seconds,
            url: created.url,
        }
    }
}
