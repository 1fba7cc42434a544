//! What an account stores, and for how long, is its operator's decision.

use std::time::Duration;

use serde_json::json;

use crate::machine::{Machine, Setup};

tests![
    an_operator_decides_which_events_are_stored,
    a_shorter_time_is_shown_first_and_then_deletes_what_is_older,
    without_stored_messages_no_time_can_be_set,
];

const OPENID: &str = "oSTORAGE000000000000000000user";
const COUNT: &str = "SELECT COUNT(*) FROM inbox";

async fn receive(machine: &Machine, event: &str) {
    assert_eq!(machine.post(&machine.event(OPENID, event)).await.map(|(status, _)| status), Ok(200));
}

async fn an_operator_decides_which_events_are_stored() {
    let machine = Machine::with(Setup::new().variable("IGNORED_EVENTS", "location")).await;
    let shown = machine.ok("account/settings", json!({})).await;
    assert_eq!((&shown["retention_days"], &shown["unstored_events"]), (&json!(90), &json!(["location"])));
    assert_eq!((&shown["messages"], &shown["would_forget"]), (&json!(0), &json!(null)));
    assert!(shown["bytes"].as_i64().unwrap() > 10_000, "{shown}");

    let events = json!({ "unstored_events": ["view"], "dry_run": true });
    assert_eq!(machine.ok("account/update", events).await["unstored_events"], json!(["view"]));
    receive(&machine, "location").await;
    assert_eq!(machine.number(COUNT).await, 0, "it was a dry run");

    machine.ok("account/update", json!({ "unstored_events": ["view"] })).await;
    receive(&machine, "location").await;
    receive(&machine, "view").await;
    assert_eq!(machine.number(COUNT).await, 1);
    let shown = machine.ok("account/settings", json!({})).await;
    assert_eq!((&shown["messages"], &shown["unstored_events"]), (&json!(1), &json!(["view"])));
    machine.until("SELECT COUNT(*) FROM audit", 1).await;
    let (status, error) =
        machine.refused("account/update", json!({ "unstored_events": ["subscribe"] })).await;
    assert_eq!((status, &error["field"]), (400, &json!("unstored_events")));
}

async fn a_shorter_time_is_shown_first_and_then_deletes_what_is_older() {
    let mut machine = Machine::start().await;
    for days in [5, 20] {
        machine
            .sql(
                "INSERT INTO inbox (account, openid, create_time, id, type, received_at, message, outcome) \
                 VALUES ('default', ?1, UNIXEPOCH() - ?2 * 86400, 'a', 'text', UNIXEPOCH() - ?2 * 86400, '{}', 'silent')",
                &[OPENID.into(), days.into()],
            )
            .await;
    }
    // The figures of these days.
    machine
        .sql(
            "INSERT INTO daily (account, kind, day, key, outcome, n, last_at) \
             SELECT 'default', 'total', CAST((UNIXEPOCH() + 28800) / 86400 AS INTEGER) - value, '', 'silent', value, 0 \
             FROM JSON_EACH('[5, 20, 40]')",
            &[],
        )
        .await;
    machine
        .sql(
            "INSERT INTO figures (account, hours_up_to, days_up_to, kept_from) \
             SELECT 'default', hour, CAST((hour - 16) / 24 AS INTEGER) - 2, hour FROM ( \
               SELECT CAST(UNIXEPOCH() / 3600 AS INTEGER) - 2 AS hour)",
            &[],
        )
        .await;
    let shorter = json!({ "retention_days": 10, "dry_run": true });
    let shown = machine.ok("account/update", shorter).await;
    assert_eq!((&shown["messages"], &shown["would_forget"]), (&json!(25), &json!(20)), "{shown}");
    machine.cron(1).await;
    assert_eq!(machine.number(COUNT).await, 2);

    machine.ok("account/update", json!({ "retention_days": 10 })).await;
    machine.advance(Duration::from_hours(1)).await;
    machine.cron(1).await;
    assert_eq!(machine.number(COUNT).await, 1);
    let shown = machine.ok("account/settings", json!({})).await;
    assert_eq!((&shown["retention_days"], &shown["messages"]), (&json!(10), &json!(5)), "{shown}");
}

async fn without_stored_messages_no_time_can_be_set() {
    let machine = Machine::with(Setup::new().variable("RETENTION_DAYS", "0")).await;
    assert_eq!(machine.ok("account/settings", json!({})).await["retention_days"], 0);
    let (status, error) = machine.refused("account/update", json!({ "retention_days": 30 })).await;
    assert_eq!((status, &error["field"]), (400, &json!("retention_days")), "{error}");
}
