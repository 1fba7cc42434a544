//! Responses; none of them may be cached.

use wasm_bindgen::JsValue;
use web_sys::Response;
use worker::Result;

use super::exchange::{lines, respond};

/// JSON, with any status.
pub(in crate::edge) fn json(status: u16, body: &str) -> Result<Response> {
    new(status, &[("content-type", "application/json; charset=utf-8")], &body.into())
}

/// JSON with status 200, and with a `Set-Cookie` header if there is one.
pub(in crate::edge) fn json_with_cookie(body: &str, cookie: Option<&str>) -> Result<Response> {
    let content_type = ("content-type", "application/json; charset=utf-8");
    match cookie {
        Some(cookie) => new(200, &[content_type, ("set-cookie", cookie)], &body.into()),
        None => new(200, &[content_type], &body.into()),
    }
}

/// A file, as bytes or a stream, whose headers say for how long it may be cached.
pub(in crate::edge) fn file(headers: &[(&str, &str)], body: &JsValue) -> Result<Response> {
    Ok(respond(200, &lines(headers.iter().copied()), body)?)
}

/// Any body that the runtime accepts: text, bytes, a stream, or null.
pub(in crate::edge) fn new(status: u16, headers: &[(&str, &str)], body: &JsValue) -> Result<Response> {
    let headers = lines(headers.iter().copied().chain([("cache-control", "no-store")]));
    Ok(respond(status, &headers, body)?)
}
