//! One request's way to WeChat and back: its body and its answer as they are.

use std::time::Duration;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::Response;

use crate::config::{ApiBase, WechatApi};
use crate::gateway::{MAX_LOOK_BYTES, Refused, WechatOutcome, may_be_refusal};
use crate::notice::Notice;

use crate::edge::bindings::deadline::within;
use crate::edge::bindings::exchange::read_at_most;
use crate::edge::bindings::fetch::{Passing, Payload, pass};
use crate::edge::bindings::request::Incoming;
use crate::edge::bindings::{log, response};

/// Until WeChat's answer begins, in milliseconds; an upload has to have arrived by then.
const PATIENCE: u32 = 120_000;
/// A body up to this many bytes is held, and can be sent again.
const HELD_BYTES: usize = 1024 * 1024;

/// What goes on to WeChat of a request's headers: nothing of ours, no cookie, nothing of the connection.
const TO_WECHAT: [&str; 3] = ["content-type", "accept", "user-agent"];
/// What comes back of an answer's, beside its type and its length.
const TO_CALLER: [&str; 6] =
    ["content-disposition", "content-range", "accept-ranges", "last-modified", "etag", "expires"];

/// A request on its way.
pub(super) struct Passage<'a> {
    pub(super) request: &'a Incoming,
    pub(super) path: &'a str,
    pub(super) api: &'a WechatApi,
}

/// An answer to the caller, which is not a response before it is known to be the last.
pub(super) enum Passed {
    /// JSON of our own.
    Ours(String),
    /// WeChat's, and what it says if it is short and may be a refusal.
    Wechat(Box<Passing>, WechatOutcome),
}

impl Passed {
    pub(super) const fn outcome(&self) -> &WechatOutcome {
        match self {
            Self::Ours(_) => &WechatOutcome::Unclear,
            Self::Wechat(_, outcome) => outcome,
        }
    }

    pub(super) fn into_response(self) -> worker::Result<Response> {
        let answer = match self {
            Self::Ours(json) => return response::json(200, &json),
            Self::Wechat(answer, _) => answer,
        };
        let body = match &answer.bytes {
            Some(bytes) if bytes.length() == 0 => JsValue::NULL,
            Some(bytes) => bytes.into(),
            None => answer.response.body().into(),
        };
        let headers = headers_to_caller(&answer);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        response::new(answer.status, &headers, &body)
    }
}

impl<'a> Passage<'a> {
    /// The request's body; GET and HEAD have none, whatever they say.
    pub(super) async fn payload(&self) -> Result<Payload<'a>, Refused> {
        if matches!(self.request.method.as_str(), "GET" | "HEAD") {
            return Ok(Payload::Empty);
        }
        Payload::of(self.request, HELD_BYTES).await.map_err(|_| Refused::NotSent)
    }

    pub(super) async fn send(
        &self,
        base: &ApiBase,
        query: &str,
        payload: &Payload<'_>,
    ) -> Result<Passed, Refused> {
        let separator = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{}{separator}{query}", base.as_str(), self.path);
        let method = &self.request.method;
        // A part can be asked for by GET alone, as in HTTP.
        let part = Some("range").filter(|_| method == "GET");
        let asked: Vec<_> =
            TO_WECHAT.into_iter().chain(part).map(|name| (name, self.request.header(name))).collect();
        let mut headers: Vec<(&str, &str)> =
            asked.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
        // The bytes go back as they come.
        headers.push(("accept-encoding", "identity"));
        let relay_secret = self.api.relay_secret.as_ref().filter(|_| *base == self.api.base);
        headers.extend(relay_secret.map(|secret| ("x-relay-secret", secret.expose())));
        let answer = pass(method, &url, &headers, payload, PATIENCE, MAX_LOOK_BYTES)
            .await
            .map_err(|error| no_answer(&error))?;
        // Nothing else can be handed back.
        if !(200..=599).contains(&answer.status) {
            return Err(Refused::NoAnswer);
        }
        look_at(answer).await.map_err(|error| no_answer(&error))
    }
}

/// Reads what may be a refusal; everything else streams to the caller.
async fn look_at(mut answer: Passing) -> worker::Result<Passed> {
    let may_be_refusal = may_be_refusal(answer.content_type.as_deref(), answer.length);
    if may_be_refusal && answer.length.is_none() {
        answer.bytes = within(Duration::from_millis(PATIENCE.into()), "WeChat", short_body(&answer)).await?;
    }
    let body = answer.bytes.as_ref().filter(|_| may_be_refusal).map(Uint8Array::to_vec);
    let outcome = body.map_or(WechatOutcome::Unclear, |body| WechatOutcome::of(answer.status, body));
    Ok(Passed::Wechat(Box::new(answer), outcome))
}

fn headers_to_caller(answer: &Passing) -> Vec<(&'static str, String)> {
    let content_type = answer.content_type.clone().map(|kind| ("content-type", kind));
    // JSON says the rest itself.
    if answer.content_type.as_deref().is_some_and(|kind| kind.contains("json")) && answer.bytes.is_some() {
        return content_type.into_iter().collect();
    }
    let headers = answer.response.headers();
    let of = |name: &'static str| Some((name, headers.get(name).ok().flatten()?));
    let length = of("content-length").filter(|_| of("content-encoding").is_none());
    content_type.into_iter().chain(TO_CALLER.into_iter().filter_map(of)).chain(length).collect()
}

/// The whole body, if it is short; a longer one stays as it is, but for its beginning being read from a copy.
async fn short_body(answer: &Passing) -> worker::Result<Option<Uint8Array>> {
    let Some(copy) = answer.response.clone()?.body() else { return Ok(Some(Uint8Array::default())) };
    let bytes = read_at_most(&copy, MAX_LOOK_BYTES, 0).await?;
    if bytes.is_none() {
        // It would hold what the other still reads. That ends with the other, so that it is not awaited.
        let _ = copy.cancel();
    }
    Ok(bytes)
}

/// The cause is for the log; a URL is not among it.
fn no_answer(error: &worker::Error) -> Refused {
    let cause = error.to_string();
    let cause = if cause.contains("http") { "the connection failed" } else { &cause };
    log::notice(&Notice::GatewayGotNoAnswer { error: cause });
    Refused::NoAnswer
}
