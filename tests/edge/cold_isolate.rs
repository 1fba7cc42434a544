//! An isolate that has just started, and cannot read the published settings from KV.

use std::time::Duration;

use mp_worker::settings::CachedSettings;
use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use sandbox::sender::now_in_seconds;
use serde_json::{Value, json};

use crate::faults::{always_failing, greeted, order};
use crate::machine::Machine;
use crate::receiver::{Receiver, Said};

tests![
    it_answers_and_tells_by_the_settings_in_d1,
    without_kv_and_d1_wechat_delivers_again,
    it_gives_up_no_delivery,
    an_outdated_document_gives_up_no_delivery,
];

const OPENID: &str = FOLLOWERS[0];
const PENDING: &str = "SELECT COUNT(*) FROM delivery WHERE state = 'pending'";

async fn greet(machine: &Machine) {
    let reply = json!({ "msgtype": "text", "text": { "content": "hello" } });
    machine.ok("rule/create", json!({ "rule": { "when": { "default": {} }, "reply": reply } })).await;
}

async fn kv_faults(machine: &Machine, how: impl Into<Value>) {
    machine.faults("kv/orders", &order("rules", 0, 1_000_000, how)).await;
}

async fn it_answers_and_tells_by_the_settings_in_d1() {
    let mut machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::status(204)).await;
    greet(&machine).await;
    machine.webhook(&receiver.url, "notify", json!({})).await;
    for (index, how) in [json!("refuse"), json!(1500), json!("hang")].into_iter().enumerate() {
        machine.kill_and_restart().await;
        kv_faults(&machine, how).await;
        greeted(&machine, &machine.text(OPENID, "hi")).await;
        receiver.until(index + 1).await;
        machine.until_logged("settings_unreadable", |line| line["level"] == "warn").await;
    }
}

async fn without_kv_and_d1_wechat_delivers_again() {
    let mut machine = Machine::start().await;
    greet(&machine).await;
    machine.kill_and_restart().await;
    kv_faults(&machine, "refuse").await;
    machine.d1_faults(always_failing("refuse")).await;
    let message = machine.text(OPENID, "hi");
    assert_eq!(machine.post(&message).await.unwrap().0, 500);
    assert_eq!(machine.spooled().await, (0, 0));

    let now: i64 = now_in_seconds().parse().unwrap();
    let last = machine.text(OPENID, "the last delivery").with_number("CreateTime", &(now - 10).to_string());
    assert_eq!(machine.post(&last).await.unwrap(), (200, "success".to_owned()));
    assert_eq!(machine.spooled().await, (1, 0));

    machine.faults("kv/orders", &json!([])).await;
    greeted(&machine, &message).await;
}

async fn it_gives_up_no_delivery() {
    let mut machine = Machine::start().await;
    machine.wechat.user_acted(OPENID, Trigger::Message);
    let told = Receiver::start(|number, _| Said::status(if number == 0 { 500 } else { 204 })).await;
    let asked =
        Receiver::start(|number, _| if number == 0 { Said::status(500) } else { Said::reply("answer") })
            .await;
    machine.webhook(&told.url, "notify", json!({})).await;
    machine.webhook(&asked.url, "respond", json!({})).await;
    machine.deliver(&machine.text(OPENID, "question")).await;
    told.until(1).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE error IS NOT NULL", 2).await;

    machine.kill_and_restart().await;
    machine.advance(Duration::from_mins(3)).await;
    kv_faults(&machine, "refuse").await;
    // Neither KV nor D1 says which backends there are.
    machine.d1_faults(order("SELECT document FROM settings", 0, 1_000_000, "refuse")).await;
    machine.cron(1).await;
    assert_eq!(machine.number(PENDING).await, 2);
    machine.d1_faults(json!([])).await;
    machine.advance(Duration::from_mins(5)).await;
    machine.cron(1).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!((told.seen().len(), asked.seen().len()), (2, 2));
    assert_eq!(machine.wechat.inbox(OPENID).len(), 1);
}

async fn an_outdated_document_gives_up_no_delivery() {
    let mut machine = Machine::start().await;
    let receiver = Receiver::start(|number, _| Said::status(if number == 0 { 500 } else { 204 })).await;
    greet(&machine).await;
    let outdated = machine.kv(&CachedSettings::key("default")).await;
    machine.webhook(&receiver.url, "notify", json!({})).await;
    greeted(&machine, &machine.text(OPENID, "hi")).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE error IS NOT NULL", 1).await;

    machine.kill_and_restart().await;
    machine.put_kv(&CachedSettings::key("default"), &outdated).await;
    machine.advance(Duration::from_mins(3)).await;
    // The job that publishes what KV does not have comes later.
    machine.faults("kv/orders", &order("PUT ", 0, 1_000_000, "refuse")).await;
    machine.cron(1).await;
    receiver.until(2).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
}
