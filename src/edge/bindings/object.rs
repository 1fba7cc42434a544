//! The Durable Objects, each of which answers a request with a text.

use std::time::Duration;

use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Result;

use super::env::Env;
use super::milliseconds;

#[wasm_bindgen(module = "/src/edge/bindings/bindings.js")]
extern "C" {
    #[wasm_bindgen(js_name = askObject)]
    fn begin_asking(
        env: &worker::Env,
        binding: &str,
        name: &str,
        body: &str,
        timeout: u32,
    ) -> Promise<JsString>;
}

/// Asks the object of this name, of which there is one worldwide, for its answer to `body`.
pub(super) async fn ask(
    env: &Env,
    binding: &str,
    name: &str,
    body: &str,
    timeout: Duration,
) -> Result<String> {
    env.subrequest()?;
    Ok(begin_asking(env, binding, name, body, milliseconds(timeout)).await?.into())
}
