//! What rules may contain, and what is probably a mistake.

use mp_worker::rules::RuleDraft;
use mp_worker::settings::{Document, Edit};
use mp_worker::time::Timestamp;
use serde_json::{Value, json};

use crate::world::NOW;

fn document(rules: &Value) -> Document {
    Document::parse(&json!({ "version": 1, "rules": rules }).to_string()).expect("the shape")
}

fn warnings(rules: &Value) -> Vec<String> {
    let warnings = document(rules).warnings(NOW).expect("valid rules");
    warnings.into_iter().map(|warning| format!("{} {}", warning.field, warning.message)).collect()
}

fn rule(when: &Value) -> Value {
    json!({ "when": when, "reply": { "msgtype": "text", "text": { "content": "x" } } })
}

#[test]
fn a_rule_that_can_never_match_is_named_with_the_one_before_it() {
    let check = |first: &Value, second: &Value, is_warned: bool| {
        let expected = "rules[1].when can never match, because rules[0] decides first".to_owned();
        let found = warnings(&json!([rule(first), rule(second)]));
        assert_eq!(found, if is_warned { vec![expected] } else { vec![] }, "{first} {second}");
    };
    let keyword = |place: &str, text: &str| json!({ "keyword": { place: text } });
    let fold = |place: &str, text: &str| json!({ "keyword": { place: text, "fold": true } });
    check(&keyword("exact", "a"), &keyword("exact", "a"), true);
    check(&keyword("exact", "a"), &keyword("exact", "b"), false);
    check(&keyword("exact", "a"), &keyword("contains", "a"), false);
    check(&keyword("contains", "a"), &keyword("exact", "bab"), true);
    check(&keyword("contains", "a"), &keyword("contains", "bab"), true);
    check(&keyword("contains", "a"), &keyword("prefix", "ba"), true);
    check(&keyword("contains", "ab"), &keyword("contains", "a"), false);
    check(&keyword("prefix", "a"), &keyword("prefix", "ab"), true);
    check(&keyword("prefix", "a"), &keyword("exact", "ab"), true);
    check(&keyword("prefix", "a"), &keyword("contains", "ab"), false);
    check(&keyword("prefix", "b"), &keyword("prefix", "ab"), false);
    check(&fold("exact", "HELP"), &keyword("exact", "help"), true);
    check(&keyword("exact", "help"), &fold("exact", "help"), false);
    check(&fold("contains", "ＶＩＰ"), &fold("prefix", "my vip"), true);
    check(&keyword("regex", "^[0-9]+$"), &keyword("exact", "123"), true);
    check(&keyword("regex", "^[0-9]+$"), &keyword("regex", "^[0-9]+$"), true);
    check(&keyword("regex", "^[0-9]+$"), &keyword("contains", "123"), false);
    check(&json!({ "default": {} }), &keyword("contains", "a"), true);
    check(&json!({ "default": {} }), &json!({ "message": ["image", "voice"] }), true);
    check(&json!({ "default": {} }), &json!({ "default": {} }), true);
    check(&json!({ "default": {} }), &json!({ "event": "subscribe" }), false);
    check(&json!({ "message": "text" }), &keyword("exact", "a"), true);
    check(&json!({ "message": "image" }), &keyword("exact", "a"), false);
    check(&json!({ "follow": {} }), &json!({ "follow": { "scene": "1" } }), true);
    check(&json!({ "follow": { "scene": "1" } }), &json!({ "follow": {} }), false);
    check(&json!({ "event": "SUBSCRIBE" }), &json!({ "follow": {} }), true);
    check(&json!({ "scan": {} }), &json!({ "event": "scan" }), true);
    check(&json!({ "click": { "key": "K" } }), &json!({ "click": { "key": "K" } }), true);
    check(&json!({ "click": { "key": "K" } }), &json!({ "event": "click" }), false);

    let some = json!([rule(&keyword("exact", "a")), rule(&json!({ "keyword": { "exact": ["b", "a"] } }))]);
    let expected =
        "rules[1].when has 1 of 2 alternatives that can never match, because rules[0] decides first";
    assert_eq!(warnings(&some), [expected]);
    for (field, value) in [
        ("continue", json!(true)),
        ("hours", json!([{ "from": "09:00", "to": "18:00" }])),
        ("valid", json!({ "from": 1 })),
    ] {
        let mut first = rule(&keyword("exact", "a"));
        first[field] = value;
        assert_eq!(warnings(&json!([first, rule(&keyword("exact", "a"))])), [""; 0], "{field}");
    }
}

#[test]
fn what_is_misspelt_is_named() {
    let text = |template: bool, content: &str| {
        warnings(&json!([{
            "when": { "default": {} }, "template": template,
            "replies": [{ "msgtype": "image", "image": { "media_id": "M" } }, { "msgtype": "text", "text": { "content": content } }],
        }]))
    };
    let unknown = "rules[0].replies[1].text.content has the placeholder {{Contnt}}, which is no field that WeChat's manual describes";
    assert_eq!(text(true, "{{Content}} {{Contnt}}"), [unknown]);
    for known in [
        "ScanCodeInfo.ScanResult",
        "FromUserName",
        "EventKey",
        "SendPicsInfo.PicList.item.PicMd5Sum",
        "bizmsgmenuid",
    ] {
        assert_eq!(text(true, &format!("{{{{{known}}}}}")), [""; 0], "{known}");
    }
    let plain =
        "rules[0].replies[1].text.content has a placeholder, which stays as it is without \"template\": true";
    assert_eq!(text(false, "you said {{Content}}"), [plain]);
    assert_eq!(text(false, "{{ vue }}"), [""; 0]);

    let silence = |when: Value| json!([{ "when": when, "reply": { "msgtype": "silence" } }]);
    assert_eq!(
        warnings(&silence(json!({ "event": ["click", "clik"] }))),
        ["rules[0].when.event names an event that WeChat's manual does not describe"]
    );
    assert_eq!(warnings(&silence(json!({ "event": ["VIEW", "FREEPUBLISHJOBFINISH", "bind"] }))), [""; 0]);
    let mut over = rule(&json!({ "default": {} }));
    over["valid"] = json!({ "until": NOW.seconds() });
    assert_eq!(warnings(&json!([over])), ["rules[0].valid.until is over"]);
}

#[test]
fn the_example_has_no_warnings() {
    let document = Document::parse(include_str!("../../rules.example.json")).unwrap();
    assert_eq!(document.warnings(NOW), Ok(vec![]));
}

#[test]
fn a_change_warns_of_what_it_concerns() {
    let drafts = |rules: Value| RuleDraft::read_all(rules.as_array().unwrap()).unwrap();
    let exact = |text: &str| rule(&json!({ "keyword": { "exact": text } }));
    let edit = |edit: Edit| {
        let stored = document(&json!([exact("a"), exact("a"), exact("b")]));
        let edited = stored.edit(edit, None, (Timestamp::from_seconds(1), "n")).expect("valid");
        edited
            .warnings
            .into_iter()
            .map(|warning| format!("{} {}", warning.field, warning.message))
            .collect::<Vec<_>>()
    };
    let one = |value: Value| Box::new(drafts(json!([value])).pop().unwrap());
    let create = |rule: Value, position| edit(Edit::CreateRule { rule: one(rule), position });
    assert_eq!(create(exact("b"), None), ["rule.when can never match, because rules[2] decides first"]);
    assert_eq!(create(exact("b"), Some(0)), ["rules[3].when can never match, because rule decides first"]);
    assert_eq!(create(exact("c"), None), [""; 0]);
    let import = Edit::ImportRules { rules: drafts(json!([exact("b"), exact("b")])), append: false };
    assert_eq!(edit(import), ["rules[1].when can never match, because rules[0] decides first"]);
}

#[test]
fn all_mistakes_of_a_document_are_told() {
    let complaint = |rules: Value| {
        let document = json!({ "version": 1, "rules": rules }).to_string();
        mp_worker::settings::Settings::parse(&document).expect_err("refused")
    };
    let shapes = complaint(json!([{ "when": {} }, rule(&json!({ "default": {} })), { "wen": 1 }]));
    assert_eq!(shapes.field, "rules[0].when");
    let told = shapes.message();
    assert!(told.contains("; rules[2].wen does not exist"), "{told}");
    assert!(
        shapes.to_string().contains("; rules[2].? does not exist"),
        "the log has no names of the input: {shapes}"
    );
    let limits = complaint(json!([
        rule(&json!({ "keyword": { "exact": "" } })),
        rule(&json!({ "default": {} })),
        rule(&json!({ "click": { "key": "" } })),
    ]));
    assert_eq!(
        limits.to_string(),
        "rules[0].when.keyword.exact has an empty keyword; rules[2].when.click.key is empty"
    );
    let many = complaint(json!(vec![rule(&json!({ "click": { "key": "" } })); 30]));
    assert!(many.to_string().ends_with("rules[19].when.click.key is empty; and 10 more"), "{many}");
}
