//! Webhooks: HTTPS endpoints that are called as the Standard Webhooks specification says.

mod request;
mod signature;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callback::event::Event;
use crate::callback::{Body, Message, Reply, check_message_types};
use crate::invalid::Invalid;
use crate::limits;
use crate::time::Timestamp;
use crate::url::check_public;

use super::ask::HANDOVER;

pub use signature::Signer;

/// In milliseconds. The rest of WeChat's five seconds is for the network and the worker.
const MAX_BUDGET: u32 = 4500;
const MIN_BUDGET: u32 = 500;
/// In milliseconds. After the response the runtime lets a request run for 30 seconds.
const MAX_TIMEOUT: u32 = 25_000;
const FETCH_TEXT: &str = "正在为您处理，请稍后发送任意消息查看回复。";
/// Why a webhook that is asked for replies would never be asked.
const NO_REPLY: &str = "are events to which WeChat shows no reply, so that the webhook would never be asked";

/// Whether the URL of a webhook may be called; see [`check_public`].
pub fn check_url(url: &str, allow_private: bool) -> Result<(), Invalid> {
    check_public(url, allow_private).map_err(|complaint| Invalid::new("url", complaint))
}

/// A webhook as the operator writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Webhook")]
#[serde(deny_unknown_fields)]
pub struct WebhookDraft {
    /// The id that `webhook/update` takes; generated if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Your name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The URL: `https`, on a public host.
    #[schemars(length(min = 1))]
    pub url: String,
    /// Whether it is notified of messages or asked for replies.
    pub mode: Mode,
    /// Only messages of these types, such as `["text"]`; with neither `messages` nor `events`, or only empty ones,
    /// everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<String>>,
    /// Only these events, such as `["subscribe"]`, and `assistant.handover` for what assistants hand over; with neither `messages` nor `events`, or only empty ones, everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<String>>,
    /// `respond`: the time in milliseconds from the user's message within which the answer can be the passive reply;
    /// 500 to 4,500, absent = 4,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = MIN_BUDGET, max = MAX_BUDGET))]
    budget_ms: Option<u32>,
    /// The timeout of an attempt in milliseconds; 500 to 25,000, absent = 25,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = MIN_BUDGET, max = MAX_TIMEOUT))]
    timeout_ms: Option<u32>,
    /// `respond`: how an answer that comes after the budget reaches the user; absent = `customer_service`.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow: Option<Slow>,
    /// `respond` with `next_delivery`: the text that tells the user to fetch the answer with another message, if it comes
    /// after WeChat's last delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_text: Option<String>,
    /// Whether it is switched off: by you, or because it answered 410.
    #[serde(default, skip_serializing_if = "is_no")]
    pub off: bool,
    /// The number of rotations of its secret.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(skip)]
    pub(crate) secret_generation: u32,
    /// When its secret was last rotated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub(crate) secret_rotated_at: Option<Timestamp>,
}

/// Whether a webhook is notified or asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookMode")]
pub enum Mode {
    /// It is told of every message, after the response.
    #[serde(rename = "notify")]
    Tell,
    /// It is asked for a reply if no rule matches.
    #[serde(rename = "respond")]
    Ask,
}

/// How an answer that is too late to be the passive reply reaches the user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SlowAnswer")]
#[serde(rename_all = "snake_case")]
pub enum Slow {
    /// As a customer-service message, which the account must be allowed to send.
    #[default]
    CustomerService,
    /// As the passive reply to one of WeChat's two repeated deliveries, or else to the user's next message.
    NextDelivery,
}

/// A webhook within the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The id.
    pub id: String,
    /// The operator's name for it.
    pub name: Option<String>,
    /// The URL. Whether it may be called is checked before each request.
    pub url: String,
    /// Whether it is told or asked.
    pub mode: Mode,
    /// The message types and the events it wants; `None` = all of both.
    wanted: Option<[Vec<String>; 2]>,
    /// Milliseconds from a message's arrival within which its answer can be the passive reply.
    pub budget: u32,
    /// Timeout of an attempt in milliseconds.
    pub timeout: u32,
    /// How a late answer reaches the user.
    pub slow: Slow,
    /// The text that tells a user to fetch a late answer with another message.
    pub fetch_text: Reply,
    is_off: bool,
    /// The number of rotations of its secret.
    pub generation: u32,
    /// When its secret was last rotated.
    pub rotated_at: Option<Timestamp>,
}

impl WebhookDraft {
    /// Replaces the webhook; its id and its secret stay.
    pub fn replace(&mut self, other: Self) {
        let (secret_generation, secret_rotated_at) = (self.secret_generation, self.secret_rotated_at);
        let id = self.id.take();
        *self = Self { id, secret_generation, secret_rotated_at, ..other };
    }

    /// Gives the webhook a new secret; for a day, its requests are also signed with the previous one.
    pub const fn rotate_secret(&mut self, now: Timestamp) {
        self.secret_generation = self.secret_generation.saturating_add(1);
        self.secret_rotated_at = Some(now);
    }

    /// A webhook with `messages` only gets no events, and the reverse.
    fn wanted(&self) -> Result<Option<[Vec<String>; 2]>, Invalid> {
        // Many programs write an empty list for a field that is not set.
        let is_unset = |names: &Option<Vec<String>>| names.as_ref().is_none_or(Vec::is_empty);
        if is_unset(&self.messages) && is_unset(&self.events) {
            return Ok(None);
        }
        let messages: Vec<_> =
            self.messages.iter().flatten().map(|name| name.trim().to_ascii_lowercase()).collect();
        check_message_types("messages", &messages)?;
        let events: Vec<_> = self.events.iter().flatten().map(|name| Event::name_of(name)).collect();
        let is_about_events = messages.is_empty() && !events.is_empty();
        if self.mode == Mode::Ask
            && is_about_events
            && !events.iter().any(|name| Event::name_accepts_reply(name))
        {
            return Err(Invalid::new("events", NO_REPLY));
        }
        Ok(Some([messages, events]))
    }

    /// Rejects what has no effect in mode `notify`.
    fn check_mode(&self) -> Result<(), Invalid> {
        let of_respond = [
            ("budget_ms", self.budget_ms.is_some()),
            ("slow", self.slow.is_some()),
            ("fetch_text", self.fetch_text.is_some()),
        ];
        match of_respond.into_iter().find(|(_, is_set)| *is_set && self.mode == Mode::Tell) {
            Some((field, _)) => Err(Invalid::new(field, "has no effect in mode notify; omit it")),
            None => Ok(()),
        }
    }

    /// The webhook, if it is within the limits.
    pub fn check(&self) -> Result<Webhook, Invalid> {
        if self.id.as_ref().is_some_and(|id| id.trim().is_empty()) {
            return Err(Invalid::new("id", "is empty"));
        }
        self.check_mode()?;
        // Whether a private URL is allowed is known where the webhook is called.
        check_url(&self.url, true)?;
        let within = |field: &str, value: Option<u32>, max: u32, default: u32| match value.unwrap_or(default)
        {
            value if (MIN_BUDGET..=max).contains(&value) => Ok(value),
            _ => Err(Invalid::new(field, format!("must be {MIN_BUDGET} to {max}"))),
        };
        let fetch_text = self.fetch_text.as_deref().unwrap_or(FETCH_TEXT);
        let fetch_text = limits::filled("fetch_text", fetch_text).and_then(|text| {
            Reply::text(text).map_err(|invalid| Invalid::new("fetch_text", invalid.complaint))
        })?;
        Ok(Webhook {
            id: self.id.clone().unwrap_or_default(),
            name: self.name.clone(),
            url: self.url.clone(),
            mode: self.mode,
            wanted: self.wanted()?,
            budget: within("budget_ms", self.budget_ms, MAX_BUDGET, 4000)?,
            timeout: within("timeout_ms", self.timeout_ms, MAX_TIMEOUT, MAX_TIMEOUT)?,
            slow: self.slow.unwrap_or_default(),
            fetch_text,
            is_off: self.off,
            generation: self.secret_generation,
            rotated_at: self.secret_rotated_at,
        })
    }
}

impl Webhook {
    /// Whether it is switched off.
    #[must_use]
    pub const fn is_off(&self) -> bool {
        self.is_off
    }

    /// Whether it wants to be told of a message, or asked about it.
    #[must_use]
    pub fn wants(&self, message: &Message) -> bool {
        let is_wanted = self.wanted.as_ref().is_none_or(|[messages, events]| {
            let (names, name) = match &message.body {
                Body::User(user) => (messages, user.content.msg_type().to_owned()),
                Body::Event(event) => (events, event.name()),
            };
            names.contains(&name)
        });
        !self.is_off
            && is_wanted
            // Some events accept no reply.
            && (self.mode == Mode::Tell || message.trigger().is_some())
    }

    /// Whether it wants to be told that an assistant has handed a user over to a person.
    #[must_use]
    pub fn wants_handovers(&self) -> bool {
        let is_wanted = |[_, events]: &[Vec<String>; 2]| events.iter().any(|event| event == HANDOVER);
        !self.is_off && self.mode == Mode::Tell && self.wanted.as_ref().is_none_or(is_wanted)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks that way")]
const fn is_no(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks that way")]
const fn is_zero(value: &u32) -> bool {
    *value == 0
}
