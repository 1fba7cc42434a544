//! The rules document, and what it decides.

use mp_worker::callback::Reply;
use mp_worker::rules::Rules;

use crate::world::{decode, sample};

fn rules(rules: &[(&str, &str)]) -> Rules {
    let rules: Vec<_> = rules
        .iter()
        .map(|(when, content)| {
            format!(r#"{{"name": "{content}", "when": {when}, "reply": {{"msgtype": "text", "text": {{"content": "{content}"}}}}}}"#)
        })
        .collect();
    Rules::parse(&format!(r#"{{"version": 1, "rules": [{}]}}"#, rules.join(","))).unwrap()
}

fn decide(rules: &Rules, xml: &str) -> Option<String> {
    let decision = rules.decide(&decode(xml));
    let name = decision.rule_name.map(ToOwned::to_owned);
    assert_eq!(decision.reply.cloned(), name.as_deref().map(|name| Reply::text(name).unwrap()));
    name
}

fn say(text: &str) -> String {
    sample("messages/text").replace("hello", text)
}

#[test]
fn the_first_rule_that_matches_decides() {
    let rules = rules(&[
        (r#"{"keyword": {"exact": "价格"}}"#, "exact"),
        (r#"{"keyword": {"contains": ["价", "多少钱"]}}"#, "contains"),
        (r#"{"default": {}}"#, "default"),
        (r#"{"keyword": {"exact": "never"}}"#, "shadowed"),
    ]);
    let check = |text: &str, expected: &str| {
        assert_eq!(decide(&rules, &say(text)).as_deref(), Some(expected), "{text}");
    };
    check("价格", "exact");
    check("价格？", "contains");
    check("这个多少钱", "contains");
    check("你好", "default");
    check("never", "default");
}

#[test]
fn texts_are_compared_as_they_are() {
    let rules = rules(&[(r#"{"keyword": {"exact": "help"}}"#, "help")]);
    for text in ["Help", "help ", "ｈｅｌｐ"] {
        assert_eq!(decide(&rules, &say(text)), None, "{text}");
    }
}

#[test]
fn following_can_be_told_apart_by_scene() {
    let rules = rules(&[(r#"{"follow": {"scene": "123"}}"#, "poster"), (r#"{"follow": {}}"#, "welcome")]);
    assert_eq!(decide(&rules, &sample("events/subscribe-through-a-qr-code")).as_deref(), Some("poster"));
    assert_eq!(decide(&rules, &sample("events/subscribe")).as_deref(), Some("welcome"));
    assert_eq!(decide(&rules, &sample("events/subscribe-after-a-payment")).as_deref(), Some("welcome"));
    assert_eq!(decide(&rules, &sample("events/scan")), None);
    assert_eq!(decide(&rules, &sample("events/unsubscribe")), None);
}

#[test]
fn a_menu_key_and_a_scanned_scene_have_rules() {
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
    // The protocol wants unknown types acknowledged and no more.
    assert_eq!(decide(&rules, &sample("messages/text").replace("[text]", "[hologram]")), None);
}

#[test]
fn silence_can_be_decided() {
    let rules = Rules::parse(
        r#"{"version": 1, "rules": [
            {"name": "quiet", "when": {"keyword": {"exact": "hello"}}, "reply": {"msgtype": "silence"}},
            {"when": {"default": {}}, "reply": {"msgtype": "text", "text": {"content": "hi"}}}]}"#,
    )
    .unwrap();
    let message = decode(&say("hello"));
    let decision = rules.decide(&message);
    assert_eq!((decision.rule, decision.rule_name, decision.reply), (Some(0), Some("quiet"), None));
}

#[test]
fn without_rules_everything_is_silence() {
    assert_eq!(Rules::default().decide(&decode(&say("hello"))).rule, None);
}

#[test]
fn the_example_that_make_dev_publishes_is_accepted() {
    let rules = Rules::parse(include_str!("../../rules.example.json")).unwrap();
    assert_eq!(rules.version(), 1);
    assert!(rules.decide(&decode(&say("帮助"))).reply.is_some());
}

/// This document is what operators keep in KV: it must be readable for ever.
#[test]
fn the_format_of_the_document_is_unchanged() {
    let document = include_str!("../fixtures/rules-document.json");
    let rules = Rules::parse(document).unwrap();
    assert_eq!(rules.version(), 42);
    let decided = |xml: &str| rules.decide(&decode(xml)).rule;
    assert_eq!(decided(&sample("events/subscribe-through-a-qr-code")), Some(0));
    assert_eq!(decided(&sample("events/subscribe")), Some(1));
    assert_eq!(decided(&say("one")), Some(2));
    assert_eq!(decided(&say("a two b")), Some(3));
    assert_eq!(decided(&sample("events/click")), Some(4));
    assert_eq!(decided(&sample("events/scan")), Some(5));
    assert_eq!(decided(&sample("messages/voice")), Some(9));
}

#[test]
fn a_refused_document_names_the_field() {
    let check = |document: &str, field: &str, complaint: &str| {
        let invalid = Rules::parse(document).expect_err(document);
        assert_eq!(invalid.field, field, "{document}");
        assert!(invalid.complaint.starts_with(complaint), "{document}: {}", invalid.complaint);
    };
    let rule = |rule: &str| format!(r#"{{"version": 1, "rules": [{rule}]}}"#);
    let text = r#""reply": {"msgtype": "text", "text": {"content": "x"}}"#;
    check("", ".", "is not JSON: EOF while parsing");
    check("[]", ".", "must be an object");
    check(r#"{"version": 1, "rules": []} {}"#, ".", "is not JSON: trailing characters");
    check(r#"{"version": 1}"#, "rules", "is missing");
    check(r#"{"version": 1, "rules": [], "rule": 1}"#, "rule", "does not exist; there is version, rules");
    check(
        &rule(&format!(r#"{{"when": {{"folow": {{}}}}, {text}}}"#)),
        "rules[0].when",
        "must be one of follow",
    );
    check(
        &rule(&format!(r#"{{"when": {{"click": {{}}}}, {text}}}"#)),
        "rules[0].when.click.key",
        "is missing",
    );
    check(
        &rule(&format!(r#"{{"when": {{"keyword": {{"exact": ["a", ""]}}}}, {text}}}"#)),
        "rules[0].when.keyword.exact",
        "has an empty keyword",
    );
    check(
        &rule(&format!(r#"{{"when": {{"keyword": {{"contains": 1}}}}, {text}}}"#)),
        "rules[0].when.keyword.contains",
        "must be a text or a list of texts",
    );
    check(
        &rule(r#"{"when": {"default": {}}, "reply": {"msgtype": "image", "image": {"media_id": ""}}}"#),
        "rules[0].reply.image.media_id",
        "is empty",
    );
    check(
        &rule(r#"{"when": {"default": {}}, "reply": {"msgtype": "picture"}}"#),
        "rules[0].reply.msgtype",
        "must be one of text",
    );
    check(
        &rule(r#"{"when": {"follow": {}}, "reply": {"msgtype": "transfer_customer_service"}}"#),
        "rules[0].reply.msgtype",
        "hands over a user's message",
    );
}
