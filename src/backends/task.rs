//! What to do for a delivery that was claimed.

use crate::callback::Message;
use crate::json::exactly_from_value;
use crate::wechat::custom_message::CustomMessage;

use super::ask::About;
use super::backend::Backend;
use super::delivery::Delivery;
use super::list::Backends;
use super::outbox::DeliveryMode;

const NO_BACKEND: &str = "the backend does not exist, or it is switched off";

/// What to do for a delivery.
#[derive(Debug)]
pub enum Task<'a> {
    /// Send its message to the user.
    Send,
    /// Tell this backend.
    Tell(&'a Backend, &'a About),
    /// Ask this backend for a reply, and the backends after it if it fails.
    Ask(&'a Backend, &'a About, Box<Message>),
}

impl Delivery {
    /// What to do; an error says why nothing can be done.
    pub fn task<'a>(&'a self, backends: &'a Backends) -> Result<Task<'a>, &'static str> {
        if self.mode == DeliveryMode::Send {
            return Ok(Task::Send);
        }
        let about = self.about.as_ref().ok_or("the message is no longer stored")?;
        if self.mode == DeliveryMode::Tell {
            let backend = backends.find(&self.backend).filter(|backend| !backend.is_off());
            return backend.map(|backend| Task::Tell(backend, about)).ok_or(NO_BACKEND);
        }
        let message = Message::from_fields(&about.message).map_err(|_| "the message cannot be read")?;
        let backend = backends.answering(Some(&self.backend), &message);
        backend.map(|backend| Task::Ask(backend, about, Box::new(message))).ok_or(NO_BACKEND)
    }

    /// The message to the user; `None` if this version cannot read it.
    #[must_use]
    pub fn custom_message(&self) -> Option<CustomMessage> {
        self.message.as_ref().and_then(|message| exactly_from_value(message).ok())
    }
}
