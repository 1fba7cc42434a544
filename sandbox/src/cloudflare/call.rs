//! A request to Cloudflare's API.

use std::fmt;

use hyper::body::Bytes;
use hyper::http::request::Parts;
use serde_json::Value;

/// A request.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: String,
    /// Without `/client/v4`.
    pub(super) path: String,
    query: String,
    pub(super) body: Bytes,
    /// The API token.
    pub(super) token: Option<String>,
}

impl Call {
    pub(super) fn new(head: &Parts, body: Bytes) -> Self {
        let path = head.uri.path();
        let authorization = head.headers.get("authorization").and_then(|value| value.to_str().ok());
        Self {
            method: head.method.to_string(),
            path: path.strip_prefix("/client/v4").unwrap_or(path).to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            body,
            token: authorization.and_then(|value| value.strip_prefix("Bearer ")).map(ToOwned::to_owned),
        }
    }

    /// The parts of the path after `/accounts/{id}`, or of the whole path where it has no account.
    pub(super) fn segments(&self) -> Vec<&str> {
        let mut segments: Vec<&str> = self.path.split('/').filter(|segment| !segment.is_empty()).collect();
        if segments.first() == Some(&"accounts") && segments.len() > 2 {
            segments.drain(..2);
        }
        segments
    }

    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut parameters = form_urlencoded::parse(self.query.as_bytes());
        parameters.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The part `metadata` of an upload, which is a multipart form.
    pub(super) fn metadata(&self) -> Value {
        let body = String::from_utf8_lossy(&self.body);
        let part = body.split_once("name=\"metadata\"").and_then(|(_, rest)| rest.split_once("\r\n\r\n"));
        let Some((_, json)) = part else { return Value::Null };
        let value = serde_json::Deserializer::from_str(json).into_iter::<Value>().next();
        value.and_then(Result::ok).unwrap_or_default()
    }
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}
