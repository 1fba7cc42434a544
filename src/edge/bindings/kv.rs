//! The KV namespace `KV`.

use std::time::Duration;

use futures_util::future::{Either, select};
use worker::{Delay, Env, Error, Result};

/// Of WeChat's five seconds, what a read may take.
const DEADLINE: Duration = Duration::from_secs(2);

/// How long a location may show an older value, in seconds; KV allows no less.
const CACHE_TTL: u64 = 30;

/// The text under a key; `None` if there is none.
pub(in crate::edge) async fn text(env: &Env, key: &str) -> Result<Option<String>> {
    let read = env.kv("KV")?.get(key).cache_ttl(CACHE_TTL).text();
    match select(Box::pin(read), Delay::from(DEADLINE)).await {
        Either::Left((text, _)) => Ok(text?),
        Either::Right(_) => Err(Error::RustError("KV did not answer within 2 seconds".to_owned())),
    }
}

/// Sets the text under a key.
pub(in crate::edge) async fn put(env: &Env, key: &str, text: &str) -> Result<()> {
    Ok(env.kv("KV")?.put(key, text)?.execute().await?)
}
