//! The entry of a call of the JSON API, and the list of all entries.

use serde_json::Value;

use crate::json;

use super::handler::Handler;
use super::plan::Plan;
use super::scope::Scope;
use super::{
    Error, account, audit, conversation, delivery, jssdk, key, menu, message, qrcode, rule, setup, stats,
    tag, template, token, user, webhook,
};

/// The largest request body in bytes, unless the call's entry says otherwise.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// The calls of every group, in the order of the documentation.
const GROUPS: [&[Endpoint]; 17] = [
    message::CALLS,
    conversation::CALLS,
    template::CALLS,
    user::CALLS,
    tag::CALLS,
    menu::CALLS,
    qrcode::CALLS,
    jssdk::CALLS,
    token::CALLS,
    stats::CALLS,
    rule::CALLS,
    webhook::CALLS,
    delivery::CALLS,
    account::CALLS,
    setup::CALLS,
    key::CALLS,
    audit::CALLS,
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
    /// The scope that the API key needs.
    pub scope: Scope,
    /// What it does, as a sentence.
    pub summary: &'static str,
    /// Whether `GET` is accepted too, as a call without parameters.
    pub accepts_get: bool,
    /// A larger request body is rejected.
    pub max_body_bytes: usize,
    /// From which its failures follow. A call that WeChat performs needs none.
    pub effects: &'static [Effect],
    pub(super) handler: &'static dyn Handler,
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
        Self {
            path,
            scope,
            summary,
            accepts_get: false,
            max_body_bytes: MAX_BODY_BYTES,
            effects: &[],
            handler,
        }
    }

    pub(super) const fn with_effects(self, effects: &'static [Effect]) -> Self {
        Self { effects, ..self }
    }

    pub(super) const fn accepting_get(self) -> Self {
        Self { accepts_get: true, ..self }
    }

    pub(super) const fn with_max_body_bytes(self, max_body_bytes: usize) -> Self {
        Self { max_body_bytes, ..self }
    }

    /// The call at a path such as `menu/create`.
    #[must_use]
    pub fn find(path: &str) -> Option<&'static Self> {
        endpoints().find(|endpoint| endpoint.path == path)
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
