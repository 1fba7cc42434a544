//! Reads the answer of a model: JSON, or server-sent events with JSON, whichever the provider sends.

use std::mem;

use serde_json::Value;

use crate::json::parse;

use super::document::Api;
use super::failure::Failure;

/// Maximum size of a text, and of an answer that is not streamed, in bytes.
const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// Maximum size of a stream in bytes: it has some 300 of them for each token, also for the model's thoughts.
pub const MAX_STREAM_BYTES: usize = 4 * 1024 * 1024;
/// What the provider's own check of the text is called where a text ends for it.
const REFUSALS: [&str; 3] = ["content_filter", "sensitive", "refusal"];
/// Ends of a text that mean that it is not whole. `length` is not among them: what there is, is an answer.
const FAILURES: [&str; 3] = ["error", "network_error", "insufficient_system_resource"];

/// What a model said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Never blank. It may contain thoughts in tags, which [`text`](super::text) removes.
    pub text: String,
    /// The tokens of the question and the answer, if the provider counted them.
    pub usage: Option<u64>,
    /// Why the text ends, such as `stop` or `length`.
    pub finish_reason: Option<String>,
    /// Dify's id of the conversation.
    pub conversation: Option<String>,
}

/// Reads the bytes of an answer as they arrive.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that was seen, in any combination")]
pub struct Reader {
    api: Api,
    /// All bytes that were read.
    size: usize,
    /// The line that has not ended.
    line: Vec<u8>,
    /// The data of an event that has not ended.
    data: String,
    /// The lines that are not of an event stream.
    body: String,
    text: String,
    usage: Option<u64>,
    finish_reason: Option<String>,
    conversation: Option<String>,
    error: Option<Value>,
    has_thoughts: bool,
    has_events: bool,
    is_cut: bool,
    is_over: bool,
}

impl Reader {
    /// A reader of an answer in the form of an API.
    #[must_use]
    pub const fn new(api: Api) -> Self {
        Self {
            api,
            size: 0,
            line: Vec::new(),
            data: String::new(),
            body: String::new(),
            text: String::new(),
            usage: None,
            finish_reason: None,
            conversation: None,
            error: None,
            has_thoughts: false,
            has_events: false,
            is_cut: false,
            is_over: false,
        }
    }

    /// Reads bytes, which may end anywhere; returns whether more are wanted. What follows the end of a stream, or would be
    /// too long, is not.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        self.size = self.size.saturating_add(bytes.len());
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.is_over || self.is_too_long() {
                break;
            }
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.end_line();
            }
        }
        !self.is_over && !self.is_too_long()
    }

    fn is_too_long(&self) -> bool {
        let parts = [self.line.len(), self.data.len(), self.body.len(), self.text.len()];
        self.size > MAX_STREAM_BYTES || parts.into_iter().fold(0, usize::saturating_add) > MAX_ANSWER_BYTES
    }

    fn end_line(&mut self) {
        let line = mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_start_matches('\u{feff}').trim();
        let is_ignored = |name: &str| line.starts_with(name);
        if line.is_empty() {
            self.end_event();
        } else if !self.body.is_empty() {
            self.body.push_str(line);
            self.body.push('\n');
        } else if let Some(data) = line.strip_prefix("data:") {
            self.read_data(data.trim());
        } else if ![":", "event:", "id:", "retry:"].into_iter().any(is_ignored) {
            self.body.push_str(line);
            self.body.push('\n');
        }
    }

    /// Reads a line of an event. Not all providers end each event with an empty line.
    fn read_data(&mut self, data: &str) {
        self.has_events = true;
        if data == "[DONE]" {
            self.is_over = true;
            return;
        }
        self.data.push_str(data);
        if let Ok(value) = parse(&self.data) {
            self.data.clear();
            self.read(&value);
        }
    }

    /// Data that is not JSON is what remains of an event that was cut, unless it is a word such as `ping`.
    fn end_event(&mut self) {
        self.is_cut |= mem::take(&mut self.data).starts_with('{');
    }

    fn read(&mut self, value: &Value) {
        let text = |path: &str| value.pointer(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        if is_error(value) {
            self.is_over = true;
            self.error = Some(value.clone());
            return;
        }
        let counts = ["/usage/total_tokens", "/choices/0/usage/total_tokens", "/metadata/usage/total_tokens"];
        let count = counts.into_iter().find_map(|path| value.pointer(path)?.as_u64());
        self.usage = count.or(self.usage);
        if self.api == Api::Dify {
            self.conversation =
                text("/conversation_id").map(str::to_owned).or_else(|| self.conversation.take());
            return self.read_message(text("/event"), text("/answer").unwrap_or_default(), value);
        }
        if let Some(reason) = text("/choices/0/finish_reason") {
            self.finish_reason = Some(reason.to_owned());
        }
        let message = ["/choices/0/delta", "/choices/0/message"]
            .into_iter()
            .find_map(|path| value.pointer(path).filter(|message| message.is_object()));
        let field = |name: &str| message.and_then(|message| message.get(name));
        let has = |name: &str| field(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        self.has_thoughts |= has("reasoning_content") || has("reasoning");
        if has("refusal") {
            self.finish_reason = Some("refusal".to_owned());
        }
        self.add(field("content"));
    }

    /// Reads Dify's form.
    fn read_message(&mut self, event: Option<&str>, answer: &str, value: &Value) {
        match event {
            Some("message_end") => self.is_over = true,
            Some("message_replace") => answer.clone_into(&mut self.text),
            None | Some("message" | "agent_message") => self.text.push_str(answer),
            Some(_) => {}
        }
        if self.is_over || value.get("metadata").is_some() {
            self.finish_reason = Some("stop".to_owned());
        }
    }

    /// Adds a content: a text, `null`, or an array of parts.
    fn add(&mut self, content: Option<&Value>) {
        match content {
            Some(Value::String(text)) => self.text.push_str(text),
            Some(Value::Array(parts)) => {
                let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
                self.text.extend(texts);
            }
            _ => {}
        }
    }

    /// The end of the answer: what the model said, or why it did not.
    pub fn finish(mut self, status: u16, retry_after: Option<&str>) -> Result<Completion, Failure> {
        let is_too_long = self.is_too_long();
        if !self.is_over {
            self.end_line();
            self.end_event();
        }
        let is_page = self.body.starts_with('<');
        if !self.body.is_empty() {
            match parse(&self.body) {
                Ok(value) => self.read(&value),
                Err(_) => self.is_cut = true,
            }
        }
        if self.error.is_some() || !(200..300).contains(&status) {
            return Err(Failure::of(status, retry_after, self.error.as_ref()));
        }
        let lost = |reason: &str| Err(Failure::Lost { reason: reason.to_owned(), usage: self.usage });
        let no_text = |reason| Err(Failure::NoText { reason, usage: self.usage });
        let reason = self.finish_reason.as_deref().unwrap_or_default();
        if is_page {
            let reason = "it answered with a web page: check the base URL, which often ends with /v1";
            Err(Failure::Misconfigured(reason.to_owned()))
        } else if REFUSALS.contains(&reason) {
            Err(Failure::Refused)
        } else if is_too_long {
            lost("its answer is too long")
        } else if FAILURES.contains(&reason) {
            lost("it could not end its answer")
        } else if self.is_cut || (self.has_events && reason.is_empty() && !self.is_over) {
            lost("its answer was cut")
        } else if !self.text.trim().is_empty() {
            let Self { text, usage, finish_reason, conversation, .. } = self;
            Ok(Completion { text, usage, finish_reason, conversation })
        } else if self.has_thoughts {
            no_text("it only thought: set thinking to false, or more max_tokens")
        } else if !reason.is_empty() {
            no_text("its answer is empty")
        } else {
            Err(Failure::Failed("its answer is empty".to_owned()))
        }
    }
}

/// Whether JSON is an error instead of an answer: also with status 200, and in the middle of a stream.
fn is_error(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some_and(|field| !field.is_null());
    let is_answer = has("choices") || has("answer") || has("event");
    has("error")
        || value.get("event").and_then(Value::as_str) == Some("error")
        || (!is_answer && (has("code") || has("message") || has("errors")))
}
