//! Users and followers.
//!
//! Manual: 获取用户基本信息, 获取用户列表, 设置用户备注名.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::invalid::Invalid;
use crate::limits::at_most;

use super::{Call, OpenIds};

/// Maximum number of users of [`batch_info`].
pub const MAX_USERS: usize = 100;
/// Maximum size of a [`Remark`] in bytes of UTF-8.
pub const MAX_REMARK_BYTES: usize = 29;

/// The language of a user's region names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    /// 简体
    #[default]
    #[serde(rename = "zh_CN")]
    SimplifiedChinese,
    /// 繁體
    #[serde(rename = "zh_TW")]
    TraditionalChinese,
    /// English
    #[serde(rename = "en")]
    English,
}

impl Language {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SimplifiedChinese => "zh_CN",
            Self::TraditionalChinese => "zh_TW",
            Self::English => "en",
        }
    }
}

/// The path of [`info`].
pub const INFO_PATH: &str = "/cgi-bin/user/info";
/// The path of [`batch_info`].
pub const BATCH_INFO_PATH: &str = "/cgi-bin/user/info/batchget";
/// The path of [`remark`].
pub const REMARK_PATH: &str = "/cgi-bin/user/info/updateremark";

/// `GET /cgi-bin/user/info`
#[must_use]
pub fn info(openid: &str, lang: Language) -> Call {
    Call::get(INFO_PATH).with("openid", openid).with("lang", lang.as_str())
}

/// `POST /cgi-bin/user/info/batchget`
#[must_use]
pub fn batch_info(openids: OpenIds<'_, MAX_USERS>, lang: Language) -> Call {
    let users: Vec<_> = openids.iter().map(|openid| json!({ "openid": openid, "lang": lang })).collect();
    Call::post(BATCH_INFO_PATH, &json!({ "user_list": users })).only_reading()
}

/// `GET /cgi-bin/user/get`: followers, 10,000 a page.
#[must_use]
pub fn list(next_openid: &str) -> Call {
    Call::get("/cgi-bin/user/get").with("next_openid", next_openid)
}

/// The account's name for a user (备注名): fewer than 30 bytes; an empty one removes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Remark<'a>(&'a str);

impl<'a> Remark<'a> {
    /// Checks a remark; an error names the field `remark`.
    pub fn parse(remark: &'a str) -> Result<Self, Invalid> {
        at_most("remark", remark, MAX_REMARK_BYTES).map(Self)
    }
}

/// `POST /cgi-bin/user/info/updateremark`
#[must_use]
pub fn remark(openid: &str, remark: Remark<'_>) -> Call {
    Call::post(REMARK_PATH, &json!({ "openid": openid, "remark": remark.0 }))
}
