//! The rules, and which replies they choose.

use mp_worker::callback::Reply;
use mp_worker::callback::event::Event;
use mp_worker::callback::{Body, Message, trial};
use mp_worker::rules::{RuleDraft, Rules, Verdict};
use serde_json::{Value, json};

use crate::world::{NOW, decode, decode_whole, parse_rules, sample};

fn rules(rules: &[(&str, &str)]) -> Rules {
    let rules: Vec<_> = rules
        .iter()
        .map(|(when, content)| {
            let when: Value = serde_json::from_str(when).unwrap();
            json!({ "name": content, "when": when, "reply": text(content) })
        })
        .collect();
    document(&json!(rules))
}

fn document(rules: &Value) -> Rules {
    parse_rules(&json!({ "version": 1, "rules": rules }).to_string()).unwrap()
}

fn text(content: &str) -> Value {
    json!({ "msgtype": "text", "text": { "content": content } })
}

fn refused(rule: &Value) -> String {
    parse_rules(&json!({ "version": 1, "rules": [rule] }).to_string()).expect_err("refused").message()
}

/// The names of the rules that match.
fn decide(rules: &Rules, xml: &str) -> Option<String> {
    let (message, fields) = decode_whole(xml);
    rules.decide(&message, || &fields).label()
}

/// The texts of the replies to a message.
fn replies(rules: &Rules, xml: &str) -> Vec<String> {
    let (message, fields) = decode_whole(xml);
    let replies = rules.decide(&message, || &fields).replies;
    let json = replies.iter().map(|reply| serde_json::to_value(reply.as_ref()).unwrap());
    let content = |reply: Value| reply.pointer("/text/content")?.as_str().map(ToOwned::to_owned);
    json.map(|reply| content(reply).unwrap_or_else(|| "no text".to_owned())).collect()
}

fn say(text: &str) -> String {
    sample("messages/text").replace("hello", text)
}

/// A text message with this CreateTime.
fn say_at(text: &str, time: i64) -> String {
    let Message { create_time, .. } = decode(&say(text));
    say(text).replace(&create_time.to_string(), &time.to_string())
}

#[test]
fn the_first_rule_that_matches_decides() {
    let rules = rules(&[
        (r#"{"keyword": {"exact": "价格"}}"#, "exact"),
        (r#"{"keyword": {"contains": ["价", "多少钱"]}}"#, "contains"),
        (r#"{"keyword": {"prefix": "查"}}"#, "prefix"),
        (r#"{"keyword": {"regex": "^[0-9]{4}$"}}"#, "regex"),
        (r#"{"default": {}}"#, "default"),
        (r#"{"keyword": {"exact": "never"}}"#, "shadowed"),
    ]);
    let check = |text: &str, expected: &str| {
        assert_eq!(decide(&rules, &say(text)).as_deref(), Some(expected), "{text}");
        assert_eq!(replies(&rules, &say(text)), [expected], "{text}");
    };
    check("价格", "exact");
    check("价格？", "contains");
    check("这个多少钱", "contains");
    check("查价格", "contains");
    check("查快递", "prefix");
    check("我要查快递", "default");
    check("1234", "regex");
    check("12345", "default");
    check("你好", "default");
    check("never", "default");
}

#[test]
fn overlapping_keywords_are_all_found_and_the_first_rule_wins() {
    for order in [["she", "he", "hers"], ["hers", "he", "she"], ["he", "hers", "she"]] {
        let contains = order.map(|word| (format!(r#"{{"keyword": {{"contains": "{word}"}}}}"#), word));
        let rules = rules(&contains.each_ref().map(|(when, word)| (when.as_str(), *word)));
        assert_eq!(decide(&rules, &say("ushers")).as_deref(), Some(order[0]));
    }
}

#[test]
fn texts_are_compared_exactly_unless_the_rule_folds_them() {
    for place in ["exact", "contains", "prefix"] {
        let strict = rules(&[(&format!(r#"{{"keyword": {{"{place}": "Help!"}}}}"#), "strict")]);
        let folding =
            rules(&[(&format!(r#"{{"keyword": {{"{place}": "Help!", "fold": true}}}}"#), "folding")]);
        for text in ["help!", "HELP!", "  Help!  ", "ｈＥｌｐ！", "\u{3000}help！\u{3000}"] {
            let is_strict = place == "contains" && text.trim() == "Help!" && text.contains("Help!");
            assert_eq!(decide(&strict, &say(text)).is_some(), is_strict, "{place} {text}");
            assert_eq!(decide(&folding, &say(text)).as_deref(), Some("folding"), "{place} {text}");
        }
        assert_eq!(decide(&strict, &say("Help!")).as_deref(), Some("strict"));
    }
    let expression = rules(&[(r#"{"keyword": {"regex": "^order [0-9]+$", "fold": true}}"#, "order")]);
    assert_eq!(decide(&expression, &say("Ｏｒｄｅｒ　１２３")).as_deref(), Some("order"));
    assert_eq!(decide(&expression, &say("order x")), None);
}

#[test]
fn follow_events_can_be_distinguished_by_scene() {
    let rules = rules(&[(r#"{"follow": {"scene": "123"}}"#, "poster"), (r#"{"follow": {}}"#, "welcome")]);
    assert_eq!(decide(&rules, &sample("events/subscribe-through-a-qr-code")).as_deref(), Some("poster"));
    assert_eq!(decide(&rules, &sample("events/subscribe")).as_deref(), Some("welcome"));
    assert_eq!(decide(&rules, &sample("events/subscribe-after-a-payment")).as_deref(), Some("welcome"));
    assert_eq!(decide(&rules, &sample("events/scan")), None);
    assert_eq!(decide(&rules, &sample("events/unsubscribe")), None);
}

#[test]
fn menu_keys_and_scanned_scenes_can_have_rules() {
    let rules = rules(&[
        (r#"{"click": {"key": "KEY_HELP"}}"#, "help"),
        (r#"{"scan": {"scene": "124"}}"#, "another"),
        (r#"{"scan": {}}"#, "any"),
    ]);
    assert_eq!(decide(&rules, &sample("events/click")).as_deref(), Some("help"));
    assert_eq!(decide(&rules, &sample("events/click").replace("KEY_HELP", "KEY_HELPS")), None);
    assert_eq!(decide(&rules, &sample("events/scan")).as_deref(), Some("any"));
    assert_eq!(decide(&rules, &sample("events/scan").replace("123", "124")).as_deref(), Some("another"));
}

#[test]
fn every_type_of_message_and_every_event_can_have_a_rule() {
    let types =
        ["text", "image", "voice", "video", "shortvideo", "location", "link", "file", "miniprogrampage"];
    for msg_type in types {
        let rules =
            rules(&[(&format!(r#"{{"message": "{msg_type}"}}"#), "it"), (r#"{"default": {}}"#, "other")]);
        for name in types {
            let expected = if name == msg_type { "it" } else { "other" };
            assert_eq!(
                decide(&rules, &sample(&format!("messages/{name}"))).as_deref(),
                Some(expected),
                "{name}"
            );
        }
    }
    let several = rules(&[(r#"{"message": ["voice", "video"]}"#, "media")]);
    assert_eq!(decide(&several, &sample("messages/video")).as_deref(), Some("media"));
    assert_eq!(decide(&several, &sample("messages/text")), None);

    let events = rules(&[(r#"{"event": ["LOCATION_SELECT", "scancode_waitmsg"]}"#, "place")]);
    assert_eq!(decide(&events, &sample("events/location_select")).as_deref(), Some("place"));
    assert_eq!(decide(&events, &sample("events/scancode_waitmsg")).as_deref(), Some("place"));
    assert_eq!(decide(&events, &sample("events/scancode_push")), None);
}

#[test]
fn only_silence_is_allowed_for_events_that_show_no_reply() {
    let rule = |event: &str, reply: Value| json!({ "when": { "event": event }, "reply": reply });
    let silence = json!({ "msgtype": "silence" });
    let folder = format!("{}/tests/fixtures/events", env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let xml = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let Body::Event(event) = decode(&xml).body else { panic!("an event") };
        let is_shown = event.accepts_reply();
        assert_eq!(Event::name_accepts_reply(&event.name()), is_shown, "{}", event.name());
        let with_text = json!({ "version": 1, "rules": [rule(&event.name(), text("x"))] }).to_string();
        assert_eq!(parse_rules(&with_text).is_ok(), is_shown, "{}", event.name());
        let quiet = document(&json!([rule(&event.name(), silence.clone())]));
        assert_eq!(decide(&quiet, &xml).as_deref(), Some("rules[0]"), "{}", event.name());
        seen += 1;
    }
    assert!(seen > 60);
}

#[test]
fn the_default_answers_every_message_and_no_event() {
    let rules = rules(&[(r#"{"default": {}}"#, "default")]);
    for name in ["text", "image", "voice", "video", "shortvideo", "location", "link", "file"] {
        assert_eq!(
            decide(&rules, &sample(&format!("messages/{name}"))).as_deref(),
            Some("default"),
            "{name}"
        );
    }
    for name in ["subscribe", "click", "view", "some_future_event"] {
        assert_eq!(decide(&rules, &sample(&format!("events/{name}"))), None, "{name}");
    }
    // WeChat requires unknown types to be acknowledged without a reply.
    assert_eq!(decide(&rules, &sample("messages/text").replace("[text]", "[hologram]")), None);
}

#[test]
fn hours_use_the_create_time_in_beijing_or_in_the_named_offset() {
    // Wednesday 2023-11-15 06:13:20 in Beijing, Tuesday 22:13:20 in UTC.
    let now = NOW.seconds();
    let holds = |hours: Value, time: i64| {
        let rules =
            document(&json!([{ "when": { "default": {} }, "hours": [hours], "reply": text("open") }]));
        decide(&rules, &say_at("hello", time)).is_some()
    };
    assert!(holds(json!({ "from": "06:13", "to": "06:14" }), now));
    assert!(!holds(json!({ "from": "06:14", "to": "06:15" }), now));
    assert!(!holds(json!({ "from": "06:00", "to": "06:13" }), now));
    assert!(holds(json!({ "from": "22:13", "to": "22:14", "utc_offset": "Z" }), now));
    assert!(holds(json!({ "from": "17:13", "to": "17:14", "utc_offset": "-05:00" }), now));
    assert!(holds(json!({ "from": "03:43", "to": "03:44", "utc_offset": "+05:30" }), now));
    assert!(holds(json!({ "days": ["wed"], "from": "00:00", "to": "24:00" }), now));
    assert!(!holds(json!({ "days": ["tue"], "from": "00:00", "to": "24:00" }), now));
    assert!(holds(json!({ "days": ["tue"], "from": "00:00", "to": "24:00", "utc_offset": "Z" }), now));
    // Hours may span midnight: Tuesday's night lasts until Wednesday morning.
    assert!(holds(json!({ "days": ["tue"], "from": "22:00", "to": "07:00" }), now));
    assert!(!holds(json!({ "days": ["wed"], "from": "22:00", "to": "07:00" }), now));
    assert!(holds(json!({ "days": ["wed"], "from": "22:00", "to": "07:00" }), now + 86_400));
    // They may also span the end of the week: 2023-11-20 is a Monday.
    assert!(holds(json!({ "days": ["sun"], "from": "22:00", "to": "07:00" }), now + 5 * 86_400));
    assert!(holds(json!({ "from": "09:00", "to": "09:00" }), now));
}

#[test]
fn a_rule_is_valid_only_in_its_period() {
    let rules = document(&json!([
        { "name": "sale", "when": { "default": {} }, "valid": { "from": 100, "until": 200 }, "reply": text("sale") },
        { "name": "after", "when": { "default": {} }, "valid": { "from": 200 }, "reply": text("after") },
        { "name": "always", "when": { "default": {} }, "reply": text("always") },
    ]));
    for (time, expected) in [(99, "always"), (100, "sale"), (199, "sale"), (200, "after"), (9999, "after")] {
        assert_eq!(decide(&rules, &say_at("hello", time)).as_deref(), Some(expected), "{time}");
    }
}

#[test]
fn a_rule_can_let_later_rules_answer_as_well() {
    let rules = document(&json!([
        { "name": "greet", "when": { "keyword": { "contains": "hello" } }, "continue": true, "reply": text("hi") },
        { "name": "quiet", "when": { "message": "text" }, "continue": true, "reply": { "msgtype": "silence" } },
        { "name": "end", "when": { "default": {} }, "replies": [text("one"), text("two")] },
        { "name": "never", "when": { "default": {} }, "reply": text("never") },
    ]));
    assert_eq!(decide(&rules, &say("hello")).as_deref(), Some("greet, quiet, end"));
    assert_eq!(replies(&rules, &say("hello")), ["hi", "one", "two"]);
    assert_eq!(replies(&rules, &say("else")), ["one", "two"]);
    let (message, fields) = decode_whole(&say("hello"));
    let decision = rules.decide(&message, || &fields);
    assert_eq!(decision.reply(), Some(&Reply::text("hi").unwrap()));
    assert_eq!(decision.further().count(), 2);
}

#[test]
fn a_transfer_that_is_not_the_first_reply_is_dropped() {
    let rules = document(&json!([
        { "when": { "default": {} }, "continue": true, "reply": text("wait") },
        { "when": { "default": {} }, "reply": { "msgtype": "transfer_customer_service" } },
    ]));
    assert_eq!(replies(&rules, &say("hello")), ["wait"]);
}

#[test]
fn a_random_choice_is_the_same_for_every_delivery() {
    let replies_of: Vec<Value> = (0..4).map(|number| text(&number.to_string())).collect();
    let rules = document(&json!([{ "when": { "default": {} }, "one_of": replies_of }]));
    let mut counts = [0; 4];
    for number in 0..400 {
        let xml = sample("messages/text").replace("oQ9", &format!("o{number}"));
        let xml = xml.replace("<FromUserName><![CDATA[", &format!("<FromUserName><![CDATA[{number}"));
        let chosen = replies(&rules, &xml);
        assert_eq!(replies(&rules, &xml), chosen, "a duplicate delivery gets the same choice");
        counts[chosen[0].parse::<usize>().unwrap()] += 1;
    }
    assert!(counts.iter().all(|count| (60..140).contains(count)), "{counts:?}");
}

#[test]
fn templates_insert_fields_and_escape_links() {
    let rule = |content: &str| {
        document(&json!([{ "when": { "default": {} }, "template": true, "reply": text(content) }]))
    };
    let said =
        say("<![CDATA[1 < 2 & ]]>").replace("<![CDATA[<![CDATA[", "<![CDATA[").replace("]]>]]>", "]]>");
    assert_eq!(replies(&rule("You said {{Content}}!"), &say("hi")), ["You said hi!"]);
    assert_eq!(replies(&rule("{{ MsgType }} {{MsgType}}"), &say("hi")), ["text text"]);
    assert_eq!(replies(&rule("{{Content}}"), &said), ["1 ＜ 2 & "]);
    assert_eq!(
        replies(&rule("见 {{Content}}"), &say(r#"<a href="http://evil">x</a>"#)),
        [r#"见 ＜a href="http://evil"＞x＜/a＞"#]
    );
    assert_eq!(replies(&rule("[{{NoSuchField}}] } {"), &say("hi")), ["[] } {"]);
    // An empty text is silence.
    assert_eq!(replies(&rule("{{NoSuchField}}"), &say("hi")), [""; 0]);
    let nested = document(&json!([{
        "when": { "event": "location_select" }, "template": true, "reply": text("{{SendLocationInfo.Label}}")
    }]));
    assert_eq!(replies(&nested, &sample("events/location_select")).len(), 1);
    // Without `template`, braces are literal.
    let plain = document(&json!([{ "when": { "default": {} }, "reply": text("{{Content}}") }]));
    assert_eq!(replies(&plain, &say("hi")), ["{{Content}}"]);
}

#[test]
fn a_text_over_wechats_limit_becomes_several_messages() {
    let long = "一句话。".repeat(400);
    let rules = document(&json!([{ "when": { "default": {} }, "reply": text(&long) }]));
    let parts = replies(&rules, &say("hello"));
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().all(|part| part.len() <= 2048 && part.ends_with('。')));
    assert_eq!(parts.concat(), long);
    let echo = document(
        &json!([{ "when": { "default": {} }, "template": true, "reply": text(&format!("{long}{{{{Content}}}}")) }]),
    );
    assert_eq!(replies(&echo, &say("尾")).concat(), format!("{long}尾"));
}

#[test]
fn a_trial_explains_which_rules_matched() {
    let rules = document(&json!([
        { "name": "night", "when": { "default": {} }, "hours": [{ "from": "22:00", "to": "06:00" }], "reply": text("a") },
        { "name": "old", "when": { "message": "text" }, "valid": { "until": 1 }, "reply": text("b") },
        { "name": "other", "when": { "keyword": { "exact": "no" } }, "reply": text("c") },
        { "name": "log", "when": { "default": {} }, "continue": true, "reply": { "msgtype": "silence" } },
        { "name": "it", "when": { "keyword": { "contains": "ell" } }, "reply": text("d") },
        { "name": "never", "when": { "default": {} }, "reply": text("e") },
    ]));
    let message = decode(&say_at("hello", NOW.seconds()));
    let looked_at: Vec<_> =
        rules.explain(&message).into_iter().map(|(rule, verdict)| (rule.name.unwrap(), verdict)).collect();
    assert_eq!(
        looked_at,
        [
            ("night", Verdict::OtherHours),
            ("old", Verdict::NotValid),
            ("log", Verdict::Continues),
            ("it", Verdict::Decides),
        ]
    );
}

#[test]
fn every_rule_is_explained() {
    let rules = document(&json!([
        { "name": "off", "when": { "default": {} }, "off": true, "reply": text("a") },
        { "name": "night", "when": { "default": {} }, "hours": [{ "from": "22:00", "to": "06:00" }], "reply": text("a") },
        { "name": "other", "when": { "keyword": { "exact": "no" } }, "reply": text("c") },
        { "name": "it", "when": { "keyword": { "contains": "ell" } }, "reply": text("d") },
        { "name": "late", "when": { "keyword": { "exact": "no" } }, "reply": text("e") },
        { "name": "late off", "when": { "follow": {} }, "off": true, "reply": text("e") },
    ]));
    let message = decode(&say_at("hello", NOW.seconds()));
    let all = rules.explain_all(&message).into_iter();
    let explained: Vec<_> =
        all.map(|(rule, verdict, why)| (rule.name.unwrap(), verdict, why.is_some())).collect();
    let expected = [
        ("off", Verdict::Off, false),
        ("night", Verdict::OtherHours, false),
        ("other", Verdict::NoMatch, true),
        ("it", Verdict::Decides, false),
        ("late", Verdict::AfterDecision, false),
        ("late off", Verdict::Off, false),
    ];
    assert_eq!(explained, expected);
    assert_eq!(rules.id_of("it"), None, "without an id");
}

#[test]
fn a_rule_says_why_it_does_not_match() {
    use mp_worker::rules::MismatchId::{
        NotAMessage, NotAPrefix, NotAText, NotContained, NotThisEvent, OtherEvent, OtherKey, OtherScene,
        OtherType, Regex, TextDiffers,
    };
    let check = |when: Value, fields: &Value, id, has: Option<(&'static str, &str)>| {
        let rules = document(&json!([{ "when": when, "reply": { "msgtype": "silence" } }]));
        let (message, _) = trial(fields, NOW).unwrap();
        let why = rules.explain_all(&message).pop().and_then(|(.., why)| why).expect("no match");
        let has = has.map(|(name, value)| (name, value.to_owned()));
        assert_eq!((why.id, why.has), (id, has), "{when} {fields}");
    };
    let text = json!({ "Content": "hello" });
    let image = json!({ "MsgType": "image", "MediaId": "M" });
    let hologram = json!({ "MsgType": "hologram" });
    let event = |name: &str, key: &str| json!({ "Event": name, "EventKey": key });
    let keyword = |place: &str| json!({ "keyword": { place: "x" } });
    check(keyword("exact"), &text, TextDiffers, None);
    check(keyword("contains"), &text, NotContained, None);
    check(keyword("prefix"), &text, NotAPrefix, None);
    check(keyword("regex"), &text, Regex, None);
    check(keyword("exact"), &image, NotAText, Some(("type", "image")));
    check(keyword("exact"), &event("VIEW", ""), NotAMessage, Some(("event", "view")));
    check(json!({ "message": "voice" }), &image, OtherType, Some(("type", "image")));
    check(json!({ "message": "voice" }), &event("CLICK", "K"), NotAMessage, Some(("event", "click")));
    check(json!({ "default": {} }), &event("subscribe", ""), NotAMessage, Some(("event", "subscribe")));
    check(json!({ "default": {} }), &hologram, OtherType, Some(("type", "hologram")));
    for when in [json!({ "follow": {} }), json!({ "click": { "key": "K" } }), json!({ "scan": {} })] {
        check(when.clone(), &text, NotThisEvent, None);
        check(when, &event("VIEW", ""), NotThisEvent, Some(("event", "view")));
    }
    check(json!({ "event": "view" }), &text, NotThisEvent, None);
    check(json!({ "event": "view" }), &event("CLICK", "K"), OtherEvent, Some(("event", "click")));
    check(json!({ "click": { "key": "K" } }), &event("CLICK", "L"), OtherKey, Some(("key", "L")));
    check(json!({ "scan": { "scene": "1" } }), &event("SCAN", "2"), OtherScene, Some(("scene", "2")));
    let follow = || json!({ "follow": { "scene": "1" } });
    check(follow(), &event("subscribe", "qrscene_2"), OtherScene, Some(("scene", "2")));
    check(follow(), &event("subscribe", ""), OtherScene, None);
}

#[test]
fn a_rule_that_is_switched_off_never_matches_and_stays_off() {
    let rule = json!({ "id": "r_1", "when": { "default": {} }, "off": true, "reply": text("a") });
    let drafts = RuleDraft::read_all(std::slice::from_ref(&rule)).unwrap();
    assert_eq!(serde_json::to_value(&drafts[0]).unwrap(), rule);
    assert_eq!(replies(&document(&json!([rule])), &say("hello")), [""; 0]);
    let on = json!({ "id": "r_1", "when": { "default": {} }, "reply": text("a") });
    let drafts = RuleDraft::read_all(std::slice::from_ref(&on)).unwrap();
    assert_eq!(serde_json::to_value(&drafts[0]).unwrap(), on, "an older document has no such field");
    let both = document(&json!([rule, on]));
    assert_eq!((both.id_of("r_1"), both.id_of("r_2")), (None, None), "two have it");
    assert_eq!(document(&json!([on])).id_of("r_1"), Some("r_1"));
}

#[test]
fn a_rule_can_choose_silence() {
    let rules = document(&json!([
        { "name": "quiet", "when": { "keyword": { "exact": "hello" } }, "reply": { "msgtype": "silence" } },
        { "when": { "default": {} }, "reply": text("hi") },
    ]));
    assert_eq!(decide(&rules, &say("hello")).as_deref(), Some("quiet"));
    assert_eq!(replies(&rules, &say("hello")), [""; 0]);
}

#[test]
fn without_rules_the_reply_is_silence() {
    assert_eq!(decide(&Rules::default(), &say("hello")), None);
}

#[test]
fn the_index_decides_like_a_scan_of_ten_thousand_rules() {
    let places = ["exact", "contains", "prefix"];
    let rule = |number: usize| {
        let keyword = json!({ places[number % 3]: format!("词{}", number / 7) });
        json!({ "name": number.to_string(), "when": { "keyword": keyword }, "reply": text("x") })
    };
    let rules = document(&(0..10_000).map(rule).collect());
    assert_eq!(rules.len(), 10_000);
    for text in ["词0", "问词0", "词1428", "词142 词7", "词99999", "没有", "前 词3 后"] {
        let fits = |number: &usize| {
            let word = format!("词{}", number / 7);
            match number % 3 {
                0 => text == word,
                1 => text.contains(&word),
                _ => text.starts_with(&word),
            }
        };
        let expected = (0..10_000).find(fits).map(|number| number.to_string());
        assert_eq!(decide(&rules, &say(text)), expected, "{text}");
    }
}

#[test]
fn the_example_that_make_dev_publishes_is_accepted() {
    let rules = parse_rules(include_str!("../../rules.example.json")).unwrap();
    assert!(!replies(&rules, &say("帮助")).is_empty());
}

/// Operators keep this document in KV: it must stay readable forever.
#[test]
fn the_format_of_the_first_document_is_unchanged() {
    let document = include_str!("../fixtures/rules-document.json");
    let rules = parse_rules(document).unwrap();
    let decided = |xml: &str| decide(&rules, xml).unwrap();
    assert_eq!(decided(&sample("events/subscribe-through-a-qr-code")), "follow through a scene");
    assert_eq!(decided(&sample("events/subscribe")), "rules[1]");
    assert_eq!(decided(&say("one")), "rules[2]");
    assert_eq!(decided(&say("a two b")), "rules[3]");
    assert_eq!(decided(&sample("events/click")), "rules[4]");
    assert_eq!(decided(&sample("events/scan")), "rules[5]");
    assert_eq!(decided(&sample("messages/voice")), "rules[9]");
}

#[test]
fn an_unknown_field_is_rejected_with_the_known_ones() {
    let refused = |name: &str, value: Value| {
        let mut rule = json!({ "when": { "default": {} }, "reply": text("x") });
        rule[name] = value;
        refused(&rule)
    };
    assert_eq!(
        refused("go_on", json!(true)),
        "rules[0].go_on does not exist; the known fields are id, name, off, when, hours, valid, continue, template, reply, replies, one_of, ask"
    );
    assert_eq!(
        refused("hours", json!([{ "from": "09:00", "to": "10:00", "time_zone": "+08:00" }])),
        "rules[0].hours[0].time_zone does not exist; the known fields are days, from, to, utc_offset"
    );
}

#[test]
fn an_invalid_document_names_the_field() {
    let check = |document: &str, complaint: &str| {
        let invalid = parse_rules(document).expect_err(document).message();
        assert!(invalid.starts_with(complaint), "{document}: {invalid}");
    };
    check("", "the body is not JSON: EOF while parsing");
    check("[]", "the body must be an object");
    check(r#"{"version": 1, "rules": []} {}"#, "the body is not JSON: trailing characters");
    check(r#"{"version": 1}"#, "rules is missing");
    check(
        r#"{"version": 1, "rules": [], "rule": 1}"#,
        "rule does not exist; the known fields are version, rules",
    );
}

#[test]
fn an_invalid_rule_names_the_field() {
    let check = |rule: Value, complaint: &str| {
        let invalid = refused(&rule);
        assert!(invalid.starts_with(&format!("rules[0]{complaint}")), "{rule}: {invalid}");
    };
    let when = |when: Value| json!({ "when": when, "reply": text("x") });
    check(when(json!({ "folow": {} })), ".when must be one of follow");
    let named = |name: &str| json!({ "name": name, "when": { "follow": {} }, "reply": text("x") });
    document(&json!([named(&"名".repeat(100))]));
    check(named(&"名".repeat(101)), ".name has 101 characters; 100 are allowed");
    check(named("a\u{202e}b"), ".name must not contain control characters");
    check(when(json!({ "click": {} })), ".when.click.key is missing");
    check(when(json!({ "keyword": { "exact": ["a", ""] } })), ".when.keyword.exact has an empty keyword");
    check(
        when(json!({ "keyword": { "prefix": "\u{3000}", "fold": true } })),
        ".when.keyword.prefix has an empty",
    );
    check(
        when(json!({ "keyword": { "contains": 1 } })),
        ".when.keyword.contains must be a string or an array",
    );
    check(
        when(json!({ "keyword": {} })),
        ".when.keyword must have exactly one of exact, contains, prefix, regex",
    );
    check(when(json!({ "keyword": { "exact": "a", "regex": "b" } })), ".when.keyword must have exactly one");
    check(
        when(json!({ "keyword": { "regex": "(" } })),
        ".when.keyword.regex is not a supported regular expression",
    );
    check(when(json!({ "keyword": { "regex": "" } })), ".when.keyword.regex is empty");
    check(
        when(json!({ "keyword": { "regex": "((a{100}){100}){100}" } })),
        ".when.keyword.regex is not a supported",
    );
    check(when(json!({ "message": "hologram" })), ".when.message[0] must be one of text");
    check(when(json!({ "event": [] })), ".when.event has an empty keyword");
    check(when(json!({ "event": "unsubscribe" })), ".reply answers an event to which WeChat shows no reply");

    let with = |name: &str, value: Value| {
        let mut rule = when(json!({ "default": {} }));
        rule[name] = value;
        rule
    };
    check(
        with("hours", json!([{ "from": "9:00", "to": "10:00" }])),
        ".hours[0].from must be a time such as 09:00",
    );
    check(with("hours", json!([{ "from": "09:00", "to": "24:01" }])), ".hours[0].to must be a time");
    check(
        with("hours", json!([{ "from": "09:00", "to": "10:00", "utc_offset": "Asia/Shanghai" }])),
        ".hours[0].utc_offset must be an offset",
    );
    check(
        with("hours", json!([{ "days": ["monday"], "from": "09:00", "to": "10:00" }])),
        ".hours[0].days must contain only mon",
    );
    check(with("valid", json!({ "from": 2, "until": 2 })), ".valid.until must be after from");
    check(with("valid", json!({ "from": -1 })), ".valid.from must be Unix seconds");
    check(with("one_of", json!([text("x")])), " must have exactly one of reply, replies, one_of");
    check(with("id", json!(" ")), ".id is empty");
    check(with("reply", Value::Null), ".reply is missing");
    check(
        with("reply", json!({ "msgtype": "image", "image": { "media_id": "" } })),
        ".reply.image.media_id is empty",
    );
    check(with("reply", json!({ "msgtype": "picture" })), ".reply.msgtype must be one of text");

    let replies = |replies: Value| json!({ "when": { "default": {} }, "replies": replies });
    check(replies(json!([])), " must have exactly one of");
    check(replies(json!(vec![text("x"); 7])), ".replies[6] sends more than the 6 messages");
    check(replies(json!([text(&"长".repeat(5000))])), ".replies[0] sends more than the 6 messages");
    check(
        replies(json!([text("x"), { "msgtype": "transfer_customer_service" }])),
        ".replies[1].msgtype hands over a user's message, so it must come first",
    );
    check(
        replies(json!([text("x"), { "msgtype": "video", "video": { "media_id": "M" } }])),
        ".replies[1].video.thumb_media_id is missing",
    );
    let covered = json!({ "msgtype": "video", "video": { "media_id": "M", "thumb_media_id": "T" } });
    assert!(
        parse_rules(&json!({ "rules": [replies(json!([text("x"), covered]))] }).to_string()).is_ok(),
        "with a cover a video can follow"
    );
    let event = |replies: Value| json!({ "when": { "follow": {} }, "replies": replies });
    check(event(json!(vec![text("x"); 5])), ".replies[4] sends more than the 4 messages");
    check(
        json!({ "when": { "follow": {} }, "reply": { "msgtype": "transfer_customer_service" } }),
        ".reply.msgtype hands over a user's message",
    );
    for content in ["{{", "{{}}", "{{a b}}", "{{a.}}"] {
        check(
            json!({ "when": { "default": {} }, "template": true, "reply": text(content) }),
            ".reply.text.content must have the name of a field",
        );
    }
}

#[test]
fn too_many_rules_or_expressions_are_rejected() {
    let many = |count: usize, when: Value| {
        let rules = vec![json!({ "when": when, "reply": text("x") }); count];
        parse_rules(&json!({ "version": 1, "rules": rules }).to_string())
            .map_err(|invalid| invalid.to_string())
    };
    assert!(many(10_000, json!({ "default": {} })).is_ok());
    assert_eq!(many(10_001, json!({ "default": {} })).unwrap_err(), "rules must contain at most 10000");
    assert!(many(100, json!({ "keyword": { "regex": "a" } })).is_ok());
    assert!(
        many(101, json!({ "keyword": { "regex": "a" } })).unwrap_err().contains("100 regular expressions")
    );
}

#[test]
fn what_rules_decide_together_is_cut_to_what_wechat_accepts() {
    let keyword = json!({ "keyword": { "exact": "hello" } });
    let article = json!({ "title": "t", "description": "d", "url": "https://example.com/", "picurl": "https://example.com/" });
    let video = json!({ "msgtype": "video", "video": { "media_id": "M" } });
    let news = json!({ "msgtype": "news", "news": { "articles": [article, article] } });
    let music = json!({ "msgtype": "music", "music": { "thumb_media_id": "M" } });
    let agent = json!({ "msgtype": "transfer_customer_service" });
    let left_out = |when: &Value, xml: &str, replies: &[Value]| {
        let rules = document(&json!(
            replies
                .iter()
                .map(|reply| json!({ "name": "more", "when": when, "continue": true, "reply": reply }))
                .collect::<Vec<_>>()
        ));
        let (message, fields) = decode_whole(xml);
        let decision = rules.decide(&message, || &fields);
        let reasons = decision.left_out.iter().map(|left_out| left_out.reason.clone()).collect::<Vec<_>>();
        (decision.replies.len(), reasons)
    };
    let hello = say("hello");
    for (reply, reason) in [
        (&video, "video.thumb_media_id is missing"),
        (&music, "music.musicurl is missing"),
        (&agent, "msgtype hands over a user's message, so it must come first"),
    ] {
        let (sent, reasons) = left_out(&keyword, &hello, &[text("one"), reply.clone(), text("three")]);
        assert_eq!(sent, 2);
        assert!(reasons.len() == 1 && reasons[0].starts_with(reason), "{reasons:?}");
        assert_eq!(left_out(&keyword, &hello, &[reply.clone(), text("two")]), (2, vec![]));
    }
    let follow = json!({ "follow": {} });
    let (sent, reasons) = left_out(&follow, &sample("events/subscribe"), &[text("one"), news]);
    assert_eq!((sent, reasons.len()), (1, 1));

    let many = [1, 2, 3, 4, 5, 6, 7, 8].map(|number| text(&number.to_string()));
    assert_eq!(left_out(&keyword, &hello, &many).0, 6);
    assert_eq!(left_out(&follow, &sample("events/subscribe"), &many).0, 4);
    let menu = json!({ "event": "pic_weixin" });
    let (sent, reasons) = left_out(&menu, &sample("events/pic_weixin"), &many);
    assert_eq!((sent, reasons.len()), (1, 7));
    assert_eq!(reasons[0], "WeChat accepts no message after the passive reply to this event");
}

#[test]
fn every_kind_of_reply_is_held_to_the_number_that_wechat_accepts() {
    let long = text(&"长".repeat(8000));
    for field in ["reply", "one_of", "replies"] {
        for template in [false, true] {
            let replies = if field == "reply" { long.clone() } else { json!([long]) };
            let rule = json!({ "when": { "default": {} }, "template": template, field: replies });
            let complaint = refused(&rule);
            assert!(complaint.ends_with("sends more than the 6 messages that WeChat accepts"), "{complaint}");
        }
    }
    for event in ["pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select"] {
        let rule = |replies: Value| json!({ "when": { "event": event }, "replies": replies });
        assert!(
            parse_rules(&json!({ "version": 1, "rules": [rule(json!([text("a")]))] }).to_string()).is_ok()
        );
        let complaint = refused(&rule(json!([text("a"), text("b")])));
        assert!(complaint.ends_with("sends more than the 1 messages that WeChat accepts"), "{complaint}");
    }
}

#[test]
fn folding_applies_to_expressions_as_well() {
    let check = |expression: &str, text: &str, matches: bool| {
        let when = json!({ "keyword": { "regex": expression, "fold": true } }).to_string();
        assert_eq!(decide(&rules(&[(&when, "x")]), &say(text)).is_some(), matches, "{expression} {text}");
    };
    for text in ["VIP12", "vip12", "ＶＩＰ１２", " Vip１2 "] {
        for expression in ["^VIP[0-9]+$", "^vip[0-9]+$", "^ＶＩＰ[０-９]+$", r"^(?:ＶＩＰ|x)\d+$"] {
            check(expression, text, true);
        }
    }
    check("^（订单）$", "(订单)", true);
    check("^[（）！]+$", "(!）", true);
    check("^É+$", "éÉ", true);
    check(r"^\S+\W$", "ＡＢ！", true);
    check(r"^\D+$", "１２", false);
    check("^￥[0-9]$", "¥5", true);
}

#[test]
fn folding_knows_the_signs_and_kana_of_both_widths() {
    let check = |keyword: &str, text: &str| {
        let when = json!({ "keyword": { "exact": keyword, "fold": true } }).to_string();
        assert!(decide(&rules(&[(&when, "x")]), &say(text)).is_some(), "{keyword} {text}");
    };
    check("￥100", "¥１００");
    check("¥100", "￥100");
    check("ガイド", "ｶﾞｲﾄﾞ");
    check("ﾊﾟｰﾃｨｰ", "パーティー");
    check("ヴ", "ｳﾞ");
}

#[test]
fn white_space_around_a_folded_keyword_counts_within_a_text() {
    let decided = |place: &str, keyword: &str, text: &str| {
        let when = json!({ "keyword": { place: keyword, "fold": true } }).to_string();
        decide(&rules(&[(&when, "x")]), &say(text)).is_some()
    };
    assert!(!decided("contains", " AI ", "said"));
    assert!(decided("contains", " AI ", "the　ai　says"));
    assert!(decided("exact", " AI ", "ai"));
    assert!(decided("prefix", " ai ", "  AI says"));
    assert!(!decided("prefix", "ai ", "airport"));
    assert!(!decided("prefix", "ai", "the ai"));
}

#[test]
fn days_can_be_ranges() {
    let check = |days: Value, expected: [bool; 7]| {
        let rules = document(&json!([{
            "when": { "default": {} }, "reply": text("x"),
            "hours": [{ "days": days, "from": "09:00", "to": "18:00" }],
        }]));
        // 2023-11-13 was a Monday; 12:00 in Beijing.
        let monday = 1_699_848_000;
        for (day, expected) in (0..).zip(expected) {
            let xml = say_at("hello", monday + day * 86_400);
            assert_eq!(decide(&rules, &xml).is_some(), expected, "{days} {day}");
        }
    };
    let week = |days: [u8; 7]| days.map(|day| day == 1);
    check(json!(["mon-fri"]), week([1, 1, 1, 1, 1, 0, 0]));
    check(json!(["mon", "fri"]), week([1, 0, 0, 0, 1, 0, 0]));
    check(json!(["fri-mon"]), week([1, 0, 0, 0, 1, 1, 1]));
    check(json!(["tue-tue", "sat-sun"]), week([0, 1, 0, 0, 0, 1, 1]));
    check(json!(["mon-sun"]), week([1; 7]));
    for days in
        [json!([]), json!(["mon-"]), json!(["mon-tue-wed"]), json!(["Mon"]), json!(["mon–fri"]), json!(["-"])]
    {
        let rule = json!({
            "when": { "default": {} }, "reply": text("x"), "hours": [{ "days": days, "from": "09:00", "to": "18:00" }],
        });
        assert!(refused(&rule).starts_with("rules[0].hours[0].days must contain only mon,"), "{days}");
    }
}

#[test]
fn times_and_offsets_are_digits_within_a_day() {
    let hours = |field: &str, text: &str| {
        let mut hours = json!({ "from": "09:00", "to": "18:00" });
        hours[field] = text.into();
        let rule = json!({ "when": { "default": {} }, "reply": text_reply(), "hours": [hours] });
        parse_rules(&json!({ "version": 1, "rules": [rule] }).to_string()).is_ok()
    };
    for (field, text) in
        [("from", "24:00"), ("utc_offset", "+23:59"), ("utc_offset", "-05:00"), ("utc_offset", "Z")]
    {
        assert!(hours(field, text), "{field} {text}");
    }
    for (field, text) in [
        ("from", "+9:00"),
        ("to", "09:+1"),
        ("to", "24:01"),
        ("utc_offset", "+24:00"),
        ("utc_offset", "-24:00"),
        ("utc_offset", "++9:00"),
        ("utc_offset", "+9:00"),
    ] {
        assert!(!hours(field, text), "{field} {text}");
    }
}

fn text_reply() -> Value {
    text("x")
}

#[test]
fn what_could_never_match_is_trimmed_or_refused() {
    let decided = |when: &str, xml: &str| decide(&rules(&[(when, "x")]), xml).is_some();
    assert!(decided(r#"{"click": {"key": " KEY_HELP\n"}}"#, &sample("events/click")));
    assert!(decided(r#"{"scan": {"scene": " 123 "}}"#, &sample("events/scan")));
    assert!(decided(r#"{"follow": {"scene": " 123"}}"#, &sample("events/subscribe-through-a-qr-code")));
    assert!(decided(r#"{"event": " Click "}"#, &sample("events/click")));
    assert!(decided(r#"{"message": " text"}"#, &say("hello")));
    let published = sample("events/publishjobfinish").replace("PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH");
    for name in ["freepublishjobfinish", "PUBLISHJOBFINISH"] {
        let rule = json!([{ "when": { "event": name }, "reply": { "msgtype": "silence" } }]);
        assert!(decide(&document(&rule), &published).is_some(), "{name}");
    }
    let complaint = |when: Value| refused(&json!({ "when": when, "reply": text("x") }));
    assert_eq!(complaint(json!({ "click": { "key": "" } })), "rules[0].when.click.key is empty");
    assert_eq!(complaint(json!({ "scan": { "scene": " " } })), "rules[0].when.scan.scene is empty");
    assert_eq!(
        complaint(json!({ "click": { "key": "k".repeat(129) } })),
        "rules[0].when.click.key has 129 bytes; WeChat accepts 128"
    );
    assert_eq!(
        complaint(json!({ "follow": { "scene": "景".repeat(65) } })),
        "rules[0].when.follow.scene has more than 64 characters; WeChat accepts no more"
    );
}

#[test]
fn the_bytes_of_keywords_are_limited() {
    let rules = |count: usize, place: &str| {
        let rule = |number: usize| {
            let keyword = json!({ place: format!("{number:0>100}") });
            json!({ "when": { "keyword": keyword }, "reply": text("x") })
        };
        parse_rules(&json!({ "version": 1, "rules": (0..count).map(rule).collect::<Vec<_>>() }).to_string())
            .map(drop)
    };
    assert_eq!(rules(3000, "contains"), Ok(()));
    assert_eq!(rules(3001, "exact"), Ok(()));
    for place in ["contains", "prefix"] {
        let complaint = rules(3001, place).unwrap_err().to_string();
        assert_eq!(
            complaint,
            "rules have 300100 bytes of keywords in contains and prefix; the limit is 300000"
        );
    }
}

#[test]
fn a_field_within_a_tag_is_encoded() {
    let rules = document(&json!([{
        "when": { "default": {} }, "template": true,
        "reply": text(r#"{{Content}}: <a href="https://example.com/?q={{Content}}&to={{FromUserName}}">{{Content}}</a>"#),
    }]));
    assert_eq!(
        replies(&rules, &say(r#"a "b" & <c>#价"#)),
        [concat!(
            r#"a "b" & ＜c＞#价: "#,
            r#"<a href="https://example.com/?q=a%20%22b%22%20%26%20%3Cc%3E%23%E4%BB%B7&to=oABCD1234567890abcdefghijklm">"#,
            r#"a "b" & ＜c＞#价</a>"#
        )]
    );
    let blank = json!({ "when": { "default": {} }, "template": true, "reply": text(" \n") });
    assert_eq!(refused(&blank), "rules[0].reply.text.content is empty");
}
