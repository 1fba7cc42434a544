//! The kinds of backends, and what they have in common.

use crate::callback::{Message, Reply};
use crate::invalid::Invalid;
use crate::mac::SigningKeys;
use crate::outgoing::Outgoing;
use crate::time::Timestamp;

use super::answer::AttemptOutcome;
use super::ask::Ask;
use super::webhook::{Mode, Slow, Webhook};

/// A backend. A new kind is a folder or file next to `webhook`, and a variant here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// An HTTPS endpoint, called as the Standard Webhooks specification says.
    Webhook(Webhook),
}

/// The worker as it calls backends for one account.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The account's name in the configuration.
    pub account: &'a str,
    /// The keys from which signing secrets are derived.
    pub keys: &'a SigningKeys,
    /// Whether a backend may be on a private network, for development.
    pub allow_private: bool,
}

impl Backend {
    /// The id, unique in the account's settings.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Webhook(webhook) => &webhook.id,
        }
    }

    /// The operator's name for it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Webhook(webhook) => webhook.name.as_deref(),
        }
    }

    /// Whether it is told of messages or asked for replies.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        match self {
            Self::Webhook(webhook) => webhook.mode,
        }
    }

    /// Whether it is switched off.
    #[must_use]
    pub const fn is_off(&self) -> bool {
        match self {
            Self::Webhook(webhook) => webhook.is_off(),
        }
    }

    /// Whether it wants to be told of a message, or asked about it.
    #[must_use]
    pub fn wants(&self, message: &Message) -> bool {
        match self {
            Self::Webhook(webhook) => webhook.wants(message),
        }
    }

    /// Milliseconds from a message's arrival within which its answer can be the passive reply.
    #[must_use]
    pub const fn budget(&self) -> u32 {
        match self {
            Self::Webhook(webhook) => webhook.budget,
        }
    }

    /// Milliseconds after which an attempt fails.
    #[must_use]
    pub const fn timeout(&self) -> u32 {
        match self {
            Self::Webhook(webhook) => webhook.timeout,
        }
    }

    /// How an answer that comes after the budget reaches the user.
    #[must_use]
    pub const fn slow(&self) -> Slow {
        match self {
            Self::Webhook(webhook) => webhook.slow,
        }
    }

    /// The text that tells a user to fetch a late answer with another message.
    #[must_use]
    pub const fn fetch_text(&self) -> &Reply {
        match self {
            Self::Webhook(webhook) => &webhook.fetch_text,
        }
    }

    /// The request of one attempt; an error if the URL may not be called.
    pub fn request(&self, ask: &Ask<'_>, caller: &Caller<'_>, now: Timestamp) -> Result<Outgoing, Invalid> {
        match self {
            Self::Webhook(webhook) => webhook.request(ask, caller, now),
        }
    }

    /// Interprets the answer to [`Backend::request`] in that mode.
    #[must_use]
    pub fn read(&self, mode: Mode, status: u16, retry_after: Option<&str>, body: &[u8]) -> AttemptOutcome {
        match self {
            Self::Webhook(_) => Webhook::read(mode, status, retry_after, body),
        }
    }
}
