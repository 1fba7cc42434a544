//! The list of changes: one row for each that was made or refused, and none for what is sent.

use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use serde_json::{Value, json};

use crate::machine::{Machine, Setup};
use crate::until::until;

tests![
    a_change_is_listed_with_who_made_it_and_what_it_changed,
    nothing_that_is_sent_or_read_is_listed,
    another_accounts_changes_cannot_be_read,
    a_change_succeeds_although_it_cannot_be_listed,
];

/// Waits until so many changes are listed, and returns them.
async fn listed(machine: &Machine, path: &str, count: usize) -> Vec<Value> {
    until(async || {
        let list = machine.ok(path, json!({ "limit": 100 })).await;
        let entries = list["entries"].as_array().unwrap().clone();
        if entries.len() == count { Ok(entries) } else { Err(list.to_string()) }
    })
    .await
}

async fn key(machine: &Machine, path: &str, scopes: Value) -> (String, String) {
    let created = machine.ok(path, json!({ "name": "张三", "scopes": scopes })).await;
    (created["key"].as_str().unwrap().to_owned(), created["id"].as_str().unwrap().to_owned())
}

fn rule() -> Value {
    json!({ "rule": { "when": { "default": {} }, "reply": { "msgtype": "text", "text": { "content": "SECRET TEXT" } } } })
}

async fn a_change_is_listed_with_who_made_it_and_what_it_changed() {
    let machine = Machine::start().await;
    let (editor, id) = key(&machine, "key/create", json!(["rule:write"])).await;
    let (status, made) = machine.api_as(&editor, "rule/create", &rule()).await;
    assert_eq!(status, 200, "{made}");
    let (status, refused) = machine.api_as(&editor, "webhook/delete", &json!({ "id": "w_1" })).await;
    assert_eq!(status, 403, "{refused}");
    let (status, _) = machine.api_as(&editor, "rule/delete", &json!({ "id": "r_0" })).await;
    assert_eq!(status, 404);
    machine.ok("user/remark", json!({ "openid": FOLLOWERS[0], "remark": "SECRET TEXT" })).await;

    let entries = listed(&machine, "audit/list", 5).await;
    let find = |call: &str| entries.iter().find(|entry| entry["call"] == call).unwrap();
    let created = find("rule/create");
    assert_eq!((&created["object"], &created["ok"]), (&made["id"], &json!(true)), "{created}");
    assert_eq!(created["key"], json!({ "id": id, "name": "张三" }));
    let line = machine.until_logged("request", |line| line["call"] == "rule/create").await;
    assert_eq!(created["request_id"], line["request_id"]);
    assert_eq!((&find("webhook/delete")["ok"], &find("rule/delete")["ok"]), (&json!(false), &json!(false)));
    assert_eq!(find("webhook/delete")["request_id"], refused["error"]["request_id"]);
    assert_eq!(find("rule/delete").get("object"), None, "what a refused call names may be anything");
    assert_eq!(
        (&find("key/create")["object"], &find("key/create")["key"]),
        (&json!(id), &json!({ "name": "root" }))
    );
    let text = Value::from(entries.clone()).to_string();
    assert!(!text.contains("SECRET") && !text.contains(FOLLOWERS[0]) && !text.contains(&editor), "{text}");

    let mine = machine.ok("audit/list", json!({ "key": id, "limit": 2 })).await;
    assert_eq!(mine["entries"].as_array().unwrap().len(), 2);
    let rest =
        machine.ok("audit/list", json!({ "key": id, "limit": 2, "cursor": mine["next_cursor"] })).await;
    assert_eq!(rest["entries"].as_array().unwrap().len(), 1, "{rest}");
    let (status, error) = machine.refused("audit/list", json!({ "cursor": "x" })).await;
    assert_eq!((status, &error["field"]), (400, &json!("cursor")));
}

async fn nothing_that_is_sent_or_read_is_listed() {
    let machine = Machine::start().await;
    let user = FOLLOWERS[0];
    machine.wechat.user_acted(user, Trigger::Message);
    machine
        .ok("message/reply", json!({ "touser": user, "msgtype": "text", "text": { "content": "hello" } }))
        .await;
    machine.ok("conversation/pause", json!({ "openid": user })).await;
    machine.ok("rule/list", json!({})).await;
    machine.ok("rule/import_platform", json!({ "dry_run": true })).await;
    machine.ok("rule/create", rule()).await;
    let entries = listed(&machine, "audit/list", 1).await;
    assert_eq!(entries[0]["call"], "rule/create");
    let costs = machine.costs_in_the_end().await;
    let written: u64 =
        costs.iter().filter(|cost| cost.sql.contains("INTO audit")).map(|cost| cost.written).sum();
    assert_eq!(written, 1, "one row");
}

async fn another_accounts_changes_cannot_be_read() {
    let others = json!([{ "name": "second", "token": "secondtoken" }]);
    let machine = Machine::with(Setup::new().accounts(&others)).await;
    machine.ok("rule/create?account=second", rule()).await;
    let (reader, _) = key(&machine, "key/create", json!(["key:read"])).await;
    assert_eq!(listed(&machine, "audit/list?account=second", 1).await[0]["call"], "rule/create");
    let own = listed(&machine, "audit/list", 1).await;
    assert_eq!(own[0]["call"], "key/create");
    let (status, list) = machine.api_as(&reader, "audit/list", &json!({})).await;
    assert_eq!((status, list["entries"].as_array().unwrap()), (200, &own));
    assert_eq!(machine.api_as(&reader, "audit/list?account=second", &json!({})).await.0, 403);
    let (other, _) = key(&machine, "key/create?account=second", json!(["rule:write"])).await;
    assert_eq!(machine.api_as(&other, "audit/list", &json!({})).await.0, 403, "without the scope");
}

async fn a_change_succeeds_although_it_cannot_be_listed() {
    let machine = Machine::start().await;
    machine.d1_faults(json!([{ "on": "INTO audit", "skip": 0, "times": 1, "how": "refuse" }])).await;
    machine.ok("rule/create", rule()).await;
    let line = machine.until_logged("change_not_recorded", |line| line["level"] == "warn").await;
    assert_eq!(line["call"], "rule/create");
    assert_eq!(machine.number("SELECT COUNT(*) FROM settings WHERE change = 'rule/create'").await, 1);
}
