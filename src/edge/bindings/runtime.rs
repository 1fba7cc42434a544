//! What the runtime itself offers: variables, time, chance and the log.

use std::cell::OnceCell;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use js_sys::{JSON, Reflect};
use serde_json::json;
use worker::{Context, Env, console_error, console_log, console_warn};

use crate::config::Config;
use crate::error::{Error, Failure, Fault};
use crate::time::Timestamp;

thread_local! {
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// The configuration, parsed once in an isolate's life: new variables make a new isolate.
pub(in crate::edge) fn config(env: &Env) -> Rc<Config> {
    CONFIG.with(|config| Rc::clone(config.get_or_init(|| Rc::new(Config::parse(|name| variable(env, name))))))
}

/// A variable or secret as text. TOML numbers, booleans and tables count as what they say:
/// `WECHAT_REQUIRE_ENCRYPTION = true` must not be taken for a missing variable.
fn variable(env: &Env, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok()?;
    if value.is_undefined() || value.is_null() {
        return None;
    }
    value.as_string().or_else(|| JSON::stringify(&value).ok()?.as_string())
}

/// Runs after the response is sent. Boxed, so that the runtime's promise is compiled for one type.
pub(in crate::edge) fn after_response(context: &Context, work: impl Future<Output = ()> + 'static) {
    let work: LocalBoxFuture<'static, ()> = Box::pin(work);
    context.wait_until(work);
}

/// Now, to the second.
pub(in crate::edge) fn now() -> Timestamp {
    Timestamp::from_seconds(milliseconds().div_euclid(1000))
}

/// Unix milliseconds; in production they stand still between two waits.
pub(in crate::edge) fn milliseconds() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "JavaScript's time is a whole number below 2^53")]
    let now = js_sys::Date::now() as i64;
    now
}

/// What the log and the answer call a failed request.
pub(in crate::edge) fn request_id() -> String {
    nonce().unwrap_or_else(|_| "unknown".to_owned())
}

/// 16 hex digits nobody can guess.
pub(in crate::edge) fn nonce() -> Result<String, Error> {
    Ok(format!("{:016x}", u64::from_be_bytes(random()?)))
}

/// Bytes nobody can guess.
pub(in crate::edge) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Runtime(error.to_string()))?;
    Ok(bytes)
}

/// One JSON line for a failed request, as loud as whose fault it is.
pub(in crate::edge) fn log_failure(failure: &Failure, request_id: &str, detail: Option<&str>) {
    let line = json!({
        "event": "request_failed",
        "request_id": request_id,
        "status": failure.status,
        "code": failure.code,
        "message": failure.message,
        "field": failure.field,
        "errcode": failure.refusal.as_ref().map(|refusal| refusal.errcode),
        "rid": failure.refusal.as_ref().and_then(|refusal| refusal.rid.as_deref()),
        "detail": detail,
    });
    match failure.fault {
        Fault::Caller => console_log!("{line}"),
        Fault::Operator => console_warn!("{line}"),
        Fault::Ours => console_error!("{line}"),
    }
}

/// One JSON line for a call that went through the gateway; never its query, its body or who it is about.
pub(in crate::edge) fn log_audit(key: &str, account: &str, path: &str, errcode: i64, milliseconds: i64) {
    let line = json!({
        "event": "gateway", "key": key, "account": account, "path": path, "errcode": errcode, "ms": milliseconds,
    });
    console_log!("{line}");
}

/// One JSON line for something that went wrong without failing the request.
pub(in crate::edge) fn log_notice(event: &str, account: &str, message: &str) {
    console_error!("{}", json!({ "event": event, "account": account, "message": message }));
}
