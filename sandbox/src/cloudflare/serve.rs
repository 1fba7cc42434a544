//! The HTTP server.

use std::convert::Infallible;
use std::future::pending;

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::server::{self, ClosedOnPurpose};

use super::call::Call;
use super::{Cloudflare, Outcome};

/// Serves a Cloudflare until the future is dropped, which closes all connections.
pub async fn serve(listener: TcpListener, cloudflare: Cloudflare) -> Infallible {
    let answer = move |head, body| {
        let cloudflare = cloudflare.clone();
        async move { respond(&cloudflare, &head, body).await }
    };
    server::serve(listener, answer).await
}

async fn respond(
    cloudflare: &Cloudflare,
    head: &Parts,
    body: Bytes,
) -> Result<Response<Full<Bytes>>, ClosedOnPurpose> {
    let call = Call::new(head, body);
    if call.path.starts_with("/sandbox/") {
        return Ok(json_response(200, &obey(cloudflare, &call)));
    }
    match cloudflare.perform(&call) {
        Outcome::Answer(answer) => Ok(json_response(answer.status, &answer.body)),
        Outcome::Page(status) => Ok(page(status)),
        Outcome::Cut => Err(ClosedOnPurpose),
        Outcome::Silence => pending().await,
    }
}

fn obey(cloudflare: &Cloudflare, call: &Call) -> Value {
    match call.path.as_str() {
        "/sandbox/state" => cloudflare.state(),
        "/sandbox/fault" => match serde_json::from_value(call.json()) {
            Ok(fault) => {
                cloudflare.order(fault);
                json!({ "done": true })
            }
            Err(error) => json!({ "error": error.to_string() }),
        },
        _ => json!({ "error": "there is no such control" }),
    }
}

fn json_response(status: u16, body: &Value) -> Response<Full<Bytes>> {
    response(status, "application/json", body.to_string())
}

fn page(status: u16) -> Response<Full<Bytes>> {
    let body = "<!DOCTYPE html><title>Access denied</title>";
    response(status, "text/html", body.to_owned())
}

fn response(status: u16, content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    // HTTP cannot represent an invalid status, so it becomes 200.
    *response.status_mut() = status.try_into().unwrap_or_default();
    response
}
