//! Assistants as JSON: as an operator writes them, and as they are stored.

mod check;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::callback::ReplyDraft;
use crate::invalid::Invalid;
use crate::json::exactly_from_value;

pub use check::MAX_ASSISTANTS;

/// An assistant: a model that answers the messages for which a rule has `ask`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Assistant")]
#[serde(deny_unknown_fields)]
pub struct AssistantDraft {
    /// Your name for it, which rules use in `ask`: at most 32 characters.
    #[schemars(length(min = 1))]
    pub name: String,
    /// The model that is asked.
    model: ModelDraft,
    /// The models that are asked in turn if the one before them fails: at most 2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = check::MAX_FALLBACKS))]
    fallback: Vec<ModelDraft>,
    /// The system prompt: at most 8 KiB. `{{date}}`, `{{model}}` and `{{account}}` are replaced. Users can make the model
    /// repeat it, so it must contain nothing secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    /// The types of messages that it answers; absent = `["text", "voice"]`. Of a voice message it gets the text that
    /// WeChat recognized.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    accept: Option<Vec<Input>>,
    /// The answer to a message of another type, or without a recognized text.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<String>,
    /// What it remembers of a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<MemoryDraft>,
    /// How often it may be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<LimitsDraft>,
    /// Maximum length of a user's message in characters: 1 to 2,000; absent = 500. A longer one is not cut, but answered
    /// with `too_long_text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2000))]
    input_max: Option<u32>,
    /// The answer to a message that is longer than `input_max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    too_long_text: Option<String>,
    /// Maximum number of messages of an answer: 1 to 5; absent = 3. What does not fit is cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 5))]
    parts_max: Option<u32>,
    /// Whether Markdown becomes plain text, since WeChat shows its marks; absent = true.
    #[serde(skip_serializing_if = "Option::is_none")]
    plain_text: Option<bool>,
    /// What becomes of links in answers: `keep`, `remove`, or a list of hosts to which they remain; absent = `keep`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<LinksSchema>")]
    links: Option<Value>,
    /// What marks each answer as generated: at most 100 characters, in which `{{model}}`, `{{date}}` and `{{account}}` are
    /// replaced; absent = `（内容由AI生成）`, empty = nothing. Chinese law obliges you to label what you do not label
    /// elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Where the label is; absent = `end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    label_at: Option<LabelAt>,
    /// Words that are not asked and not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<BlockedDraft>,
    /// How a user gets a person; absent = not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    handover: Option<HandoverDraft>,
    /// How an answer that comes after the budget reaches the user; absent = `auto`.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow: Option<Slow>,
    /// The time in milliseconds from the user's message within which the answer can be the passive reply: 500 to 4,500;
    /// absent = 4,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 500, max = 4500))]
    budget_ms: Option<u32>,
    /// The timeout of a model in milliseconds: 5,000 to 120,000; absent = 60,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 5000, max = 120_000))]
    timeout_ms: Option<u32>,
    /// Whether the user sees 对方正在输入 while a late answer is awaited, where the account may send customer-service
    /// messages; absent = true.
    #[serde(skip_serializing_if = "Option::is_none")]
    typing: Option<bool>,
    /// Where the calls of the model come from: a location hint of Durable Objects, such as `apac` or `wnam`. It has an
    /// effect on users that have not yet asked. Some providers refuse calls from Hong Kong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = check::LOCATIONS))]
    location: Option<String>,
    /// The text that tells the user to fetch the answer with another message.
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch_text: Option<String>,
    /// The answer to a message while too many others wait for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    busy_text: Option<String>,
    /// The answer if a limit is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_text: Option<String>,
    /// The answer if no model answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_text: Option<String>,
}

/// A model and how it is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantModel")]
#[serde(deny_unknown_fields)]
pub(super) struct ModelDraft {
    /// The provider: `deepseek` is the one whose base URL and key are the secret `AI_DEEPSEEK`.
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    provider: String,
    /// The form of the provider's API; absent = `openai`.
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<Api>,
    /// The provider's name of the model. `dify` has none: its app names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    /// Whether the answer is streamed, which the user does not see: `auto`, true or false; absent = `auto`, which streams,
    /// because proxies end a long call that does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<StreamSchema>")]
    stream: Option<Value>,
    /// Whether the model thinks before it answers; absent = false, null = the provider's default. It has an effect where
    /// the provider is known to support it.
    #[serde(default = "no", skip_serializing_if = "is_no")]
    #[schemars(with = "Option<bool>")]
    thinking: Value,
    /// Maximum length of an answer in tokens: 1 to 8,192; absent = 800, in `fallback` that of `model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 8192))]
    max_tokens: Option<u32>,
    /// 0 to 2; absent = the provider's default, in `fallback` that of `model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 2))]
    temperature: Option<f64>,
    /// Further fields of the request, at most 2 KiB: `{"top_p": 0.8}`. A field with null is left out of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<Map<String, Value>>,
}

/// What an assistant remembers of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantMemory")]
#[serde(deny_unknown_fields)]
pub(super) struct MemoryDraft {
    /// Maximum number of questions with their answers, together at most 24 KiB: 0 to 20; absent = 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 20))]
    turns: Option<u32>,
    /// Minutes after the last message when everything is forgotten: 1 to 1,440; absent = 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1440))]
    minutes: Option<u32>,
    /// What a user sends to start again; absent = `["新话题", "#清除记忆"]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<Vec<String>>,
    /// The answer to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset_text: Option<String>,
}

/// How often an assistant may be asked. A day begins at midnight in Beijing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantLimits")]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsDraft {
    /// Questions of a user in a minute; absent = 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 60))]
    user_minute: Option<u32>,
    /// Questions of a user in a day; absent = 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    user_day: Option<u32>,
    /// Questions of all users in a day; absent = 2,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000))]
    account_day: Option<u32>,
    /// Tokens of all questions and answers in a day; absent = 2,000,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1000, max = 2_000_000_000))]
    tokens_day: Option<u32>,
}

/// Words that are not asked and not answered, wherever they are in a text: at most 2,000 together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantBlocked")]
#[serde(deny_unknown_fields)]
pub(super) struct BlockedDraft {
    /// A message that contains one is not sent to the model.
    #[serde(rename = "in", default, skip_serializing_if = "Vec::is_empty")]
    input: Vec<String>,
    /// An answer that contains one is not sent to the user.
    #[serde(rename = "out", default, skip_serializing_if = "Vec::is_empty")]
    output: Vec<String>,
    /// The answer instead, also where the provider refused the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// How a user gets a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantHandover")]
#[serde(deny_unknown_fields)]
pub(super) struct HandoverDraft {
    /// What a user sends: the whole message is one of these, such as `["人工", "转人工"]`.
    #[schemars(length(min = 1))]
    words: Vec<String>,
    /// Minutes during which nothing answers the user automatically: 1 to 1,440; absent = 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1440))]
    minutes: Option<u32>,
    /// The reply; absent = `{"msgtype": "transfer_customer_service"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<ReplyDraft>,
}

/// The form of a provider's API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantApi")]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// `/chat/completions`, as OpenAI and most others have it.
    #[default]
    Openai,
    /// `/chat-messages` of Dify, whose app has a prompt and a memory of its own.
    Dify,
}

/// A type of messages that a model understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantInput")]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Texts.
    Text,
    /// Voice messages, of which WeChat recognized the text.
    Voice,
}

/// Where the label of an answer is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantLabelAt")]
#[serde(rename_all = "snake_case")]
pub enum LabelAt {
    /// Before its first message.
    Start,
    /// After its last message.
    #[default]
    End,
}

/// How an answer that is too late to be the passive reply reaches the user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AssistantSlow")]
#[serde(rename_all = "snake_case")]
pub enum Slow {
    /// As a customer-service message, or with the next delivery if WeChat refused that.
    #[default]
    Auto,
    /// As a customer-service message, which the account must be allowed to send.
    CustomerService,
    /// As the passive reply to one of WeChat's two repeated deliveries, or else to the user's next message.
    NextDelivery,
}

/// `links`
#[derive(JsonSchema)]
#[schemars(rename = "AssistantLinks", untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum LinksSchema {
    /// All or none.
    Word(#[schemars(extend("enum" = ["keep", "remove"]))] String),
    /// Only to these hosts and their subdomains, such as `["example.com"]`.
    Hosts(#[schemars(length(min = 1, max = 20))] Vec<String>),
}

/// `stream`
#[derive(JsonSchema)]
#[schemars(rename = "AssistantStream", untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum StreamSchema {
    /// What suits the provider.
    Auto(#[schemars(extend("enum" = ["auto"]))] String),
    /// Always, or never.
    Switch(bool),
}

const fn no() -> Value {
    Value::Bool(false)
}

fn is_no(value: &Value) -> bool {
    *value == no()
}

impl AssistantDraft {
    /// Reads the assistants of a document; an error names each field that has not the right shape, such as
    /// `assistants[0].model.provider`.
    pub fn read_all(assistants: &[Value]) -> Result<Vec<Self>, Invalid> {
        let read = |(index, assistant)| {
            exactly_from_value(assistant)
                .map_err(|invalid: Invalid| invalid.under(&format!("assistants[{index}]")))
        };
        Invalid::collect(assistants.iter().enumerate().map(read))
    }
}
