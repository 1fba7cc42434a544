//! The HTTP server.

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;

use hyper::Response;
use hyper::body::Bytes;
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::server::{self, ClosedOnPurpose};

use super::answer;
use super::body::Pieces;
use super::question::{Form, Question};
use super::{Fault, ModelProvider};

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
    let answer = move |head, body| {
        let provider = provider.clone();
        async move { respond(&provider, &head, &body).await }
    };
    server::serve(listener, answer).await
}

async fn respond(
    provider: &ModelProvider,
    head: &Parts,
    body: &Bytes,
) -> Result<Response<Pieces>, ClosedOnPurpose> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
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
