//! Forwards a request to WeChat, and its answer to the caller.

use std::time::Duration;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::Response;

use crate::config::{ApiBase, WechatApi};
use crate::gateway::{MAX_LOOK_BYTES, Refused, WechatOutcome, is_text, may_be_refusal};
use crate::notice::Notice;
use crate::secret::Secret;

use crate::edge::bindings::exchange::read_at_most;
use crate::edge::bindings::fetch::{Passing, Payload, pass};
use crate::edge::bindings::request::Incoming;
use crate::edge::bindings::timeout::within;
use crate::edge::bindings::{log, response};

/// Milliseconds until WeChat's answer must begin; an upload has to be complete by then.
const TIMEOUT: u32 = 120_000;
/// Maximum size in bytes of a body that is kept in memory, so that it can be sent again.
const HELD_BYTES: usize = 1024 * 1024;

/// The request headers that are forwarded: no credentials, no cookies, nothing about the connection.
const TO_WECHAT: [&str; 3] = ["content-type", "accept", "user-agent"];
/// The response headers that are forwarded, in addition to content type and length.
const TO_CALLER: [&str; 6] =
    ["content-disposition", "content-range", "accept-ranges", "last-modified", "etag", "expires"];

/// A request to forward.
pub(super) struct Passage<'a> {
    pub(super) request: &'a Incoming,
    pub(super) path: &'a str,
    pub(super) api: &'a WechatApi,
    /// The real token or AppSecret in the query, which no text that goes back may contain. A request without one comes from
    /// anybody, and the relay is not told otherwise.
    pub(super) secret: Option<&'a Secret>,
}

/// An answer; it becomes a response once it is known to be the last.
pub(super) enum Passed {
    /// JSON of our own.
    Ours(String),
    /// WeChat's, and its outcome if it is short and may be a refusal.
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
            None => answer.body(),
        };
        let headers = headers_to_caller(&answer);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        response::new(answer.status, &headers, &body)
    }
}

impl<'a> Passage<'a> {
    /// The request's body; one of GET and HEAD is ignored.
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
        // Only GET has ranges, as in HTTP.
        let part = Some("range").filter(|_| method == "GET");
        let asked: Vec<_> =
            TO_WECHAT.into_iter().chain(part).map(|name| (name, self.request.header(name))).collect();
        let mut headers: Vec<(&str, &str)> =
            asked.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
        // The answer's bytes are forwarded unchanged.
        headers.push(("accept-encoding", "identity"));
        let is_for_relay = self.secret.is_some() && *base == self.api.base;
        let relay_secret = self.api.relay_secret.as_ref().filter(|_| is_for_relay);
        headers.extend(relay_secret.map(|secret| ("x-relay-secret", secret.expose())));
        let answer = pass(method, &url, &headers, payload, TIMEOUT, MAX_LOOK_BYTES)
            .await
            .map_err(|error| no_answer(&error))?;
        // The runtime allows no other status.
        if !(200..=599).contains(&answer.status) {
            return Err(Refused::NoAnswer);
        }
        self.look_at(answer).await.map_err(|error| no_answer(&error))
    }

    /// Reads an answer that may be a refusal; all others are streamed to the caller.
    async fn look_at(&self, mut answer: Passing) -> worker::Result<Passed> {
        let may_be_refusal = may_be_refusal(answer.content_type.as_deref(), answer.length);
        if may_be_refusal && answer.length.is_none() {
            answer.bytes =
                within(Duration::from_millis(TIMEOUT.into()), "WeChat", short_body(&answer)).await?;
        }
        if let Some(secret) = self.secret.filter(|_| is_text(answer.content_type.as_deref())) {
            answer.conceal(secret);
        }
        let body = answer.bytes.as_ref().filter(|_| may_be_refusal).map(Uint8Array::to_vec);
        let outcome = body.map_or(WechatOutcome::Unclear, |body| WechatOutcome::of(answer.status, body));
        Ok(Passed::Wechat(Box::new(answer), outcome))
    }
}

/// A file is from WeChat or from a user, and the console has the same origin: a browser must not run it.
const SAFE: [(&str, &str); 2] =
    [("x-content-type-options", "nosniff"), ("content-security-policy", "sandbox; default-src 'none'")];

fn headers_to_caller(answer: &Passing) -> Vec<(&'static str, String)> {
    let content_type = answer.content_type.clone().map(|kind| ("content-type", kind));
    // Short JSON needs no other headers.
    if answer.content_type.as_deref().is_some_and(|kind| kind.contains("json")) && answer.bytes.is_some() {
        return content_type.into_iter().collect();
    }
    let headers = answer.response.headers();
    let of = |name: &'static str| Some((name, headers.get(name).ok().flatten()?));
    let length = of("content-length").filter(|_| of("content-encoding").is_none());
    let safe = SAFE.map(|(name, value)| (name, value.to_owned()));
    let mut sent: Vec<_> = content_type.into_iter().collect();
    sent.extend(TO_CALLER.into_iter().filter_map(of));
    sent.extend(length);
    sent.extend(safe);
    sent
}

/// The whole body, if it is short. It is read from a copy, so that a longer one can still be streamed.
async fn short_body(answer: &Passing) -> worker::Result<Option<Uint8Array>> {
    let Some(copy) = answer.response.clone()?.body() else { return Ok(Some(Uint8Array::default())) };
    let bytes = read_at_most(&copy, MAX_LOOK_BYTES, 0).await?;
    if bytes.is_none() {
        // An unread copy would buffer what the other reads. Cancelling ends with the other, so it is not awaited.
        let _ = copy.cancel();
    }
    Ok(bytes)
}

/// Logs the cause, unless it contains a URL, which would contain the token.
fn no_answer(error: &worker::Error) -> Refused {
    let cause = error.to_string();
    let cause = if cause.contains("http") { "the connection failed" } else { &cause };
    log::notice(&Notice::GatewayGotNoAnswer { error: cause });
    Refused::NoAnswer
}
