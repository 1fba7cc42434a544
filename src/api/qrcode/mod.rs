//! `qrcode/*`: parametric QR codes (带参数的二维码).

mod codes;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wechat::qrcode::{self, Created, QrCode};
use crate::wechat::read;

use super::endpoint::{Effect, Endpoint};
use super::fields::NoParameters;
use super::handler::{ours, write};
use super::plan::{Plan, Reader, WechatAnswer};
use super::scope::{Access, Group, Scope};
use super::{Error, Nothing};

pub use codes::{
    ListedCode, MAX_NAMED, NamedCode, NamedCodeRow, QrCodeList, count_other_codes, listed_codes, name_code,
    named_codes, unname_code,
};
use codes::{QrCodeUpdate, checked_name, list, update};

const READ: Scope = Scope::One(Group::QrCode, Access::Read);
const WRITE: Scope = Scope::One(Group::QrCode, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "qrcode/create",
        WRITE,
        "Create a parametric QR code.",
        &ours::<QrCodeRequest, QrCodeCreated>(create),
    )
    .with_effects(&[Effect::CallsWechat]),
    Endpoint::new(
        "qrcode/list",
        READ,
        "List the codes with a name and the most scanned others, with their scans and new followers.",
        &ours::<NoParameters, QrCodeList>(list),
    ),
    Endpoint::new("qrcode/update", WRITE, "Name a code.", &ours::<QrCodeUpdate, Nothing>(update)),
];

/// What the edge does about QR codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QrCodePlan {
    /// `qrcode/create` of a code with a name.
    Create {
        /// The code.
        code: QrCode,
        /// Its name.
        name: String,
    },
    /// `qrcode/list`
    List,
    /// `qrcode/update`
    Update {
        /// The scene.
        scene: String,
        /// The new name; `None` = none.
        name: Option<String>,
    },
}

/// `qrcode/create`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["scene_id"] }, { "required": ["scene_str"] }]))]
struct QrCodeRequest {
    /// A number from 1; at most 100,000 for a permanent code.
    #[serde(default)]
    #[schemars(range(min = 1))]
    scene_id: Option<u32>,
    /// 1 to 64 characters.
    #[serde(default)]
    #[schemars(length(min = 1, max = 64))]
    scene_str: Option<String>,
    /// Lifetime in seconds, at most 30 days; absent = permanent, of which there can be 100,000.
    #[serde(default)]
    #[schemars(range(min = 1, max = 2_592_000))]
    expire_seconds: Option<u32>,
    /// Your name for it, of at most 64 characters, under which `qrcode/list` shows it. There can be 1,000 with a name.
    #[serde(default)]
    #[schemars(length(min = 1, max = 64))]
    name: Option<String>,
}

/// `qrcode/create`
#[derive(Debug, Serialize, JsonSchema)]
pub struct QrCodeCreated {
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

fn create(request: QrCodeRequest) -> Result<Plan, Error> {
    let QrCodeRequest { scene_id, scene_str, expire_seconds, name } = request;
    let code = QrCode { scene_id, scene_str, expire_seconds };
    code.check().map_err(Error::InvalidParameter)?;
    if let Some(name) = name {
        return Ok(Plan::QrCode(QrCodePlan::Create { code, name: checked_name(name)? }));
    }
    let read_answer = |answer: WechatAnswer| write(&QrCodeCreated::from(read::<Created>(&answer?)?));
    Ok(Plan::Call(qrcode::create(&code), Reader::new(read_answer)))
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
