use mp_worker::assistants::{Api, AssistantDraft, Input, LabelAt, Links, Slow};
use serde_json::{Value, json};

use super::{assistant, check};

#[test]
fn what_is_absent_has_a_default() {
    let assistant = assistant(&json!({}));
    assert_eq!(assistant.name, "客服");
    let [model] = assistant.models.as_slice() else { panic!("{:?}", assistant.models) };
    assert_eq!((model.api, model.stream, model.thinking), (Api::Openai, true, Some(false)));
    assert_eq!((model.max_tokens, model.temperature), (800, None));
    assert!(assistant.accepts(Input::Text) && assistant.accepts(Input::Voice));
    assert_eq!((assistant.memory.turns, assistant.memory.minutes), (8, 30));
    let limits = assistant.limits;
    assert_eq!(
        (limits.user_minute, limits.user_day, limits.account_day, limits.tokens_day),
        (5, 50, 2000, 2_000_000)
    );
    assert_eq!((assistant.input_max, assistant.parts_max, assistant.plain_text), (500, 3, true));
    assert_eq!((assistant.label.as_str(), assistant.label_at), ("（内容由AI生成）", LabelAt::End));
    assert_eq!(
        (assistant.slow, assistant.budget, assistant.timeout, assistant.typing),
        (Slow::Auto, 4000, 60_000, true)
    );
    assert_eq!((assistant.links, assistant.handover, assistant.location), (Links::Keep, None, None));
    assert_eq!(assistant.texts.too_long, "消息太长了，请控制在500字以内再发送。");
}

#[test]
fn only_accepted_types_are_answered() {
    for (accept, accepted) in [("text", [true, false]), ("voice", [false, true])] {
        let assistant = assistant(&json!({ "accept": [accept] }));
        assert_eq!([Input::Text, Input::Voice].map(|input| assistant.accepts(input)), accepted, "{accept}");
    }
}

#[test]
fn the_specification_is_a_document() {
    let document = json!({
        "name": "客服",
        "model": {
            "provider": "deepseek", "api": "openai", "model": "deepseek-v4-flash",
            "stream": "auto", "thinking": false, "max_tokens": 800, "temperature": 0.7, "extra": {}
        },
        "fallback": [{ "provider": "siliconflow", "model": "n" }],
        "prompt": "你是…的客服。今天是{{date}}。",
        "accept": ["text", "voice"], "unreadable": "目前只能读文字和语音。",
        "memory": { "turns": 8, "minutes": 30, "reset": ["新话题", "#清除记忆"], "reset_text": "好的，我们重新开始。" },
        "limits": { "user_minute": 5, "user_day": 50, "account_day": 2000, "tokens_day": 2_000_000 },
        "input_max": 500, "parts_max": 3, "plain_text": true,
        "label": "（内容由AI生成）", "label_at": "end",
        "blocked": { "in": [], "out": [], "text": "这个问题我无法回答。" },
        "handover": {
            "words": ["人工", "转人工"], "minutes": 30, "reply": { "msgtype": "transfer_customer_service" }
        },
        "links": ["example.com"], "location": "apac",
        "slow": "auto", "budget_ms": 4000, "timeout_ms": 60_000, "typing": true,
        "fetch_text": "…", "busy_text": "…", "limit_text": "…", "failure_text": "…"
    });
    let assistant = assistant(&document);
    assert_eq!(assistant.models.len(), 2);
    assert_eq!(assistant.handover.unwrap().reply.unwrap().msg_type(), "transfer_customer_service");
    // What is stored is read again.
    let drafts = AssistantDraft::read_all(std::slice::from_ref(&document)).unwrap();
    let stored: Value = serde_json::to_value(drafts.first()).unwrap();
    assert_eq!(AssistantDraft::read_all(&[stored]).unwrap(), drafts);
    for thinking in [json!(true), Value::Null] {
        let model = json!({ "provider": "p", "model": "m", "thinking": thinking });
        let drafts = AssistantDraft::read_all(&[json!({ "name": "a", "model": model })]).unwrap();
        let stored = serde_json::to_value(drafts.first()).unwrap();
        assert_eq!(stored["model"]["thinking"], thinking);
    }
}

#[test]
fn words_are_compared_as_keywords_are() {
    let assistant = assistant(&json!({
        "blocked": { "in": ["Ｂad 词"], "out": ["秘密"] },
        "handover": { "words": ["人工", "转人工"] }
    }));
    assert!(assistant.blocked.input.are_in("这是 bad 词 吗"));
    assert!(!assistant.blocked.input.are_in("bad") && !assistant.blocked.input.are_in(""));
    let words = assistant.handover.unwrap().words;
    assert!(words.include(" 人工 ") && words.include("转人工"));
    assert!(!words.include("人工智能是什么"));
    assert!(assistant.memory.reset.include("＃清除记忆"));
}

#[test]
fn a_length_is_counted_in_characters() {
    let assistant = assistant(&json!({ "input_max": 2 }));
    assert!(!assistant.is_too_long("你好") && assistant.is_too_long("你好吗"));
}

#[test]
fn a_mistake_is_named_by_its_field() {
    let model = |fields: Value| {
        let mut model = json!({ "provider": "deepseek", "model": "m" });
        model.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "model": model })
    };
    let many = |count: usize| (0..count).map(|index| format!("w{index}")).collect::<Vec<_>>();
    for (fields, complaint) in [
        (json!({ "nam": 1 }), "nam does not exist"),
        (json!({ "name": " " }), "name is empty"),
        (json!({ "name": "名".repeat(33) }), "name has 33 characters"),
        (json!({ "model": { "provider": "p" } }), "model.model is missing"),
        (model(json!({ "provider": "Deep-Seek" })), "model.provider must be 1 to 32 characters"),
        (model(json!({ "provider": "" })), "model.provider must be 1 to 32 characters"),
        (model(json!({ "api": "coze" })), "model.api must be one of openai, dify"),
        (model(json!({ "api": "dify" })), "model.model has no effect"),
        (model(json!({ "stream": "yes" })), "model.stream must be auto, true or false"),
        (model(json!({ "thinking": "no" })), "model.thinking must be true, false or null"),
        (model(json!({ "temperature": 2.1 })), "model.temperature must be 0 to 2"),
        (model(json!({ "max_tokens": 0 })), "model.max_tokens must be 1 to 8192"),
        (model(json!({ "extra": { "tools": [] } })), "model.extra must not contain tools"),
        (model(json!({ "extra": { "messages": [] } })), "model.extra must not contain messages"),
        (model(json!({ "extra": { "stop": "x".repeat(2048) } })), "model.extra has more than 2048 bytes"),
        (
            json!({ "fallback": [{ "provider": "p", "model": "m" }, { "provider": "P", "model": "m" }] }),
            "fallback[1].provider must be",
        ),
        (
            json!({ "fallback": vec![json!({ "provider": "p", "model": "m" }); 3] }),
            "fallback must contain at most 2",
        ),
        (json!({ "prompt": "词".repeat(2731) }), "prompt has 8193 bytes"),
        (
            json!({ "model": { "provider": "d", "api": "dify" }, "prompt": "x" }),
            "prompt has no effect with api dify",
        ),
        (json!({ "accept": [] }), "accept is empty"),
        (json!({ "accept": ["image"] }), "accept[0] must be one of text, voice"),
        (json!({ "memory": { "turns": 21 } }), "memory.turns must be 0 to 20"),
        (json!({ "memory": { "minutes": 0 } }), "memory.minutes must be 1 to 1440"),
        (json!({ "memory": { "reset": [""] } }), "memory.reset[0] is empty"),
        (json!({ "blocked": { "in": ["\u{200b}"] } }), "blocked.in[0] is empty"),
        (json!({ "unreadable": "\u{200b} \u{feff}" }), "unreadable is empty"),
        (json!({ "links": ["*.example.com"] }), "links[0] must be a host"),
        (model(json!({ "temperature": true })), "model.temperature must be a number"),
        (json!({ "limits": { "user_day": 0 } }), "limits.user_day must be 1 to 10000"),
        (json!({ "input_max": 2001 }), "input_max must be 1 to 2000"),
        (json!({ "parts_max": 6 }), "parts_max must be 1 to 5"),
        (json!({ "links": "some" }), "links must be keep, remove, or a list"),
        (json!({ "links": [] }), "links must be keep, remove, or a list"),
        (json!({ "links": ["https://example.com"] }), "links[0] must be a host"),
        (json!({ "label": "标".repeat(101) }), "label has more than 100 characters"),
        (json!({ "label_at": "middle" }), "label_at must be one of start, end"),
        (json!({ "blocked": { "in": ["a", " "] } }), "blocked.in[1] is empty"),
        (
            json!({ "blocked": { "in": many(1000), "out": many(1001) } }),
            "blocked must contain at most 2000 words",
        ),
        (json!({ "blocked": { "text": "" } }), "blocked.text is empty"),
        (json!({ "handover": { "words": [] } }), "handover.words is empty"),
        (
            json!({ "handover": { "words": ["人工"], "reply": { "msgtype": "text", "text": { "content": "" } } } }),
            "handover.reply.text.content is empty",
        ),
        (json!({ "slow": "later" }), "slow must be one of auto, customer_service, next_delivery"),
        (json!({ "budget_ms": 4501 }), "budget_ms must be 500 to 4500"),
        (json!({ "timeout_ms": 4999 }), "timeout_ms must be 5000 to 120000"),
        (json!({ "location": "hkg" }), "location must be one of wnam"),
        (json!({ "failure_text": "字".repeat(683) }), "failure_text has 2049 bytes"),
    ] {
        let invalid = check(&fields).unwrap_err().message();
        assert!(invalid.contains(&format!("assistants[0].{complaint}")), "{invalid}: {fields}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let invalid =
        check(&json!({ "input_max": 0, "label_at": "end", "limits": { "user_day": 0 }, "name": "" }));
    let invalid = invalid.unwrap_err();
    let fields: Vec<&str> = invalid.each().map(|(field, _)| field).collect();
    assert_eq!(fields, ["assistants[0].name", "assistants[0].input_max", "assistants[0].limits.user_day"]);
}

#[test]
fn names_are_unique_and_assistants_few() {
    let draft = |name: String| json!({ "name": name, "model": { "provider": "p", "model": "m" } });
    let check =
        |assistants: Vec<Value>| AssistantDraft::check_all(&AssistantDraft::read_all(&assistants).unwrap());
    let twice = check(vec![draft("a".to_owned()), draft("a".to_owned())]).unwrap_err();
    assert_eq!(twice.to_string(), "assistants[1].name is duplicated");
    let many = |count: usize| check((0..count).map(|index| draft(index.to_string())).collect());
    assert!(many(16).is_ok());
    assert_eq!(many(17).unwrap_err().to_string(), "assistants must contain at most 16");
}
