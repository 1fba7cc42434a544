//! The HTTP server of the simulated services.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How long to wait after a failed `accept`, which usually means that too many files are open.
const PAUSE: Duration = Duration::from_millis(50);

/// Makes hyper close the connection.
#[derive(Debug)]
pub(crate) struct ClosedOnPurpose;

/// Listens on a local port; 0 is any. The error names the port.
pub async fn listen(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .map_err(|error| format!("cannot listen on port {port} ({error})"))
}

/// Answers requests until the future is dropped, which closes all connections.
pub(crate) async fn serve<A, F, B>(listener: TcpListener, answer: A) -> Infallible
where
    A: Fn(Parts, Bytes) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<B>, ClosedOnPurpose>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, answer.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse<A, F, B>(stream: TcpStream, answer: A)
where
    A: Fn(Parts, Bytes) -> F,
    F: Future<Output = Result<Response<B>, ClosedOnPurpose>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let service = service_fn(async |request: Request<Incoming>| {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| ClosedOnPurpose)?.to_bytes();
        answer(head, body).await
    });
    // An error is either the client's or an ordered fault.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

impl fmt::Display for ClosedOnPurpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection was closed on purpose")
    }
}

impl Error for ClosedOnPurpose {}
