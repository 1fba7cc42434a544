//! The backends of an account, in the order in which they are called.

use crate::callback::Message;
use crate::invalid::Invalid;

use super::backend::Backend;
use super::webhook::{Mode, Slow, WebhookDraft};

/// Maximum number of backends of an account.
pub const MAX_BACKENDS: usize = 20;

/// The backends of an account.
#[derive(Debug, Default)]
pub struct Backends(Vec<Backend>);

impl Backends {
    /// The webhooks of a document; an error names the first that breaks a limit.
    pub fn check(webhooks: &[WebhookDraft]) -> Result<Self, Invalid> {
        if webhooks.len() > MAX_BACKENDS {
            return Err(Invalid::new("webhooks", format!("must contain at most {MAX_BACKENDS}")));
        }
        let check = |(index, draft): (usize, &WebhookDraft)| {
            draft
                .check()
                .map(Backend::Webhook)
                .map_err(|invalid| invalid.under(&format!("webhooks[{index}]")))
        };
        webhooks.iter().enumerate().map(check).collect::<Result<_, _>>().map(Self)
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

    /// The backends that are told of a message.
    pub fn told<'b>(&'b self, message: &'b Message) -> impl Iterator<Item = &'b Backend> {
        self.interested(Mode::Tell, message)
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
        self.0.iter().any(|backend| backend.mode() == Mode::Ask && backend.slow() == Slow::NextDelivery)
    }

    /// The longest time that an attempt of a mode may take, in seconds: all backends that are asked may be asked one after
    /// another.
    #[must_use]
    pub fn longest_attempt(&self, mode: Mode) -> i64 {
        let backends = self.0.iter().filter(|backend| backend.mode() == mode && !backend.is_off());
        let timeouts = backends.map(|backend| i64::from(backend.timeout()));
        let milliseconds = match mode {
            Mode::Tell => timeouts.max().unwrap_or_default(),
            Mode::Ask => timeouts.sum(),
        };
        milliseconds.saturating_add(999).div_euclid(1000)
    }

    fn interested<'b>(&'b self, mode: Mode, message: &'b Message) -> impl Iterator<Item = &'b Backend> {
        self.0.iter().filter(move |backend| backend.mode() == mode && backend.wants(message))
    }
}
