//! What rules may contain, and what is probably a mistake.

use mp_worker::api::rule::Linted;
use mp_worker::rules::{RuleDraft, UnsavedRule};
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
fn every_warning_has_its_kind_and_its_rules() {
    let found = |rules: &Value| {
        let warnings = document(rules).warnings(NOW).expect("valid rules");
        let kind = |id| serde_json::to_value(id).unwrap().as_str().unwrap().to_owned();
        warnings.into_iter().map(|it| (kind(it.id), it.rule, it.by)).collect::<Vec<_>>()
    };
    let exact = |texts: Value| rule(&json!({ "keyword": { "exact": texts } }));
    let two = |first: &Value, second: &Value| found(&json!([first, second]));
    let of = |id: &str, by| vec![(id.to_owned(), 1, by)];
    let anything = rule(&json!({ "default": {} }));
    assert_eq!(two(&exact(json!("a")), &exact(json!("a"))), of("unreachable", Some(0)));
    assert_eq!(two(&exact(json!("a")), &exact(json!(["a", "b"]))), of("duplicate", Some(0)));
    assert_eq!(two(&anything, &exact(json!("a"))), of("behind_default", Some(0)));
    let with = |field: &str, value: Value| {
        let mut rule = exact(json!("b"));
        rule[field] = value;
        two(&exact(json!("a")), &rule)
    };
    assert_eq!(with("valid", json!({ "until": 1 })), of("expired", None));
    let text = json!({ "msgtype": "text", "text": { "content": "{{Contnt}} {{Content}}" } });
    assert_eq!(with("reply", text.clone()), of("not_a_template", None));
    let mut template = exact(json!("b"));
    (template["template"], template["reply"]) = (true.into(), text);
    assert_eq!(two(&exact(json!("a")), &template), of("unknown_field", None));
    let silence = json!({ "when": { "event": "clik" }, "reply": { "msgtype": "silence" } });
    assert_eq!(two(&exact(json!("a")), &silence), of("unknown_event", None));

    // A rule that is switched off takes nothing from others, and is no mistake.
    let off = |mut rule: Value| {
        rule["off"] = true.into();
        rule
    };
    assert_eq!(two(&off(anything.clone()), &exact(json!("a"))), []);
    assert_eq!(two(&anything, &off(exact(json!("a")))), []);
}

#[test]
fn a_rule_that_is_not_saved_is_looked_at_in_its_place() {
    let exact = |id: &str, text: &str| {
        let mut rule = rule(&json!({ "keyword": { "exact": text } }));
        rule["id"] = id.into();
        rule
    };
    let stored = || document(&json!([exact("r_a", "a"), exact("r_b", "b"), exact("r_c", "a")])).rules;
    let ids = |rules: &[RuleDraft]| {
        let id = |rule: &RuleDraft| rule.id.clone().unwrap_or_else(|| "new".to_owned());
        rules.iter().map(id).collect::<Vec<_>>().join(" ")
    };
    let put = |unsaved: Value| {
        let mut rules = stored();
        let unsaved: UnsavedRule = serde_json::from_value(unsaved).unwrap();
        let position = unsaved.put_into(&mut rules);
        position.map(|position| (position, ids(&rules), rules))
    };
    let new = rule(&json!({ "default": {} }));
    let placed = |unsaved: Value| put(unsaved).map(|(position, ids, _)| (position, ids));
    let at = |position, ids: &str| Some((position, ids.to_owned()));
    assert_eq!(placed(json!({ "rule": new })), at(3, "r_a r_b r_c new"));
    assert_eq!(placed(json!({ "rule": new, "position": 1 })), at(1, "r_a new r_b r_c"));
    assert_eq!(placed(json!({ "rule": new, "position": 9 })), at(3, "r_a r_b r_c new"));
    assert_eq!(placed(json!({ "rule": new, "id": "r_b" })), at(1, "r_a r_b r_c"));
    assert_eq!(placed(json!({ "rule": new, "id": "r_b", "position": 2 })), at(2, "r_a r_c r_b"));
    assert_eq!(placed(json!({ "rule": new, "id": "r_d" })), None);

    let (position, _, rules) = put(json!({ "rule": new, "id": "r_b" })).unwrap();
    let linted = Linted::new((7, &rules), Some(position), NOW).unwrap();
    let told: Vec<_> = linted.warnings.iter().map(|it| (it.field.as_str(), it.message.as_str())).collect();
    assert_eq!(told, []);
    let (position, _, rules) = put(json!({ "rule": new, "id": "r_a" })).unwrap();
    let linted = Linted::new((7, &rules), Some(position), NOW).unwrap();
    let told: Vec<_> = linted.warnings.iter().map(|it| format!("{} {}", it.field, it.message)).collect();
    let expected = [
        "rules[1].when can never match, because draft.rule decides first",
        "rules[2].when can never match, because draft.rule decides first",
    ];
    assert_eq!(told, expected);
    let invalid = json!({ "rule": exact("", ""), "position": 0 });
    let (position, _, rules) = put(invalid).unwrap();
    let refused = Linted::new((7, &rules), Some(position), NOW).unwrap_err();
    assert_eq!(refused.field, "draft.rule.when.keyword.exact");
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
    assert_eq!(many.each().count(), 30, "one by one");
    let too_many = complaint(json!(vec![rule(&json!({ "click": { "key": "" } })); 300]));
    assert!(too_many.to_string().ends_with("rules[19].when.click.key is empty; and 280 more"), "{too_many}");
    assert_eq!(too_many.each().count(), 200);

    let both = complaint(json!([
        rule(&json!({ "click": { "key": "" } })),
        { "wen": 1 },
        rule(&json!({ "default": {} })),
        rule(&json!({ "keyword": { "exact": "" } })),
    ]));
    let told = both.each().map(|(field, _)| field).collect::<Vec<_>>();
    let expected = ["rules[0].when.click.key", "rules[1].wen", "rules[3].when.keyword.exact"];
    assert_eq!(told, expected, "one that cannot be read hides nothing");
}
