//! The simulated provider of language models, called as the worker calls it: what it answers is what the worker's reader
//! understands, and each fault is what it is named after.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]

use std::net::SocketAddr;
use std::time::Duration;

use mp_worker::assistants::{Api, Completion, Failure, Reader};
use sandbox::http::client;
use sandbox::model::{self, Fault, ModelProvider};
use serde_json::{Value, json};

struct Provider {
    base: String,
    state: ModelProvider,
}

impl Provider {
    async fn start() -> Self {
        let listener = model::listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let state = ModelProvider::default();
        tokio::spawn(model::serve(listener, state.clone()));
        Self { base, state }
    }

    /// Calls a path, and reads the answer as it arrives; `None` if the connection broke before its head.
    async fn call(&self, api: Api, path: &str, body: &Value) -> Option<Result<Completion, Failure>> {
        let request = client(Duration::from_secs(5)).unwrap().post(format!("{}{path}", self.base));
        let mut response = request.bearer_auth("sk-1").body(body.to_string()).send().await.ok()?;
        let (status, mut reader) = (response.status().as_u16(), Reader::new(api));
        let retry_after =
            response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        while let Ok(Some(piece)) = response.chunk().await {
            if !reader.push(&piece) {
                break;
            }
        }
        Some(reader.finish(status, retry_after.as_deref()))
    }

    async fn chat(&self, model: &str, stream: bool) -> Result<Completion, Failure> {
        let mut body = json!({ "model": model, "messages": [{ "role": "user", "content": "你好👍" }], "stream": stream });
        if stream {
            body["stream_options"] = json!({ "include_usage": true });
        }
        self.call(Api::Openai, "/v1/chat/completions", &body).await.unwrap()
    }
}

#[tokio::test]
async fn a_model_answers_the_last_message() {
    let provider = Provider::start().await;
    for stream in [true, false] {
        let completion = provider.chat("sandbox", stream).await.unwrap();
        assert_eq!(
            (completion.text.as_str(), completion.finish_reason.as_deref()),
            ("您说：你好👍", Some("stop"))
        );
        assert!(completion.usage.is_some_and(|tokens| tokens > 0));
        let echo: Value = serde_json::from_str(&provider.chat("echo", stream).await.unwrap().text).unwrap();
        assert_eq!(echo, json!([{ "role": "user", "content": "你好👍" }]));
    }
    let log = provider.state.log();
    assert_eq!(log.len(), 4);
    assert_eq!(
        (&log[0]["path"], &log[0]["authorization"]),
        (&json!("/v1/chat/completions"), &json!("Bearer sk-1"))
    );
    assert_eq!(log[0]["body"]["model"], "sandbox");
}

#[tokio::test]
async fn dify_keeps_the_conversation() {
    let provider = Provider::start().await;
    for mode in ["streaming", "blocking"] {
        let mut body = json!({ "inputs": {}, "query": "你好", "response_mode": mode, "user": "u", "conversation_id": "" });
        let first = provider.call(Api::Dify, "/v1/chat-messages", &body).await.unwrap().unwrap();
        assert_eq!(first.text, "您说：你好");
        assert!(first.usage.is_some());
        body["conversation_id"] = json!("c-1");
        let second = provider.call(Api::Dify, "/v1/chat-messages", &body).await.unwrap().unwrap();
        assert_eq!(second.conversation.as_deref(), Some("c-1"));
        assert_ne!(first.conversation, second.conversation);
    }
}

/// What the reader makes of each fault: `ok`, or the name of the failure.
const OUTCOMES: [(&str, &str); 63] = [
    ("blank-lines", "ok"),
    ("comments", "ok"),
    ("crlf", "ok"),
    ("dense", "ok"),
    ("thoughts-only", "no text"),
    ("thoughts", "ok"),
    ("think-closed", "ok"),
    ("think-unclosed", "ok"),
    ("think-middle", "ok"),
    ("content-null", "no text"),
    ("content-empty", "no text"),
    ("content-parts", "ok"),
    ("empty", "failed"),
    ("html", "misconfigured"),
    ("refused-finish", "refused"),
    ("length", "ok"),
    ("plain-json", "ok"),
    ("cut-json", "lost"),
    ("cut-sse", "lost"),
    ("half-sse", "lost"),
    ("no-done", "ok"),
    ("late-error", "failed"),
    ("split-utf8", "ok"),
    ("huge", "lost"),
    ("markdown", "ok"),
    ("no-usage", "ok"),
    ("open", "ok"),
    ("401", "misconfigured"),
    ("402", "misconfigured"),
    ("403", "misconfigured"),
    ("404", "misconfigured"),
    ("404-text", "misconfigured"),
    ("400", "misconfigured"),
    ("redirect", "misconfigured"),
    ("429", "busy 1"),
    ("429-bare", "busy"),
    ("500", "failed"),
    ("502-html", "failed"),
    ("503", "failed"),
    ("error-200", "failed"),
    ("too-long", "failed"),
    ("region", "misconfigured"),
    ("refused-deepseek", "refused"),
    ("refused-dashscope", "refused"),
    ("refused-dashscope-new", "refused"),
    ("refused-moonshot", "refused"),
    ("refused-zhipu", "refused"),
    ("refused-ark", "refused"),
    ("refused-azure", "refused"),
    ("refused-openrouter", "refused"),
    ("rate-zhipu-1302", "busy"),
    ("rate-zhipu-1303", "busy"),
    ("rate-zhipu-1305", "busy"),
    ("rate-zhipu-1312", "busy"),
    ("rate-moonshot", "busy"),
    ("rate-siliconflow", "busy"),
    ("rate-dashscope", "busy"),
    ("rate-ark", "busy"),
    ("arrears-zhipu", "misconfigured"),
    ("arrears-dashscope", "misconfigured"),
    ("arrears-openai", "misconfigured"),
    ("thinking-dashscope", "misconfigured"),
    ("thinking-siliconflow", "misconfigured"),
];

fn name(outcome: &Result<Completion, Failure>) -> String {
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(Failure::Refused) => "refused".to_owned(),
        Err(Failure::Misconfigured(_)) => "misconfigured".to_owned(),
        Err(Failure::Busy { retry_after: Some(seconds) }) => format!("busy {seconds}"),
        Err(Failure::Busy { retry_after: None }) => "busy".to_owned(),
        Err(Failure::ConversationGone) => "conversation gone".to_owned(),
        Err(Failure::NoText { .. }) => "no text".to_owned(),
        Err(Failure::Lost { .. }) => "lost".to_owned(),
        Err(Failure::Failed(_)) => "failed".to_owned(),
    }
}

#[tokio::test]
async fn each_fault_is_what_it_is_named_after() {
    let provider = Provider::start().await;
    for (fault, expected) in OUTCOMES {
        for stream in [true, false] {
            // What only a stream can have is usual without one.
            let only_streamed = ["cut-sse", "half-sse", "late-error"].contains(&fault) && !stream;
            let outcome = provider.chat(&format!("fault-{fault}"), stream).await;
            let expected = if only_streamed { "ok" } else { expected };
            assert_eq!(name(&outcome), expected, "{fault}, stream {stream}: {outcome:?}");
        }
    }
    let others = ["delay-1", "silent", "drop", "conversation-gone"];
    let missing: Vec<_> = Fault::names()
        .filter(|name| !others.contains(name) && OUTCOMES.iter().all(|(known, _)| known != name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn faults_are_ordered_for_the_next_calls() {
    let provider = Provider::start().await;
    let post = async |path: &str, body: &str| -> Value {
        let request = client(Duration::from_secs(5)).unwrap().post(format!("{}{path}", provider.base));
        serde_json::from_slice(&request.body(body.to_owned()).send().await.unwrap().bytes().await.unwrap())
            .unwrap()
    };
    assert_eq!(post("/control", r#"{"fault": "503", "times": 2}"#).await, json!({ "done": true }));
    assert_eq!(post("/control", r#"{"fault": "delay-0.1"}"#).await, json!({ "done": true }));
    assert!(
        post("/control", r#"{"fault": "nonsense"}"#).await["error"].as_str().unwrap().contains("blank-lines")
    );
    for expected in ["failed", "failed", "ok", "ok"] {
        assert_eq!(name(&provider.chat("sandbox", true).await), expected);
    }
    provider.state.fail_next(Fault::Drop, 1);
    let body = json!({ "model": "sandbox", "messages": [] });
    assert!(provider.call(Api::Openai, "/v1/chat/completions", &body).await.is_none());
    provider.state.fail_next("silent".parse().unwrap(), 1);
    let silent = tokio::time::timeout(Duration::from_millis(200), provider.chat("sandbox", true)).await;
    assert!(silent.is_err());
    assert_eq!(post("/forget", "").await, json!({ "done": true }));
    assert!(provider.state.log().is_empty());
}

#[tokio::test]
async fn other_paths_are_pages_and_models_are_listed() {
    let provider = Provider::start().await;
    let body = json!({ "model": "sandbox", "messages": [] });
    let outcome = provider.call(Api::Openai, "/chat/completions", &body).await.unwrap();
    assert_eq!(name(&outcome), "misconfigured");
    let request = client(Duration::from_secs(5)).unwrap().get(format!("{}/v1/models", provider.base));
    let models: Value =
        serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap();
    assert!(models["data"].as_array().unwrap().contains(&json!({ "id": "fault-429", "object": "model" })));
}
