//! Where WeChat's API is, which may be behind a relay with a fixed address.

use crate::secret::Secret;

use super::Problem;

/// How to reach WeChat's API.
#[derive(Debug, Clone)]
pub struct WechatApi {
    /// `WECHAT_API_BASE`
    pub base: ApiBase,
    /// `WECHAT_API_RELAY_SECRET`: sent to a relay, which is how it knows us.
    pub relay_secret: Option<Secret>,
}

/// The URL in front of every path of the API: WeChat itself, the sandbox, or a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiBase(String);

impl WechatApi {
    pub(super) fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Problem> {
        let filled =
            |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let base = match filled("WECHAT_API_BASE") {
            None => ApiBase::official(),
            Some(url) => ApiBase::parse(&url).ok_or_else(|| {
                Problem::new("WECHAT_API_BASE", "must be an http:// or https:// URL without a query")
            })?,
        };
        Ok(Self { base, relay_secret: filled("WECHAT_API_RELAY_SECRET").map(Secret::new) })
    }
}

impl ApiBase {
    /// WeChat itself.
    #[must_use]
    pub fn official() -> Self {
        Self("https://api.weixin.qq.com".to_owned())
    }

    /// Reads a URL; one slash at its end makes no difference.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let is_plain = !host.is_empty() && !host.starts_with('/') && !host.contains(['?', '#', '@', ' ']);
        is_plain.then(|| Self(url.strip_suffix('/').unwrap_or(url).to_owned()))
    }

    /// Without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
