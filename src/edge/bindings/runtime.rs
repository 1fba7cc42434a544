//! What the runtime itself offers: variables, time and randomness.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{LocalBoxFuture, join_all};
use js_sys::{JSON, Reflect};
use worker::Context;

use crate::config::Config;
use crate::error::Error;
use crate::secret::Secret;
use crate::time::Timestamp;

thread_local! {
    /// The next request's id. Asking the runtime for random bytes costs more than the rest of a log line.
    static REQUEST_ID: Cell<Option<u64>> = const { Cell::new(None) };
    /// The time in the last [`ordered_id`].
    static LAST_ID_AT: Cell<i64> = const { Cell::new(0) };
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// The configuration, parsed once in an isolate's life: new variables make a new isolate.
pub(in crate::edge) fn config(env: &worker::Env) -> Rc<Config> {
    CONFIG.with(|config| Rc::clone(config.get_or_init(|| Rc::new(Config::parse(|name| variable(env, name))))))
}

/// A variable or secret as text. TOML numbers, booleans and tables count as what they say:
/// `WECHAT_REQUIRE_ENCRYPTION = true` must not be taken for a missing variable.
fn variable(env: &worker::Env, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok()?;
    if value.is_undefined() || value.is_null() {
        return None;
    }
    value.as_string().or_else(|| JSON::stringify(&value).ok()?.as_string())
}

/// A secret that is read when it is needed, since only the settings name it.
pub(in crate::edge) fn secret(env: &worker::Env, name: &str) -> Option<Secret> {
    variable(env, name).map(Secret::new)
}

/// Runs after the response is sent. Boxed, so that the runtime's promise is compiled for one type.
pub(in crate::edge) fn after_response(context: &Context, work: impl Future<Output = ()> + 'static) {
    let work: LocalBoxFuture<'static, ()> = Box::pin(work);
    context.wait_until(work);
}

/// Runs everything side by side to the end. Boxed, so that `join_all` is compiled for one type.
pub(in crate::edge) async fn all(work: Vec<LocalBoxFuture<'_, ()>>) {
    join_all(work).await;
}

/// Now, to the second.
pub(in crate::edge) fn now() -> Timestamp {
    Timestamp::from_seconds(milliseconds().div_euclid(1000))
}

/// Unix milliseconds; in production the clock advances only while something is awaited.
pub(in crate::edge) fn milliseconds() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "JavaScript's time is a whole number below 2^53")]
    let now = js_sys::Date::now() as i64;
    now
}

/// How long ago a time of [`milliseconds`] is.
pub(in crate::edge) fn elapsed(since: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds().saturating_sub(since)).unwrap_or_default())
}

/// Identifies a request in the log and in its answer: 16 hex digits that count from where the isolate began.
pub(in crate::edge) fn request_id() -> String {
    let id = REQUEST_ID.with(|next| {
        let id = next.get().or_else(|| random().ok().map(u64::from_be_bytes)).unwrap_or_default();
        next.set(Some(id.wrapping_add(1)));
        id
    });
    format!("{id:016x}")
}

/// 16 random hex digits.
pub(in crate::edge) fn nonce() -> Result<String, Error> {
    Ok(format!("{:016x}", u64::from_be_bytes(random()?)))
}

/// A random id that sorts after those that this isolate made before: it begins with the milliseconds, counted on where
/// the clock stands still.
pub(in crate::edge) fn ordered_id() -> Result<String, Error> {
    let at = LAST_ID_AT.with(|last| {
        let at = milliseconds().max(last.get().saturating_add(1));
        last.set(at);
        at
    });
    Ok(format!("{at}_{}", nonce()?))
}

/// Cryptographically secure random bytes.
pub(in crate::edge) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Runtime(error.to_string()))?;
    Ok(bytes)
}
