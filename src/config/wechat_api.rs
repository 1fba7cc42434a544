//! The base URLs of WeChat's API, which may lead to a relay with a fixed IP address.

use crate::secret::Secret;
use crate::url::WebUrl;

use super::Problem;

/// How to reach WeChat's API.
#[derive(Debug, Clone)]
pub struct WechatApi {
    /// `WECHAT_API_BASE`
    pub base: ApiBase,
    /// `WECHAT_MP_BASE`: the host of QR code pictures, which need neither a token nor the IP whitelist.
    pub mp_base: ApiBase,
    /// `WECHAT_API_RELAY_SECRET`: sent to the relay to authenticate the worker.
    pub relay_secret: Option<Secret>,
}

/// The URL that precedes every path of the API: WeChat's, the sandbox's or a relay's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiBase(String);

impl WechatApi {
    pub(super) fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Problem> {
        let filled =
            |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let relay_secret = filled("WECHAT_API_RELAY_SECRET");
        if relay_secret.as_ref().is_some_and(|secret| !secret.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(Problem::new(
                "WECHAT_API_RELAY_SECRET",
                "must be visible ASCII characters without spaces",
            ));
        }
        let base = match filled("WECHAT_API_BASE") {
            None if relay_secret.is_some() => {
                return Err(Problem::new(
                    "WECHAT_API_BASE",
                    "is missing, although WECHAT_API_RELAY_SECRET is set",
                ));
            }
            None => ApiBase::official(),
            Some(url) => {
                ApiBase::parse(&url).ok_or_else(|| Problem::new("WECHAT_API_BASE", ApiBase::RULE))?
            }
        };
        let mp_base = match filled("WECHAT_MP_BASE") {
            None => ApiBase("https://mp.weixin.qq.com".to_owned()),
            Some(url) => ApiBase::parse(&url).ok_or_else(|| Problem::new("WECHAT_MP_BASE", ApiBase::RULE))?,
        };
        Ok(Self { base, mp_base, relay_secret: relay_secret.map(Secret::new) })
    }
}

impl ApiBase {
    const RULE: &'static str =
        "must be an https:// URL without a query; http:// is allowed only for this machine";

    /// WeChat's own API.
    #[must_use]
    pub fn official() -> Self {
        Self("https://api.weixin.qq.com".to_owned())
    }

    /// Reads a URL; a slash at its end is ignored.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let parsed = WebUrl::parse(url).ok()?;
        // Without TLS, anyone on the way could read the token and the AppSecret.
        let is_safe = parsed.is_https || ["127.0.0.1", "localhost"].contains(&parsed.host);
        let is_prefix = parsed.query.is_none() && parsed.fragment.is_none();
        (is_safe && is_prefix).then(|| Self(url.strip_suffix('/').unwrap_or(url).to_owned()))
    }

    /// The URL without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
