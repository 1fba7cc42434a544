//! The HTTP server.

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::closed::ClosedOnPurpose;

use super::call::Call;
use super::{Cloudflare, Outcome};

/// How long to wait after a failed `accept`, which usually means that too many files are open.
const PAUSE: Duration = Duration::from_millis(50);

/// Listens on a local port; 0 is any. The error names the port.
pub async fn listen(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .map_err(|error| format!("cannot listen on port {port} ({error})"))
}

/// Serves a Cloudflare until the future is dropped, which closes all connections.
pub async fn serve(listener: TcpListener, cloudflare: Cloudflare) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, cloudflare.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: TcpStream, cloudflare: Cloudflare) {
    let service = service_fn(|request| respond(&cloudflare, request));
    // An error is the client's.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    cloudflare: &Cloudflare,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, ClosedOnPurpose> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| ClosedOnPurpose)?.to_bytes();
    let call = Call::new(&head, body);
    if call.path.starts_with("/sandbox/") {
        return Ok(json_response(200, &obey(cloudflare, &call)));
    }
    match cloudflare.perform(&call) {
        Outcome::Answer(answer) => Ok(json_response(answer.status, &answer.body)),
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
    let mut response = Response::new(Full::from(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // HTTP cannot represent an invalid status, so it becomes 200.
    *response.status_mut() = status.try_into().unwrap_or_default();
    response
}
