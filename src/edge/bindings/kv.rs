//! The KV namespace `KV`.

use js_sys::{JsOption, JsString, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Result;

use super::env::Env;

/// Of WeChat's five seconds, what a read may take, in milliseconds.
const TIMEOUT: u32 = 1000;
/// How long a location may show an older value, in seconds; KV allows no less.
const CACHE_TTL: u32 = 30;

#[wasm_bindgen(module = "/src/edge/bindings/bindings.js")]
extern "C" {
    #[wasm_bindgen(js_name = readText)]
    fn read_text(env: &worker::Env, key: &str, cache_ttl: u32, timeout: u32) -> Promise<JsOption<JsString>>;

    #[wasm_bindgen(js_name = writeText)]
    fn write_text(env: &worker::Env, key: &str, text: &str, timeout: u32) -> Promise;
}

/// The text under a key; `None` if there is none.
pub(in crate::edge) async fn text(env: &Env, key: &str) -> Result<Option<String>> {
    env.subrequest()?;
    Ok(read_text(env, key, CACHE_TTL, TIMEOUT).await?.into_option().map(String::from))
}

/// Sets the text under a key.
pub(in crate::edge) async fn put(env: &Env, key: &str, text: &str) -> Result<()> {
    env.subrequest()?;
    write_text(env, key, text, TIMEOUT).await?;
    Ok(())
}
