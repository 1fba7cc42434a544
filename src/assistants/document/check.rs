//! The limits of assistants.

use serde_json::Value;

use crate::assistants::assistant::{
    Assistant, Blocked, Handover, Limits, Links, Memory, Model, Texts, Words,
};
use crate::callback::{Reply, ReplyDraft, Trigger};
use crate::invalid::Invalid;
use crate::limits;
use crate::url::WebUrl;

use super::{Api, AssistantDraft, HandoverDraft, Input, MemoryDraft, ModelDraft};

/// Maximum number of assistants of an account.
pub const MAX_ASSISTANTS: usize = 16;
pub(super) const MAX_FALLBACKS: usize = 2;
/// The location hints of Durable Objects.
pub(super) const LOCATIONS: [&str; 9] = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"];
/// Maximum length of a name in characters.
const MAX_NAME: usize = 32;
const MAX_PROMPT_BYTES: usize = 8192;
const MAX_EXTRA_BYTES: usize = 2048;
/// Maximum length of a label in characters.
const MAX_LABEL: usize = 100;
const MAX_BLOCKED_WORDS: usize = 2000;
/// Maximum number of words that start again, or get a person.
const MAX_COMMANDS: usize = 20;
const MAX_WORD_BYTES: usize = 200;
const MAX_HOSTS: usize = 20;
/// The fields of a request that settings cannot change: the worker decides them.
const OWN_FIELDS: [&str; 8] =
    ["messages", "model", "stream", "user", "tools", "query", "response_mode", "conversation_id"];

const RESET: [&str; 2] = ["新话题", "#清除记忆"];
const LABEL: &str = "（内容由AI生成）";
const UNREADABLE: &str = "目前只能识别文字和语音消息，请用文字描述您的问题。";
const UNREADABLE_VOICE: &str = "目前只能识别文字消息，请用文字描述您的问题。";
const RESET_TEXT: &str = "好的，我们重新开始。";
const BLOCKED_TEXT: &str = "抱歉，这个问题我无法回答。";
const FETCH_TEXT: &str = "正在为您整理回复，请稍后发送任意消息查看。";
const BUSY_TEXT: &str = "您前面的消息还在处理中，请稍后再发。";
const LIMIT_TEXT: &str = "您的提问次数已达上限，请稍后再试。";
const FAILURE_TEXT: &str = "抱歉，暂时无法回复，请稍后再试。";

/// The complaints about an assistant.
#[derive(Default)]
struct Complaints(Vec<Invalid>);

impl Complaints {
    fn add(&mut self, field: &str, complaint: impl Into<String>) {
        self.0.push(Invalid::new(field, complaint));
    }

    fn number(&mut self, field: &str, value: Option<u32>, [min, max]: [u32; 2], default: u32) -> u32 {
        let value = value.unwrap_or(default);
        if value < min || value > max {
            self.add(field, format!("must be {min} to {max}"));
        }
        value
    }

    fn take<T>(&mut self, field: &str, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|invalid| self.0.push(invalid.about(field))).ok()
    }

    /// A text that fits in one message.
    fn text(&mut self, field: &str, text: Option<&String>, default: &str) -> String {
        let text = text.map_or(default, String::as_str);
        if limits::is_blank(text) {
            self.add(field, "is empty");
        } else {
            let _ = self.take(field, Reply::text(text));
        }
        text.to_owned()
    }

    fn words(&mut self, field: &str, words: &[String]) -> Words {
        for (index, word) in words.iter().enumerate() {
            let field = format!("{field}[{index}]");
            if limits::is_blank(word) {
                // It would be in every text, or in none that is seen.
                self.add(&field, "is empty");
            } else if word.len() > MAX_WORD_BYTES {
                self.add(&field, format!("has more than {MAX_WORD_BYTES} bytes"));
            }
        }
        Words::new(words.iter().map(String::as_str))
    }

    fn commands(&mut self, field: &str, words: &[String]) -> Words {
        if words.len() > MAX_COMMANDS {
            self.add(field, format!("must contain at most {MAX_COMMANDS}"));
        }
        self.words(field, words)
    }
}

impl AssistantDraft {
    /// The assistants of a document; an error names each field that breaks a limit, such as `assistants[0].input_max`.
    pub fn check_all(drafts: &[Self]) -> Result<Vec<Assistant>, Invalid> {
        if drafts.len() > MAX_ASSISTANTS {
            return Err(Invalid::new("assistants", format!("must contain at most {MAX_ASSISTANTS}")));
        }
        let check = |(index, draft): (usize, &Self)| {
            let is_duplicate = drafts.iter().take(index).any(|other| other.name == draft.name);
            let complaint = is_duplicate.then(|| Invalid::new("name", "is duplicated"));
            let checked = complaint.map_or_else(|| draft.check(), Err);
            checked.map_err(|invalid| invalid.under(&format!("assistants[{index}]")))
        };
        Invalid::collect(drafts.iter().enumerate().map(check))
    }

    /// The assistant, if it is within the limits; an error names each field that is not.
    pub fn check(&self) -> Result<Assistant, Invalid> {
        let mut complaints = Complaints::default();
        let assistant = self.checked(&mut complaints);
        Invalid::all(complaints.0).map_or(Ok(assistant), Err)
    }

    fn checked(&self, complaints: &mut Complaints) -> Assistant {
        self.check_name(complaints);
        let models = self.check_models(complaints);
        let prompt = self.prompt.clone().unwrap_or_default();
        if prompt.len() > MAX_PROMPT_BYTES {
            complaints.add("prompt", format!("has {} bytes; {MAX_PROMPT_BYTES} are allowed", prompt.len()));
        }
        let accept = self.accept.clone().unwrap_or_else(|| vec![Input::Text, Input::Voice]);
        if accept.is_empty() {
            complaints.add("accept", "is empty");
        }
        let label = self.label.as_deref().unwrap_or(LABEL).trim().to_owned();
        if label.chars().count() > MAX_LABEL {
            complaints.add("label", format!("has more than {MAX_LABEL} characters"));
        }
        let location = self.location.clone();
        if location.as_deref().is_some_and(|location| !LOCATIONS.contains(&location)) {
            complaints.add("location", format!("must be one of {}", LOCATIONS.join(", ")));
        }
        let input_max = complaints.number("input_max", self.input_max, [1, 2000], 500);
        let parts_max = complaints.number("parts_max", self.parts_max, [1, 5], 3);
        Assistant {
            name: self.name.clone(),
            models,
            prompt,
            memory: self.memory.clone().unwrap_or_default().check(complaints),
            limits: self.check_limits(complaints),
            input_max: usize::try_from(input_max).unwrap_or_default(),
            parts_max: usize::try_from(parts_max).unwrap_or_default(),
            plain_text: self.plain_text.unwrap_or(true),
            links: self.check_links(complaints),
            label,
            label_at: self.label_at.unwrap_or_default(),
            blocked: self.check_blocked(complaints),
            handover: self.handover.as_ref().map(|handover| handover.check(complaints)),
            slow: self.slow.unwrap_or_default(),
            budget: complaints.number("budget_ms", self.budget_ms, [500, 4500], 4000),
            timeout: complaints.number("timeout_ms", self.timeout_ms, [5000, 120_000], 60_000),
            typing: self.typing.unwrap_or(true),
            location,
            texts: self.check_texts(&accept, input_max, complaints),
            accept,
        }
    }

    fn check_name(&self, complaints: &mut Complaints) {
        let name = limits::filled("name", &self.name).and_then(|name| limits::visible("name", name));
        let length = complaints.take("name", name).map_or(0, |name| name.chars().count());
        if length > MAX_NAME {
            complaints.add("name", format!("has {length} characters; {MAX_NAME} are allowed"));
        }
    }

    fn check_models(&self, complaints: &mut Complaints) -> Vec<Model> {
        if self.fallback.len() > MAX_FALLBACKS {
            complaints.add("fallback", format!("must contain at most {MAX_FALLBACKS}"));
        }
        let first = self.model.check("model", None, complaints);
        let mut models = vec![first.clone()];
        for (index, draft) in self.fallback.iter().enumerate() {
            models.push(draft.check(&format!("fallback[{index}]"), Some(&first), complaints));
        }
        if self.prompt.is_some() && models.iter().all(|model| model.api == Api::Dify) {
            complaints.add("prompt", "has no effect with api dify, whose app has its own; omit it");
        }
        models
    }

    fn check_limits(&self, complaints: &mut Complaints) -> Limits {
        let limits = self.limits.clone().unwrap_or_default();
        Limits {
            user_minute: complaints.number("limits.user_minute", limits.user_minute, [1, 60], 5),
            user_day: complaints.number("limits.user_day", limits.user_day, [1, 10_000], 50),
            account_day: complaints.number("limits.account_day", limits.account_day, [1, 1_000_000], 2000),
            tokens_day: complaints.number(
                "limits.tokens_day",
                limits.tokens_day,
                [1000, 2_000_000_000],
                2_000_000,
            ),
        }
    }

    fn check_links(&self, complaints: &mut Complaints) -> Links {
        match &self.links {
            None => Links::Keep,
            Some(Value::String(word)) if word == "keep" => Links::Keep,
            Some(Value::String(word)) if word == "remove" => Links::Only(Vec::new()),
            Some(Value::Array(hosts)) if (1..=MAX_HOSTS).contains(&hosts.len()) => {
                let host = |(index, host): (usize, &Value)| {
                    let host = host.as_str().unwrap_or_default();
                    let url = format!("https://{host}");
                    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
                    let is_host = WebUrl::parse(&url).is_ok_and(|url| url.host == host);
                    if !is_host || !host.bytes().all(is_name) {
                        complaints.add(&format!("links[{index}]"), "must be a host, such as example.com");
                    }
                    host.to_ascii_lowercase()
                };
                Links::Only(hosts.iter().enumerate().map(host).collect())
            }
            Some(_) => {
                complaints.add("links", format!("must be keep, remove, or a list of 1 to {MAX_HOSTS} hosts"));
                Links::Keep
            }
        }
    }

    fn check_blocked(&self, complaints: &mut Complaints) -> Blocked {
        let blocked = self.blocked.clone().unwrap_or_default();
        if blocked.input.len().saturating_add(blocked.output.len()) > MAX_BLOCKED_WORDS {
            complaints.add("blocked", format!("must contain at most {MAX_BLOCKED_WORDS} words"));
        }
        Blocked {
            input: complaints.words("blocked.in", &blocked.input),
            output: complaints.words("blocked.out", &blocked.output),
        }
    }

    fn check_texts(&self, accept: &[Input], input_max: u32, complaints: &mut Complaints) -> Texts {
        let unreadable = if accept.contains(&Input::Voice) { UNREADABLE } else { UNREADABLE_VOICE };
        let too_long = format!("消息太长了，请控制在{input_max}字以内再发送。");
        let reset = self.memory.as_ref().and_then(|memory| memory.reset_text.as_ref());
        let blocked = self.blocked.as_ref().and_then(|blocked| blocked.text.as_ref());
        Texts {
            unreadable: complaints.text("unreadable", self.unreadable.as_ref(), unreadable),
            too_long: complaints.text("too_long_text", self.too_long_text.as_ref(), &too_long),
            reset: complaints.text("memory.reset_text", reset, RESET_TEXT),
            blocked: complaints.text("blocked.text", blocked, BLOCKED_TEXT),
            fetch: complaints.text("fetch_text", self.fetch_text.as_ref(), FETCH_TEXT),
            busy: complaints.text("busy_text", self.busy_text.as_ref(), BUSY_TEXT),
            limit: complaints.text("limit_text", self.limit_text.as_ref(), LIMIT_TEXT),
            failure: complaints.text("failure_text", self.failure_text.as_ref(), FAILURE_TEXT),
        }
    }
}

impl ModelDraft {
    /// `first` is the model of which a fallback takes what it does not say.
    fn check(&self, path: &str, first: Option<&Model>, complaints: &mut Complaints) -> Model {
        let mut own = Complaints::default();
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=32).contains(&self.provider.len()) || !self.provider.bytes().all(is_name) {
            own.add("provider", "must be 1 to 32 characters of a-z, 0-9 and _");
        }
        let api = self.api.unwrap_or_default();
        let model = self.model.clone().unwrap_or_default();
        match (api, model.trim().is_empty()) {
            (Api::Openai, true) => own.add("model", "is missing"),
            (Api::Dify, false) => {
                own.add("model", "has no effect with api dify, whose app names it; omit it");
            }
            _ if model.len() > 200 => own.add("model", "has more than 200 bytes"),
            _ => {}
        }
        let stream = match &self.stream {
            None => true,
            Some(Value::Bool(stream)) => *stream,
            Some(Value::String(word)) if word == "auto" => true,
            Some(_) => {
                own.add("stream", "must be auto, true or false");
                true
            }
        };
        if !matches!(self.thinking, Value::Bool(_) | Value::Null) {
            own.add("thinking", "must be true, false or null");
        }
        let temperature = self.temperature.or_else(|| first.and_then(|first| first.temperature));
        if temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
            own.add("temperature", "must be 0 to 2");
        }
        let extra = self.extra.clone().unwrap_or_default();
        if serde_json::to_string(&extra).unwrap_or_default().len() > MAX_EXTRA_BYTES {
            own.add("extra", format!("has more than {MAX_EXTRA_BYTES} bytes"));
        }
        if let Some(field) = OWN_FIELDS.iter().find(|field| extra.contains_key(**field)) {
            own.add("extra", format!("must not contain {field}"));
        }
        let max_tokens = self.max_tokens.or_else(|| first.map(|first| first.max_tokens));
        let max_tokens = own.number("max_tokens", max_tokens, [1, 8192], 800);
        complaints.0.extend(own.0.into_iter().map(|invalid| invalid.under(path)));
        let thinking = self.thinking.as_bool();
        let provider = self.provider.clone();
        Model { provider, api, model, stream, thinking, max_tokens, temperature, extra }
    }
}

impl MemoryDraft {
    fn check(&self, complaints: &mut Complaints) -> Memory {
        let turns = complaints.number("memory.turns", self.turns, [0, 20], 8);
        let default = || RESET.map(str::to_owned).into();
        let reset = self.reset.clone().unwrap_or_else(default);
        Memory {
            turns: usize::try_from(turns).unwrap_or_default(),
            minutes: complaints.number("memory.minutes", self.minutes, [1, 1440], 30),
            reset: complaints.commands("memory.reset", &reset),
        }
    }
}

impl HandoverDraft {
    fn check(&self, complaints: &mut Complaints) -> Handover {
        if self.words.is_empty() {
            complaints.add("handover.words", "is empty");
        }
        let transfer = || Reply::from_json(r#"{"msgtype": "transfer_customer_service"}"#);
        let reply = self.reply.as_ref().map_or_else(transfer, ReplyDraft::check);
        let reply = reply.and_then(|reply| match reply.as_ref().map(|reply| reply.check(Trigger::Message)) {
            Some(Err(invalid)) => Err(invalid),
            _ => Ok(reply),
        });
        let reply = reply.map_err(|invalid| complaints.0.push(invalid.under("handover.reply")));
        Handover {
            words: complaints.commands("handover.words", &self.words),
            minutes: complaints.number("handover.minutes", self.minutes, [1, 1440], 30),
            reply: reply.unwrap_or_default(),
        }
    }
}
