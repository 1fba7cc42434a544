//! Deliveries under faults: nothing is lost when a run is cut off, no message is sent twice, and settings never go back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use serde_json::{Value, json};

use crate::accounts::text_of;
use crate::machine::{Machine, Setup};
use crate::receiver::{Gate, Receiver, Said};
use crate::until::until;

tests![
    a_run_that_is_killed_loses_nothing_that_it_has_not_begun,
    a_claim_whose_answer_is_lost_sends_once,
    two_jobs_at_once_send_each_message_once_and_in_order,
    a_hanging_webhook_does_not_delay_further_replies,
    a_refused_answer_is_in_the_log_and_its_replay_corrects_the_outcome,
    a_pending_delivery_is_tried_on_demand,
    a_secret_is_rotated_without_the_webhook,
    one_410_under_load_makes_one_version,
    kv_ends_at_the_later_of_two_quick_changes,
    a_change_succeeds_although_kv_fails,
    an_isolate_does_not_go_back_to_older_settings,
];

const OPENID: &str = FOLLOWERS[0];
const OPEN_DELIVERIES: &str = "SELECT COUNT(*) FROM delivery WHERE state = 'pending'";

/// Everybody is answered with these texts, the first of which is the passive reply.
async fn answering(machine: &Machine, texts: &[&str]) {
    let replies: Vec<Value> =
        texts.iter().map(|text| json!({ "msgtype": "text", "text": { "content": text } })).collect();
    machine.ok("rule/create", json!({ "rule": { "when": { "default": {} }, "replies": replies } })).await;
}

async fn webhook(machine: &Machine, receiver: &Receiver, mode: &str) -> Value {
    machine.webhook(&receiver.url, mode, json!({ "name": "crm" })).await
}

/// The texts that a user has been sent.
fn inbox(machine: &Machine, openid: &str) -> Vec<String> {
    let inbox = machine.wechat.inbox(openid);
    inbox.iter().map(|message| message["text"]["content"].as_str().unwrap().to_owned()).collect()
}

async fn until_sent(machine: &Machine, openid: &str, expected: &[&str]) {
    until(async || {
        let found = inbox(machine, openid);
        if found == expected { Ok(()) } else { Err(format!("{found:?}, not {expected:?}")) }
    })
    .await;
}

async fn outcome(machine: &Machine) -> Value {
    machine.ok("message/list", json!({})).await["messages"][0].clone()
}

async fn a_run_that_is_killed_loses_nothing_that_it_has_not_begun() {
    // Requests to WeChat pass through the proxy that makes them fail.
    let mut machine = Machine::with(Setup::new().that_counts_requests()).await;
    machine.wechat.user_acted(OPENID, Trigger::Message);
    answering(&machine, &["one", "two", "three", "four", "five"]).await;
    // The second message to the user never reaches WeChat, and its run is killed meanwhile.
    let delay = json!([{ "on": "message/custom/send", "skip": 1, "times": 1, "how": 60_000 }]);
    machine.faults("internet/orders", &delay).await;
    let shown = machine.deliver(&machine.text(OPENID, "hello")).await;
    assert_eq!(text_of(&shown.verdict), "one");
    // One is done, one is under way, and two have not been begun.
    machine
        .until("SELECT 10 * COUNT(*) + COALESCE(SUM(under_way), 0) FROM delivery WHERE state = 'pending'", 31)
        .await;
    machine.kill_and_restart().await;
    assert_eq!(inbox(&machine, OPENID), ["two"]);
    machine.advance(Duration::from_mins(3)).await;
    machine.cron(2).await;
    until_sent(&machine, OPENID, &["two", "four", "five"]).await;
    assert_eq!(machine.number(OPEN_DELIVERIES).await, 0);
    // Whether the user saw the message is not known, and the operator is told which one it is.
    let message = outcome(&machine).await;
    assert_eq!(message["outcome"], "unknown", "{message}");
    let dead = machine.ok("delivery/list", json!({ "state": "dead" })).await;
    let [delivery] = dead["deliveries"].as_array().unwrap().as_slice() else { panic!("{dead}") };
    assert_eq!(
        (&delivery["msg_id"], &delivery["create_time"], &delivery["openid"]),
        (&message["message"]["MsgId"], &message["create_time"], &json!(OPENID)),
        "{delivery} {message}"
    );
    assert_eq!(delivery["error"], "it was cut off, and may have been sent");
    machine.ok("delivery/replay", json!({ "id": delivery["id"] })).await;
    until_sent(&machine, OPENID, &["two", "four", "five", "three"]).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!(outcome(&machine).await["outcome"], "replied");
}

async fn a_claim_whose_answer_is_lost_sends_once() {
    let machine = Machine::start().await;
    machine.wechat.user_acted(OPENID, Trigger::Message);
    answering(&machine, &["one", "two", "three"]).await;
    machine
        .d1_faults(json!([{ "on": "UPDATE delivery SET attempts", "skip": 0, "times": 1, "how": "lose" }]))
        .await;
    machine.deliver(&machine.text(OPENID, "hello")).await;
    until_sent(&machine, OPENID, &["two", "three"]).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!(outcome(&machine).await["outcome"], "replied");
}

async fn two_jobs_at_once_send_each_message_once_and_in_order() {
    let mut machine = Machine::with(Setup::new().variable("PLAN", "paid")).await;
    for openid in FOLLOWERS {
        machine.wechat.user_acted(openid, Trigger::Message);
    }
    answering(&machine, &["0", "1", "2", "3", "4", "5"]).await;
    // No message can be claimed right after the response.
    machine
        .d1_faults(
            json!([{ "on": "UPDATE delivery SET attempts", "skip": 0, "times": 1000, "how": "refuse" }]),
        )
        .await;
    join_all(FOLLOWERS.map(|openid| {
        let machine = &machine;
        async move { machine.deliver(&machine.text(openid, "hello")).await }
    }))
    .await;
    machine.until(OPEN_DELIVERIES, 25).await;
    machine.advance(Duration::from_mins(2)).await;
    machine.until_logged("sends_postponed", |line| line["level"] == "warn").await;
    machine.d1_faults(json!([])).await;
    machine.cron(4).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM delivery").await, 0);
    for openid in FOLLOWERS {
        assert_eq!(inbox(&machine, openid), ["1", "2", "3", "4", "5"]);
    }
    let sent = "SELECT COUNT(*) FROM sent WHERE errcode = 0 AND sender LIKE 'rule:%'";
    assert_eq!(machine.number(sent).await, 25);
}

async fn a_hanging_webhook_does_not_delay_further_replies() {
    let machine = Machine::start().await;
    machine.wechat.user_acted(OPENID, Trigger::Message);
    let gate = Gate::new();
    let held = gate.clone();
    let receiver = Receiver::start(move |_, _| Said::status(200).held_by(&held)).await;
    webhook(&machine, &receiver, "notify").await;
    answering(&machine, &["one", "two", "three"]).await;
    machine.deliver(&machine.text(OPENID, "hello")).await;
    until_sent(&machine, OPENID, &["two", "three"]).await;
    // The webhook has not answered.
    machine.until(OPEN_DELIVERIES, 1).await;
    gate.open();
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
}

async fn a_refused_answer_is_in_the_log_and_its_replay_corrects_the_outcome() {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| {
        Said::json(&json!({ "replies": [
        { "msgtype": "text", "text": { "content": "in time" } },
        { "msgtype": "text", "text": { "content": "further" } },
    ] }))
    })
    .await;
    let made = webhook(&machine, &receiver, "respond").await;
    // WeChat does not know that the user has written.
    assert_eq!(text_of(&machine.deliver(&machine.text(OPENID, "hello")).await.verdict), "in time");
    let refused = machine.until_logged("send_refused", |line| line["errcode"] == 45015).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE state = 'dead'", 1).await;
    let dead = machine.ok("delivery/list", json!({ "webhook": "" })).await["deliveries"][0].clone();
    assert_eq!((&refused["backend"], &refused["delivery"]), (&made["id"], &dead["id"]));
    let message = outcome(&machine).await;
    assert_eq!((&message["outcome"], &message["errcode"]), (&json!("refused"), &json!(45015)));
    machine.wechat.user_acted(OPENID, Trigger::Message);
    machine.ok("delivery/replay", json!({ "webhook": "" })).await;
    until_sent(&machine, OPENID, &["further"]).await;
    machine.until("SELECT COUNT(*) FROM inbox WHERE outcome = 'replied' AND errcode IS NULL", 1).await;
}

async fn a_pending_delivery_is_tried_on_demand() {
    let machine = Machine::start().await;
    let is_well = Arc::new(AtomicBool::new(false));
    let behaviour = Arc::clone(&is_well);
    let receiver =
        Receiver::start(move |_, _| Said::status(if behaviour.load(Ordering::Relaxed) { 200 } else { 500 }))
            .await;
    webhook(&machine, &receiver, "notify").await;
    machine.deliver(&machine.text(OPENID, "hello")).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE error = 'it answered 500'", 1).await;
    let list = machine.ok("delivery/list", json!({ "state": "pending" })).await;
    let id = list["deliveries"][0]["id"].clone();
    machine.ok("delivery/retry", json!({ "id": id })).await;
    receiver.until(2).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE attempts = 2 AND under_way = 0", 1).await;
    let (status, error) = machine.refused("delivery/retry", json!({ "id": "msg_x" })).await;
    assert_eq!((status, &error["code"]), (404, &json!("not_found")));
    machine.sql("UPDATE delivery SET under_way = 1, due_at = due_at + 1000", &[]).await;
    let (status, error) = machine.refused("delivery/retry", json!({ "id": id })).await;
    assert_eq!((status, &error["field"]), (400, &json!("id")), "{error}");
    machine.sql("UPDATE delivery SET under_way = 0", &[]).await;
    is_well.store(true, Ordering::Relaxed);
    machine.ok("delivery/retry", json!({ "id": id })).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!(receiver.seen().len(), 3);
}

async fn a_secret_is_rotated_without_the_webhook() {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::status(204)).await;
    let made = webhook(&machine, &receiver, "notify").await;
    let rotated = machine.ok("webhook/rotate_secret", json!({ "id": made["id"] })).await;
    assert_eq!((&rotated["id"], rotated["version"].as_u64()), (&made["id"], Some(2)));
    assert_ne!(rotated["secret"], made["secret"]);
    let shown = machine.ok("webhook/secret", json!({ "id": made["id"] })).await;
    assert_eq!(shown["secret"], rotated["secret"]);
    let list = machine.ok("webhook/list", json!({})).await;
    assert_eq!(
        (&list["webhooks"][0]["name"], &list["webhooks"][0]["url"]),
        (&json!("crm"), &json!(receiver.url))
    );
    machine.deliver(&machine.text(OPENID, "hello")).await;
    let told = &receiver.until(1).await[0];
    assert_eq!(told.header("webhook-signature").matches("v1,").count(), 2, "both secrets sign");
    let (status, _) = machine.refused("webhook/rotate_secret", json!({ "id": "w_x" })).await;
    assert_eq!(status, 404);
    let stale = json!({ "id": made["id"], "if_version": 1 });
    assert_eq!(machine.refused("webhook/rotate_secret", stale).await.0, 409);
}

async fn one_410_under_load_makes_one_version() {
    let machine = Machine::start().await;
    let gate = Gate::new();
    let held = gate.clone();
    let receiver = Receiver::start(move |_, _| Said::status(410).held_by(&held)).await;
    webhook(&machine, &receiver, "notify").await;
    let users: Vec<String> = (0..20).map(|number| format!("o{number}")).collect();
    join_all(users.iter().map(|openid| async { machine.deliver(&machine.text(openid, "hello")).await }))
        .await;
    receiver.until(20).await;
    gate.open();
    machine.until("SELECT COUNT(*) FROM delivery WHERE state = 'dead'", 20).await;
    let versions = machine.ok("rule/versions", json!({})).await;
    let changes: Vec<&Value> =
        versions["versions"].as_array().unwrap().iter().map(|version| &version["change"]).collect();
    assert_eq!(changes, ["webhook/410", "webhook/create", "start"]);
    let lines = machine.log_lines().await;
    let logged = |event: &str| lines.iter().filter(|line| line["event"] == event).count();
    assert_eq!((logged("backend_switched_off"), logged("backend_not_switched_off")), (1, 0));
}

fn rule(name: &str) -> Value {
    json!({ "rule": { "name": name, "when": { "keyword": { "exact": name } },
        "reply": { "msgtype": "text", "text": { "content": name } } } })
}

async fn version_in_kv(machine: &Machine) -> u64 {
    let document: Value = serde_json::from_str(&machine.kv("rules:default").await).unwrap_or_default();
    document["version"].as_u64().unwrap_or_default()
}

/// Makes two changes, the first of which reaches KV `delay` milliseconds later than it should.
async fn two_quick_changes(machine: &Machine, delay: u64) {
    machine.faults("kv/orders", &json!([{ "on": "PUT ", "skip": 0, "times": 1, "how": delay }])).await;
    let first = machine.ok("rule/create", rule("a"));
    let second = async {
        machine.until("SELECT COUNT(*) FROM settings WHERE version = 1", 1).await;
        machine.ok("rule/create", rule("b")).await;
        assert_eq!(version_in_kv(machine).await, 2, "the second change is published first");
    };
    tokio::join!(first, second);
}

async fn kv_ends_at_the_later_of_two_quick_changes() {
    let machine = Machine::start().await;
    two_quick_changes(&machine, 900).await;
    assert_eq!(version_in_kv(&machine).await, 2, "the first change has published the second one again");

    // The worker no longer waits when the first change reaches KV: the cron trigger corrects it.
    let machine = Machine::start().await;
    two_quick_changes(&machine, 3000).await;
    machine.until_logged("settings_not_published", |line| line["account"] == "default").await;
    until(async || match version_in_kv(&machine).await {
        1 => Ok(()),
        version => Err(format!("version {version}")),
    })
    .await;
    machine.cron(1).await;
    assert_eq!(version_in_kv(&machine).await, 2);
    assert_eq!(text_of(&machine.deliver(&machine.text(OPENID, "b")).await.verdict), "b");
}

async fn a_change_succeeds_although_kv_fails() {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::status(204)).await;
    machine.faults("kv/orders", &json!([{ "on": "PUT ", "skip": 0, "times": 1000, "how": "refuse" }])).await;
    let made = webhook(&machine, &receiver, "notify").await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    machine.until_logged("settings_not_published", |line| line["account"] == "default").await;
    machine.faults("kv/orders", &json!([])).await;
    machine.cron(1).await;
    assert_eq!(version_in_kv(&machine).await, 1);

    // D1 stores the change, and its answer is lost.
    machine.d1_faults(json!([{ "on": "INSERT INTO settings", "skip": 0, "times": 1, "how": "lose" }])).await;
    let rotated = machine.ok("webhook/rotate_secret", json!({ "id": made["id"] })).await;
    assert_eq!(rotated["version"], 2);
    assert_eq!(version_in_kv(&machine).await, 2);
}

async fn an_isolate_does_not_go_back_to_older_settings() {
    let mut machine = Machine::start().await;
    machine.ok("rule/create", rule("a")).await;
    let first = machine.kv("rules:default").await;
    machine.ok("rule/create", rule("b")).await;
    machine.put_kv("rules:default", &first).await;
    // Old enough to be read again.
    machine.advance(Duration::from_secs(61)).await;
    assert_eq!(text_of(&machine.deliver(&machine.text(OPENID, "b")).await.verdict), "b");
    machine.cron(1).await;
    assert_eq!(version_in_kv(&machine).await, 2, "the cron trigger corrects KV");
}
