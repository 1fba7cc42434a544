use mp_worker::assistants::{Api, Ask, NotProvider, Provider, Turn};
use mp_worker::outgoing::Outgoing;
use serde_json::{Value, json};

use super::assistant;
use crate::world::NOW;

const KEY: &str = "sk-secret";

fn provider(url: &str) -> Provider {
    Provider::parse(&format!("{url} {KEY}"), false).unwrap()
}

fn request(url: &str, fields: &Value) -> Outgoing {
    let (assistant, provider) = (assistant(fields), provider(url));
    let history = [Turn { question: "你好".to_owned(), answer: "您好！".to_owned() }];
    let ask = Ask {
        assistant: &assistant,
        model: assistant.models.last().unwrap(),
        provider: &provider,
        account: "default",
        history: &history,
        text: "{{model}} 几点关门？",
        user: "0123456789abcdef",
        conversation: Some("c-1"),
        timeout: 30_000,
        now: NOW,
    };
    let tokens = ask.assistant.tokens(ask.history, ask.text);
    assert!(tokens > 20, "{tokens}");
    ask.request()
}

fn body(url: &str, fields: &Value) -> Value {
    serde_json::from_str(&request(url, fields).body).unwrap()
}

#[test]
fn a_secret_is_a_base_url_and_a_key() {
    let chat = |secret: &str| Provider::parse(secret, false).map(|provider| provider.url(Api::Openai));
    let expected = Ok("https://api.deepseek.com/chat/completions".to_owned());
    for secret in [
        "https://api.deepseek.com sk-secret",
        "https://api.deepseek.com/ sk-secret\n",
        " https://api.deepseek.com\tsk-secret",
        "https://api.deepseek.com/chat/completions  sk-secret",
    ] {
        assert_eq!(chat(secret), expected, "{secret}");
    }
    let dify = Provider::parse("https://api.dify.ai/v1/chat-messages app-1", false).unwrap();
    assert_eq!(dify.url(Api::Dify), "https://api.dify.ai/v1/chat-messages");
    for secret in ["", "sk-secret", "https://api.deepseek.com", "https://api.deepseek.com "] {
        assert_eq!(chat(secret), Err(NotProvider::Form), "{secret}");
    }
    for secret in
        ["https://a.example.com sk secret", "https://a.example.com 密钥", "https://a.example.com a\u{7}"]
    {
        assert_eq!(chat(secret), Err(NotProvider::Key), "{secret}");
    }
    for url in
        ["http://a.example.com", "https://127.0.0.1", "https://a.example.com?x", "https://u@a.example.com"]
    {
        assert!(matches!(chat(&format!("{url} k")), Err(NotProvider::Url(_))), "{url}");
    }
    assert!(Provider::parse("http://127.0.0.1:8090/v1 k", true).is_ok());
    assert_eq!(Provider::secret_name("deepseek"), "AI_DEEPSEEK");
}

#[test]
fn neither_a_provider_nor_a_request_prints_the_key() {
    let provider = provider("https://api.deepseek.com");
    let request = request("https://api.deepseek.com", &json!({ "prompt": "PRIVATE" }));
    let printed = format!("{provider:?} {request:?}");
    assert!(!printed.contains(KEY) && !printed.contains("PRIVATE") && !printed.contains("几点"), "{printed}");
    assert_eq!(request.headers, [("authorization", format!("Bearer {KEY}"))]);
    let complaints = [NotProvider::Form, NotProvider::Key].map(NotProvider::complaint);
    assert!(complaints.iter().all(|complaint| complaint.starts_with("must ")), "{complaints:?}");
}

#[test]
fn a_chat_completion_has_the_prompt_the_memory_and_the_message() {
    let body = body(
        "https://api.deepseek.com/v1",
        &json!({ "prompt": "你是{{account}}的客服（{{model}}）。今天是{{date}}。{{other}}" }),
    );
    assert_eq!(
        body,
        json!({
            "model": "deepseek-v4-flash",
            "messages": [
                { "role": "system", "content": "你是default的客服（deepseek-v4-flash）。今天是2023年11月15日星期三。{{other}}" },
                { "role": "user", "content": "你好" },
                { "role": "assistant", "content": "您好！" },
                { "role": "user", "content": "{{model}} 几点关门？" }
            ],
            "stream": true,
            "stream_options": { "include_usage": true },
            "max_tokens": 800,
            "user": "0123456789abcdef",
            "thinking": { "type": "disabled" }
        })
    );
}

#[test]
fn thinking_is_switched_as_the_provider_wants_it() {
    let thinking = |url: &str, thinking: Value| {
        let model = json!({ "provider": "p", "model": "m", "thinking": thinking });
        let body = body(url, &json!({ "model": model }));
        ["thinking", "enable_thinking", "reasoning", "chat_template_kwargs"]
            .into_iter()
            .find_map(|name| Some(format!("{name}={}", body.get(name)?)))
            .unwrap_or_default()
    };
    for (url, off) in [
        ("https://api.deepseek.com", r#"thinking={"type":"disabled"}"#),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "enable_thinking=false"),
        ("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "enable_thinking=false"),
        ("https://api.moonshot.cn/v1", r#"thinking={"type":"disabled"}"#),
        ("https://open.bigmodel.cn/api/paas/v4", r#"thinking={"type":"disabled"}"#),
        ("https://ark.cn-beijing.volces.com/api/v3", r#"thinking={"type":"disabled"}"#),
        ("https://api.siliconflow.cn/v1", "enable_thinking=false"),
        ("https://openrouter.ai/api/v1", r#"reasoning={"enabled":false}"#),
        (
            "https://api.cloudflare.com/client/v4/accounts/a/ai/v1",
            r#"chat_template_kwargs={"enable_thinking":false}"#,
        ),
        ("https://api.openai.com/v1", ""),
        ("https://notdeepseek.com", ""),
        ("https://deepseek.com.example.com", ""),
    ] {
        assert_eq!(thinking(url, json!(false)), off, "{url}");
        let on = off.replace("false", "true").replace("disabled", "enabled");
        assert_eq!(thinking(url, json!(true)), on, "{url}");
        assert_eq!(thinking(url, Value::Null), "", "{url}");
    }
}

#[test]
fn the_operator_adds_and_removes_fields() {
    let model = json!({
        "provider": "p", "model": "m", "stream": false, "temperature": 0.7, "max_tokens": 300,
        "extra": { "top_p": 0.8, "max_tokens": null, "enable_thinking": true }
    });
    let sent = body("https://dashscope.aliyuncs.com/compatible-mode/v1", &json!({ "model": model }));
    let fields: Vec<&String> = sent.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["enable_thinking", "messages", "model", "stream", "temperature", "top_p", "user"]);
    assert_eq!((&sent["enable_thinking"], &sent["temperature"]), (&json!(true), &json!(0.7)));
    for url in ["https://api.openai.com/v1", "https://res.openai.azure.com/openai/v1"] {
        let sent = body(url, &json!({}));
        assert_eq!((sent.get("max_tokens"), &sent["max_completion_tokens"]), (None, &json!(800)));
    }
}

#[test]
fn a_fallback_takes_from_the_model_what_does_not_depend_on_the_provider() {
    let sent = body(
        "https://api.siliconflow.cn/v1",
        &json!({
            "model": { "provider": "p", "model": "m", "max_tokens": 300, "temperature": 1, "extra": { "top_p": 0.8 } },
            "fallback": [{ "provider": "siliconflow", "model": "n" }]
        }),
    );
    assert_eq!(
        (&sent["model"], &sent["max_tokens"], &sent["temperature"]),
        (&json!("n"), &json!(300), &json!(1.0))
    );
    assert_eq!(sent.get("top_p"), None);
}

#[test]
fn dify_has_a_form_of_its_own() {
    let model = json!({ "provider": "d", "api": "dify", "extra": { "inputs": { "city": "上海" } } });
    let request = request("https://api.dify.ai/v1", &json!({ "model": model }));
    assert_eq!(request.url, "https://api.dify.ai/v1/chat-messages");
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(
        body,
        json!({
            "inputs": { "city": "上海" },
            "query": "{{model}} 几点关门？",
            "response_mode": "streaming",
            "conversation_id": "c-1",
            "user": "0123456789abcdef"
        })
    );
}
