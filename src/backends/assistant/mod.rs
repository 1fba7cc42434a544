//! Assistants as backends: a rule asks one, and its answer reaches the user as a webhook's does.

mod backend;
mod conversation;
mod meter;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

use super::entry_key::EntryKey;

pub use backend::{AssistantBackend, Consideration};
pub use conversation::{Answer, CallOutcome, Conversation, Prompt, Step, Work};
pub use meter::{MeterRequest, MeterTable, Reserved, Seen, SeenRow, Usage};

/// A message that an assistant is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The delivery's id: the same for every attempt.
    pub id: String,
    /// The account's name in the configuration.
    pub account: String,
    /// The entry of the message.
    pub entry: EntryKey,
    /// When it was received.
    pub received_at: Timestamp,
    /// The assistant's name.
    pub assistant: String,
    /// What the user wrote or said.
    pub text: String,
    /// Whether it only fetches the answer to the message before, if one is being made.
    pub is_fetch: bool,
}

/// A request to the object of a user's conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationRequest {
    /// Ask, and wait for the answer at most [`AssistantBackend::WAIT`] milliseconds; the answer is an [`Answer`], or `null`.
    Ask(Box<Question>),
    /// The user has seen the first message of the answer to the question with this id; the answer is `null`.
    Given(String),
    /// Forget what was said; the answer is `null`.
    Forget,
    /// Delete everything; the answer is `null`.
    Erase,
    /// What was said: the answer is the name of the assistant, and a list of turns.
    Show,
}
