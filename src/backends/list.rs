//! The backends of an account, in the order in which they are called.

use std::rc::Rc;

use crate::assistants::AssistantDraft;
use crate::callback::Message;
use crate::invalid::Invalid;

use super::assistant::AssistantBackend;
use super::backend::Backend;
use super::webhook::{Mode, Webhook, WebhookDraft};

/// Maximum number of backends of an account.
pub const MAX_BACKENDS: usize = 20;

/// The backends of an account.
#[derive(Debug, Default)]
pub struct Backends(Vec<Backend>);

impl Backends {
    /// The webhooks and the assistants of a document; an error names the first webhook that breaks a limit, or each field of
    /// an assistant that does.
    pub fn check(webhooks: &[WebhookDraft], assistants: &[AssistantDraft]) -> Result<Self, Invalid> {
        if webhooks.len() > MAX_BACKENDS {
            return Err(Invalid::new("webhooks", format!("must contain at most {MAX_BACKENDS}")));
        }
        let check = |(index, draft): (usize, &WebhookDraft)| {
            draft
                .check()
                .map(|webhook| Backend::Webhook(Rc::new(webhook)))
                .map_err(|invalid| invalid.under(&format!("webhooks[{index}]")))
        };
        let mut backends: Vec<Backend> = webhooks.iter().enumerate().map(check).collect::<Result<_, _>>()?;
        for assistant in AssistantDraft::check_all(assistants)? {
            backends.push(Backend::Assistant(Rc::new(AssistantBackend::new(assistant)?)));
        }
        Ok(Self(backends))
    }

    /// The number of backends, switched off or not.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// The backend with an id, switched off or not.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Backend> {
        self.0.iter().find(|backend| backend.id() == id)
    }

    /// The webhook with an id.
    #[must_use]
    pub fn webhook(&self, id: &str) -> Option<&Webhook> {
        match self.find(id)? {
            Backend::Webhook(webhook) => Some(webhook),
            Backend::Assistant(_) => None,
        }
    }

    /// The assistants.
    pub fn assistants(&self) -> impl Iterator<Item = &Rc<AssistantBackend>> {
        self.0.iter().filter_map(|backend| match backend {
            Backend::Assistant(assistant) => Some(assistant),
            Backend::Webhook(_) => None,
        })
    }

    /// The assistant with a name.
    #[must_use]
    pub fn assistant(&self, name: &str) -> Option<&Rc<AssistantBackend>> {
        self.assistants().find(|assistant| assistant.assistant.name == name)
    }

    /// The assistant that a rule names, as a backend.
    #[must_use]
    pub fn asked_by_rule(&self, name: &str) -> Option<&Backend> {
        let is_it =
            |backend: &&Backend| matches!(backend, Backend::Assistant(_)) && backend.name() == Some(name);
        self.0.iter().find(is_it)
    }

    /// The backend that is asked about a stored message: the assistant that a rule named, or else whichever comes first
    /// now, since the user waits for a reply from any of them.
    #[must_use]
    pub fn answering(&self, backend: Option<&str>, message: &Message) -> Option<&Backend> {
        match backend.filter(|id| id.starts_with(AssistantBackend::PREFIX)) {
            Some(assistant) => self.find(assistant),
            None => self.first_asked(message),
        }
    }

    /// The backends that are told of a message.
    pub fn told<'b>(&'b self, message: &'b Message) -> impl Iterator<Item = &'b Backend> {
        self.interested(Mode::Tell, message)
    }

    /// The webhooks that are told when an assistant hands a user over to a person.
    pub fn told_of_handovers(&self) -> impl Iterator<Item = &Webhook> {
        self.0.iter().filter_map(|backend| match backend {
            Backend::Webhook(webhook) if webhook.wants_handovers() => Some(&**webhook),
            Backend::Webhook(_) | Backend::Assistant(_) => None,
        })
    }

    /// The backends that are asked for a reply to a message, each if the one before it fails.
    pub fn asked<'b>(&'b self, message: &'b Message) -> impl Iterator<Item = &'b Backend> {
        self.interested(Mode::Ask, message)
    }

    /// The backend that is asked first.
    #[must_use]
    pub fn first_asked(&self, message: &Message) -> Option<&Backend> {
        self.0.iter().find(|backend| backend.mode() == Mode::Ask && backend.wants(message))
    }

    /// Whether a backend is told or asked about a message; if not, only the rules decide.
    #[must_use]
    pub fn concern(&self, message: &Message) -> bool {
        self.0.iter().any(|backend| backend.wants(message))
    }

    /// Whether an answer may be kept for a user's next message.
    #[must_use]
    pub fn keep_answers(&self) -> bool {
        self.0.iter().any(Backend::keeps_answers)
    }

    /// The longest time that an attempt of a mode may take, in seconds: all webhooks that are asked may be asked one after
    /// another.
    #[must_use]
    pub fn longest_attempt(&self, mode: Mode) -> i64 {
        let backends = self.0.iter().filter(|backend| backend.mode() == mode && !backend.is_off());
        let (assistants, webhooks): (Vec<_>, Vec<_>) =
            backends.partition(|backend| matches!(backend, Backend::Assistant(_)));
        let longest =
            |backends: &[&Backend]| backends.iter().map(|backend| i64::from(backend.timeout())).max();
        let webhooks = match mode {
            Mode::Tell => longest(&webhooks).unwrap_or_default(),
            Mode::Ask => webhooks.iter().map(|backend| i64::from(backend.timeout())).sum(),
        };
        let milliseconds = webhooks.max(longest(&assistants).unwrap_or_default());
        milliseconds.saturating_add(999).div_euclid(1000)
    }

    fn interested<'b>(&'b self, mode: Mode, message: &'b Message) -> impl Iterator<Item = &'b Backend> {
        self.0.iter().filter(move |backend| backend.mode() == mode && backend.wants(message))
    }
}
