//! Responses; none of them may be cached.

use wasm_bindgen::JsValue;
use web_sys::Response;
use worker::Result;

use super::exchange::{lines, respond};

/// JSON, with any status.
pub(in crate::edge) fn json(status: u16, body: &str) -> Result<Response> {
    new(status, &[("content-type", "application/json; charset=utf-8")], &body.into())
}

/// Any body that the runtime accepts: text, bytes, a stream, or null.
pub(in crate::edge) fn new(status: u16, headers: &[(&str, &str)], body: &JsValue) -> Result<Response> {
    let headers = lines(headers.iter().copied().chain([("cache-control", "no-store")]));
    Ok(respond(status, &headers, body)?)
}
