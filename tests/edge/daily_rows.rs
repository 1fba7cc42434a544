//! Near the limit of the rows that D1 writes in a day, messages are still stored, and everything else waits.

use std::time::Duration;

use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use sandbox::sender::now_in_seconds;
use serde_json::{Value, json};

use crate::accounts::always;
use crate::faults::{INSERT, STORED, greeted, order};
use crate::machine::{Machine, Setup};

tests![
    near_the_limit_of_a_day_only_receiving_writes,
    after_a_refusal_because_of_the_limit_only_receiving_writes,
    the_rows_of_every_isolate_are_counted,
    without_a_limit_nothing_is_counted,
];

const DAY: i64 = 86_400;
const HOURS: &str = "SELECT COUNT(*) FROM hourly";
const SENT: &str = "SELECT COUNT(*) FROM sent";

/// A machine that greets, with an hour to close.
async fn machine(setup: Setup) -> Machine {
    let mut machine = Machine::with(setup).await;
    machine.publish("default", &always("hello")).await;
    // The day must not end during the test.
    let now: i64 = now_in_seconds().parse().unwrap();
    let left = DAY - now.rem_euclid(DAY);
    if left < 300 {
        machine.advance(Duration::from_mins(6)).await;
    }
    let hours_ago = "INSERT INTO inbox (account, create_time, openid, id, type, received_at, message, outcome, decided_ms) \
                       VALUES ('default', ?1, 'o1', 'c', 'text', ?1, '{}', 'silent', 1)";
    machine.sql(hours_ago, &[json!(now - 3 * 3600)]).await;
    machine.wechat.user_acted(FOLLOWERS[0], Trigger::Message);
    machine
}

async fn send(machine: &Machine) {
    let text = json!({ "content": "from a person" });
    machine.ok("message/reply", json!({ "touser": FOLLOWERS[0], "msgtype": "text", "text": text })).await;
}

async fn rows_of_today(machine: &Machine) -> Value {
    let report = machine.ok("account/check", json!({})).await;
    let checks = report["checks"].as_array().unwrap().clone();
    checks.into_iter().find(|check| check["name"] == "database_rows").unwrap_or_default()
}

async fn near_the_limit_of_a_day_only_receiving_writes() {
    let mut machine = machine(Setup::new().variable("ROWS_PER_DAY", "100")).await;
    assert_eq!(rows_of_today(&machine).await["ok"], true);
    for number in 0..27 {
        greeted(&machine, &machine.text(FOLLOWERS[0], &number.to_string())).await;
    }
    send(&machine).await;
    let line = machine.until_logged("daily_rows_reserved", |line| line["limit"] == 100).await;
    assert!(line["level"] == "warn" && line["rows"].as_i64() >= Some(81), "{line}");
    machine.d1_faults(order(INSERT, 0, 1, "refuse")).await;
    greeted(&machine, &machine.text(FOLLOWERS[0], "spooled")).await;
    machine.advance(Duration::from_secs(31)).await;
    machine.spool_alarm().await;
    machine.cron(1).await;
    assert_eq!(machine.spooled().await, (1, 0));
    assert_eq!((machine.number(SENT).await, machine.number(HOURS).await), (0, 0));
    let check = rows_of_today(&machine).await;
    assert_eq!(check["ok"], false, "{check}");
    greeted(&machine, &machine.text(FOLLOWERS[0], "received")).await;
    assert_eq!(machine.number(STORED).await, 29);

    machine.advance(Duration::from_hours(24)).await;
    assert_eq!(rows_of_today(&machine).await["ok"], true);
    send(&machine).await;
    machine.until(SENT, 1).await;
    machine.spool_alarm().await;
    machine.cron(1).await;
    assert_eq!(machine.spooled().await, (0, 0));
    assert!(machine.number(HOURS).await > 0);
}

async fn after_a_refusal_because_of_the_limit_only_receiving_writes() {
    let mut machine = machine(Setup::new()).await;
    let text = "D1_ERROR: Your account has exceeded D1's free tier daily row write limit. Upgrade to a paid plan or wait \
                until tomorrow (midnight UTC) to continue.";
    machine.d1_faults(order(INSERT, 0, 1, json!({ "error": text }))).await;
    greeted(&machine, &machine.text(FOLLOWERS[0], "spooled")).await;
    machine.advance(Duration::from_secs(31)).await;
    machine.spool_alarm().await;
    send(&machine).await;
    machine.until_logged("daily_rows_reserved", |line| line["limit"] == 100_000).await;
    machine.cron(1).await;
    assert_eq!(machine.spooled().await, (1, 0));
    assert_eq!((machine.number(SENT).await, machine.number(HOURS).await), (0, 0));
    greeted(&machine, &machine.text(FOLLOWERS[0], "received")).await;
    assert_eq!(machine.number(STORED).await, 2);

    machine.advance(Duration::from_hours(24)).await;
    machine.spool_alarm().await;
    assert_eq!(machine.spooled().await, (0, 0));
}

async fn the_rows_of_every_isolate_are_counted() {
    let mut machine = machine(Setup::new().variable("ROWS_PER_DAY", "400")).await;
    // An isolate reports every 200 rows by itself, and a killed one no longer knows any.
    for number in 0..67 {
        greeted(&machine, &machine.text("o1", &number.to_string())).await;
    }
    machine.costs_in_the_end().await;
    machine.kill_and_restart().await;
    let check = rows_of_today(&machine).await;
    assert_eq!(check["ok"], true, "{check}");
    for number in 100..140 {
        greeted(&machine, &machine.text("o1", &number.to_string())).await;
    }
    let check = rows_of_today(&machine).await;
    assert_eq!(check["ok"], false, "{check}");
}

async fn without_a_limit_nothing_is_counted() {
    let machine = machine(Setup::new().variable("PLAN", "paid")).await;
    greeted(&machine, &machine.text(FOLLOWERS[0], "hello")).await;
    send(&machine).await;
    machine.until(SENT, 1).await;
    assert_eq!(rows_of_today(&machine).await, Value::Null);
}
