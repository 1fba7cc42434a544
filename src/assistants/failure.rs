//! Why a model did not answer, told apart by who has to do something about it.

use std::fmt;

use serde_json::Value;

/// Why a model did not answer. The reasons are sentences about the provider for the operator, and never contain a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The provider refuses the user's message, or what the model said about it. Other models are not asked, and the
    /// message is not remembered: the provider would refuse every later one too.
    Refused,
    /// The operator has to change something: the key, the model, the balance.
    Misconfigured(String),
    /// The provider is asked too often.
    Busy {
        /// The seconds after which it wants to be asked again.
        retry_after: Option<u32>,
    },
    /// Dify has deleted the conversation: the same question has an answer without its id.
    ConversationGone,
    /// The model answered without a text.
    NoText {
        /// Why: a sentence about the provider.
        reason: &'static str,
        /// The tokens of the question and the answer, if the provider counted them.
        usage: Option<u64>,
    },
    /// The answer did not arrive in time, or not whole. The provider has done the work, and mostly charges for it.
    Lost {
        /// Why: a sentence about the provider.
        reason: String,
        /// The tokens of the question and the answer, if the provider counted them before.
        usage: Option<u64>,
    },
    /// The provider failed.
    Failed(String),
}

/// Who has to do something.
#[derive(Clone, Copy)]
enum Blame {
    User,
    Operator,
    Rate,
    Conversation,
    Provider,
}

/// What identifies errors, in the order in which it is looked for, and what is said of them. A text is compared in
/// lowercase with what [`described`] makes of an error, in which each of its fields is between two `#`.
const KNOWN: [(Blame, &str, &[&str]); 9] = [
    (
        Blame::User,
        "",
        &[
            "exists risk",
            "high risk",
            "data_inspection_failed",
            "datainspectionfailed",
            "inappropriate content",
            "content_filter",
            "content filter",
            "content management policy",
            "content_policy",
            "responsibleaipolicyviolation",
            "sensitivecontentdetected",
            "敏感内容",
            "#1301#",
            "#invalid_prompt#",
            "usage policies",
            "flagged",
            "requires moderation",
        ],
    ),
    (
        Blame::Operator,
        "its balance or quota is used up",
        &[
            "#1113#",
            "insufficient balance",
            "insufficient_balance",
            "balance is insufficient",
            "insufficient_quota",
            "exceeded_current_quota",
            "insufficient credits",
            "requires more credits",
            "余额不足",
            "欠费",
            "arrearage",
            "overdue",
            "freetieronly",
            "free allocation",
            "provider_quota_exceeded",
        ],
    ),
    (
        Blame::Operator,
        "its key is not valid",
        &[
            "invalid_api_key",
            "invalid api",
            "incorrect api key",
            "unauthapikey",
            "#1000#",
            "#1001#",
            "#1002#",
            "#1003#",
            "#1004#",
        ],
    ),
    (
        Blame::Operator,
        "it has no such model, or the key may not use it",
        &[
            "model_not_found",
            "model not exist",
            "model does not exist",
            "model_does_not_exist",
            "modelnotopen",
            "invalidendpointormodel",
            "no such model",
            "not a valid model",
            "no endpoints found",
            "#1211#",
            "#1220#",
            "#20012#",
        ],
    ),
    (
        Blame::Operator,
        "it refuses calls from this place; set location",
        &["unsupported_country", "location is not supported", "not available in your region"],
    ),
    (
        Blame::Operator,
        "the model rejects what switches thinking; set thinking to null, or stream",
        &["enable_thinking", "reasoning is mandatory", "thinking.type", "thinking type", "`thinking`"],
    ),
    (
        Blame::Rate,
        "",
        &[
            "rate_limit",
            "rate limit",
            "ratelimit",
            "too many requests",
            "too_many_requests",
            "throttling",
            "limit_requests",
            "limit_burst_rate",
            "overloaded",
            "tpm limit",
            "rpm limit",
            "#1302#",
            "#1303#",
            "#1304#",
            "#1305#",
            "#1312#",
        ],
    ),
    (Blame::Conversation, "", &["conversation_not_exists", "conversation not exists"]),
    (
        Blame::Provider,
        "the conversation is too long for the model",
        &["context_length_exceeded", "context length", "input length", "#1261#"],
    ),
];

/// Where the errors of the providers have their codes: OpenAI's form, Azure's, SiliconFlow's and Dify's, Cloudflare's.
const CODES: [&str; 5] = ["/error/code", "/error/type", "/error/innererror/code", "/code", "/errors/0/code"];
/// Where they have their messages, which may contain what the user wrote.
const MESSAGES: [&str; 6] =
    ["/error", "/error/message", "/error/metadata/reasons/0", "/message", "/errors/0/message", "/statusText"];

impl Failure {
    /// Whether another model may be asked the same.
    #[must_use]
    pub const fn allows_fallback(&self) -> bool {
        !matches!(self, Self::Refused)
    }

    /// Interprets a status, the `retry-after` header, and the error of the body.
    pub(super) fn of(status: u16, retry_after: Option<&str>, error: Option<&Value>) -> Self {
        let status = error.and_then(status_of).filter(|_| (200..300).contains(&status)).unwrap_or(status);
        let described = |fields: &[&str]| error.map(|error| described(error, fields)).unwrap_or_default();
        let codes = described(&CODES);
        let error = codes.clone() + &described(&MESSAGES);
        let retry_after = retry_after.and_then(|seconds| seconds.trim().parse().ok());
        let is_known = |needles: &[&str]| needles.iter().any(|needle| error.contains(needle));
        let known = KNOWN.iter().find(|(.., needles)| is_known(needles));
        match known {
            Some((Blame::User, ..)) => return Self::Refused,
            Some((Blame::Rate, ..)) => return Self::Busy { retry_after },
            Some((Blame::Conversation, ..)) => return Self::ConversationGone,
            Some((Blame::Operator, words, _)) => return Self::Misconfigured((*words).to_owned()),
            Some((Blame::Provider, words, _)) => return Self::Failed((*words).to_owned()),
            None => {}
        }
        let code = code(&codes).map(|code| format!(" ({code})")).unwrap_or_default();
        match status {
            300..400 => Self::Misconfigured(format!("it answered {status}, and redirects are not followed")),
            429 => Self::Busy { retry_after },
            401 => Self::Misconfigured(format!("it answered 401{code}: the key is not valid")),
            402 => Self::Misconfigured(format!("it answered 402{code}: the balance is used up")),
            403 => Self::Misconfigured(format!("it answered 403{code}: the key may not do this")),
            404 => Self::Misconfigured(format!("it answered 404{code}: check the base URL and the model")),
            408 | 500.. => Self::Failed(format!("it answered {status}{code}")),
            400..500 => Self::Misconfigured(format!("it rejected the request with {status}{code}")),
            _ => Self::Failed(format!("it answered with an error{code}")),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Refused => "it refused the message",
            Self::Misconfigured(reason) | Self::Failed(reason) | Self::Lost { reason, .. } => reason,
            Self::NoText { reason, .. } => reason,
            Self::Busy { .. } => "it is asked too often, or is overloaded",
            Self::ConversationGone => "it has deleted the conversation",
        })
    }
}

/// The status that an error states itself, where the answer has begun before it occurred.
fn status_of(error: &Value) -> Option<u16> {
    let stated = ["/error/code", "/status"].into_iter().find_map(|path| error.pointer(path)?.as_u64());
    stated.and_then(|status| u16::try_from(status).ok()).filter(|status| (400..600).contains(status))
}

/// Fields of an error in lowercase, each between two `#`.
fn described(error: &Value, fields: &[&str]) -> String {
    let mut described = "#".to_owned();
    for field in fields {
        match error.pointer(field) {
            Some(Value::String(text)) => described.push_str(text),
            Some(Value::Number(number)) => described.push_str(&number.to_string()),
            _ => continue,
        }
        described.push('#');
    }
    described.to_lowercase()
}

/// The first of the codes that is one, and not a sentence.
fn code(codes: &str) -> Option<&str> {
    let is_code = |field: &&str| {
        (1..=64).contains(&field.len())
            && field.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    codes.split('#').find(is_code)
}
