//! The KV namespace `KV`.

use std::time::Duration;

use worker::{Env, Result};

use super::deadline::within;

/// Of WeChat's five seconds, what a read may take.
const DEADLINE: Duration = Duration::from_secs(1);
/// How long a location may show an older value, in seconds; KV allows no less.
const CACHE_TTL: u64 = 30;

/// The text under a key; `None` if there is none.
pub(in crate::edge) async fn text(env: &Env, key: &str) -> Result<Option<String>> {
    let read = env.kv("KV")?.get(key).cache_ttl(CACHE_TTL);
    within(DEADLINE, "KV", async { Ok(read.text().await?) }).await
}

/// Sets the text under a key.
pub(in crate::edge) async fn put(env: &Env, key: &str, text: &str) -> Result<()> {
    let write = env.kv("KV")?.put_bytes(key, text.as_bytes())?;
    within(DEADLINE, "KV", async { Ok(write.execute().await?) }).await
}
