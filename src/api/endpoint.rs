//! The entry of a call of the JSON API, and the list of all entries.

use serde_json::{Map, Value};

use crate::json;

use super::handler::Handler;
use super::plan::Plan;
use super::scope::{Requirement, Scope};
use super::{
    Error, account, assistant, audit, conversation, delivery, jssdk, key, media, menu, message, qrcode, rule,
    session, setup, stats, tag, template, token, user, webhook,
};

/// The largest request body in bytes, unless the call's entry says otherwise.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// The calls of every group, in the order of the documentation.
const GROUPS: [&[Endpoint]; 20] = [
    message::CALLS,
    conversation::CALLS,
    template::CALLS,
    user::CALLS,
    tag::CALLS,
    media::CALLS,
    menu::CALLS,
    qrcode::CALLS,
    jssdk::CALLS,
    token::CALLS,
    stats::CALLS,
    rule::CALLS,
    webhook::CALLS,
    delivery::CALLS,
    assistant::CALLS,
    account::CALLS,
    setup::CALLS,
    key::CALLS,
    audit::CALLS,
    session::CALLS,
];

/// Every call, in the order of the documentation.
pub fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    GROUPS.into_iter().flatten()
}

/// One call: `POST /api/{path}`, and for some also `GET`.
#[derive(Clone, Copy)]
pub struct Endpoint {
    /// Such as `menu/create`.
    pub path: &'static str,
    /// What the caller needs.
    pub requires: Requirement,
    /// What it does, as a sentence. Only the document says it, which the module does not write.
    #[cfg(not(target_arch = "wasm32"))]
    pub summary: &'static str,
    /// How it is sent and answered.
    pub format: Format,
    /// A larger request body is rejected.
    pub max_body_bytes: usize,
    /// From which its failures follow, for the document. A call that WeChat performs needs none.
    #[cfg(not(target_arch = "wasm32"))]
    pub effects: &'static [Effect],
    pub(super) handler: &'static dyn Handler,
}

/// How a call is sent and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `POST` with a JSON body; the answer is JSON.
    Json,
    /// The same, and also a `GET` as a call without parameters.
    JsonOrGet,
    /// `GET` with parameters in the query; the answer is a file.
    Download,
    /// `POST` with a form (`multipart/form-data`), of which `file` is the file; the answer is JSON.
    Upload,
}

/// Something that a call of ours does and that can fail in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It calls WeChat, which may reject the call or not answer.
    CallsWechat,
    /// It sends a message, which may be invalid, or whose user's window may be closed.
    SendsMessage,
    /// It keeps a message that is sent later, and that may be invalid.
    KeepsMessage,
    /// It changes the settings, which may be at another version than the caller expects.
    ChangesSettings,
}

impl Endpoint {
    /// A call without effects, whose request body has at most [`MAX_BODY_BYTES`].
    pub(super) const fn new(
        path: &'static str,
        scope: Scope,
        summary: &'static str,
        handler: &'static dyn Handler,
    ) -> Self {
        Self::requiring(path, Requirement::Scope(scope), summary, handler)
    }

    /// The same, for a call that needs no scope.
    pub(super) const fn requiring(
        path: &'static str,
        requires: Requirement,
        #[cfg_attr(target_arch = "wasm32", expect(unused_variables))] summary: &'static str,
        handler: &'static dyn Handler,
    ) -> Self {
        Self {
            path,
            requires,
            #[cfg(not(target_arch = "wasm32"))]
            summary,
            format: Format::Json,
            max_body_bytes: MAX_BODY_BYTES,
            #[cfg(not(target_arch = "wasm32"))]
            effects: &[],
            handler,
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) const fn with_effects(self, effects: &'static [Effect]) -> Self {
        Self { effects, ..self }
    }

    #[cfg(target_arch = "wasm32")]
    pub(super) const fn with_effects(self, _: &'static [Effect]) -> Self {
        self
    }

    pub(super) const fn accepting_get(self) -> Self {
        Self { format: Format::JsonOrGet, ..self }
    }

    pub(super) const fn in_format(self, format: Format) -> Self {
        Self { format, ..self }
    }

    pub(super) const fn with_max_body_bytes(self, max_body_bytes: usize) -> Self {
        Self { max_body_bytes, ..self }
    }

    /// Whether it is one of `session/*`, which are about no account.
    #[must_use]
    pub fn is_about_sessions(&self) -> bool {
        self.path.starts_with("session/")
    }

    /// The call at a path such as `menu/create`.
    #[must_use]
    pub fn find(path: &str) -> Option<&'static Self> {
        endpoints().find(|endpoint| endpoint.path == path)
    }

    /// The methods that are allowed, as in an `Allow` header.
    #[must_use]
    pub const fn methods(&self) -> &'static str {
        match self.format {
            Format::Json | Format::Upload => "POST",
            Format::JsonOrGet => "GET, POST",
            Format::Download => "GET",
        }
    }

    /// Decides what to do, from the query of a request or the texts of a form in the same format; `account` is not a
    /// parameter of the call.
    pub fn plan_from_query(&self, query: &str) -> Result<Plan, Error> {
        let mut parameters = Map::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name != "account" {
                parameters.insert(name.into_owned(), value.into());
            }
        }
        self.handler.plan(&Value::Object(parameters))
    }

    /// Decides what to do, from the body of a request; an empty body counts as `{}`.
    pub fn plan(&self, body: &[u8]) -> Result<Plan, Error> {
        if body.len() > self.max_body_bytes {
            return Err(Error::BodyTooLarge { max_bytes: self.max_body_bytes });
        }
        let body = std::str::from_utf8(body).map_err(|_| Error::NotUtf8)?;
        let body: Value =
            json::parse(if body.trim().is_empty() { "{}" } else { body }).map_err(Error::InvalidParameter)?;
        self.handler.plan(&body)
    }
}
