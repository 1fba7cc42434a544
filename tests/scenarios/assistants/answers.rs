use mp_worker::assistants::{Api, Completion, Failure, Reader};
use serde_json::{Value, json};

fn read(status: u16, body: &str) -> Result<Completion, Failure> {
    let outcome = read_pieces(Api::Openai, status, &[body.as_bytes()]);
    // Wherever the bytes are cut.
    for size in [1, 3, 7] {
        let pieces: Vec<&[u8]> = body.as_bytes().chunks(size).collect();
        assert_eq!(read_pieces(Api::Openai, status, &pieces), outcome, "pieces of {size}: {body}");
    }
    outcome
}

fn read_pieces(api: Api, status: u16, pieces: &[&[u8]]) -> Result<Completion, Failure> {
    let mut reader = Reader::new(api);
    for piece in pieces {
        if !reader.push(piece) {
            break;
        }
    }
    reader.finish(status, Some("3"))
}

fn text(body: &str) -> String {
    read(200, body).unwrap_or_else(|failure| panic!("{failure:?}: {body}")).text
}

fn delta(content: &str) -> String {
    json!({ "choices": [{ "index": 0, "delta": { "content": content }, "finish_reason": null }] }).to_string()
}

const STOP: &str =
    r#"{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": {"total_tokens": 42}}"#;

fn completion(message: &Value) -> String {
    json!({ "choices": [{ "message": message, "finish_reason": "stop" }], "usage": { "total_tokens": 42 } })
        .to_string()
}

#[test]
fn a_stream_and_a_plain_answer_are_the_same() {
    let expected = Completion {
        text: "你好👍".to_owned(),
        usage: Some(42),
        finish_reason: Some("stop".to_owned()),
        conversation: None,
    };
    let (first, second) = (delta("你好"), delta("👍"));
    for stream in [
        format!("data: {first}\n\ndata: {second}\n\ndata: {STOP}\n\ndata: [DONE]\n\n"),
        format!("data:{first}\r\n\r\ndata:{second}\r\n\r\ndata:{STOP}\r\n\r\ndata:[DONE]\r\n\r\n"),
        format!(
            ": OPENROUTER PROCESSING\n\n: keep-alive\n\nid: 1\nevent: message\nretry: 5\ndata: {first}\n\ndata: {second}\n\ndata: {STOP}\n\n"
        ),
        // Without empty lines, without [DONE], without a line break at the end.
        format!("data: {first}\ndata: {second}\ndata: {STOP}"),
        format!(
            "\u{feff}data: {first}\n\ndata: {second}\n\ndata: {STOP}\n\ndata: [DONE]\n\ndata: {first}\n\n"
        ),
        // An event in several lines.
        format!(
            "data: {first}\n\ndata: {second}\n\ndata: {}\n\n",
            STOP.replace(", \"usage\"", ",\ndata: \"usage\"")
        ),
        completion(&json!({ "role": "assistant", "content": "你好👍" })),
        format!("\n\n\r\n\n{}\n", completion(&json!({ "content": "你好👍", "reasoning_content": "想一想" }))),
        format!(
            ": keep-alive\n\n{}",
            completion(
                &json!({ "content": [{ "type": "text", "text": "你好" }, { "type": "text", "text": "👍" }] })
            )
        ),
        serde_json::to_string_pretty(
            &serde_json::from_str::<Value>(&completion(&json!({ "content": "你好👍" }))).unwrap(),
        )
        .unwrap(),
    ] {
        assert_eq!(read(200, &stream), Ok(expected.clone()), "{stream}");
    }
}

#[test]
fn the_tokens_are_counted_wherever_the_provider_says_them() {
    let usage = |body: &Value| read(200, &body.to_string()).unwrap().usage;
    let choice = json!({ "message": { "content": "a" }, "finish_reason": "stop" });
    assert_eq!(usage(&json!({ "choices": [choice] })), None);
    let mut of_moonshot = choice.clone();
    of_moonshot["usage"] = json!({ "total_tokens": 7 });
    assert_eq!(usage(&json!({ "choices": [of_moonshot] })), Some(7));
    // In a chunk of its own after the last.
    let stream = format!(
        "data: {}\n\ndata: {STOP}\n\ndata: {}\n\n",
        delta("a"),
        json!({ "choices": [], "usage": { "total_tokens": 9 } })
    );
    assert_eq!(read(200, &stream).unwrap().usage, Some(9));
}

#[test]
fn thoughts_beside_the_answer_are_not_part_of_it() {
    let thought = json!({ "choices": [{ "delta": { "reasoning_content": "想", "content": null } }] });
    assert_eq!(text(&format!("data: {thought}\n\ndata: {}\n\ndata: {STOP}\n\n", delta("好"))), "好");
    let only = format!("data: {thought}\n\ndata: {STOP}\n\n");
    let Err(Failure::NoText { reason, .. }) = read(200, &only) else { panic!("{only}") };
    assert!(reason.contains("only thought"), "{reason}");
}

/// What a provider answers to a message that it refuses: DeepSeek, DashScope in its spellings, Moonshot, Zhipu, Ark, Azure,
/// OpenRouter, and any of them after it has begun to answer.
const REFUSALS: &[(u16, &str)] = &[
    (
        400,
        r#"{"error": {"message": "Content Exists Risk", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}}"#,
    ),
    (
        400,
        r#"{"error": {"code": "data_inspection_failed", "param": null, "message": "Input data may contain inappropriate content.", "type": "data_inspection_failed"}}"#,
    ),
    (
        400,
        r#"{"error": {"code": null, "message": "<400> InternalError.Algo.DataInspectionFailed: Input text data may contain it.", "type": "invalid_request_error"}}"#,
    ),
    (400, r#"{"code": "DataInspectionFailed", "message": "Output data may contain it.", "request_id": "r"}"#),
    (
        400,
        r#"{"error": {"type": "content_filter", "message": "The request was rejected because it was considered high risk"}}"#,
    ),
    (
        400,
        r#"{"contentFilter": [{"role": "user", "level": 1}], "error": {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容"}}"#,
    ),
    (
        400,
        r#"{"error": {"code": "InputTextSensitiveContentDetected", "message": "The request failed.", "type": "BadRequest"}}"#,
    ),
    (
        400,
        r#"{"error": {"code": "content_filter", "message": "The response was filtered", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}"#,
    ),
    (
        403,
        r#"{"error": {"code": 403, "message": "It requires moderation. Your input was flagged", "metadata": {"reasons": ["violence"], "flagged_input": "x"}}}"#,
    ),
    (200, r#"{"choices": [{"message": {"content": "半句"}, "finish_reason": "content_filter"}]}"#),
    (200, r#"{"choices": [{"message": {"content": "半句"}, "finish_reason": "sensitive"}]}"#),
    (
        200,
        r#"{"choices": [{"message": {"content": null, "refusal": "I cannot help"}, "finish_reason": "stop"}]}"#,
    ),
];

/// What the operator has to change, and a word of what is said of it.
const MISCONFIGURATIONS: &[(u16, &str, &str)] = &[
    (
        401,
        r#"{"error": {"message": "Authentication Fails", "type": "authentication_error", "code": "invalid_request_error"}}"#,
        "key",
    ),
    (
        401,
        r#"{"error": {"message": "Incorrect API key provided", "type": "invalid_request_error", "code": "invalid_api_key"}}"#,
        "key",
    ),
    (403, r#"{"code": 514, "statusText": "unAuthApiKey", "message": "", "data": null}"#, "key"),
    (
        402,
        r#"{"error": {"message": "Insufficient Balance", "type": "unknown_error", "code": "invalid_request_error"}}"#,
        "balance",
    ),
    (
        400,
        r#"{"error": {"message": "Access denied, please make sure your account is in good standing.", "type": "Arrearage", "code": "Arrearage"}}"#,
        "balance",
    ),
    (429, r#"{"error": {"code": "1113", "message": "您的账户已欠费，请充值后重试"}}"#, "balance"),
    (
        403,
        r#"{"error": {"code": "AccountOverdueError", "message": "It has an overdue balance.", "type": "Forbidden"}}"#,
        "balance",
    ),
    (
        429,
        r#"{"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"}}"#,
        "balance",
    ),
    (
        429,
        r#"{"error": {"type": "exceeded_current_quota_error", "message": "Your account is suspended"}}"#,
        "balance",
    ),
    (
        403,
        r#"{"code": 30001, "message": "Sorry, your account balance is insufficient", "data": null}"#,
        "balance",
    ),
    (402, r#"{"error": {"code": 402, "message": "This request requires more credits"}}"#, "balance"),
    (
        400,
        r#"{"error": {"message": "Model Not Exist", "type": "invalid_request_error", "code": "invalid_request_error"}}"#,
        "model",
    ),
    (
        404,
        r#"{"error": {"message": "The model `x` does not exist", "type": "invalid_request_error", "code": "model_not_found"}}"#,
        "model",
    ),
    (
        404,
        r#"{"error": {"code": "ModelNotOpen", "message": "Your account has not activated it", "type": "NotFound"}}"#,
        "model",
    ),
    (
        400,
        r#"{"code": 20012, "message": "Model does not exist. Please check it carefully.", "data": null}"#,
        "model",
    ),
    (
        400,
        r#"{"error": {"code": "invalid_parameter_error", "message": "parameter.enable_thinking must be set to false for non-streaming calls"}}"#,
        "thinking",
    ),
    (
        400,
        r#"{"code": 20015, "message": "Value error, current model does not support parameter `enable_thinking`.", "data": null}"#,
        "thinking",
    ),
    (
        403,
        r#"{"error": {"code": "unsupported_country_region_territory", "message": "Country not supported", "type": "request_forbidden"}}"#,
        "location",
    ),
    (
        400,
        r#"{"error": {"code": "invalid_value", "message": "Unknown parameter", "type": "invalid_request_error"}}"#,
        "400 (invalid_value)",
    ),
    (
        400,
        r#"{"success": false, "errors": [{"code": 7003, "message": "Could not route"}], "result": null}"#,
        "400 (7003)",
    ),
    (200, r#"{"error": {"code": 401, "message": "No auth credentials found"}}"#, "401"),
    (404, "404 page not found", "404"),
    (200, "<!doctype html>\n<html><head></head></html>", "web page"),
    (302, "", "redirect"),
];

/// What a provider answers that is asked too often.
const RATES: &[(u16, &str)] = &[
    (429, r#"{"error": {"code": "1302", "message": "您的账户已达到速率限制"}}"#),
    (200, r#"{"error": {"code": "1305", "message": "当前API请求过多"}}"#),
    (500, r#"{"error": {"code": "1312", "message": "该模型当前访问量过大"}}"#),
    (
        429,
        r#"{"error": {"message": "Your account reached max request", "type": "rate_limit_reached_error"}}"#,
    ),
    (
        429,
        r#"{"error": {"type": "engine_overloaded_error", "message": "The engine is currently overloaded"}}"#,
    ),
    (
        429,
        r#"{"message": "Request was rejected due to rate limiting. Details:TPM limit reached.", "data": null}"#,
    ),
    (429, r#"{"error": {"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded"}}"#),
    (
        429,
        r#"{"error": {"code": "ServerOverloaded", "message": "The service is unable", "type": "TooManyRequests"}}"#,
    ),
    (503, r#"{"code": 50505, "message": "Model service overloaded. Please try again later.", "data": null}"#),
    (200, r#"{"error": {"code": 429, "message": "Provider returned error"}}"#),
    (429, "{}"),
    (429, ""),
];

/// What is the provider's fault, and a word of what is said of it.
const FAILURES: &[(u16, &str, &str)] = &[
    (500, "", "500"),
    (502, "<html>Bad Gateway</html>", "502"),
    (200, "", "empty"),
    (200, "\n\n\n", "empty"),
    (200, r#"{"choices": [{"message": {"content": null}, "finish_reason": "stop"}]}"#, "empty"),
    (200, r#"{"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}"#, "empty"),
    (200, r#"{"choices": [{"message": {"content": " \n"}, "finish_reason": "stop"}]}"#, "empty"),
    (200, r#"{"choices": [{"message": {"content": []}, "finish_reason": "stop"}]}"#, "empty"),
    (200, r#"{"unexpected": true}"#, "empty"),
    (200, r#"{"error": {"code": 502, "message": "Provider returned error"}}"#, "502"),
    (200, r#"{"error": "boom and bang"}"#, "error"),
    (200, r#"{"choices": [{"message": {"content": "半"#, "cut"),
    (200, "data: {\"choices\": [{\"delta\": {\"content\": \"半句\"}}]}\n\n", "cut"),
    (200, "data: {\"choices\": [{\"delta\": {\"content\": \"半句\"}}]}\n\ndata: {\"choi", "cut"),
    (
        200,
        "data: {\"choices\": [{\"delta\": {\"content\": \"半句\"}}]}\n\ndata: {\"error\": {\"code\": 500}}\n\n",
        "500",
    ),
    (
        400,
        r#"{"error": {"code": "context_length_exceeded", "message": "maximum context length is 8192"}}"#,
        "too long",
    ),
    (400, r#"{"error": {"code": "1261", "message": "Prompt 超长"}}"#, "too long"),
    (200, r#"{"choices": [{"message": {"content": "半"}, "finish_reason": "network_error"}]}"#, "end"),
];

#[test]
fn errors_are_told_apart_by_who_has_to_act() {
    for (status, body) in REFUSALS {
        assert_eq!(read(*status, body), Err(Failure::Refused), "{status} {body}");
    }
    for (status, body, word) in MISCONFIGURATIONS {
        let outcome = read(*status, body);
        let Err(Failure::Misconfigured(reason)) = &outcome else { panic!("{outcome:?}: {body}") };
        assert!(reason.contains(word), "{reason}: {body}");
    }
    for (status, body) in RATES {
        assert_eq!(read(*status, body), Err(Failure::Busy { retry_after: Some(3) }), "{status} {body}");
    }
    for (status, body, word) in FAILURES {
        let outcome = read(*status, body);
        // A model that ends its answer is there, with or without a text.
        let is_ended = body.contains(r#""stop""#);
        let Err(failure) = &outcome else { panic!("{outcome:?}: {body}") };
        assert_eq!(matches!(failure, Failure::NoText { .. }), is_ended, "{outcome:?}: {body}");
        assert!(
            is_ended || matches!(failure, Failure::Failed(_) | Failure::Lost { .. }),
            "{outcome:?}: {body}"
        );
        assert!(failure.to_string().contains(word), "{failure}: {body}");
    }
    let failures =
        [REFUSALS, RATES].concat().into_iter().map(|(status, body)| read(status, body).unwrap_err());
    let fallbacks: Vec<bool> = failures.map(|failure| failure.allows_fallback()).collect();
    assert_eq!(
        fallbacks.iter().filter(|allows| **allows).count(),
        RATES.len(),
        "a refused message is not asked again"
    );
}

#[test]
fn an_error_never_repeats_the_message() {
    let body = json!({ "error": { "code": "invalid_value", "message": "Invalid content: PRIVATE", "type": "PRIVATE text" } });
    assert!(!format!("{:?}", read(400, &body.to_string())).contains("PRIVATE"));
    assert!(!format!("{:?}", read(200, &json!({ "error": "PRIVATE text" }).to_string())).contains("PRIVATE"));
    // One word looks like a code, but only a field for codes has one.
    for body in [
        json!({ "error": { "message": "PRIVATE" } }),
        json!({ "error": { "message": "PRIVATE", "code": 5, "metadata": { "reasons": ["PRIVATE"] } } }),
        json!({ "error": "PRIVATE" }),
        json!({ "message": "PRIVATE", "statusText": "PRIVATE" }),
        json!({ "errors": [{ "message": "PRIVATE" }] }),
    ] {
        for status in [200, 400, 401, 500] {
            let shown = read(status, &body.to_string()).unwrap_err().to_string().to_lowercase();
            assert!(!shown.contains("private"), "{status} {body}: {shown}");
        }
    }
}

#[test]
fn an_answer_without_a_text_is_counted() {
    let body = json!({
        "choices": [{ "message": { "reasoning_content": "想" }, "finish_reason": "length" }],
        "usage": { "total_tokens": 800 },
    });
    let failure = read(200, &body.to_string()).unwrap_err();
    assert!(matches!(failure, Failure::NoText { usage: Some(800), .. }), "{failure:?}");
}

#[test]
fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    let too_long = Err(Failure::Lost { reason: "its answer is too long".to_owned(), usage: None });
    let mut reader = Reader::new(Api::Openai);
    let chunk = vec![b'a'; 64 * 1024];
    let read = (0..100).take_while(|_| reader.push(&chunk)).count();
    assert!(read <= 4, "{read}");
    assert_eq!(reader.finish(200, None), too_long);
    let event = format!("data: {}\n\n", delta(&"字".repeat(1000)));
    let mut reader = Reader::new(Api::Openai);
    assert!((0..2000).any(|_| !reader.push(event.as_bytes())));
    assert_eq!(reader.finish(200, None), too_long);
    // Thoughts and frames are not part of the text.
    let thought = json!({ "choices": [{ "delta": { "reasoning_content": "想".repeat(100) } }] });
    let mut reader = Reader::new(Api::Openai);
    assert!((0..2000).all(|_| reader.push(format!("data: {thought}\n\n").as_bytes())));
    reader.push(format!("data: {}\n\ndata: {STOP}\n\n", delta("好")).as_bytes());
    assert_eq!(reader.finish(200, None).unwrap().text, "好");
}

#[test]
fn dify_streams_events_of_its_own() {
    let read = |status: u16, body: &str| read_pieces(Api::Dify, status, &[body.as_bytes()]);
    let stream = |events: &[Value]| {
        events.iter().fold(String::new(), |stream, event| stream + &format!("data: {event}\n\n"))
    };
    let answer =
        |event: &str, answer: &str| json!({ "event": event, "conversation_id": "c-1", "answer": answer });
    let end = json!({ "event": "message_end", "conversation_id": "c-1", "metadata": { "usage": { "total_tokens": 42 } } });
    let expected = Completion {
        text: "你好".to_owned(),
        usage: Some(42),
        finish_reason: Some("stop".to_owned()),
        conversation: Some("c-1".to_owned()),
    };
    for events in [
        vec![
            json!({ "event": "workflow_started" }),
            answer("message", "你"),
            answer("message", "好"),
            end.clone(),
        ],
        vec![
            json!({ "event": "agent_thought", "thought": "想", "answer": "" }),
            answer("agent_message", "你好"),
            end.clone(),
        ],
        vec![answer("message", "坏话"), answer("message_replace", "你好"), end.clone()],
    ] {
        assert_eq!(
            read(200, &format!("event: ping\n\n{}", stream(&events))),
            Ok(expected.clone()),
            "{events:?}"
        );
    }
    let mut blocking = answer("message", "你好");
    blocking["metadata"] = json!({ "usage": { "total_tokens": 42 } });
    assert_eq!(read(200, &blocking.to_string()), Ok(expected));
    assert_eq!(
        read(200, &stream(&[answer("message", "半")])),
        Err(Failure::Lost { reason: "its answer was cut".to_owned(), usage: None })
    );
    let error = json!({ "event": "error", "status": 400, "code": "provider_quota_exceeded", "message": "x" });
    assert!(matches!(read(200, &stream(&[answer("message", "半"), error])), Err(Failure::Misconfigured(_))));
    let gone = json!({ "code": "not_found", "message": "Conversation Not Exists.", "status": 404 });
    assert_eq!(read(404, &gone.to_string()), Err(Failure::ConversationGone));
    let unauthorized = json!({ "code": "unauthorized", "message": "Access token is invalid", "status": 401 });
    assert!(matches!(read(401, &unauthorized.to_string()), Err(Failure::Misconfigured(_))));
}
