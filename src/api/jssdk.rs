//! `jssdk/*`: signatures for pages that use the JS-SDK.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::url::http_url;

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Jssdk, Access::Read);

pub(super) const CALLS: &[Endpoint] = &[Endpoint::new(
    "jssdk/config",
    READ,
    "Sign a page for the JS-SDK.",
    &ours::<PageUrl, JssdkConfig>(config),
)
.with_effects(&[Effect::CallsWechat])];

/// What the edge does for the JS-SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JssdkPlan {
    /// `jssdk/config`
    Config {
        /// The page, as the browser shows it.
        url: String,
    },
}

/// `jssdk/config`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PageUrl {
    /// The page as the browser shows it; the part after `#` is ignored.
    #[schemars(regex(pattern = "^https?://"))]
    url: String,
}

/// `jssdk/config`, for `wx.config`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JssdkConfig {
    /// AppID
    #[serde(rename = "appId")]
    pub app_id: String,
    /// Unix seconds: when it was signed.
    pub timestamp: i64,
    /// Random text.
    #[serde(rename = "nonceStr")]
    pub nonce: String,
    /// Signature of the ticket, the nonce, the timestamp and the page.
    pub signature: String,
}

fn config(request: PageUrl) -> Result<Plan, Error> {
    http_url("url", &request.url).map_err(Error::InvalidParameter)?;
    Ok(Plan::Jssdk(JssdkPlan::Config { url: request.url }))
}
