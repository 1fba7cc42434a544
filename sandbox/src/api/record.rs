//! Records the worker's calls in order, like the console's 接口调用日志. They are kept until the process exits.

use hyper::http::request::Parts;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A request as it was received.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// `GET`, `POST`, ...
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The query as sent: not decoded, without `?`.
    pub query_string: String,
    /// The decoded query parameters, in order.
    pub query: Vec<(String, String)>,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body. Over HTTP it is returned as text.
    #[serde(serialize_with = "as_text")]
    pub body: Vec<u8>,
}

impl Call {
    pub(super) fn new(head: &Parts, body: &[u8]) -> Self {
        let query_string = head.uri.query().unwrap_or_default().to_owned();
        let headers = head.headers.iter();
        Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: form_urlencoded::parse(query_string.as_bytes()).into_owned().collect(),
            query_string,
            headers: headers
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect(),
            body: body.to_vec(),
        }
    }

    /// Returns the first query parameter with this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// Returns the first header with this name, which must be in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// Returns the body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON, or null if it is not valid JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

fn first<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn as_text<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(body))
}
