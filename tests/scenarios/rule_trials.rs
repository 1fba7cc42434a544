//! What `rule/test` says is what a delivery does.

use mp_worker::api::rule::{RuleTested, Tested};
use mp_worker::backends::{DeliveryMode, EntryKey, outbox};
use mp_worker::callback::{Answer, Message, trial};
use mp_worker::inbox::{Entry, EntryDecision, Outcome};
use mp_worker::rules::{RuleDraft, Rules};
use mp_worker::settings::Settings;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_oneof, proptest};
use proptest::sample::select;
use proptest::{prop_assert, prop_assert_eq};
use serde_json::{Value, json};

use crate::world::{NOW, TOKEN, account, config, plain_query, receive};

/// Monday, 2023-11-13 00:00 in Beijing.
const MONDAY: i64 = 1_699_804_800;

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec(
        select(vec!["help", "HELP", "ｈｅｌｐ", "价格", "vip1", "VIP", "3", " ", "，", "¥", "￥"]),
        1..4,
    )
    .prop_map(|words| words.concat())
}

fn condition() -> impl Strategy<Value = Value> {
    let keyword = (select(vec!["exact", "contains", "prefix", "regex"]), words(), prop::bool::ANY)
        .prop_filter_map("blank", |(place, text, fold)| {
            let keyword = json!({ place: text, "fold": fold });
            (!text.trim().is_empty()).then(|| json!({ "keyword": keyword }))
        });
    let others = vec![
        json!({ "follow": {} }),
        json!({ "follow": { "scene": "123" } }),
        json!({ "scan": {} }),
        json!({ "scan": { "scene": "a" } }),
        json!({ "click": { "key": "KEY" } }),
        json!({ "message": ["text", "image"] }),
        json!({ "message": "voice" }),
        json!({ "event": "subscribe" }),
        json!({ "event": ["pic_weixin", "click"] }),
        json!({ "event": "view" }),
        json!({ "default": {} }),
    ];
    prop_oneof![keyword, select(others)]
}

fn reply() -> impl Strategy<Value = Value> {
    let article = |number: usize| {
        let url = format!("https://example.com/{number}");
        json!({ "title": "t", "description": "d", "url": url, "picurl": url })
    };
    let news = move |count: usize| json!({ "msgtype": "news", "news": { "articles": (0..count).map(article).collect::<Vec<_>>() } });
    prop_oneof![
        words().prop_filter_map("blank", |text| {
            (!text.trim().is_empty()).then(|| json!({ "msgtype": "text", "text": { "content": text } }))
        }),
        select(vec![
            json!({ "msgtype": "text", "text": { "content": "{{Content}} {{EventKey}}" } }),
            json!({ "msgtype": "text", "text": { "content": "很长的一段话。".repeat(150) } }),
            json!({ "msgtype": "image", "image": { "media_id": "M" } }),
            json!({ "msgtype": "video", "video": { "media_id": "M" } }),
            json!({ "msgtype": "video", "video": { "media_id": "M", "thumb_media_id": "T" } }),
            json!({ "msgtype": "music", "music": { "thumb_media_id": "M" } }),
            news(1),
            news(2),
            json!({ "msgtype": "transfer_customer_service" }),
            json!({ "msgtype": "silence" }),
        ]),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let replies = prop_oneof![
        reply().prop_map(|reply| json!({ "reply": reply })),
        prop::collection::vec(reply(), 1..4).prop_map(|replies| json!({ "replies": replies })),
        prop::collection::vec(reply(), 1..4).prop_map(|replies| json!({ "one_of": replies })),
    ];
    let hours = select(vec![
        json!([{ "from": "09:00", "to": "18:00" }]),
        json!([{ "days": ["mon"], "from": "22:00", "to": "06:00" }]),
        json!([{ "days": ["sat", "sun"], "from": "00:00", "to": "24:00", "utc_offset": "-05:00" }]),
    ]);
    let valid = (MONDAY..MONDAY + 600_000).prop_map(|from| json!({ "from": from, "until": from + 200_000 }));
    let off = prop::bool::weighted(0.2);
    let options =
        (option::weighted(0.3, hours), option::weighted(0.2, valid), off, prop::bool::ANY, prop::bool::ANY);
    (condition(), replies, options).prop_map(|(when, mut rule, (hours, valid, off, continues, template))| {
        let fields = [
            ("when", Some(when)),
            ("off", Some(off.into())),
            ("continue", Some(continues.into())),
            ("template", Some(template.into())),
            ("hours", hours),
            ("valid", valid),
        ];
        let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        rule.as_object_mut().expect("a rule").extend(fields);
        rule
    })
}

/// The type of a message or event, and the fields of its own.
fn content() -> impl Strategy<Value = Value> {
    let text = words().prop_map(|text| json!({ "MsgType": "text", "Content": text, "MsgId": "1" }));
    let event = |event: &'static str, key: Vec<&'static str>| {
        select(key).prop_map(move |key| json!({ "MsgType": "event", "Event": event, "EventKey": key }))
    };
    prop_oneof![
        4 => text,
        1 => Just(json!({ "MsgType": "image", "MediaId": "M", "MsgId": "2" })),
        1 => Just(json!({ "MsgType": "voice", "MediaId": "M", "MsgId": "3" })),
        1 => Just(json!({ "MsgType": "hologram", "Words": "M", "MsgId": "4" })),
        2 => event("subscribe", vec!["", "qrscene_123", "qrscene_a", "last_trade_no_1"]),
        1 => event("SCAN", vec!["123", "a", " a "]),
        2 => event("CLICK", vec!["KEY", " KEY ", "OTHER"]),
        1 => event("pic_weixin", vec!["KEY"]),
        1 => event("VIEW", vec!["https://example.com/"]),
    ]
}

/// The same message as WeChat would deliver it.
fn xml(fields: &Value) -> String {
    let names = [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Event",
        "EventKey",
        "Content",
        "Words",
        "MediaId",
        "MsgId",
    ];
    let elements = names.into_iter().filter_map(|name| {
        let text = fields.get(name)?.as_str()?;
        Some(format!("<{name}><![CDATA[{text}]]></{name}>"))
    });
    format!("<xml>{}</xml>", elements.collect::<String>())
}

/// What a delivery does.
struct Delivered {
    /// The passive reply, and the customer-service messages without their receiver.
    replies: Vec<Value>,
    outcome: Outcome,
    left_out: usize,
    /// The id of the backend that is asked.
    asked: Option<String>,
}

fn delivered(settings: &Settings, xml: &str) -> Delivered {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let query = plain_query(TOKEN, &NOW.to_string());
    let delivery = receive(account(&config), &query, xml).expect("a message");
    let decision = settings.rules.decide(delivery.message(), || delivery.fields());
    let shown = delivery.shown(decision.reply());
    let outcome = Outcome::of(&shown, &decision);
    let passive = shown.expect("WeChat shows it");
    let decided =
        EntryDecision { reply: passive, rule: decision.label(), backend: None, outcome, ms: Some(1) };
    let entry = Entry::new("default", &delivery, decided, NOW).expect("it fits");
    let items = outbox("default", &EntryKey::of(&entry), &decision, &settings.backends, delivery.message());
    assert_eq!(
        delivery.answer(passive, NOW, [0; 16]).expect("valid") == Answer::silence(),
        passive.is_none()
    );
    let (mut sent, mut asked) = (Vec::new(), None);
    for item in items {
        match item.mode {
            DeliveryMode::Send => {
                let mut message = item.message;
                message.as_object_mut().expect("a message").remove("touser");
                sent.push(message);
            }
            DeliveryMode::Ask => asked = Some(item.backend),
            DeliveryMode::Tell => {}
        }
    }
    let passive = passive.map(|reply| serde_json::to_value(reply).expect("JSON"));
    let replies = passive.into_iter().chain(sent).collect();
    Delivered { replies, outcome, left_out: decision.left_out.len(), asked }
}

/// Whether a message fulfils the condition of a rule, whatever the rule's hours and validity are.
fn fulfils(rule: &Value, message: &Message) -> bool {
    let alone = json!([{ "when": rule["when"], "reply": { "msgtype": "silence" } }]);
    let drafts: Vec<RuleDraft> = serde_json::from_value(alone).expect("a rule");
    !Rules::check(&drafts).expect("valid").decide(message, || &Value::Null).rules.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_test_and_a_delivery_agree(
        rules in prop::collection::vec(rule(), 1..6), content in content(), time in MONDAY..MONDAY + 604_800
    ) {
        let valid: Vec<Value> = rules
            .into_iter()
            .filter(|rule| serde_json::from_value::<RuleDraft>(rule.clone()).expect("its shape").validate().is_ok())
            .collect();
        let webhooks = json!([
            { "id": "w_told", "url": "https://told.example.com", "mode": "notify" },
            { "id": "w_off", "url": "https://off.example.com", "mode": "respond", "off": true },
            { "id": "w_asked", "name": "shop", "url": "https://asked.example.com", "mode": "respond", "messages": ["text"] },
        ]);
        let document = json!({ "version": 1, "rules": valid, "webhooks": webhooks }).to_string();
        let settings = Settings::parse(&document).expect("valid rules");
        let mut fields = content;
        let common = [("ToUserName", "gh_1"), ("FromUserName", "oA"), ("CreateTime", &time.to_string())];
        for (name, value) in common {
            fields[name] = value.into();
        }
        let Delivered { replies: sent, outcome, left_out, asked } = delivered(&settings, &xml(&fields));

        let (message, fields) = trial(&fields, NOW).expect("a message");
        let drafts: Vec<RuleDraft> = serde_json::from_value(json!(valid)).expect("the same rules");
        let with = Tested { rules: &drafts, version: None, draft: None, backends: &settings.backends, explain: false };
        let test = |with: Tested<'_>| {
            let tested = RuleTested::new(with, &message, &fields).expect("valid rules");
            serde_json::to_value(tested).expect("JSON")
        };
        let (tested, explained) = (test(with), test(Tested { explain: true, ..with }));
        prop_assert_eq!(&tested["replies"], &json!(sent));
        prop_assert_eq!(tested["left_out"].as_array().expect("a list").len(), left_out);
        prop_assert!(left_out == 0 || outcome == Outcome::Refused);
        let then = asked.map_or(Value::Null, |id| json!({ "backend": { "id": id, "name": "shop" } }));
        prop_assert_eq!(&tested["then"], &then);

        // Every rule is explained, and those that were looked at have the same verdict.
        for name in ["replies", "left_out", "then"] {
            prop_assert_eq!(&explained[name], &tested[name]);
        }
        let explained = explained["looked_at"].as_array().expect("a list");
        prop_assert_eq!(explained.len(), valid.len());
        for looked_at in tested["looked_at"].as_array().expect("a list") {
            prop_assert!(explained.contains(looked_at), "{looked_at}");
        }
        let mut is_over = false;
        for (position, (rule, explained)) in valid.iter().zip(explained).enumerate() {
            prop_assert_eq!(&explained["position"], position);
            let is_fulfilled = fulfils(rule, &message);
            let verdict = explained["verdict"].as_str().expect("a verdict");
            let is_off = rule["off"] == true;
            prop_assert_eq!(verdict == "off", is_off);
            prop_assert_eq!(verdict == "after_decision", is_over && !is_off);
            prop_assert_eq!(verdict == "no_match", !is_over && !is_off && !is_fulfilled);
            prop_assert_eq!(explained["why"].is_object(), verdict == "no_match");
            prop_assert!(verdict != "decides" || rule["continue"] == false);
            is_over |= verdict == "decides";
        }
        let deciding = explained.iter().any(|it| it["verdict"].as_str().unwrap().starts_with("decides"));
        prop_assert!(!deciding || tested["then"].is_null());

        // A rule that is switched off does nothing.
        let on: Vec<&Value> = valid.iter().filter(|rule| rule["off"] == false).collect();
        let on: Vec<RuleDraft> = serde_json::from_value(json!(on)).expect("the same rules");
        prop_assert_eq!(&test(Tested { rules: &on, ..with })["replies"], &tested["replies"]);
        let unreached = settings.rules.warnings(&drafts, NOW).into_iter().filter_map(|warning| {
            warning.message.starts_with("can never match").then_some(warning.field)
        });
        let unreached: Vec<_> = unreached.collect();
        for looked_at in explained.iter().filter(|it| it["when"].is_object()) {
            let when = format!("rules[{}].when", looked_at["position"]);
            prop_assert!(!unreached.contains(&when));
        }
        let most = if fields["MsgType"] == "event" { 4 } else { 6 };
        prop_assert!(sent.len() <= most);
        prop_assert!(fields["Event"] != "pic_weixin" || sent.len() <= 1);
    }
}

#[test]
fn of_many_rules_those_near_the_decision_are_listed_and_the_others_counted() {
    let rule =
        |when: Value| json!({ "when": when, "reply": { "msgtype": "text", "text": { "content": "x" } } });
    let tested = |rules: usize, decides: Option<usize>, draft: Option<usize>| {
        let rules = (0..rules).map(|number| match number {
            _ if Some(number) == decides => rule(json!({ "default": {} })),
            _ if number % 2 == 0 => rule(json!({ "keyword": { "exact": number.to_string() } })),
            _ => rule(json!({ "click": { "key": "k" } })),
        });
        let rules: Vec<RuleDraft> = rules.map(|rule| serde_json::from_value(rule).unwrap()).collect();
        let (message, fields) = trial(&json!({ "MsgType": "text", "Content": "hello" }), NOW).unwrap();
        let settings = Settings::default();
        let with =
            Tested { rules: &rules, version: None, draft, backends: &settings.backends, explain: true };
        let tested = serde_json::to_value(RuleTested::new(with, &message, &fields).unwrap()).unwrap();
        let positions = tested["looked_at"].as_array().unwrap().iter();
        let positions: Vec<u64> = positions.map(|one| one["position"].as_u64().unwrap()).collect();
        (positions, tested["not_listed"].clone(), tested.to_string().len())
    };
    let (listed, not_listed, bytes) = tested(10_000, Some(5_000), Some(9_000));
    let expected: Vec<u64> = (4_900..5_100).chain([9_000]).collect();
    assert_eq!(listed, expected);
    assert_eq!(
        not_listed,
        json!([
            { "verdict": "no_match", "why": "text_differs", "rules": 2450 },
            { "verdict": "no_match", "why": "not_this_event", "rules": 2450 },
            { "verdict": "after_decision", "rules": 4899 },
        ])
    );
    assert!(bytes < 40_000, "{bytes}");
    let (listed, _, _) = tested(10_000, Some(9_999), None);
    assert_eq!(listed, (9_800..10_000).collect::<Vec<u64>>(), "as many as there are");
    let (listed, _, _) = tested(10_000, None, None);
    assert_eq!(listed, (0..200).collect::<Vec<u64>>(), "no rule decides");
    let (listed, not_listed, _) = tested(200, Some(10), None);
    assert_eq!((listed.len(), not_listed), (200, Value::Null));
}
