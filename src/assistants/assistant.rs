//! Assistants within the limits.

use serde_json::{Map, Value};

use crate::callback::Reply;
use crate::fold::fold;

use super::document::{Api, Input, LabelAt, Slow};

/// An assistant: which model is asked, with which prompt and memory, and what becomes of its answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Assistant {
    /// The name that rules use in `ask`, unique in the account.
    pub name: String,
    /// The models, each asked if the one before it fails. Never empty.
    pub models: Vec<Model>,
    /// The system prompt before its placeholders are replaced; may be empty.
    pub prompt: String,
    /// The types of messages that it answers.
    pub accept: Vec<Input>,
    /// What it remembers of a conversation.
    pub memory: Memory,
    /// How often it may be asked.
    pub limits: Limits,
    /// Maximum length of a user's message in characters.
    pub input_max: usize,
    /// Maximum number of messages of an answer.
    pub parts_max: usize,
    /// Whether Markdown becomes plain text.
    pub plain_text: bool,
    /// What becomes of the links of an answer.
    pub links: Links,
    /// What marks an answer as generated, before its placeholders are replaced; may be empty.
    pub label: String,
    /// Where the label is.
    pub label_at: LabelAt,
    /// Words that are not asked and not answered.
    pub blocked: Blocked,
    /// How a user gets a person.
    pub handover: Option<Handover>,
    /// How an answer that comes after the budget reaches the user.
    pub slow: Slow,
    /// Milliseconds from a message's arrival within which its answer can be the passive reply.
    pub budget: u32,
    /// Timeout of a model in milliseconds.
    pub timeout: u32,
    /// Whether the user sees 对方正在输入 while a late answer is awaited.
    pub typing: bool,
    /// Where the object that calls the model is created: a location hint of Durable Objects.
    pub location: Option<String>,
    /// What users are told.
    pub texts: Texts,
}

/// A model and how it is called.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The provider, such as `deepseek`: its base URL and key are the secret `AI_DEEPSEEK`.
    pub provider: String,
    /// The form of the provider's API.
    pub api: Api,
    /// The provider's name of the model; empty with [`Api::Dify`], where the app names it.
    pub model: String,
    /// Whether the answer is streamed.
    pub stream: bool,
    /// Whether the model thinks before it answers; `None` = the provider's default.
    pub thinking: Option<bool>,
    /// Maximum length of an answer in tokens.
    pub max_tokens: u32,
    /// 0 to 2; `None` = the provider's default.
    pub temperature: Option<f64>,
    /// Further fields of the request; `null` removes one.
    pub extra: Map<String, Value>,
}

/// What an assistant remembers of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// Maximum number of questions with their answers; 0 = nothing is remembered.
    pub turns: usize,
    /// Minutes after the last message when everything is forgotten.
    pub minutes: u32,
    /// What a user sends to start again.
    pub reset: Words,
}

/// How often an assistant may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Questions of a user in a minute.
    pub user_minute: u32,
    /// Questions of a user in a day, from midnight in Beijing.
    pub user_day: u32,
    /// Questions of all users in a day.
    pub account_day: u32,
    /// Tokens of all questions and answers in a day.
    pub tokens_day: u32,
}

/// What becomes of the links of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Links {
    /// They remain.
    Keep,
    /// Only those to these hosts and their subdomains remain; none remains if there is no host. Lowercase.
    Only(Vec<String>),
}

/// Words that are not asked and not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// A message that contains one is not sent to the model.
    pub input: Words,
    /// An answer that contains one is not sent to the user.
    pub output: Words,
}

/// How a user gets a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// What a user sends.
    pub words: Words,
    /// Minutes during which nothing answers the user automatically.
    pub minutes: u32,
    /// The reply to it; `None` is silence.
    pub reply: Option<Reply>,
}

/// What users are told. Each fits in one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// The message has a type that the assistant does not answer.
    pub unreadable: String,
    /// The message is longer than `input_max`.
    pub too_long: String,
    /// The memory is deleted.
    pub reset: String,
    /// The message or the answer is blocked, or the provider refused it.
    pub blocked: String,
    /// The answer is fetched with another message.
    pub fetch: String,
    /// Too many messages wait for an answer.
    pub busy: String,
    /// A limit is reached.
    pub limit: String,
    /// No model answered.
    pub failure: String,
}

/// Words that are compared without regard to case and width, as the keywords of rules are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        Self(words.map(|word| fold(word.trim())).collect())
    }

    /// Whether a text contains one of them.
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        let text = if self.0.is_empty() { String::new() } else { fold(text) };
        self.0.iter().any(|word| text.contains(word))
    }

    /// Whether a text is one of them, apart from white space around it.
    #[must_use]
    pub fn include(&self, text: &str) -> bool {
        let text = fold(text);
        self.0.iter().any(|word| word == text.trim())
    }
}

impl Assistant {
    /// Whether it answers messages of a type.
    #[must_use]
    pub fn accepts(&self, input: Input) -> bool {
        self.accept.contains(&input)
    }

    /// Whether a user's message is longer than it accepts.
    #[must_use]
    pub fn is_too_long(&self, text: &str) -> bool {
        text.chars().nth(self.input_max).is_some()
    }
}
