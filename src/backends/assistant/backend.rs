//! An assistant as a backend, and what it makes of a message without a model.

use crate::assistants::{Assistant, Input, Slow};
use crate::callback::{Body, Content, Message, Reply};
use crate::invalid::Invalid;
use crate::limits::is_blank;

/// A message of at most so many characters only fetches the answer that is being waited for.
const MAX_FETCH: usize = 6;

/// An assistant as a backend.
#[derive(Debug, Clone, PartialEq)]
pub struct AssistantBackend {
    /// `assistant:` and the assistant's name.
    pub id: String,
    /// The assistant.
    pub assistant: Assistant,
    pub(in crate::backends) fetch_text: Reply,
}

/// What an assistant does with a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Consideration<'m> {
    /// It asks a model about this text.
    Ask(&'m str),
    /// It replies at once.
    Reply(Vec<Reply>),
    /// It forgets what was said, and replies.
    Forget(Vec<Reply>),
    /// A person takes over for so many minutes.
    HandOver(u32, Option<Reply>),
}

impl AssistantBackend {
    /// The prefix of the ids, which no webhook has.
    pub const PREFIX: &'static str = "assistant:";
    /// How long a request waits for an answer, in milliseconds: somewhat less than the runtime lets it run after the response.
    /// A longer call goes on, and its answer is delivered when it ends.
    pub const WAIT: u32 = 25_000;

    pub(in crate::backends) fn new(assistant: Assistant) -> Result<Self, Invalid> {
        let (id, fetch_text) =
            (format!("{}{}", Self::PREFIX, assistant.name), Reply::text(&assistant.texts.fetch)?);
        Ok(Self { id, assistant, fetch_text })
    }

    /// Whether answers that come late are kept for the user's next message, or may have to be.
    pub(in crate::backends) fn keeps_answers(&self) -> bool {
        self.assistant.slow != Slow::CustomerService
    }

    /// Whether a message about which a model is asked is a question also where it fetches a kept answer: it is not as short as
    /// those that only fetch one.
    pub(in crate::backends) fn is_question(&self, message: &Message) -> bool {
        self.text_of(message).is_some_and(|text| !self.is_fetch(text))
    }

    /// What a user wrote or said, if it answers such messages.
    #[must_use]
    pub fn text_of<'m>(&self, message: &'m Message) -> Option<&'m str> {
        readable(&self.assistant, message)
    }

    /// Whether a text only fetches the answer that is being waited for.
    #[must_use]
    pub fn is_fetch(&self, text: &str) -> bool {
        self.keeps_answers() && text.chars().nth(MAX_FETCH).is_none()
    }

    /// What it does with a message.
    #[must_use]
    pub fn consider<'m>(&self, message: &'m Message) -> Consideration<'m> {
        let assistant = &self.assistant;
        let texts = &assistant.texts;
        let Some(asked) = readable(assistant, message) else {
            return Consideration::Reply(Reply::texts(&texts.unreadable));
        };
        if let Some(handover) = assistant.handover.as_ref().filter(|handover| handover.words.include(asked)) {
            return Consideration::HandOver(handover.minutes, handover.reply.clone());
        }
        if assistant.memory.reset.include(asked) {
            Consideration::Forget(Reply::texts(&texts.reset))
        } else if assistant.is_too_long(asked) {
            Consideration::Reply(Reply::texts(&texts.too_long))
        } else if assistant.blocked.input.are_in(asked) {
            Consideration::Reply(Reply::texts(&texts.blocked))
        } else {
            Consideration::Ask(asked)
        }
    }
}

/// What a user wrote or said, if the assistant answers that.
fn readable<'m>(assistant: &Assistant, message: &'m Message) -> Option<&'m str> {
    let Body::User(user) = &message.body else { return None };
    let (input, asked) = match &user.content {
        Content::Text(text) => (Input::Text, text.content.as_str()),
        Content::Voice(voice) => (Input::Voice, voice.recognition.as_deref()?),
        _ => return None,
    };
    Some(asked.trim()).filter(|asked| !is_blank(asked) && assistant.accepts(input))
}
