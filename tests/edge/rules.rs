//! Rules that are changed over the API take effect at once.

use std::fs;

use futures_util::future::join_all;
use mp_worker::secret::Secret;
use sandbox::publish::Publish;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::accounts::ROOT;
use crate::machine::Machine;

tests![
    a_rule_applies_from_its_creation_to_its_deletion,
    every_change_has_its_author_and_can_be_undone,
    two_concurrent_changes_of_the_rules_are_both_made,
    twenty_five_concurrent_changes_are_all_made,
    the_cron_trigger_publishes_rules_that_are_outdated_in_kv,
    the_consoles_auto_replies_are_imported_as_rules,
    a_rules_file_is_published_over_the_api,
];

const OPENID: &str = "oRULES00000000000000000000user";

fn rule(name: &str, when: &Value) -> Value {
    json!({ "name": name, "when": when, "reply": { "msgtype": "text", "text": { "content": name } } })
}

/// The text of the passive reply to a text message.
async fn say(machine: &Machine, text: &str) -> String {
    let (status, body) = machine.post(&machine.text(OPENID, text)).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let content = body.split_once("<Content><![CDATA[").and_then(|(_, rest)| rest.split_once("]]>"));
    content.map_or(body.as_str(), |(content, _)| content).to_owned()
}

async fn a_rule_applies_from_its_creation_to_its_deletion() {
    let machine = Machine::start().await;
    assert_eq!(say(&machine, "a").await, "success");
    let first = machine.ok("rule/create", json!({ "rule": rule("any", &json!({ "default": {} })) })).await;
    assert_eq!((&first["version"], &first["rules"]), (&json!(1), &json!(1)));
    assert_eq!(say(&machine, "b").await, "any");
    let exact = rule("exact", &json!({ "keyword": { "exact": "c" } }));
    let second = machine.ok("rule/create", json!({ "rule": exact, "position": 0 })).await;
    assert_eq!(say(&machine, "c").await, "exact");
    machine.ok("rule/reorder", json!({ "ids": [first["id"]] })).await;
    assert_eq!(say(&machine, "c ").await, "any");
    let tested = machine.ok("rule/test", json!({ "message": { "Content": "c" } })).await;
    assert_eq!(tested["version"], 3);
    assert_eq!(tested["looked_at"][0]["id"], first["id"]);
    assert_eq!(tested["replies"][0]["text"]["content"], "any");

    let changed = rule("changed", &json!({ "keyword": { "regex": "^c+$" } }));
    machine.ok("rule/update", json!({ "id": second["id"], "rule": changed, "if_version": 3 })).await;
    machine.ok("rule/delete", json!({ "id": first["id"] })).await;
    assert_eq!(say(&machine, "ccc").await, "changed");
    assert_eq!(say(&machine, "d").await, "success");
    let list = machine.ok("rule/list", json!({})).await;
    assert_eq!((&list["version"], &list["total"]), (&json!(5), &json!(1)));
    assert_eq!(list["rules"][0]["name"], "changed");

    let (status, answer) = machine.api("rule/delete", &json!({ "id": second["id"], "if_version": 4 })).await;
    assert_eq!((status, &answer["error"]["code"]), (409, &json!("conflict")), "{answer}");
    let (status, answer) = machine.api("rule/delete", &json!({ "id": first["id"] })).await;
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("not_found")), "{answer}");
    let wrong = json!({ "rule": rule("", &json!({ "default": {} })) });
    let (status, answer) = machine.api("rule/create", &wrong).await;
    assert_eq!((status, &answer["error"]["field"]), (400, &json!("rule.reply.text.content")), "{answer}");
}

async fn every_change_has_its_author_and_can_be_undone() {
    let machine = Machine::start().await;
    let key = machine.ok("key/create", json!({ "name": "运营", "scopes": ["rule:write"] })).await;
    machine.ok("rule/create", json!({ "rule": rule("one", &json!({ "default": {} })) })).await;
    let url = machine.url("/api/rule/import");
    let rules = json!({ "rules": [rule("two", &json!({ "default": {} }))] });
    let by_key = machine.client.post(url).bearer_auth(key["key"].as_str().unwrap()).body(rules.to_string());
    assert_eq!(by_key.send().await.unwrap().status(), 200);
    assert_eq!(say(&machine, "a").await, "two");

    machine.ok("rule/rollback", json!({ "version": 1 })).await;
    assert_eq!(say(&machine, "b").await, "one");
    let versions = machine.ok("rule/versions", json!({})).await;
    let made: Vec<_> = versions["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|made| {
            let field = |name: &str| made[name].as_str().unwrap().to_owned();
            (made["version"].as_u64().unwrap(), field("author"), field("change"))
        })
        .collect();
    let root = "root".to_owned();
    assert_eq!(
        made,
        [
            (3, root.clone(), "rule/rollback".to_owned()),
            (2, "运营".to_owned(), "rule/import".to_owned()),
            (1, root, "rule/create".to_owned()),
        ]
    );
    let (status, _) = machine.api("rule/rollback", &json!({ "version": 9 })).await;
    assert_eq!(status, 404);

    // An export can be imported unchanged.
    let exported = machine.ok("rule/export", json!({})).await;
    machine.ok("rule/import", exported.clone()).await;
    assert_eq!(machine.ok("rule/export", json!({})).await["rules"], exported["rules"]);
}

async fn two_concurrent_changes_of_the_rules_are_both_made() {
    let machine = Machine::start().await;
    let create = |name: &'static str| {
        let machine = &machine;
        async move {
            machine.api("rule/create", &json!({ "rule": rule(name, &json!({ "default": {} })) })).await.0
        }
    };
    let statuses = futures_util::future::join(create("one"), create("two")).await;
    assert_eq!(statuses, (200, 200));
    let list = machine.ok("rule/list", json!({})).await;
    assert_eq!((&list["version"], &list["total"]), (&json!(2), &json!(2)));
}

async fn twenty_five_concurrent_changes_are_all_made() {
    let machine = Machine::start().await;
    let changes = (0..25).map(async |index| {
        let when = json!({ "keyword": { "exact": index.to_string() } });
        machine.ok("rule/create", json!({ "rule": rule(&index.to_string(), &when) })).await
    });
    join_all(changes).await;
    assert_eq!(machine.ok("rule/list", json!({})).await["total"], 25);
}

async fn the_cron_trigger_publishes_rules_that_are_outdated_in_kv() {
    let machine = Machine::start().await;
    machine.ok("rule/create", json!({ "rule": rule("one", &json!({ "default": {} })) })).await;
    // The previous version overwrites the newest one in KV, as by a slower writer.
    machine.put_kv("rules:default", &json!({ "version": 0, "rules": [] }).to_string()).await;
    machine.cron(1).await;
    let published: Value = serde_json::from_str(&machine.kv("rules:default").await).unwrap();
    assert_eq!(published["version"], 1);
    assert_eq!(published["rules"][0]["name"], "one");
}

async fn the_consoles_auto_replies_are_imported_as_rules() {
    let machine = Machine::start().await;
    let dry = machine.ok("rule/import_platform", json!({ "dry_run": true })).await;
    assert_eq!(dry["version"], Value::Null);
    assert_eq!(machine.ok("rule/list", json!({})).await["total"], 0);
    let imported = machine.ok("rule/import_platform", json!({})).await;
    assert_eq!(imported["version"], 1);
    assert_eq!(imported["rules"].as_array().unwrap().len(), dry["rules"].as_array().unwrap().len());
    assert!(!imported["left_out"].as_array().unwrap().is_empty());
    let price = say(&machine, "价格").await;
    let rule =
        imported["rules"].as_array().unwrap().iter().find(|rule| rule["name"] == "价格").expect("a rule");
    assert_eq!(price, rule["replies"][0]["text"]["content"].as_str().unwrap());
}

async fn a_rules_file_is_published_over_the_api() {
    let machine = Machine::start().await;
    let publish = Publish { worker: machine.url("/"), api_key: Secret::new(ROOT), account: None };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("rules.json");
    let document = json!({ "rules": [rule("published", &json!({ "default": {} }))] });
    fs::write(&file, document.to_string()).unwrap();
    assert_eq!(publish.rules(&file).await, Ok((1, Vec::new())));
    assert_eq!(say(&machine, "a").await, "published");

    fs::write(&file, r#"{ "rules": [{ "when": { "default": {} } }] }"#).unwrap();
    let refused = publish.rules(&file).await.unwrap_err();
    assert!(refused.contains("rules.json is refused: rules[0]"), "{refused}");
    fs::write(&file, document.to_string()).unwrap();
    let stranger = Publish { api_key: Secret::new("mp_unknown"), ..publish };
    let refused = stranger.rules(&file).await.unwrap_err();
    assert!(refused.starts_with("The worker refused the rules, 401"), "{refused}");
    assert_eq!(say(&machine, "b").await, "published");
}
