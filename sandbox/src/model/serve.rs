//! The HTTP server.

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::header::AUTHORIZATION;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::closed::ClosedOnPurpose;

use super::answer;
use super::body::Pieces;
use super::question::{Form, Question};
use super::{Fault, ModelProvider};

/// How long to wait after a failed `accept`, which usually means that too many files are open.
const PAUSE: Duration = Duration::from_millis(50);

/// `POST /control`
#[derive(Deserialize)]
struct Order {
    fault: String,
    #[serde(default = "once")]
    times: usize,
}

const fn once() -> usize {
    1
}

/// Listens on an address. The error names it.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address} ({error})"))
}

/// Serves a provider until the future is dropped, which closes all connections.
pub async fn serve(listener: TcpListener, provider: ModelProvider) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, provider.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: TcpStream, provider: ModelProvider) {
    let service = service_fn(|request| respond(&provider, request));
    // An error is either the client's or an ordered fault.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    provider: &ModelProvider,
    request: Request<Incoming>,
) -> Result<Response<Pieces>, ClosedOnPurpose> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| ClosedOnPurpose)?.to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let form = match (head.method.as_str(), head.uri.path()) {
        ("POST", "/v1/chat/completions") => Form::OpenAi,
        ("POST", "/v1/chat-messages") => Form::Dify,
        ("GET", "/v1/models") => return Ok(answer::json(&models())),
        ("GET", "/log") => return Ok(answer::json(&json!(provider.log()))),
        ("POST", "/forget") => {
            provider.forget();
            return Ok(answer::json(&json!({ "done": true })));
        }
        ("POST", "/control") => return Ok(answer::json(&obey(provider, body))),
        _ => return Ok(answer::page()),
    };
    let authorization = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let ordered = provider.receive(head.uri.path(), authorization.unwrap_or_default(), &body);
    let question = Question::new(form, &body);
    let fault = match ordered.map(Ok).or_else(|| question.fault()).transpose() {
        Ok(fault) => fault,
        Err(complaint) => return Ok(answer::json(&json!({ "error": { "message": complaint } }))),
    };
    match fault {
        Some(Fault::Drop) => Err(ClosedOnPurpose),
        Some(Fault::Silent) => pending().await,
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            Ok(answer::answer(&question, None))
        }
        Some(Fault::Error(index)) => Ok(answer::error(index)),
        Some(Fault::Quirk(quirk)) => Ok(answer::answer(&question, Some(quirk))),
        None => Ok(answer::answer(&question, None)),
    }
}

fn models() -> Value {
    let names = ["sandbox", "echo"].into_iter().map(str::to_owned);
    let names = names.chain(Fault::names().map(|name| format!("fault-{name}")));
    let models: Vec<Value> = names.map(|name| json!({ "id": name, "object": "model" })).collect();
    json!({ "object": "list", "data": models })
}

fn obey(provider: &ModelProvider, order: Value) -> Value {
    let ordered = serde_json::from_value::<Order>(order).map_err(|error| error.to_string());
    match ordered.and_then(|order| Ok((order.fault.parse()?, order.times))) {
        Ok((fault, times)) => {
            provider.fail_next(fault, times);
            json!({ "done": true })
        }
        Err(complaint) => json!({ "error": complaint }),
    }
}
