//! The kinds of backends, and what they have in common.

use std::rc::Rc;

use crate::assistants;
use crate::callback::{Message, Reply};
use crate::mac::SigningKeys;

use super::assistant::AssistantBackend;
use super::webhook::{Mode, Slow, Webhook};

/// A backend. A new kind is a folder or file next to `webhook`, and a variant here.
#[derive(Debug, Clone, PartialEq)]
pub enum Backend {
    /// An HTTPS endpoint, called as the Standard Webhooks specification says.
    Webhook(Rc<Webhook>),
    /// A model that answers the messages for which a rule asks it.
    Assistant(Rc<AssistantBackend>),
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
            Self::Assistant(assistant) => &assistant.id,
        }
    }

    /// The operator's name for it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Webhook(webhook) => webhook.name.as_deref(),
            Self::Assistant(assistant) => Some(&assistant.assistant.name),
        }
    }

    /// Whether it is told of messages or asked for replies.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self {
            Self::Webhook(webhook) => webhook.mode,
            Self::Assistant(_) => Mode::Ask,
        }
    }

    /// Whether it is switched off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        match self {
            Self::Webhook(webhook) => webhook.is_off(),
            Self::Assistant(_) => false,
        }
    }

    /// Whether it wants to be told of a message, or asked about it. An assistant is only asked where a rule says so.
    #[must_use]
    pub fn wants(&self, message: &Message) -> bool {
        match self {
            Self::Webhook(webhook) => webhook.wants(message),
            Self::Assistant(_) => false,
        }
    }

    /// Milliseconds from a message's arrival within which its answer can be the passive reply.
    #[must_use]
    pub fn budget(&self) -> u32 {
        match self {
            Self::Webhook(webhook) => webhook.budget,
            Self::Assistant(assistant) => assistant.assistant.budget,
        }
    }

    /// Milliseconds after which an attempt fails.
    #[must_use]
    pub fn timeout(&self) -> u32 {
        match self {
            Self::Webhook(webhook) => webhook.timeout,
            Self::Assistant(_) => AssistantBackend::WAIT,
        }
    }

    /// How an answer that comes after the budget reaches the user; an assistant that is to find out may send.
    #[must_use]
    pub fn slow(&self) -> Slow {
        match self {
            Self::Webhook(webhook) => webhook.slow,
            Self::Assistant(assistant) => match assistant.assistant.slow {
                assistants::Slow::NextDelivery => Slow::NextDelivery,
                assistants::Slow::Auto | assistants::Slow::CustomerService => Slow::CustomerService,
            },
        }
    }

    /// The text that tells a user to fetch a late answer with another message.
    #[must_use]
    pub fn fetch_text(&self) -> &Reply {
        match self {
            Self::Webhook(webhook) => &webhook.fetch_text,
            Self::Assistant(assistant) => &assistant.fetch_text,
        }
    }

    /// Whether answers that come late are kept for the user's next message, or may have to be.
    #[must_use]
    pub fn keeps_answers(&self) -> bool {
        match self {
            Self::Webhook(webhook) => webhook.mode == Mode::Ask && webhook.slow == Slow::NextDelivery,
            Self::Assistant(assistant) => assistant.keeps_answers(),
        }
    }
}
