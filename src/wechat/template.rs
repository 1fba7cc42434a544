//! Template messages (模板消息).
//!
//! Manual: 发送模板消息, 获取模板列表, 删除模板.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::invalid::Invalid;
use crate::limits;
use crate::text_map::TextMap;

use super::Call;
use super::scalar::{Scalar, optional_scalar, scalar};

/// A template message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateMessage {
    /// The follower's OpenID.
    #[schemars(length(min = 1))]
    pub touser: String,
    /// The id that `template/list` returns.
    #[schemars(length(min = 1))]
    pub template_id: String,
    /// The page that a tap opens, unless there is a mini-program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The mini-program that a tap opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub miniprogram: Option<MiniProgram>,
    /// The template's fields, such as `thing1`.
    #[schemars(extend("minProperties" = 1))]
    #[schemars(with = "std::collections::BTreeMap<String, TemplateValue>")]
    pub data: TextMap<TemplateValue>,
    /// Ignored, as WeChat does: old manuals have it.
    #[serde(default, skip_serializing, deserialize_with = "optional_scalar")]
    #[schemars(with = "Option<Scalar>")]
    pub topcolor: Option<String>,
    /// WeChat sends messages with the same id to the same user only once within ten minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<String>,
}

/// A page of a linked mini-program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MiniProgram {
    /// The mini-program's AppID.
    pub appid: String,
    /// The page, with its query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagepath: Option<String>,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateValue {
    /// The text that is shown; a number, `true` or `false` is sent as text.
    #[serde(deserialize_with = "scalar")]
    #[schemars(with = "Scalar")]
    pub value: String,
    /// Ignored by WeChat; accepted because callers still send it, with or without `#`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_scalar")]
    #[schemars(with = "Option<Scalar>")]
    pub color: Option<String>,
}

impl TemplateMessage {
    /// Checks WeChat's limits.
    pub fn check(&self) -> Result<(), Invalid> {
        limits::openid("touser", &self.touser)?;
        if self.template_id.is_empty() {
            return Err(Invalid::new("template_id", "is empty"));
        }
        if self.data.is_empty() {
            return Err(Invalid::new("data", "is empty"));
        }
        Ok(())
    }
}

/// The path of [`send`].
pub const SEND_PATH: &str = "/cgi-bin/message/template/send";

/// `POST /cgi-bin/message/template/send`
#[must_use]
pub fn send(message: &TemplateMessage) -> Call {
    Call::post(SEND_PATH, message)
}

/// `GET /cgi-bin/template/get_all_private_template`
#[must_use]
pub fn list() -> Call {
    Call::get("/cgi-bin/template/get_all_private_template")
}

/// `POST /cgi-bin/template/del_private_template`
#[must_use]
pub fn delete(template_id: &str) -> Call {
    Call::post("/cgi-bin/template/del_private_template", &json!({ "template_id": template_id }))
}
