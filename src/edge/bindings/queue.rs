//! The queue `INBOX`, which is an optional binding.

use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Result;

use super::env::Env;

/// What D1's timeout leaves of WeChat's five seconds, in milliseconds.
const TIMEOUT: u32 = 800;

#[wasm_bindgen(module = "/src/edge/bindings/bindings.js")]
extern "C" {
    #[wasm_bindgen(js_name = isBound)]
    fn is_bound_as(env: &worker::Env, name: &str) -> bool;

    fn enqueue(env: &worker::Env, text: &str, timeout: u32) -> Promise;
}

/// Whether the queue is bound.
pub(in crate::edge) fn is_bound(env: &Env) -> bool {
    is_bound_as(env, "INBOX")
}

/// Sends a text; once this returns, the queue has stored it.
pub(in crate::edge) async fn send(env: &Env, text: &str) -> Result<()> {
    env.subrequest()?;
    enqueue(env, text, TIMEOUT).await?;
    Ok(())
}
