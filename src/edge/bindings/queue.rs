//! The queue `INBOX`, which not every worker has.

use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Result;

use super::env::Env;

/// Of WeChat's five seconds, what is left when D1 had its share, in milliseconds.
const TIMEOUT: u32 = 800;

#[wasm_bindgen(module = "/src/edge/bindings/bindings.js")]
extern "C" {
    #[wasm_bindgen(js_name = isBound)]
    fn is_bound_as(env: &worker::Env, name: &str) -> bool;

    fn enqueue(env: &worker::Env, text: &str, timeout: u32) -> Promise;
}

/// Whether the worker has one.
pub(in crate::edge) fn is_bound(env: &Env) -> bool {
    is_bound_as(env, "INBOX")
}

/// Hands a text over; it is safe with the queue once this is done.
pub(in crate::edge) async fn send(env: &Env, text: &str) -> Result<()> {
    env.subrequest()?;
    enqueue(env, text, TIMEOUT).await?;
    Ok(())
}
