//! Rules that are changed over the API take effect at once.

use std::fs;

use futures_util::future::join_all;
use mp_worker::secret::Secret;
use sandbox::publish::Publish;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::accounts::ROOT;
use crate::machine::{Machine, body_of};

tests![
    a_rule_applies_from_its_creation_to_its_deletion,
    every_change_has_its_author_and_can_be_undone,
    a_first_change_of_rules_that_were_published_by_hand_can_be_undone,
    imported_rules_come_before_the_one_that_answers_everything,
    two_concurrent_changes_of_the_rules_are_both_made,
    twenty_five_concurrent_changes_are_all_made,
    the_cron_trigger_publishes_rules_that_are_outdated_in_kv,
    the_consoles_auto_replies_are_imported_as_rules,
    a_rules_file_is_published_over_the_api,
    every_rule_is_explained_and_one_that_is_not_saved_is_tested,
    a_dry_run_of_an_import_lists_all_mistakes_and_changes_nothing,
    a_conflict_names_who_changed_the_rules,
    rules_say_how_often_they_decided,
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
            (0, "mp-worker".to_owned(), "start".to_owned()),
        ]
    );
    let start = machine.ok("rule/version", json!({ "version": 0 })).await;
    assert_eq!((&start["rules"], &start["change"]), (&json!([]), &json!("start")));
    let (status, _) = machine.api("rule/rollback", &json!({ "version": 9 })).await;
    assert_eq!(status, 404);

    // An export can be imported unchanged.
    let exported = machine.ok("rule/export", json!({})).await;
    machine.ok("rule/import", exported.clone()).await;
    assert_eq!(machine.ok("rule/export", json!({})).await["rules"], exported["rules"]);

    // The first change can be undone as well.
    machine.ok("rule/rollback", json!({ "version": 0 })).await;
    assert_eq!(say(&machine, "c").await, "success");
}

async fn a_first_change_of_rules_that_were_published_by_hand_can_be_undone() {
    let machine = Machine::start().await;
    machine.publish("default", &json!({ "rules": [rule("by hand", &json!({ "default": {} }))] })).await;
    machine.ok("rule/import", json!({ "rules": [rule("imported", &json!({ "default": {} }))] })).await;
    assert_eq!(say(&machine, "a").await, "imported");
    machine.ok("rule/rollback", json!({ "version": 0, "if_version": 1 })).await;
    assert_eq!(say(&machine, "b").await, "by hand");
}

async fn imported_rules_come_before_the_one_that_answers_everything() {
    let machine = Machine::start().await;
    machine.ok("rule/create", json!({ "rule": rule("any", &json!({ "default": {} })) })).await;
    let imported = rule("imported", &json!({ "keyword": { "exact": "a" } }));
    let import = |dry_run: bool| json!({ "rules": [imported], "append": true, "dry_run": dry_run });
    let rehearsed = machine.ok("rule/import", import(true)).await;
    assert_eq!(rehearsed, json!({ "rules": 2, "position": 0, "warnings": [], "problems": [] }));
    machine.ok("rule/import", import(false)).await;
    assert_eq!(
        (say(&machine, "a").await, say(&machine, "b").await),
        ("imported".to_owned(), "any".to_owned())
    );

    // WeChat's console has a default reply of its own, which cannot take the place of the one that there is.
    let platform = machine.ok("rule/import_platform", json!({ "dry_run": true })).await;
    let (rules, positions) =
        (platform["rules"].as_array().unwrap(), platform["positions"].as_array().unwrap());
    assert_eq!(rules.len(), positions.len());
    let place = |position: &Value| position.as_u64().unwrap();
    for (rule, position) in rules.iter().zip(positions) {
        let is_default = rule["when"].get("default").is_some();
        assert_eq!(place(position) > u64::try_from(rules.len()).unwrap(), is_default, "{rule} {position}");
    }
    let warnings = platform["warnings"].as_array().unwrap();
    assert!(warnings.iter().any(|warning| warning["id"] == "behind_default"), "{platform}");
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

async fn every_rule_is_explained_and_one_that_is_not_saved_is_tested() {
    let machine = Machine::start().await;
    let mut off = rule("off", &json!({ "default": {} }));
    off["off"] = true.into();
    let off_id = machine.ok("rule/create", json!({ "rule": off })).await["id"].clone();
    machine.ok("rule/create", json!({ "rule": rule("a", &json!({ "keyword": { "exact": "a" } })) })).await;
    let backend =
        machine.webhook("https://shop.example.com/", "respond", json!({ "name": "shop", "off": true })).await;
    assert_eq!(say(&machine, "b").await, "success", "a rule that is off does not answer");
    machine
        .ok(
            "webhook/update",
            json!({ "id": backend["id"], "webhook": {
        "name": "shop", "url": "https://shop.example.com/", "mode": "respond" } }),
        )
        .await;

    let message = json!({ "Content": "b" });
    let tested = machine.ok("rule/test", json!({ "message": message, "explain": true })).await;
    let verdicts: Vec<_> = tested["looked_at"].as_array().unwrap().iter().map(|it| &it["verdict"]).collect();
    assert_eq!(verdicts, ["off", "no_match"]);
    assert_eq!(tested["looked_at"][1]["why"], json!({ "id": "text_differs", "params": {} }));
    assert_eq!(tested["then"]["backend"], json!({ "id": backend["id"], "name": "shop" }));

    let draft = json!({ "rule": rule("draft", &json!({ "default": {} })), "id": off_id });
    let tested = machine.ok("rule/test", json!({ "message": message, "draft": draft })).await;
    assert_eq!(tested["replies"][0]["text"]["content"], "draft");
    assert_eq!((&tested["looked_at"][0]["id"], &tested["then"]), (&off_id, &Value::Null));
    let linted = machine.ok("rule/lint", json!({ "draft": draft })).await;
    let warning = &linted["warnings"][0];
    assert_eq!(
        (&warning["id"], &warning["rule"], &warning["by"]),
        (&json!("behind_default"), &json!(1), &json!(0))
    );
    assert_eq!(machine.ok("rule/lint", json!({})).await["warnings"], json!([]), "nothing was saved");
    let unknown = json!({ "message": message, "draft": { "rule": draft["rule"], "id": "r_unknown" } });
    assert_eq!(machine.refused("rule/test", unknown).await.0, 404);

    let mut at_night = draft;
    at_night["rule"]["hours"] = json!([{ "from": "22:00", "to": "06:00" }]);
    for (at, replies) in [(1_699_977_600, 1), (1_699_977_600 + 12 * 3600, 0)] {
        let tested =
            machine.ok("rule/test", json!({ "message": message, "draft": at_night, "at": at })).await;
        assert_eq!(tested["replies"].as_array().unwrap().len(), replies, "{at}");
    }
}

async fn a_dry_run_of_an_import_lists_all_mistakes_and_changes_nothing() {
    let machine = Machine::start().await;
    machine.ok("rule/create", json!({ "rule": rule("one", &json!({ "default": {} })) })).await;
    let good = rule("two", &json!({ "keyword": { "exact": "two" } }));
    let mut import = json!({ "rules": [good], "append": true, "dry_run": true });
    let dry = machine.ok("rule/import", import.clone()).await;
    assert_eq!((&dry["version"], &dry["rules"], &dry["problems"]), (&Value::Null, &json!(2), &json!([])));
    assert_eq!(
        (&dry["position"], &dry["warnings"]),
        (&json!(0), &json!([])),
        "before the one that answers all"
    );
    import["rules"] = json!([rule("three", &json!({ "default": {} }))]);
    let dry = machine.ok("rule/import", import.clone()).await;
    assert_eq!((&dry["position"], &dry["warnings"][0]["id"]), (&json!(1), &json!("behind_default")));
    import["rules"] = json!([good, { "wen": {} }, rule("", &json!({ "click": { "key": "" } }))]);
    let dry = machine.ok("rule/import", import.clone()).await;
    let fields: Vec<_> = dry["problems"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
    assert_eq!(fields, ["rules[1].wen", "rules[2].when.click.key"]);
    import["dry_run"] = false.into();
    assert_eq!(machine.refused("rule/import", import).await.1["field"], "rules[1].wen");
    assert_eq!(machine.ok("rule/list", json!({})).await["version"], 1, "nothing changed");

    let url = machine.url("/api/rule/import_platform");
    let request = machine.client.post(url).bearer_auth(ROOT).header("accept-language", "zh-CN");
    let platform = body_of(request.body(r#"{"dry_run": true}"#).send().await.unwrap()).await;
    assert_eq!(platform["rules"][0]["name"], "关注回复");
    assert!(platform["warnings"].as_array().is_some_and(|warnings| !warnings.is_empty()), "{platform}");
}

async fn a_conflict_names_who_changed_the_rules() {
    let machine = Machine::start().await;
    let key = machine.ok("key/create", json!({ "name": "运营", "scopes": ["rule:write"] })).await;
    let first = machine.ok("rule/create", json!({ "rule": rule("one", &json!({ "default": {} })) })).await;
    let update =
        json!({ "id": first["id"], "rule": rule("two", &json!({ "default": {} })), "if_version": 1 });
    let (status, _) = machine.api_as(key["key"].as_str().unwrap(), "rule/update", &update).await;
    assert_eq!(status, 200);
    let (status, error) = machine.refused("rule/update", update).await;
    assert_eq!((status, &error["code"], &error["by"]), (409, &json!("conflict"), &json!("运营")));
    let version = machine.ok("rule/version", json!({ "version": 1 })).await;
    assert_eq!((&version["author"], &version["rules"][0]["name"]), (&json!("root"), &json!("one")));
    assert_eq!(version["change"], "rule/create");
    assert_eq!(machine.refused("rule/version", json!({ "version": 9 })).await.0, 404);
}

async fn rules_say_how_often_they_decided() {
    let machine = Machine::start().await;
    for name in ["one", "two"] {
        machine
            .ok("rule/create", json!({ "rule": rule(name, &json!({ "keyword": { "exact": name } })) }))
            .await;
    }
    for text in ["one", "one", "three"] {
        say(&machine, text).await;
    }
    let list = machine.ok("rule/list", json!({ "hits": true })).await;
    let hits = list["hits"].as_array().unwrap();
    assert_eq!((&hits[0]["today"], &hits[0]["days28"]), (&json!(2), &json!(2)), "{list}");
    assert_eq!(hits[1], json!({ "today": 0, "days28": 0 }));
    assert!(hits[0]["last_at"].is_i64() && list["counted_at"].is_i64(), "{list}");
    let page = machine.ok("rule/list", json!({ "hits": true, "offset": 1, "limit": 5 })).await;
    assert_eq!((&page["hits"], &page["rules"][0]["name"]), (&json!([hits[1]]), &json!("two")));
    assert_eq!(machine.ok("rule/list", json!({})).await["hits"], Value::Null);
}
