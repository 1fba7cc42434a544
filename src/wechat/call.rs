//! Requests to WeChat's API, as values.

use std::fmt;

use form_urlencoded::Serializer;
use serde::Serialize;

use crate::config::ApiBase;
use crate::secret::Secret;

/// A request, complete except for the host and the access token.
///
/// It may contain the AppSecret, a message or an OpenID, so `Debug` prints only the method and the path.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    method: Method,
    path: &'static str,
    query: Vec<(&'static str, String)>,
    body: Option<String>,
    needs_token: bool,
    has_effect: bool,
}

/// The methods of WeChat's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`, with a JSON body.
    Post,
}

impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Call({:?} {})", self.method, self.path)
    }
}

impl Call {
    /// A call that only reads, unless [`with_effect`](Self::with_effect) says otherwise.
    pub(super) fn get(path: &'static str) -> Self {
        Self {
            method: Method::Get,
            path,
            query: Vec::new(),
            body: None,
            needs_token: true,
            has_effect: false,
        }
    }

    /// A call that changes or sends something, unless [`only_reading`](Self::only_reading) says otherwise.
    ///
    /// WeChat requires raw UTF-8 without `\uXXXX` escapes, which is what serde_json writes.
    pub(super) fn post(path: &'static str, body: &impl Serialize) -> Self {
        // Serialization cannot fail: the keys are strings.
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { method: Method::Post, body: Some(body), has_effect: true, ..Self::get(path) }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(super) fn without_token(self) -> Self {
        Self { needs_token: false, ..self }
    }

    /// A `GET` that changes something.
    pub(super) fn with_effect(self) -> Self {
        Self { has_effect: true, ..self }
    }

    /// A `POST` that only reads.
    pub(super) fn only_reading(self) -> Self {
        Self { has_effect: false, ..self }
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The path, such as `/cgi-bin/menu/create`.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The JSON body of a `POST`.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// Whether the call carries the account's access token.
    #[must_use]
    pub const fn needs_token(&self) -> bool {
        self.needs_token
    }

    /// Whether the call changes or sends something, so that it may have taken effect although WeChat's answer is unknown.
    #[must_use]
    pub const fn has_effect(&self) -> bool {
        self.has_effect
    }

    /// The whole URL. It contains the token: never log it.
    #[must_use]
    pub fn url(&self, base: &ApiBase, token: Option<&Secret>) -> String {
        let mut url = format!("{}{}", base.as_str(), self.path);
        if token.is_some() || !self.query.is_empty() {
            url.push('?');
            let start = url.len();
            let mut query = Serializer::for_suffix(&mut url, start);
            query.extend_pairs(token.map(|token| ("access_token", token.expose())));
            query.extend_pairs(&self.query);
        }
        url
    }
}
