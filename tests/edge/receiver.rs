//! A server that the worker calls, such as an operator's backend, whose behaviour each test defines.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sandbox::api::listen;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::until::until;

/// A request that the server received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) query: String,
    headers: HeaderMap,
    body: Bytes,
}

/// The server's response to a request.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    status: u16,
    header: Option<(HeaderName, HeaderValue)>,
    body: Bytes,
    is_chunked: bool,
    gate: Option<Gate>,
}

/// Holds responses back until it is opened. Clones share the gate.
#[derive(Debug, Clone)]
pub(crate) struct Gate(watch::Sender<bool>);

/// A running server. Dropping it closes its connections.
pub(crate) struct Receiver {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Received>>>,
    _serving: JoinSet<()>,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The user's text, if this is a request to a webhook.
    pub(crate) fn content(&self) -> String {
        self.json()["message"]["Content"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }
}

impl Said {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, header: None, body: Bytes::new(), is_chunked: false, gate: None }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::status(200).body(body.to_string())
    }

    pub(crate) fn reply(content: &str) -> Self {
        Self::json(&json!({ "reply": { "msgtype": "text", "text": { "content": content } } }))
    }

    pub(crate) fn body(self, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn header(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, HeaderValue::from_static(value))), ..self }
    }

    /// Sends the body in chunks, without a Content-Length.
    pub(crate) fn chunked(self) -> Self {
        Self { is_chunked: true, ..self }
    }

    /// Sends the response once the gate is open.
    pub(crate) fn held_by(self, gate: &Gate) -> Self {
        Self { gate: Some(gate.clone()), ..self }
    }

    async fn response(self) -> Response<BoxBody<Bytes, Infallible>> {
        if let Some(Gate(gate)) = self.gate {
            // The sender is `gate` itself, so it has not been dropped.
            let _ = gate.subscribe().wait_for(|is_open| *is_open).await;
        }
        let body = if self.is_chunked {
            let chunks: Vec<_> = self.body.chunks(1000).map(Bytes::copy_from_slice).collect();
            StreamBody::new(stream::iter(chunks.into_iter().map(|chunk| Ok(Frame::data(chunk))))).boxed()
        } else {
            Full::new(self.body).boxed()
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status.try_into().expect("a status");
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.header);
        response
    }
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    pub(crate) fn open(&self) {
        self.0.send_replace(true);
    }
}

impl Receiver {
    /// Starts a server. `behave` gets the 0-based number of the request.
    pub(crate) async fn start(behave: impl Fn(usize, &Received) -> Said + Send + Sync + 'static) -> Self {
        let listener = listen(0).await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (record, behave) = (Arc::clone(&seen), Arc::new(behave));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((connection, _)) = listener.accept().await {
                let (record, behave) = (Arc::clone(&record), Arc::clone(&behave));
                let service = service_fn(move |request| {
                    let (record, behave) = (Arc::clone(&record), Arc::clone(&behave));
                    async move {
                        let request = received(request).await?;
                        let number = {
                            let mut seen = record.lock().unwrap_or_else(PoisonError::into_inner);
                            seen.push(request.clone());
                            seen.len() - 1
                        };
                        Ok::<_, hyper::Error>(behave(number, &request).response().await)
                    }
                });
                connections.spawn(async move {
                    // An error means that the caller has hung up.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
                });
            }
        });
        Self { url, seen, _serving: serving }
    }

    /// The URL of the server without a path.
    pub(crate) fn base(&self) -> &str {
        self.url.trim_end_matches("/hook")
    }

    pub(crate) fn seen(&self) -> Vec<Received> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for `count` requests and returns all of them.
    pub(crate) async fn until(&self, count: usize) -> Vec<Received> {
        until(async || {
            let seen = self.seen();
            if seen.len() >= count { Ok(seen) } else { Err(format!("{count} requests, not {seen:?}")) }
        })
        .await
    }
}

async fn received(request: Request<Incoming>) -> Result<Received, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let query = head.uri.query().unwrap_or_default().to_owned();
    Ok(Received { path: head.uri.path().to_owned(), query, headers: head.headers, body })
}
