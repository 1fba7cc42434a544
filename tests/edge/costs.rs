//! The rows that D1 charges, which are the same with a thousand messages and with a million.

use std::collections::BTreeSet;

use mp_worker::inbox::{Filter, by_msg_id, follower, page, page_end, timeline};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use sandbox::document::Document;
use serde_json::{Value, json};

use crate::machine::Machine;

tests![
    a_question_costs_the_same_with_a_thousand_messages_and_with_a_million,
    a_message_costs_one_call_and_few_rows,
];

const FIRST: i64 = 1_600_000_000;
/// Entries of ten users; every hundredth entry is a menu event.
const FILL: &str = "INSERT INTO inbox (account, create_time, openid, id, msg_id, type, event, event_key, received_at, message, outcome, \
      decided_ms) \
    SELECT 'default', ?1 + n, 'o' || (n % 10), n, CASE WHEN n % 100 THEN n END, CASE WHEN n % 100 THEN 'text' ELSE 'event' END, \
      CASE WHEN n % 100 THEN NULL ELSE 'click' END, CASE WHEN n % 100 THEN NULL ELSE 'HELP' END, ?1 + n, '{}', 'silent', 1 \
    FROM (WITH RECURSIVE numbers(n) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?3) SELECT n FROM numbers)";

/// The most frequent queries, by name.
fn questions() -> Vec<(&'static str, Statement)> {
    let all = Filter::default();
    let of_user = Filter { openid: Some("o7".to_owned()), ..Filter::default() };
    let clicks = Filter { event: Some("click".to_owned()), ..Filter::default() };
    let none = Filter { msg_type: Some("voice".to_owned()), ..Filter::default() };
    let (received, sent) = timeline("default", "o7", None, None, 20);
    vec![
        ("user/last_message_time", follower("default", "o7", Timestamp::from_seconds(FIRST + 2_000_000))),
        ("message/get", by_msg_id("default", "777")),
        ("message/get, unknown", by_msg_id("default", "no such message")),
        ("message/list", page("default", &all, None, None, 20)),
        ("message/list of a user", page("default", &of_user, None, None, 20)),
        ("message/list of clicks", page("default", &clicks, None, None, 5)),
        ("message/list, where a search ends", page_end("default", &none, None).unwrap()),
        ("user/timeline, received", received),
        ("user/timeline, sent", sent),
    ]
}

async fn fill(machine: &Machine, from: i64, to: i64) {
    const STEP: usize = 100_000;
    for start in (from..to).step_by(STEP) {
        let end = to.min(start + i64::try_from(STEP).unwrap());
        machine.sql(FILL, &[FIRST.into(), start.into(), end.into()]).await;
    }
}

/// The cost of an operation: its name, and the rows read and written.
type Row = (&'static str, u64, u64);

async fn questions_cost(machine: &Machine) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, statement) in questions() {
        let cost = machine.cost(&statement).await;
        rows.push((name, cost.read, cost.written));
    }
    rows
}

async fn a_question_costs_the_same_with_a_thousand_messages_and_with_a_million() {
    let machine = Machine::start().await;
    fill(&machine, 0, 1000).await;
    let few = questions_cost(&machine).await;
    fill(&machine, 1000, 1_000_000).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM inbox").await, 1_000_000);
    let many = questions_cost(&machine).await;
    for ((name, few, written), (_, many, _)) in few.iter().zip(&many) {
        // `make bench` copies these lines to RESULTS.md.
        println!("| {name} | {few} | {many} | {written} |");
    }
    assert_eq!(few, many);
    assert!(few.iter().all(|(_, read, written)| *read <= 1005 && *written == 0), "{few:?}");

    // The same query, made by the worker through the API.
    machine.costs().await;
    let (status, answer) = machine.api("message/get", &Value::from_iter([("msg_id", "777")])).await;
    assert_eq!((status, &answer["openid"]), (200, &Value::from("o7")));
    let read: u64 = machine.costs().await.iter().map(|cost| cost.read).sum();
    assert_eq!(read, few[1].1);
}

/// The cost of a delivery: its name, the calls and statements, and the rows read and written.
type Delivery = (&'static str, usize, usize, u64, u64);

async fn delivery(machine: &Machine, name: &'static str, message: &Document) -> Delivery {
    machine.costs().await;
    assert_eq!(machine.post(message).await.map(|(status, _)| status), Ok(200), "{name}");
    let costs = machine.costs_in_the_end().await;
    let calls: BTreeSet<u64> = costs.iter().map(|cost| cost.call).collect();
    let (read, written) =
        (costs.iter().map(|cost| cost.read).sum(), costs.iter().map(|cost| cost.written).sum());
    (name, calls.len(), costs.len(), read, written)
}

async fn a_message_costs_one_call_and_few_rows() {
    let machine = Machine::start().await;
    let rule = json!({ "when": { "keyword": { "exact": "hello" } },
        "reply": { "msgtype": "text", "text": { "content": "hi" } } });
    machine.publish("default", &json!({ "version": 1, "rules": [rule] })).await;
    fill(&machine, 0, 1000).await;
    let few = deliveries(&machine, "few").await;
    fill(&machine, 1000, 1_000_000).await;
    let many = deliveries(&machine, "many").await;
    for ((name, calls, statements, few, written), (.., many, _)) in few.iter().zip(&many) {
        println!("| {name}: {calls} calls, {statements} statements | {few} | {many} | {written} |");
    }
    assert_eq!(few, many);
    // A repeat asks a second time for what the first delivery stored.
    assert_eq!(few.iter().map(|(_, calls, ..)| *calls).collect::<Vec<_>>(), [1, 2, 1, 1, 1, 1], "{few:?}");
    assert_eq!(few.iter().map(|(.., written)| *written).collect::<Vec<_>>(), [3, 0, 4, 2, 3, 3], "{few:?}");
}

/// A message and a repeat of it, an unanswered message, a menu event, a follow and an unfollow of a new user.
async fn deliveries(machine: &Machine, openid: &str) -> Vec<Delivery> {
    let answered = machine.text(openid, "hello");
    vec![
        delivery(machine, "an answered message", &answered).await,
        delivery(machine, "a repeat of it", &answered).await,
        delivery(machine, "an unanswered message", &machine.text(openid, "other")).await,
        delivery(machine, "a menu event", &machine.event(openid, "view")).await,
        delivery(machine, "a follow", &machine.event(openid, "subscribe")).await,
        delivery(machine, "an unfollow", &machine.event(openid, "unsubscribe")).await,
    ]
}
