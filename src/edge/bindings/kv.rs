//! The KV namespace `KV`.

use js_sys::{JsOption, JsString, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Result;

use super::env::Env;

/// A read may take this much of WeChat's five seconds, in milliseconds.
const TIMEOUT: u32 = 1000;
/// How long a location may cache a value, in seconds; KV's minimum.
const CACHE_TTL: u32 = 30;

#[wasm_bindgen(module = "/src/edge/bindings/bindings.js")]
extern "C" {
    #[wasm_bindgen(js_name = readText)]
    fn read_text(env: &worker::Env, key: &str, cache_ttl: u32, timeout: u32) -> Promise<JsOption<JsString>>;

    #[wasm_bindgen(js_name = writeText)]
    fn write_text(env: &worker::Env, key: &str, text: &str, timeout: u32) -> Promise;
}

/// Reads the text of a key; `None` if there is none.
pub(in crate::edge) async fn text(env: &Env, key: &str) -> Result<Option<String>> {
    env.subrequest()?;
    Ok(read_text(env, key, CACHE_TTL, TIMEOUT).await?.into_option().map(String::from))
}

/// Writes the text of a key.
pub(in crate::edge) async fn put(env: &Env, key: &str, text: &str) -> Result<()> {
    env.subrequest()?;
    write_text(env, key, text, TIMEOUT).await?;
    Ok(())
}
