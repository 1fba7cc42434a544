//! Server addresses, the callback check and quotas.
//!
//! Manual: 获取微信服务器 IP 地址, 网络检测, 查询 API 调用额度.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Call;

/// `GET /cgi-bin/getcallbackip`: where callbacks come from.
#[must_use]
pub fn callback_addresses() -> Call {
    Call::get("/cgi-bin/getcallbackip")
}

/// `GET /cgi-bin/get_api_domain_ip`: where the API is.
#[must_use]
pub fn api_addresses() -> Call {
    Call::get("/cgi-bin/get_api_domain_ip")
}

/// What both answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Addresses {
    /// Addresses, or ranges of them.
    pub ip_list: Vec<String>,
}

/// `POST /cgi-bin/callback/check`: WeChat tries to reach the configured server URL.
#[must_use]
pub fn check_callback() -> Call {
    Call::post("/cgi-bin/callback/check", &json!({ "action": "all", "check_operator": "DEFAULT" }))
}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CallbackCheck {
    /// Addresses the domain resolves to.
    #[serde(default)]
    pub dns: Vec<Address>,
    /// One for each address and operator.
    #[serde(default)]
    pub ping: Vec<Ping>,
}

/// An address of the server URL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Address {
    /// The address.
    pub ip: String,
}

/// What pinging one address brought.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ping {
    /// The address.
    pub ip: String,
    /// Such as `0%`.
    #[serde(default)]
    pub package_loss: String,
}

impl CallbackCheck {
    /// Whether WeChat finds the server at all.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        !self.dns.is_empty()
            && (self.ping.is_empty() || self.ping.iter().any(|ping| ping.package_loss != "100%"))
    }
}

/// `POST /cgi-bin/openapi/quota/get`: what is left of a path's daily quota.
#[must_use]
pub fn quota(cgi_path: &str) -> Call {
    Call::post("/cgi-bin/openapi/quota/get", &json!({ "cgi_path": cgi_path }))
}

/// What [`quota`] answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QuotaAnswer {
    /// The day's quota of the path.
    pub quota: Quota,
}

/// A path's daily quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Calls a day.
    pub daily_limit: i64,
    /// Of them used.
    pub used: i64,
    /// Of them left.
    pub remain: i64,
}

/// `POST /cgi-bin/clear_quota`: begin the day's quotas anew; 10 times a month.
#[must_use]
pub fn clear_quota(app_id: &str) -> Call {
    Call::post("/cgi-bin/clear_quota", &json!({ "appid": app_id }))
}
