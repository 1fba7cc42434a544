//! A rate limiter, which not every worker has.

use js_sys::futures::JsFuture;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use worker::{Result, worker_sys};

use super::env::Env;

/// Whether it takes one more of a bucket; one that is not there, or does not answer, takes everything.
///
/// Read by hand: worker's way goes through serde, whose complaints bring the formatting of doubles.
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
