//! The runtime's fetch, with a deadline.

use std::time::Duration;

use futures_util::StreamExt as _;
use js_sys::Uint8Array;
use js_sys::futures::JsFuture;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{AbortController, AbortSignal, RequestInit, RequestRedirect, WorkerGlobalScope};
use worker::{Headers, Request, Response, ResponseBody, Result};

use super::deadline::within;

use crate::wechat::Error;

/// What is asked of another server.
struct Outgoing<'a> {
    method: &'a str,
    url: &'a str,
    headers: &'a Headers,
    body: &'a JsValue,
    signal: &'a AbortSignal,
}

impl Outgoing<'_> {
    /// The runtime's own fetch: worker's wrapper makes a request of it first, with all that one may hold.
    async fn fetch(&self) -> Result<Response> {
        let init = request_init(self.method, self.body);
        init.set_headers(&self.headers.0);
        // A redirect would carry the token elsewhere.
        init.set_redirect(RequestRedirect::Manual);
        init.set_signal(Some(self.signal));
        let global: WorkerGlobalScope = js_sys::global().unchecked_into();
        let response = JsFuture::from(global.fetch_with_str_and_init(self.url, &init)).await?;
        Ok(response.unchecked_into::<web_sys::Response>().into())
    }
}

/// A request to be handed to an object of ours.
pub(in crate::edge) fn request(url: &str, body: &str) -> Result<Request> {
    let init = request_init("POST", &body.into());
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?.into())
}

fn request_init(method: &str, body: &JsValue) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_body(body);
    init
}

/// Sends a request and reads the whole answer within `deadline` milliseconds: its status and its body.
pub(in crate::edge) async fn send(
    method: &str,
    url: &str,
    headers: Headers,
    body: Option<&str>,
    deadline: u32,
) -> std::result::Result<(u16, Vec<u8>), Error> {
    let signal = AbortSignal::timeout_with_u32(deadline);
    let body = body.map_or(JsValue::UNDEFINED, JsValue::from);
    let outgoing = Outgoing { method, url, headers: &headers, body: &body, signal: &signal };
    let exchange = async {
        let mut response = outgoing.fetch().await?;
        Ok::<_, worker::Error>((response.status_code(), response.bytes().await?))
    };
    exchange.await.map_err(|_| if signal.aborted() { Error::TimedOut } else { Error::Unreachable })
}

/// What a webhook answered: its status, its `Retry-After`, and its body.
pub(in crate::edge) struct WebhookAnswer {
    pub(in crate::edge) status: u16,
    pub(in crate::edge) retry_after: Option<String>,
    pub(in crate::edge) body: Vec<u8>,
}

/// Posts JSON to a webhook, and reads at most `limit` bytes of the answer within `deadline` milliseconds; with a
/// limit of 0 the body is of no interest. An error is a sentence for the operator.
pub(in crate::edge) async fn post_webhook(
    url: &str,
    headers: &[(&str, String)],
    body: &str,
    deadline: u32,
    limit: usize,
) -> std::result::Result<WebhookAnswer, String> {
    let signal = AbortSignal::timeout_with_u32(deadline);
    let exchange = async {
        let sent = Headers::new();
        sent.set("content-type", "application/json; charset=utf-8")?;
        sent.set("user-agent", "mp-worker")?;
        for (name, value) in headers {
            sent.set(name, value)?;
        }
        let body = JsValue::from(body);
        let outgoing = Outgoing { method: "POST", url, headers: &sent, body: &body, signal: &signal };
        let response = outgoing.fetch().await?;
        let (status, retry_after) = (response.status_code(), response.headers().get("retry-after")?);
        let body = if limit == 0 { Some(Vec::new()) } else { read_at_most(response, limit).await? };
        Ok::<_, worker::Error>((status, retry_after, body))
    };
    match exchange.await {
        Ok((status, retry_after, Some(body))) => Ok(WebhookAnswer { status, retry_after, body }),
        Ok((.., None)) => Err(format!("its answer has more than {limit} bytes")),
        Err(_) if signal.aborted() => Err(format!("it did not answer within {deadline} ms")),
        Err(_) => Err("it could not be reached, or the connection broke".to_owned()),
    }
}

/// `None` if there is more.
async fn read_at_most(mut response: Response, limit: usize) -> Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    if matches!(response.body(), ResponseBody::Empty) {
        return Ok(Some(body));
    }
    let mut chunks = response.stream()?;
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
        if body.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(body))
}

/// A body that goes on without a copy of it in our memory.
pub(in crate::edge) enum Payload {
    /// None.
    Empty,
    /// Held by the runtime, and good for more than one request.
    Bytes(JsValue),
    /// Passing through, once.
    Stream(JsValue),
}

impl Payload {
    /// Takes a request's body; one of at most `held` bytes can be sent again.
    pub(in crate::edge) async fn of(request: &Request, length: Option<u64>, held: u64) -> Result<Self> {
        let Some(stream) = request.inner().body() else { return Ok(Self::Empty) };
        if length.is_some_and(|length| length <= held) {
            return Ok(Self::Bytes(JsFuture::from(request.inner().array_buffer()?).await?));
        }
        Ok(Self::Stream(stream.into()))
    }

    /// A copy of a body that can be sent again.
    pub(in crate::edge) fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Empty => Some(Vec::new()),
            Self::Bytes(bytes) => Some(Uint8Array::new(bytes).to_vec()),
            Self::Stream(_) => None,
        }
    }

    /// The same, to send it once more; `None` if it has passed.
    pub(in crate::edge) fn again(&self) -> Option<Self> {
        match self {
            Self::Empty => Some(Self::Empty),
            Self::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Self::Stream(_) => None,
        }
    }
}

/// Hands a request on as it is; the answer's head has to come within `limit`, its body may take its time.
pub(in crate::edge) async fn forward(
    method: &str,
    url: &str,
    headers: Headers,
    payload: Payload,
    limit: Duration,
) -> Result<Response> {
    let body = match payload {
        Payload::Empty => JsValue::UNDEFINED,
        Payload::Bytes(body) | Payload::Stream(body) => body,
    };
    let abort = AbortController::new()?;
    let signal = abort.signal();
    let outgoing = Outgoing { method, url, headers: &headers, body: &body, signal: &signal };
    let answer = within(limit, "WeChat", outgoing.fetch()).await;
    if answer.is_err() {
        // Otherwise it would go on, and have its effect unseen.
        abort.abort();
    }
    answer
}
