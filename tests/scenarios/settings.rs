//! The settings document: how it is edited, and which versions D1 keeps.

use mp_worker::backends::Slow;
use mp_worker::rules::RuleDraft;
use mp_worker::settings::{
    Document, Edit, Edited, Refused, Settings, StorageSettings, Version, VersionRow, document_of,
    insert_version, newest, newest_number, prune, versions,
};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::database::{database, rows, run};
use crate::world::NOW;

fn rule(name: &str) -> RuleDraft {
    let rule = json!({
        "name": name, "when": { "default": {} }, "reply": { "msgtype": "text", "text": { "content": name } }
    });
    serde_json::from_value(rule).unwrap()
}

fn with(names: &[&str]) -> Document {
    with_rules(names.iter().map(|name| rule(name)).collect())
}

fn with_rules(rules: Vec<RuleDraft>) -> Document {
    let import = Edit::ImportRules { rules, append: false };
    let made = Document::default().edit(import, None, (NOW, "first")).unwrap();
    Document::parse(&made.json).unwrap()
}

fn edited(document: &Document, edit: Edit) -> Document {
    Document::parse(&edit_once(document, edit).unwrap().json).unwrap()
}

fn edit_once(document: &Document, edit: Edit) -> Result<Edited, Refused> {
    document.clone().edit(edit, None, (NOW, "nonce"))
}

fn names(document: &Document) -> Vec<String> {
    let name = |rule: &RuleDraft| {
        let rule = serde_json::to_value(rule).unwrap();
        rule.pointer("/name").unwrap().as_str().unwrap().to_owned()
    };
    document.rules.iter().map(name).collect()
}

fn id(document: &Document, name: &str) -> String {
    let index = names(document).iter().position(|found| found == name).unwrap();
    document.rules.get(index).and_then(|rule| rule.id.clone()).unwrap()
}

#[test]
fn every_change_creates_the_next_version() {
    let document = with(&["a", "b"]);
    assert_eq!(document.version, 1);
    let create = |position| Edit::CreateRule { rule: Box::new(rule("new")), position };
    assert_eq!(names(&edited(&document, create(None))), ["a", "b", "new"]);
    assert_eq!(names(&edited(&document, create(Some(0)))), ["new", "a", "b"]);
    assert_eq!(names(&edited(&document, create(Some(99)))), ["a", "b", "new"]);
    let made = edit_once(&document, create(None)).unwrap();
    let settings = &made.settings;
    assert_eq!((settings.version, settings.rules.len(), made.id.as_deref()), (2, 3, Some("r_nonce")));

    let update = Edit::UpdateRule { id: id(&document, "a"), rule: Box::new(rule("changed")) };
    let updated = edited(&document, update);
    assert_eq!(names(&updated), ["changed", "b"]);
    assert_eq!(id(&updated, "changed"), id(&document, "a"));
    assert_eq!(names(&edited(&document, Edit::DeleteRule { id: id(&document, "a") })), ["b"]);
    let append = Edit::ImportRules { rules: vec![rule("c")], append: true };
    assert_eq!(names(&edited(&document, append)), ["a", "b", "c"]);
    let replace = Edit::ImportRules { rules: vec![rule("c")], append: false };
    assert_eq!(names(&edited(&document, replace)), ["c"]);
}

#[test]
fn rules_are_added_before_the_first_that_answers_everything() {
    let keyword = |name: &str| -> RuleDraft {
        let reply = json!({ "msgtype": "text", "text": { "content": name } });
        let rule = json!({ "name": name, "when": { "keyword": { "exact": name } }, "reply": reply });
        serde_json::from_value(rule).unwrap()
    };
    let limited = |name: &str, field: &str, value: Value| -> RuleDraft {
        let mut limited = serde_json::to_value(rule(name)).unwrap();
        limited[field] = value;
        serde_json::from_value(limited).unwrap()
    };
    let import = |document: &Document, rules, append| {
        let made = edit_once(document, Edit::ImportRules { rules, append }).unwrap();
        let mut named = names(&Document::parse(&made.json).unwrap());
        let warnings = made.warnings.into_iter().map(|warning| warning.message).collect::<Vec<_>>();
        named.push(warnings.join("; "));
        (named.join(" "), made.positions)
    };
    let stored = with_rules(vec![
        keyword("a"),
        limited("closed", "hours", json!([{ "from": "22:00", "to": "06:00" }])),
        limited("off", "off", json!(true)),
        limited("too", "continue", json!(true)),
        rule("any"),
        keyword("never"),
    ]);
    let rules = || vec![keyword("x"), rule("other"), keyword("y")];
    assert_eq!(
        import(&stored, rules(), true),
        (
            "a closed off too x y any never other can never match, because rules[6] decides first; \
             can never match, because rules[6] decides first"
                .to_owned(),
            vec![4, 8, 5]
        ),
        "what was answered so far is answered in the same way, and what can never match is told"
    );
    assert_eq!(
        import(&with_rules(vec![keyword("a")]), rules(), true),
        ("a x other y can never match, because rules[1] decides first".to_owned(), vec![1, 2, 3]),
        "nothing answers everything: they come last, in their order"
    );
    assert_eq!(import(&stored, vec![keyword("x")], false), ("x ".to_owned(), vec![0]));
    assert_eq!(import(&stored, vec![], true).1, [0_usize; 0]);
}

#[test]
fn rules_are_moved_together_to_a_position() {
    let document = with(&["a", "b", "c", "d"]);
    let moved = |names_: &[&str], position| {
        let ids = names_.iter().map(|name| id(&document, name)).collect();
        names(&edited(&document, Edit::ReorderRules { ids, position })).concat()
    };
    assert_eq!(moved(&["d"], 0), "dabc");
    assert_eq!(moved(&["a"], 99), "bcda");
    assert_eq!(moved(&["c", "a"], 1), "bcad");
    assert_eq!(moved(&["d", "c", "b", "a"], 0), "dcba");
    let twice = Edit::ReorderRules { ids: vec![id(&document, "a"), id(&document, "a")], position: 0 };
    let Err(Refused::Invalid(invalid)) = edit_once(&document, twice) else { panic!("refused") };
    assert_eq!(invalid.to_string(), "ids[1] is not the id of a rule, or is duplicated");
}

#[test]
fn an_invalid_rule_is_named_as_in_the_request() {
    let document = with(&["a", "b"]);
    let wrong = || {
        let rule = json!({ "when": { "click": { "key": "k" } }, "reply": { "msgtype": "text" } });
        serde_json::from_value::<RuleDraft>(rule).unwrap()
    };
    let refused = |edit: Edit| {
        let Err(Refused::Invalid(invalid)) = edit_once(&document, edit) else { panic!("refused") };
        invalid.field
    };
    let create = |position| Edit::CreateRule { rule: Box::new(wrong()), position };
    assert_eq!(refused(create(None)), "rule.reply.text");
    assert_eq!(refused(create(Some(1))), "rule.reply.text");
    let update = Edit::UpdateRule { id: id(&document, "b"), rule: Box::new(wrong()) };
    assert_eq!(refused(update), "rule.reply.text");
    let rules = || (0..3).map(|number| rule(&number.to_string())).chain([wrong()]).collect();
    assert_eq!(refused(Edit::ImportRules { rules: rules(), append: false }), "rules[3].reply.text");
    assert_eq!(refused(Edit::ImportRules { rules: rules(), append: true }), "rules[3].reply.text");
}

#[test]
fn a_missing_rule_cannot_be_changed() {
    let document = with(&["a"]);
    let id = "r_else".to_owned();
    for edit in
        [Edit::UpdateRule { id: id.clone(), rule: Box::new(rule("x")) }, Edit::DeleteRule { id: id.clone() }]
    {
        assert_eq!(edit_once(&document, edit).unwrap_err(), Refused::NotFound("rule"));
    }
}

#[test]
fn a_change_to_an_outdated_version_is_rejected() {
    let document = with(&["a"]);
    let delete = Edit::DeleteRule { id: id(&document, "a") };
    let refused = document.clone().edit(delete.clone(), Some(0), (NOW, "n")).unwrap_err();
    assert_eq!(refused, Refused::Conflict { version: 1 });
    assert!(document.edit(delete, Some(1), (NOW, "n")).is_ok());
}

#[test]
fn rule_ids_are_unique() {
    let document = with(&["a"]);
    let mut twin = rule("b");
    twin.id = document.rules[0].id.clone();
    let refused = |edit| {
        let Err(Refused::Invalid(invalid)) = edit_once(&document, edit) else { panic!("refused") };
        invalid.to_string()
    };
    for position in [None, Some(0)] {
        let create = Edit::CreateRule { rule: Box::new(twin.clone()), position };
        assert_eq!(refused(create), "rule.id is duplicated", "as the request calls it");
    }
    let import = Edit::ImportRules { rules: vec![rule("c"), twin], append: true };
    assert_eq!(refused(import), "rules[1].id is duplicated", "by its number in the request");
}

#[test]
fn what_is_stored_is_changed_field_by_field() {
    let set = |document: &Document, retention_days, events: Option<&[&str]>| {
        let unstored_events = events.map(|events| events.iter().map(|name| (*name).to_owned()).collect());
        let storage = StorageSettings { retention_days, unstored_events };
        edit_once(document, Edit::SetStorage { storage }).unwrap()
    };
    let days = Document::parse(&set(&with(&["a"]), Some(30), None).json).unwrap();
    assert_eq!(days.storage, StorageSettings { retention_days: Some(30), unstored_events: None });
    let both = set(&days, None, Some(&["location"]));
    assert!(
        both.json.ends_with(r#""storage":{"retention_days":30,"unstored_events":["location"]}}"#),
        "{}",
        both.json
    );
    let both = Document::parse(&both.json).unwrap();
    assert!(!set(&both, Some(30), None).is_new, "it is so already");
    let none = set(&both, None, Some(&[]));
    assert_eq!(none.settings.storage.unstored_events, Some(Vec::new()));
    assert!(with(&["a"]).storage.unstored_events.is_none());
    // A restored version of the rules leaves it as it is.
    let restored = edited(&both, Edit::ImportRules { rules: vec![rule("b")], append: false });
    assert_eq!(restored.storage, both.storage);
}

#[test]
fn ten_thousand_rules_fit_and_oversized_documents_are_rejected() {
    let many = |count: usize, content: usize| {
        let rules = (0..count).map(|number| {
            let content = "x".repeat(content);
            let rule = json!({
                "when": { "keyword": { "contains": format!("关键词{number}") } },
                "reply": { "msgtype": "text", "text": { "content": content } }
            });
            serde_json::from_value(rule).unwrap()
        });
        edit_once(&Document::default(), Edit::ImportRules { rules: rules.collect(), append: false })
    };
    assert_eq!(many(10_000, 20).unwrap().settings.rules.len(), 10_000);
    let Err(Refused::Invalid(invalid)) = many(1000, 1900) else { panic!("refused") };
    assert!(invalid.to_string().contains("bytes as a document; the limit is 1900000"), "{invalid}");
}

#[test]
fn a_document_put_into_kv_by_hand_can_be_edited() {
    let document = Document::parse(include_str!("../fixtures/rules-document.json")).unwrap();
    assert_eq!(document.version, 42);
    assert_eq!(document.rules[1].id.as_deref(), Some("r_1"));
    let made = edit_once(&document, Edit::DeleteRule { id: "r_1".to_owned() }).unwrap();
    assert_eq!((made.settings.version, made.settings.rules.len()), (43, 9));
}

/// Every version in D1 and KV has this format: it must stay readable forever, and be written back unchanged.
#[test]
fn the_format_of_a_whole_document_is_unchanged() {
    let text = include_str!("../fixtures/settings-document.json");
    let document = Document::parse(text).unwrap();
    assert_eq!(serde_json::to_value(&document).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    let settings = Settings::parse(text).unwrap();
    let asked = settings.backends.webhook("w_asked").unwrap();
    assert_eq!((asked.budget, asked.slow, asked.generation), (3500, Slow::NextDelivery, 2));
    assert!(settings.backends.find("w_told").unwrap().is_off());
}

fn store(database: &Connection, version: u64, author: &str) -> usize {
    let document = format!("document {version}");
    let made = Version { author, author_id: Some("00ff"), change: "rule/create", made_at: NOW };
    rows::<Value>(database, &insert_version("default", (version, &document, 0), made)).unwrap().len()
}

#[test]
fn the_second_writer_of_a_version_detects_the_conflict() {
    let database = database();
    assert_eq!(store(&database, 1, "first"), 1);
    assert_eq!(store(&database, 1, "second"), 0);
    let newest: Vec<(String,)> = rows(&database, &newest("default")).unwrap();
    assert_eq!(newest, [("document 1".to_owned(),)]);
}

#[test]
fn versions_are_listed_and_found_and_only_fifty_are_kept() {
    let database = database();
    for version in 1..=60 {
        store(&database, version, "backend");
        run(&database, &prune("default", version));
    }
    let listed: Vec<VersionRow> = rows(&database, &versions("default")).unwrap();
    assert_eq!(listed.len(), 50);
    let id = Some("00ff".to_owned());
    assert_eq!(listed[0], (60, "backend".to_owned(), id, "rule/create".to_owned(), NOW.seconds(), 0));
    let found = |version| rows::<(String,)>(&database, &document_of("default", version)).unwrap();
    assert_eq!(found(11), [("document 11".to_owned(),)]);
    assert!(found(10).is_empty());
    assert_eq!(rows::<(u64,)>(&database, &newest_number("default")).unwrap(), [(60,)]);
    assert!(rows::<(u64,)>(&database, &newest_number("other")).unwrap().is_empty());
}

#[test]
fn an_assistant_that_rules_ask_is_not_deleted() {
    let ask = |rule: Value| -> RuleDraft { serde_json::from_value(rule).unwrap() };
    let assistant: Value =
        json!([{ "name": "客服", "model": { "provider": "deepseek", "model": "deepseek-v4-flash" } }]);
    let document = json!({ "version": 1, "rules": [rule("first")], "assistants": assistant });
    let mut document = Document::parse(&document.to_string()).unwrap();
    document
        .rules
        .push(ask(json!({ "name": "AI", "when": { "keyword": { "prefix": "AI" } }, "ask": "客服" })));
    document.rules.push(ask(json!({ "id": "r_last", "when": { "default": {} }, "ask": "客服" })));
    let delete = |name: &str| Edit::DeleteAssistant { name: name.to_owned() };
    let Err(Refused::Invalid(invalid)) = edit_once(&document, delete("客服")) else { panic!() };
    assert_eq!(
        invalid.to_string(),
        "name is asked by rules[1] (AI), rules[2] (r_last): change or delete these rules first"
    );
    assert_eq!(edit_once(&document, delete("other")).unwrap_err(), Refused::NotFound("assistant"));
    document.rules.truncate(1);
    assert_eq!(edited(&document, delete("客服")).assistants, []);
}
