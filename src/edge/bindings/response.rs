//! Answers: all of them private and none of them to be kept.

use worker::{Response, Result};

/// Any text, with status 200.
pub(in crate::edge) fn text(content_type: &str, body: &str) -> Result<Response> {
    with_headers(Response::ok(body)?, content_type)
}

/// JSON, with any status.
pub(in crate::edge) fn json(status: u16, body: &str) -> Result<Response> {
    with_headers(Response::ok(body)?.with_status(status), "application/json; charset=utf-8")
}

fn with_headers(response: Response, content_type: &str) -> Result<Response> {
    let headers = response.headers();
    headers.set("content-type", content_type)?;
    headers.set("cache-control", "no-store")?;
    Ok(response)
}
