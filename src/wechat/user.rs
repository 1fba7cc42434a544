//! Users: who they are, who follows.
//!
//! Manual: 获取用户基本信息, 获取用户列表, 设置用户备注名.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Call;

/// The language of a user's region names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
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

/// `GET /cgi-bin/user/info`
#[must_use]
pub fn info(openid: &str, lang: Language) -> Call {
    Call::get("/cgi-bin/user/info").with("openid", openid).with("lang", lang.as_str())
}

/// `POST /cgi-bin/user/info/batchget`: up to 100 users.
#[must_use]
pub fn infos(openids: &[String], lang: Language) -> Call {
    let users: Vec<_> = openids.iter().map(|openid| json!({ "openid": openid, "lang": lang })).collect();
    Call::post("/cgi-bin/user/info/batchget", &json!({ "user_list": users }))
}

/// `GET /cgi-bin/user/get`: followers, 10,000 a page.
#[must_use]
pub fn list(next_openid: &str) -> Call {
    Call::get("/cgi-bin/user/get").with("next_openid", next_openid)
}

/// `POST /cgi-bin/user/info/updateremark`
#[must_use]
pub fn remark(openid: &str, remark: &str) -> Call {
    Call::post("/cgi-bin/user/info/updateremark", &json!({ "openid": openid, "remark": remark }))
}
