//! Controls the sandbox over HTTP, under /sandbox, for users of `make dev`. WeChat's manual (接口文档) has no such calls.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::{PATIENCE, client, describe};

use super::action::UserAction;
use super::fault::Fault;
use super::platform::Platform;
use super::record::Call;

/// A fault to inject, from command-line flags or from a JSON object with the same fields.
#[derive(Debug, Clone, Default, clap::Args, Serialize, Deserialize)]
#[group(skip)]
pub struct FaultOrder {
    /// Reject the call with this errcode
    #[arg(long, allow_negative_numbers = true, group = "fault")]
    pub errcode: Option<i64>,
    /// The errmsg to return with the errcode
    #[arg(long, requires = "errcode")]
    pub errmsg: Option<String>,
    /// Respond with this HTTP status
    #[arg(long, group = "fault")]
    pub status: Option<u16>,
    /// Respond with an HTML page, as a broken proxy does
    #[arg(long, group = "fault")]
    #[serde(default)]
    pub html: bool,
    /// Delay the response by this many milliseconds
    #[arg(long, group = "fault")]
    pub delay_ms: Option<u64>,
    /// Close the connection without a response
    #[arg(long, group = "fault")]
    #[serde(default)]
    pub drop: bool,
    /// Close the connection after half of the response
    #[arg(long, group = "fault")]
    #[serde(default)]
    pub half: bool,
    /// The number of calls that fail
    #[arg(long, default_value_t = 1)]
    #[serde(default = "once")]
    pub calls: usize,
    /// Affect only calls whose path starts with this prefix
    #[arg(long)]
    pub path: Option<String>,
}

#[derive(Debug, Deserialize)]
struct User {
    openid: String,
}

#[derive(Debug, Deserialize)]
struct Time {
    seconds: u64,
}

fn once() -> usize {
    1
}

impl FaultOrder {
    fn fault(&self) -> Result<Fault, String> {
        let errmsg = self.errmsg.clone().unwrap_or_else(|| "simulated failure".to_owned());
        let flag = |is_set: bool, fault: Fault| is_set.then_some(fault);
        let faults = [
            self.errcode.map(|errcode| Fault::Errcode(errcode, errmsg)),
            self.status.map(|status| Fault::Status(status, format!("status {status}"))),
            self.delay_ms.map(|time| Fault::Delay(Duration::from_millis(time))),
            flag(self.html, Fault::Html),
            flag(self.drop, Fault::Drop),
            flag(self.half, Fault::Half),
        ];
        let mut faults = faults.into_iter().flatten();
        match (faults.next(), faults.next()) {
            (Some(fault), None) => Ok(fault),
            _ => Err("exactly one of errcode, status, html, delay_ms, drop and half is required".to_owned()),
        }
    }
}

/// Injects a fault into the sandbox that listens on this port.
pub async fn order_fault(port: u16, order: &FaultOrder) -> Result<(), String> {
    order.fault()?;
    post(port, "fail", &json!(order)).await
}

/// Tells the sandbox that listens on this port what a user did.
pub async fn announce(port: u16, action: &UserAction) -> Result<(), String> {
    post(port, "observe", &json!(action)).await
}

async fn post(port: u16, call: &str, body: &Value) -> Result<(), String> {
    let url = format!("http://127.0.0.1:{port}/sandbox/{call}");
    let request = client(PATIENCE)?.post(&url).body(body.to_string());
    let failed = |error| describe(&error, &url);
    let answer = request.send().await.map_err(failed)?.text().await.map_err(failed)?;
    let answer: Value =
        serde_json::from_str(&answer).map_err(|_| "the server on this port is not the sandbox".to_owned())?;
    match answer.get("done") {
        Some(_) => Ok(()),
        None => Err(format!("the sandbox rejected the call: {answer}")),
    }
}

/// Handles a call under /sandbox.
pub(super) fn obey(platform: &Platform, call: &Call) -> Value {
    match try_to_obey(platform, call) {
        Ok(answer) => answer,
        Err(complaint) => json!({ "error": complaint }),
    }
}

fn try_to_obey(platform: &Platform, call: &Call) -> Result<Value, String> {
    match (call.method.as_str(), call.path.as_str()) {
        ("GET", "/sandbox/calls") => return Ok(json!(platform.calls())),
        ("POST", "/sandbox/forget-calls") => platform.forget_calls(),
        ("POST", "/sandbox/fail") => {
            let order: FaultOrder = read(call)?;
            platform.fail_next(order.fault()?, order.calls, order.path.as_deref());
        }
        ("POST", "/sandbox/heal") => platform.heal(),
        ("POST", "/sandbox/expire-tokens") => platform.expire_tokens(),
        ("POST", "/sandbox/replace-tokens") => platform.replace_tokens(),
        ("POST", "/sandbox/user-spoke") => platform.user_spoke(&read::<User>(call)?.openid),
        ("POST", "/sandbox/observe") => platform.observe(&read::<UserAction>(call)?),
        ("POST", "/sandbox/advance") => {
            platform.advance(Duration::from_secs(read::<Time>(call)?.seconds));
        }
        (method, path) => return Err(format!("unknown call: {method} {path}")),
    }
    Ok(json!({ "done": true }))
}

fn read<'c, T: Deserialize<'c>>(call: &'c Call) -> Result<T, String> {
    serde_json::from_slice(&call.body).map_err(|error| error.to_string())
}
