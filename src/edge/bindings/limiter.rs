//! A rate limiter, which is an optional binding.

use js_sys::futures::JsFuture;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use worker::{Result, worker_sys};

use super::env::Env;

/// Whether the limiter is bound.
pub(in crate::edge) fn is_bound(env: &Env, binding: &str) -> bool {
    env.rate_limiter(binding).is_ok()
}

/// Whether a limiter allows one more call of a bucket; without the binding, or if it fails, everything is allowed.
///
/// Reads the result by hand: worker's own method uses serde, which adds the formatting of doubles to the module.
pub(in crate::edge) async fn takes(env: &Env, binding: &str, bucket: &str) -> bool {
    ask(env, binding, bucket).await.map_or(true, |success| success.as_bool() != Some(false))
}

async fn ask(env: &Env, binding: &str, bucket: &str) -> Result<JsValue> {
    let limiter: worker_sys::RateLimiter = JsValue::from(env.rate_limiter(binding)?).unchecked_into();
    let options = Object::new();
    Reflect::set(&options, &"key".into(), &bucket.into())?;
    let outcome = JsFuture::from(limiter.limit(options)?).await?;
    Ok(Reflect::get(&outcome, &"success".into())?)
}
