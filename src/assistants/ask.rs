//! The request to a model.

use serde_json::{Map, Value, json};

use crate::outgoing::Outgoing;
use crate::time::Timestamp;
use crate::url::is_within;

use super::assistant::{Assistant, Model};
use super::document::Api;
use super::memory::Turn;
use super::provider::Provider;
use super::reader::MAX_STREAM_BYTES;
use super::text::Placeholders;

/// What a model is asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The assistant.
    pub assistant: &'a Assistant,
    /// One of its models.
    pub model: &'a Model,
    /// The provider of that model.
    pub provider: &'a Provider,
    /// The account's name, for `{{account}}`.
    pub account: &'a str,
    /// What is remembered of the conversation, the oldest first.
    pub history: &'a [Turn],
    /// The user's message.
    pub text: &'a str,
    /// A code for the user, from which the provider cannot find the OpenID.
    pub user: &'a str,
    /// Dify's id of the conversation.
    pub conversation: Option<&'a str>,
    /// Timeout in milliseconds.
    pub timeout: u32,
    /// The time.
    pub now: Timestamp,
}

/// How thinking is switched off and on.
type Switch = [&'static str; 2];

const FLAG: Switch = ["false", "true"];
const TYPE: Switch = [r#"{"type":"disabled"}"#, r#"{"type":"enabled"}"#];
const ENABLED: Switch = [r#"{"enabled":false}"#, r#"{"enabled":true}"#];
const TEMPLATE: Switch = [r#"{"enable_thinking":false}"#, r#"{"enable_thinking":true}"#];

/// The field that switches thinking, by the end of the provider's host.
const THINKING: [(&str, &str, Switch); 11] = [
    ("deepseek.com", "thinking", TYPE),
    ("aliyuncs.com", "enable_thinking", FLAG),
    ("moonshot.cn", "thinking", TYPE),
    ("moonshot.ai", "thinking", TYPE),
    ("bigmodel.cn", "thinking", TYPE),
    ("z.ai", "thinking", TYPE),
    ("volces.com", "thinking", TYPE),
    ("siliconflow.cn", "enable_thinking", FLAG),
    ("siliconflow.com", "enable_thinking", FLAG),
    ("openrouter.ai", "reasoning", ENABLED),
    ("api.cloudflare.com", "chat_template_kwargs", TEMPLATE),
];
/// Hosts whose newer models reject `max_tokens`.
const COMPLETION_TOKENS: [&str; 2] = ["api.openai.com", "openai.azure.com"];

impl Ask<'_> {
    /// The request. Its answer is read by a [`Reader`](super::Reader).
    #[must_use]
    pub fn request(&self) -> Outgoing {
        let mut body = match self.model.api {
            Api::Openai => self.chat_completion(),
            Api::Dify => self.chat_message(),
        };
        for (name, value) in &self.model.extra {
            body.insert(name.clone(), value.clone());
        }
        body.retain(|_, value| !value.is_null());
        Outgoing {
            url: self.provider.url(self.model.api),
            headers: vec![("authorization", format!("Bearer {}", self.provider.key().expose()))],
            body: Value::Object(body).to_string(),
            timeout: self.timeout,
            max_answer_bytes: MAX_STREAM_BYTES,
        }
    }

    /// The system prompt with its placeholders replaced; may be empty.
    #[must_use]
    pub fn prompt(&self) -> String {
        self.placeholders().replace_in(&self.assistant.prompt)
    }

    /// What the placeholders of the prompt and of the label stand for.
    #[must_use]
    pub fn placeholders(&self) -> Placeholders<'_> {
        Placeholders { model: &self.model.model, account: self.account, now: self.now }
    }

    fn chat_completion(&self) -> Map<String, Value> {
        let Model { model, stream, max_tokens, temperature, .. } = self.model;
        let mut body = Map::new();
        let host = self.provider.host();
        let is_at = |domain: &str| is_within(&host, domain);
        let is_limited = COMPLETION_TOKENS.into_iter().any(is_at);
        let max_name = if is_limited { "max_completion_tokens" } else { "max_tokens" };
        let options = stream.then(|| json!({ "include_usage": true }));
        let fields = [
            ("model", json!(model)),
            ("messages", self.messages()),
            ("stream", json!(stream)),
            ("stream_options", json!(options)),
            (max_name, json!(max_tokens)),
            ("temperature", json!(temperature)),
            ("user", json!(self.user)),
        ];
        body.extend(fields.map(|(name, value)| (name.to_owned(), value)));
        let known = THINKING.into_iter().find(|(end, ..)| is_at(end));
        if let Some(((_, field, [off, on]), thinks)) = known.zip(self.model.thinking) {
            let value = serde_json::from_str(if thinks { on } else { off }).unwrap_or_default();
            body.insert(field.to_owned(), value);
        }
        body
    }

    fn messages(&self) -> Value {
        let message = |role: &str, content: &str| json!({ "role": role, "content": content });
        let prompt = self.prompt();
        let mut messages = Vec::new();
        messages.extend((!prompt.trim().is_empty()).then(|| message("system", &prompt)));
        for Turn { question, answer } in self.history {
            messages.extend([message("user", question), message("assistant", answer)]);
        }
        messages.push(message("user", self.text));
        Value::Array(messages)
    }

    fn chat_message(&self) -> Map<String, Value> {
        let mode = if self.model.stream { "streaming" } else { "blocking" };
        let fields = [
            ("inputs", json!({})),
            ("query", json!(self.text)),
            ("response_mode", json!(mode)),
            ("conversation_id", json!(self.conversation.unwrap_or_default())),
            ("user", json!(self.user)),
        ];
        fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }
}

impl Assistant {
    /// About how many tokens a question to it has, rather too many: what is reserved before a model is asked, together with
    /// its `max_tokens`.
    #[must_use]
    pub fn tokens(&self, history: &[Turn], text: &str) -> u32 {
        let turns = history.iter().flat_map(|turn| [turn.question.as_str(), turn.answer.as_str()]);
        turns.chain([self.prompt.as_str(), text]).map(tokens).fold(0, u32::saturating_add)
    }
}

/// About how many tokens a message has: one for each character of Chinese, one for three of ASCII, and some around it.
fn tokens(text: &str) -> u32 {
    let (ascii, others) = text.chars().fold((0_u32, 4_u32), |(ascii, others), character| {
        if character.is_ascii() {
            (ascii.saturating_add(1), others)
        } else {
            (ascii, others.saturating_add(1))
        }
    });
    others.saturating_add(ascii.div_ceil(3))
}
