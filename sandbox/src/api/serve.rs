//! The HTTP server: accepts connections, passes calls to the platform, and sends its responses (接口调用说明).

use std::convert::Infallible;

use hyper::Response;
use hyper::body::Bytes;
use hyper::http::request::Parts;
use tokio::net::TcpListener;

use crate::server::{self, ClosedOnPurpose};

use super::control::obey;
use super::fault;
use super::platform::Platform;
use super::record::Call;
use super::reply::{Reply, json};

/// Serves a platform until the future is dropped, which closes all connections.
pub async fn serve(listener: TcpListener, platform: Platform) -> Infallible {
    let answer = move |head, body| {
        let platform = platform.clone();
        async move { answer(&platform, &head, &body).await }
    };
    server::serve(listener, answer).await
}

async fn answer(platform: &Platform, head: &Parts, body: &Bytes) -> Result<Response<Reply>, ClosedOnPurpose> {
    let call = Call::new(head, body);
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
