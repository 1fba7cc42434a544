//! One request's way to WeChat and back: its body and its answer as they are.

use std::time::Duration;

use futures_util::StreamExt as _;
use worker::{Headers, Request, Response, ResponseBody, ResponseBuilder};

use crate::config::{ApiBase, WechatApi};
use crate::gateway::{MAX_LOOK_BYTES, Outcome, Refused, may_be_refusal};

use super::super::bindings::deadline::within;
use super::super::bindings::fetch::{Payload, forward};
use super::super::bindings::runtime;

/// Until WeChat's answer begins; an upload has to have arrived by then.
const PATIENCE: Duration = Duration::from_mins(2);
/// A body up to this many bytes is held by the runtime and can be sent again.
const HELD_BYTES: u64 = 1024 * 1024;

/// What goes on to WeChat of a request's headers: nothing of ours, no cookie, nothing of the connection.
const TO_WECHAT: [&str; 4] = ["content-type", "accept", "range", "user-agent"];
/// What comes back of an answer's.
const TO_CALLER: [&str; 7] = [
    "content-type",
    "content-disposition",
    "content-range",
    "accept-ranges",
    "last-modified",
    "etag",
    "expires",
];

/// A request on its way.
pub(super) struct Passage<'a> {
    pub(super) request: &'a Request,
    pub(super) path: &'a str,
    pub(super) api: &'a WechatApi,
}

/// An answer on its way back, and what was seen of it.
pub(super) struct Passed {
    pub(super) response: Response,
    /// The whole body, if it is short and may be a refusal.
    seen: Option<Vec<u8>>,
}

impl Passed {
    /// An answer of our own.
    pub(super) const fn ours(response: Response) -> Self {
        Self { response, seen: None }
    }

    pub(super) fn outcome(&self) -> Outcome<'_> {
        self.seen.as_deref().map_or(Outcome::Unclear, |body| Outcome::of(self.response.status_code(), body))
    }
}

impl Passage<'_> {
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// The request's body; GET and HEAD have none, whatever they say.
    pub(super) async fn payload(&self) -> Result<Payload, Refused> {
        if matches!(self.request.inner().method().as_str(), "GET" | "HEAD") {
            return Ok(Payload::Empty);
        }
        let length = self.header("content-length").and_then(|length| length.parse().ok());
        Payload::of(self.request, length, HELD_BYTES).await.map_err(|_| Refused::NotSent)
    }

    pub(super) async fn send(
        &self,
        base: &ApiBase,
        query: &str,
        payload: Payload,
    ) -> Result<Passed, Refused> {
        let separator = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{}{separator}{query}", base.as_str(), self.path);
        let headers = self.headers(base).map_err(|_| Refused::NotSent)?;
        let method = self.request.inner().method();
        let answer =
            forward(&method, &url, headers, payload, PATIENCE).await.map_err(|error| no_answer(&error))?;
        // Nothing else can be handed back.
        if !(200..=599).contains(&answer.status_code()) {
            return Err(Refused::NoAnswer);
        }
        pass_back(answer).await.map_err(|error| no_answer(&error))
    }

    fn headers(&self, base: &ApiBase) -> worker::Result<Headers> {
        let headers = Headers::new();
        for name in TO_WECHAT {
            if let Some(value) = self.header(name) {
                headers.set(name, &value)?;
            }
        }
        // The bytes go back as they come.
        headers.set("accept-encoding", "identity")?;
        if let Some(secret) = self.api.relay_secret.as_ref().filter(|_| *base == self.api.base) {
            headers.set("x-relay-secret", secret.expose())?;
        }
        Ok(headers)
    }
}

/// WeChat's answer on its way back: what may be a refusal is looked at, everything else streams.
async fn pass_back(mut answer: Response) -> worker::Result<Passed> {
    let of = |name: &str| answer.headers().get(name).ok().flatten();
    let length: Option<u64> = of("content-length").and_then(|length| length.parse().ok());
    let looks = may_be_refusal(of("content-type").as_deref(), length);
    let headers = Headers::new();
    for name in TO_CALLER {
        if let Some(value) = of(name) {
            headers.set(name, &value)?;
        }
    }
    if let (Some(length), None) = (of("content-length"), of("content-encoding")) {
        headers.set("content-length", &length)?;
    }
    headers.set("cache-control", "no-store")?;
    let builder = ResponseBuilder::new().with_status(answer.status_code()).with_headers(headers);
    let seen = match length {
        _ if !looks => None,
        // One that says how short it is needs no copy to look at.
        Some(_) => Some(within(PATIENCE, "WeChat", answer.bytes()).await?),
        None => within(PATIENCE, "WeChat", short_body(&mut answer)).await?,
    };
    let response = match &seen {
        Some(body) if body.is_empty() => builder.body(ResponseBody::Empty),
        Some(body) => builder.fixed(body.clone()),
        None => builder.body(answer.into_parts().1),
    };
    Ok(Passed { response, seen })
}

/// The whole body, if it is short; a longer one stays as it is, but for its beginning being read from a copy.
async fn short_body(answer: &mut Response) -> worker::Result<Option<Vec<u8>>> {
    if matches!(answer.body(), ResponseBody::Empty) {
        return Ok(Some(Vec::new()));
    }
    let mut copy = answer.cloned()?;
    let mut chunks = copy.stream()?;
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
        if body.len() > MAX_LOOK_BYTES {
            return Ok(None);
        }
    }
    Ok(Some(body))
}

/// The cause is for the log; a URL is not among it.
fn no_answer(error: &worker::Error) -> Refused {
    let cause = error.to_string();
    let cause = if cause.contains("http") { "the connection failed" } else { &cause };
    runtime::log_notice("gateway", "", &format!("no answer of WeChat's: {cause}"));
    Refused::NoAnswer
}
