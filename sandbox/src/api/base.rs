//! The network between WeChat and the worker: 获取微信服务器 IP 地址, 网络通信检测.

use serde::Deserialize;
use serde_json::json;

use super::ask::Ask;
use super::refusal::{Answer, Refusal};
use super::route::{Route, get, post};
use super::state::State;

pub(super) const CALLS: &[Route] = &[
    get("/cgi-bin/getcallbackip", 100_000, addresses),
    get("/cgi-bin/get_api_domain_ip", 100_000, addresses),
    post("/cgi-bin/callback/check", 100_000, check),
];

#[derive(Debug, Deserialize)]
struct Check {
    #[serde(default)]
    action: String,
    #[serde(default)]
    check_operator: String,
}

/// The simulated WeChat runs on this machine.
fn addresses(_: &mut State, _: &Ask<'_>) -> Answer {
    Ok(json!({ "ip_list": ["127.0.0.1"] }))
}

fn check(_: &mut State, ask: &Ask<'_>) -> Answer {
    let check: Check = ask.read()?;
    if !matches!(check.check_operator.as_str(), "CHINANET" | "UNICOM" | "CAP" | "DEFAULT") {
        return Err(Refusal::INVALID_OPERATOR);
    }
    let dns = json!([{ "ip": "127.0.0.1", "real_operator": "UNICOM" }]);
    let ping = json!([{
        "ip": "127.0.0.1", "from_operator": "UNICOM", "package_loss": "0%", "time": "1.000ms"
    }]);
    match check.action.as_str() {
        "dns" => Ok(json!({ "dns": dns })),
        "ping" => Ok(json!({ "ping": ping })),
        "all" => Ok(json!({ "dns": dns, "ping": ping })),
        _ => Err(Refusal::INVALID_ACTION),
    }
}
