//! Server addresses, the callback check and quotas.
//!
//! Manual: 获取微信服务器 IP 地址, 网络检测, 查询 API 调用额度.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Call;

/// `GET /cgi-bin/getcallbackip`: the addresses that callbacks come from.
#[must_use]
pub fn callback_addresses() -> Call {
    Call::get("/cgi-bin/getcallbackip")
}

/// `GET /cgi-bin/get_api_domain_ip`: the addresses of the API.
#[must_use]
pub fn api_addresses() -> Call {
    Call::get("/cgi-bin/get_api_domain_ip")
}

/// The answer to both.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Addresses {
    /// IP addresses, or ranges of them.
    pub ip_list: Vec<String>,
}

/// `POST /cgi-bin/callback/check`: has WeChat test the configured server URL.
#[must_use]
pub fn check_callback() -> Call {
    Call::post("/cgi-bin/callback/check", &json!({ "action": "all", "check_operator": "DEFAULT" }))
        .only_reading()
}

/// The result of the check.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CallbackCheck {
    /// The addresses that the domain resolves to.
    #[serde(default)]
    pub dns: Vec<Address>,
    /// One for each address and network operator.
    #[serde(default)]
    pub ping: Vec<Ping>,
}

/// An address of the server URL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Address {
    /// The address.
    pub ip: String,
}

/// The result of pinging an address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ping {
    /// The address.
    pub ip: String,
    /// Such as `0%`.
    #[serde(default)]
    pub package_loss: String,
}

impl CallbackCheck {
    /// Whether WeChat can reach the server.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        !self.dns.is_empty()
            && (self.ping.is_empty() || self.ping.iter().any(|ping| ping.package_loss != "100%"))
    }
}

/// `POST /cgi-bin/openapi/quota/get`: a path's daily quota.
#[must_use]
pub fn quota(cgi_path: &str) -> Call {
    Call::post("/cgi-bin/openapi/quota/get", &json!({ "cgi_path": cgi_path })).only_reading()
}

/// The answer to [`quota`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QuotaAnswer {
    /// The path's daily quota.
    pub quota: Quota,
}

/// A path's daily quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Allowed calls per day.
    pub daily_limit: i64,
    /// Used calls.
    pub used: i64,
    /// Remaining calls.
    pub remain: i64,
}

/// `POST /cgi-bin/clear_quota`: resets the daily quotas; WeChat allows it 10 times a month.
#[must_use]
pub fn clear_quota(app_id: &str) -> Call {
    Call::post("/cgi-bin/clear_quota", &json!({ "appid": app_id }))
}
