//! How a provider deviates or fails: what each of them was seen to do.

use std::str::FromStr;
use std::time::Duration;

/// What happens instead of the usual answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// `delay-8`: the answer begins after so many seconds.
    Delay(Duration),
    /// `silent`: there is never an answer.
    Silent,
    /// `drop`: the connection is closed without an answer.
    Drop,
    /// An answer with a quirk.
    Quirk(Quirk),
    /// An error, by its name in `ERRORS`.
    Error(usize),
}

/// A quirk of an answer with status 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quirk {
    /// Empty lines before the JSON, as DeepSeek sends them to a call that waits.
    BlankLines,
    /// Comments between the events.
    Comments,
    /// Lines end with CRLF.
    Crlf,
    /// Events are not separated by empty lines.
    Dense,
    /// `reasoning_content`, and no content.
    ThoughtsOnly,
    /// `reasoning_content` before the content.
    Thoughts,
    /// The content begins with `<think>…</think>`.
    ThinkClosed,
    /// The content begins with `<think>` that has no end.
    ThinkUnclosed,
    /// `<think>…</think>` in the middle of the content.
    ThinkMiddle,
    /// The content is `null`.
    ContentNull,
    /// The content is an empty text.
    ContentEmpty,
    /// The content is an array of parts.
    ContentParts,
    /// The body is empty.
    Empty,
    /// A web page.
    Html,
    /// `finish_reason` is `content_filter`, after half of the answer.
    RefusedFinish,
    /// `finish_reason` is `length`.
    Length,
    /// JSON although a stream was asked for.
    PlainJson,
    /// The JSON ends in its middle, and so does the connection.
    CutJson,
    /// The stream ends in the middle of an event.
    CutSse,
    /// The stream ends after half of the answer, without an error.
    HalfSse,
    /// The stream has no `[DONE]`.
    NoDone,
    /// An error in the middle of the stream.
    LateError,
    /// Each byte is sent alone, so that characters are split.
    SplitUtf8,
    /// A megabyte.
    Huge,
    /// All of Markdown.
    Markdown,
    /// No `usage`.
    NoUsage,
    /// The connection stays open after the last event.
    Open,
}

const QUIRKS: [(&str, Quirk); 27] = [
    ("blank-lines", Quirk::BlankLines),
    ("comments", Quirk::Comments),
    ("crlf", Quirk::Crlf),
    ("dense", Quirk::Dense),
    ("thoughts-only", Quirk::ThoughtsOnly),
    ("thoughts", Quirk::Thoughts),
    ("think-closed", Quirk::ThinkClosed),
    ("think-unclosed", Quirk::ThinkUnclosed),
    ("think-middle", Quirk::ThinkMiddle),
    ("content-null", Quirk::ContentNull),
    ("content-empty", Quirk::ContentEmpty),
    ("content-parts", Quirk::ContentParts),
    ("empty", Quirk::Empty),
    ("html", Quirk::Html),
    ("refused-finish", Quirk::RefusedFinish),
    ("length", Quirk::Length),
    ("plain-json", Quirk::PlainJson),
    ("cut-json", Quirk::CutJson),
    ("cut-sse", Quirk::CutSse),
    ("half-sse", Quirk::HalfSse),
    ("no-done", Quirk::NoDone),
    ("late-error", Quirk::LateError),
    ("split-utf8", Quirk::SplitUtf8),
    ("huge", Quirk::Huge),
    ("markdown", Quirk::Markdown),
    ("no-usage", Quirk::NoUsage),
    ("open", Quirk::Open),
];

/// An error: its name, its status, and its body, as the provider sends it. `429` has a `retry-after`, `429-bare` has none.
pub(super) const ERRORS: [(&str, u16, &str); 37] = [
    (
        "401",
        401,
        r#"{"error":{"message":"Authentication Fails","type":"authentication_error","param":null,"code":"invalid_request_error"}}"#,
    ),
    (
        "402",
        402,
        r#"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#,
    ),
    ("403", 403, r#"{"error":{"message":"Forbidden","type":"forbidden","param":null,"code":"forbidden"}}"#),
    (
        "404",
        404,
        r#"{"error":{"message":"The model does not exist","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
    ),
    ("404-text", 404, "404 page not found"),
    (
        "400",
        400,
        r#"{"error":{"message":"Unknown parameter","type":"invalid_request_error","param":"x","code":"invalid_value"}}"#,
    ),
    ("redirect", 302, ""),
    (
        "429",
        429,
        r#"{"error":{"message":"Rate limit reached","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
    ),
    (
        "429-bare",
        429,
        r#"{"error":{"message":"Rate limit reached","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
    ),
    ("500", 500, r#"{"error":{"message":"Internal error","type":"server_error","param":null,"code":null}}"#),
    ("502-html", 502, "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"),
    (
        "503",
        503,
        r#"{"error":{"message":"Service unavailable","type":"server_error","param":null,"code":null}}"#,
    ),
    ("error-200", 200, r#"{"error":{"message":"Provider returned error","code":502}}"#),
    (
        "too-long",
        400,
        r#"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
    ),
    (
        "region",
        403,
        r#"{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported","param":null,"type":"request_forbidden"}}"#,
    ),
    (
        "refused-deepseek",
        400,
        r#"{"error":{"message":"Content Exists Risk","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#,
    ),
    (
        "refused-dashscope",
        400,
        r#"{"error":{"code":"data_inspection_failed","param":null,"message":"Input data may contain inappropriate content.","type":"data_inspection_failed"}}"#,
    ),
    (
        "refused-dashscope-new",
        400,
        r#"{"error":{"code":null,"param":null,"message":"<400> InternalError.Algo.DataInspectionFailed: Input text data may contain inappropriate content.","type":"invalid_request_error"}}"#,
    ),
    (
        "refused-moonshot",
        400,
        r#"{"error":{"message":"The request was rejected because it was considered high risk","type":"content_filter"}}"#,
    ),
    (
        "refused-zhipu",
        400,
        r#"{"contentFilter":[{"level":1,"role":"user"}],"error":{"code":"1301","message":"系统检测到输入或生成内容可能包含不安全或敏感内容，请您避免输入易产生敏感内容的提示语，感谢您的配合。"}}"#,
    ),
    (
        "refused-ark",
        400,
        r#"{"error":{"code":"InputTextSensitiveContentDetected","message":"The request failed because the input text may contain sensitive information.","param":"","type":"BadRequest"}}"#,
    ),
    (
        "refused-azure",
        400,
        r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
    ),
    (
        "refused-openrouter",
        403,
        r#"{"error":{"message":"The model requires moderation. Your input was flagged for \"violence\".","code":403,"metadata":{"reasons":["violence"],"flagged_input":"x","provider_name":"p","model_slug":"m"}}}"#,
    ),
    (
        "rate-zhipu-1302",
        429,
        r#"{"error":{"code":"1302","message":"您的账户已达到速率限制，请您控制请求频率"}}"#,
    ),
    (
        "rate-zhipu-1303",
        429,
        r#"{"error":{"code":"1303","message":"您当前使用该 API 的频率过高，请降低频率"}}"#,
    ),
    ("rate-zhipu-1305", 429, r#"{"error":{"code":"1305","message":"当前 API 请求过多，请稍后重试"}}"#),
    ("rate-zhipu-1312", 429, r#"{"error":{"code":"1312","message":"该模型当前访问量过大，请您稍后再试"}}"#),
    (
        "rate-moonshot",
        429,
        r#"{"error":{"message":"The engine is currently overloaded, please try again later","type":"engine_overloaded_error"}}"#,
    ),
    (
        "rate-siliconflow",
        429,
        r#"{"message":"Request was rejected due to rate limiting. Details:TPM limit reached.","data":null}"#,
    ),
    (
        "rate-dashscope",
        429,
        r#"{"error":{"code":"limit_requests","param":null,"message":"You exceeded your current requests list.","type":"limit_requests"}}"#,
    ),
    (
        "rate-ark",
        429,
        r#"{"error":{"code":"ServerOverloaded","message":"The service is currently unable to handle additional requests.","param":"","type":"TooManyRequests"}}"#,
    ),
    ("arrears-zhipu", 429, r#"{"error":{"code":"1113","message":"您的账户已欠费，请充值后重试"}}"#),
    (
        "arrears-dashscope",
        400,
        r#"{"error":{"code":"Arrearage","param":null,"message":"Access denied, please make sure your account is in good standing.","type":"Arrearage"}}"#,
    ),
    (
        "arrears-openai",
        429,
        r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
    ),
    (
        "thinking-dashscope",
        400,
        r#"{"error":{"code":"invalid_parameter_error","param":null,"message":"parameter.enable_thinking must be set to false for non-streaming calls","type":"invalid_request_error"}}"#,
    ),
    (
        "thinking-siliconflow",
        400,
        r#"{"code":20015,"message":"Value error, current model does not support parameter `enable_thinking`.","data":null}"#,
    ),
    ("conversation-gone", 404, r#"{"code":"not_found","message":"Conversation Not Exists.","status":404}"#),
];

impl Fault {
    /// The names of all faults.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let others = ["delay-1", "silent", "drop"];
        others.into_iter().chain(QUIRKS.map(|(name, _)| name)).chain(ERRORS.map(|(name, ..)| name))
    }
}

/// Reads the name of a fault.
impl FromStr for Fault {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if let Some(quirk) = QUIRKS.iter().find(|(known, _)| *known == name) {
            return Ok(Self::Quirk(quirk.1));
        }
        if let Some(error) = ERRORS.iter().position(|(known, ..)| *known == name) {
            return Ok(Self::Error(error));
        }
        let seconds = name.strip_prefix("delay-").and_then(|seconds| seconds.parse().ok());
        let delay = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        match name {
            "silent" => Ok(Self::Silent),
            "drop" => Ok(Self::Drop),
            _ => delay.map(Self::Delay).ok_or_else(|| {
                format!("no fault is named {name}; they are {}", Self::names().collect::<Vec<_>>().join(", "))
            }),
        }
    }
}
