//! The Durable Objects that renew tokens, `TOKEN_KEEPER`.

use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Result;

use super::env::Env;

/// In milliseconds; an object may have to call WeChat several times.
const TIMEOUT: u32 = 25_000;

#[wasm_bindgen(module = "/src/edge/bindings/bindings.js")]
extern "C" {
    #[wasm_bindgen(js_name = askKeeper)]
    fn begin_asking(env: &worker::Env, name: &str, body: &str, timeout: u32) -> Promise<JsString>;
}

/// Calls the object of this name, of which there is one worldwide.
pub(in crate::edge) async fn ask(env: &Env, name: &str, body: &str) -> Result<String> {
    env.subrequest()?;
    Ok(begin_asking(env, name, body, TIMEOUT).await?.into())
}
