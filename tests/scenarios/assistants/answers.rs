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
    let Err(Failure::Failed(reason)) = read(200, &only) else { panic!("{only}") };
    assert!(reason.contains("only thought"), "{reason}");
}

/// What a provider really answers, and what it means.
#[test]
fn errors_are_told_apart_by_who_has_to_act() {
    let refused = |status: u16, body: &Value| {
        assert_eq!(read(status, &body.to_string()), Err(Failure::Refused), "{body}")
    };
    let error = |code: Value, kind: &str, message: &str| json!({ "error": { "code": code, "type": kind, "message": message, "param": null } });
    // DeepSeek.
    refused(400, &error(json!("invalid_request_error"), "invalid_request_error", "Content Exists Risk"));
    // DashScope, in both spellings.
    refused(
        400,
        &error(
            json!("data_inspection_failed"),
            "data_inspection_failed",
            "Input data may contain inappropriate content.",
        ),
    );
    refused(
        400,
        &error(
            json!(null),
            "invalid_request_error",
            "<400> InternalError.Algo.DataInspectionFailed: Input text data may contain inappropriate content.",
        ),
    );
    refused(
        400,
        &json!({ "code": "DataInspectionFailed", "message": "Output data may contain inappropriate content.", "request_id": "r" }),
    );
    // Moonshot.
    refused(
        400,
        &json!({ "error": { "type": "content_filter", "message": "The request was rejected because it was considered high risk" } }),
    );
    // Zhipu.
    refused(
        400,
        &json!({ "contentFilter": [{ "role": "user", "level": 1 }], "error": { "code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容" } }),
    );
    // Ark.
    refused(
        400,
        &error(
            json!("InputTextSensitiveContentDetected"),
            "BadRequest",
            "The request failed because the input text may contain sensitive information.",
        ),
    );
    // Azure.
    refused(
        400,
        &json!({ "error": { "code": "content_filter", "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "innererror": { "code": "ResponsibleAIPolicyViolation" } } }),
    );
    // OpenRouter.
    refused(
        403,
        &json!({ "error": { "code": 403, "message": "openai/gpt requires moderation. Your input was flagged", "metadata": { "reasons": ["violence"], "flagged_input": "x" } } }),
    );
    // With status 200.
    for reason in ["content_filter", "sensitive"] {
        refused(200, &json!({ "choices": [{ "message": { "content": "半句" }, "finish_reason": reason }] }));
    }
    refused(
        200,
        &json!({ "choices": [{ "message": { "content": null, "refusal": "I cannot help" }, "finish_reason": "stop" }] }),
    );

    let misconfigured = |status: u16, body: &str, word: &str| match read(status, body) {
        Err(Failure::Misconfigured(reason)) => assert!(reason.contains(word), "{reason}: {body}"),
        other => panic!("{other:?}: {body}"),
    };
    let of = |status: u16, body: &Value, word: &str| misconfigured(status, &body.to_string(), word);
    of(401, &error(json!("invalid_request_error"), "authentication_error", "Authentication Fails"), "key");
    of(401, &error(json!("invalid_api_key"), "invalid_request_error", "Incorrect API key provided"), "key");
    of(403, &json!({ "code": 514, "statusText": "unAuthApiKey", "message": "", "data": null }), "key");
    of(402, &error(json!("invalid_request_error"), "unknown_error", "Insufficient Balance"), "balance");
    of(
        400,
        &error(
            json!("Arrearage"),
            "Arrearage",
            "Access denied, please make sure your account is in good standing.",
        ),
        "balance",
    );
    of(429, &json!({ "error": { "code": "1113", "message": "您的账户已欠费，请充值后重试" } }), "balance");
    of(
        403,
        &error(
            json!("AccountOverdueError"),
            "Forbidden",
            "The request failed because your account has an overdue balance.",
        ),
        "balance",
    );
    of(
        429,
        &error(json!("insufficient_quota"), "insufficient_quota", "You exceeded your current quota"),
        "balance",
    );
    of(
        429,
        &json!({ "error": { "type": "exceeded_current_quota_error", "message": "Your account is suspended" } }),
        "balance",
    );
    of(
        403,
        &json!({ "code": 30001, "message": "Sorry, your account balance is insufficient", "data": null }),
        "balance",
    );
    of(402, &json!({ "error": { "code": 402, "message": "This request requires more credits" } }), "balance");
    of(400, &error(json!("invalid_request_error"), "invalid_request_error", "Model Not Exist"), "model");
    of(
        404,
        &error(json!("model_not_found"), "invalid_request_error", "The model `x` does not exist"),
        "model",
    );
    of(404, &error(json!("ModelNotOpen"), "NotFound", "Your account has not activated the model"), "model");
    of(
        400,
        &json!({ "code": 20012, "message": "Model does not exist. Please check it carefully.", "data": null }),
        "model",
    );
    of(
        400,
        &error(
            json!("invalid_parameter_error"),
            "invalid_request_error",
            "parameter.enable_thinking must be set to false for non-streaming calls",
        ),
        "thinking",
    );
    of(
        400,
        &json!({ "code": 20015, "message": "Value error, current model does not support parameter `enable_thinking`.", "data": null }),
        "thinking",
    );
    of(
        403,
        &error(
            json!("unsupported_country_region_territory"),
            "request_forbidden",
            "Country, region, or territory not supported",
        ),
        "location",
    );
    of(
        400,
        &error(json!("invalid_value"), "invalid_request_error", "Unknown parameter"),
        "400 (invalid_value)",
    );
    of(
        400,
        &json!({ "success": false, "errors": [{ "code": 7003, "message": "Could not route" }], "result": null }),
        "400 (7003)",
    );
    misconfigured(404, "404 page not found", "404");
    misconfigured(200, "<!doctype html>\n<html><head></head></html>", "web page");
    misconfigured(302, "", "redirect");

    let busy = Err(Failure::Busy { retry_after: Some(3) });
    for (status, body) in [
        (429, json!({ "error": { "code": "1302", "message": "您的账户已达到速率限制" } })),
        (200, json!({ "error": { "code": "1305", "message": "当前API请求过多" } })),
        (500, json!({ "error": { "code": "1312", "message": "该模型当前访问量过大" } })),
        (
            429,
            error(
                json!("rate_limit_reached_error"),
                "rate_limit_reached_error",
                "Your account reached max request",
            ),
        ),
        (
            429,
            json!({ "error": { "type": "engine_overloaded_error", "message": "The engine is currently overloaded" } }),
        ),
        (
            429,
            json!({ "message": "Request was rejected due to rate limiting. Details:TPM limit reached.", "data": null }),
        ),
        (429, error(json!("Throttling.RateQuota"), "Throttling", "Requests rate limit exceeded")),
        (
            429,
            error(
                json!("ServerOverloaded"),
                "TooManyRequests",
                "The service is currently unable to handle additional requests",
            ),
        ),
        (
            503,
            json!({ "code": 50505, "message": "Model service overloaded. Please try again later.", "data": null }),
        ),
        (200, json!({ "error": { "code": 429, "message": "Provider returned error" } })),
        (429, json!({})),
    ] {
        assert_eq!(read(status, &body.to_string()), busy, "{status} {body}");
    }

    let failed = |status: u16, body: &str, word: &str| match read(status, body) {
        Err(Failure::Failed(reason)) => assert!(reason.contains(word), "{reason}: {body}"),
        other => panic!("{other:?}: {body}"),
    };
    failed(500, "", "500");
    failed(502, "<html>Bad Gateway</html>", "502");
    failed(200, "", "empty");
    failed(200, "\n\n\n", "empty");
    for content in [json!(null), json!(""), json!(" \n"), json!([])] {
        failed(200, &completion(&json!({ "content": content })), "empty");
    }
    failed(
        200,
        &json!({ "error": { "code": 502, "message": "Provider returned error" } }).to_string(),
        "502",
    );
    failed(200, &json!({ "error": "boom" }).to_string(), "error");
    failed(200, r#"{"choices": [{"message": {"content": "半"#, "cut");
    failed(200, &format!("data: {}\n\n", delta("半句")), "cut");
    failed(200, &format!("data: {}\n\ndata: {{\"choi", delta("半句")), "cut");
    failed(
        200,
        &format!(
            "data: {}\n\ndata: {}\n\n",
            delta("半句"),
            json!({ "error": { "code": 500, "message": "x" } })
        ),
        "500",
    );
    failed(
        400,
        &error(json!("context_length_exceeded"), "invalid_request_error", "maximum context length is 8192")
            .to_string(),
        "too long",
    );
    failed(400, &json!({ "error": { "code": "1261", "message": "Prompt 超长" } }).to_string(), "too long");
    failed(
        200,
        &json!({ "choices": [{ "message": { "content": "半" }, "finish_reason": "network_error" }] })
            .to_string(),
        "end",
    );
    failed(200, &json!({ "unexpected": true }).to_string(), "empty");
}

#[test]
fn an_error_never_repeats_the_message() {
    let body = json!({ "error": { "code": "invalid_value", "message": "Invalid content: PRIVATE", "type": "PRIVATE text" } });
    assert!(!format!("{:?}", read(400, &body.to_string())).contains("PRIVATE"));
    assert!(!format!("{:?}", read(200, &json!({ "error": "PRIVATE text" }).to_string())).contains("PRIVATE"));
}

#[test]
fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    let too_long = Err(Failure::Failed("its answer is too long".to_owned()));
    let mut reader = Reader::new(Api::Openai);
    let chunk = [b'a'; 64 * 1024];
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
    let stream =
        |events: &[Value]| events.iter().map(|event| format!("data: {event}\n\n")).collect::<String>();
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
        Err(Failure::Failed("its answer was cut".to_owned()))
    );
    let error = json!({ "event": "error", "status": 400, "code": "provider_quota_exceeded", "message": "x" });
    assert!(matches!(read(200, &stream(&[answer("message", "半"), error])), Err(Failure::Misconfigured(_))));
    let gone = json!({ "code": "not_found", "message": "Conversation Not Exists.", "status": 404 });
    assert_eq!(read(404, &gone.to_string()), Err(Failure::ConversationGone));
    let unauthorized = json!({ "code": "unauthorized", "message": "Access token is invalid", "status": 401 });
    assert!(matches!(read(401, &unauthorized.to_string()), Err(Failure::Misconfigured(_))));
}
