//! What a call asks.

use serde_json::Value;

use super::fault::Fault;

/// The form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `/v1/chat/completions`
    OpenAi,
    /// `/v1/chat-messages`
    Dify,
}

/// A call that wants an answer.
#[derive(Debug)]
pub(super) struct Question {
    pub form: Form,
    pub is_streamed: bool,
    pub wants_usage: bool,
    /// The name of the model; empty with Dify.
    pub model: String,
    /// The last message of the user.
    pub text: String,
    /// What `echo` answers.
    pub messages: Value,
    /// Dify's, if the call continues one.
    pub conversation: String,
}

impl Question {
    pub(super) fn new(form: Form, body: &Value) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let last = body.pointer("/messages").and_then(Value::as_array).and_then(|messages| messages.last());
        let asked = last.and_then(|message| message.get("content")).and_then(Value::as_str);
        let is_dify = form == Form::Dify;
        Self {
            form,
            is_streamed: if is_dify {
                text("response_mode") == "streaming"
            } else {
                body.get("stream").and_then(Value::as_bool) == Some(true)
            },
            wants_usage: is_dify || body.pointer("/stream_options/include_usage") == Some(&Value::Bool(true)),
            model: text("model"),
            text: if is_dify { text("query") } else { asked.unwrap_or_default().to_owned() },
            messages: if is_dify { body.clone() } else { body.get("messages").cloned().unwrap_or_default() },
            conversation: text("conversation_id"),
        }
    }

    /// The fault that the model's name orders.
    pub(super) fn fault(&self) -> Option<Result<Fault, String>> {
        self.model.strip_prefix("fault-").map(str::parse)
    }

    /// What a model without a fault answers.
    pub(super) fn answer(&self) -> String {
        match self.model.as_str() {
            "echo" => self.messages.to_string(),
            _ => format!("您说：{}", self.text),
        }
    }
}
