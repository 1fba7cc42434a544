//! The HTTP server: accepts connections, passes calls to the platform, and sends its responses (接口调用说明).

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::closed::ClosedOnPurpose;

use super::control::obey;
use super::fault;
use super::platform::Platform;
use super::record::Call;
use super::reply::{Reply, json};

/// Listens on a local port. The error names the port.
pub async fn listen(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .map_err(|error| format!("cannot listen on port {port} ({error})"))
}

/// How long to wait after a failed `accept`, which usually means that too many files are open.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves a platform until the future is dropped, which closes all connections.
pub async fn serve(listener: TcpListener, platform: Platform) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, platform.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: TcpStream, platform: Platform) {
    let service = service_fn(|request| answer(&platform, request));
    // An error is either the client's or an injected fault.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(platform: &Platform, request: Request<Incoming>) -> Result<Response<Reply>, ClosedOnPurpose> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| ClosedOnPurpose)?.to_bytes();
    let call = Call::new(&head, &body);
    if call.path.starts_with("/sandbox/") && !call.path.starts_with("/sandbox/media/") {
        return Ok(json(&obey(platform, &call)));
    }
    let fault = platform.receive(&call);
    if fault.is_none()
        && let Some(answer) = platform.exchange(&call)
    {
        return Ok(answer);
    }
    fault::answer(fault, || platform.perform(&call), platform.released()).await
}
