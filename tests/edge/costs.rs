//! The rows that D1 charges, which are the same with a thousand messages and with a million.

use mp_worker::inbox::{Filter, by_msg_id, follower, page, page_end, scan, timeline};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use serde_json::Value;

use crate::machine::{Cost, Machine};

tests![a_question_costs_the_same_with_a_thousand_messages_and_with_a_million,];

const FIRST: i64 = 1_600_000_000;
/// Filed entries of ten users; every hundredth entry is a menu event.
const FILL: &str = "INSERT INTO inbox (account, create_time, openid, id, msg_id, type, event, event_key, received_at, message, outcome, filed) \
    SELECT 'default', ?1 + n, 'o' || (n % 10), n, CASE WHEN n % 100 THEN n END, CASE WHEN n % 100 THEN 'text' ELSE 'event' END, \
      CASE WHEN n % 100 THEN NULL ELSE 'click' END, CASE WHEN n % 100 THEN NULL ELSE 'HELP' END, ?1 + n, '{}', 'silent', 1 \
    FROM (WITH RECURSIVE numbers(n) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?3) SELECT n FROM numbers)";
const KNOW: &str =
    "INSERT INTO follower (account, openid, last_message_at) SELECT DISTINCT 'default', openid, 1 FROM inbox";

const COUNTED: &str = "SELECT COALESCE(SUM(messages), 0) FROM daily_total";

/// The most frequent queries, by name.
fn questions() -> Vec<(&'static str, Statement)> {
    let all = Filter::default();
    let of_user = Filter { openid: Some("o7".to_owned()), ..Filter::default() };
    let clicks = Filter { event: Some("click".to_owned()), ..Filter::default() };
    let none = Filter { msg_type: Some("voice".to_owned()), ..Filter::default() };
    let (received, sent) = timeline("default", "o7", None, 20);
    vec![
        ("user/last_message_time", follower("default", "o7")),
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

/// The costs of a new message, and of a duplicate delivery of it.
async fn message_costs(machine: &Machine) -> Vec<Row> {
    let counted = machine.number(COUNTED).await;
    let message = machine.text("o7", &format!("hello {counted}"));
    machine.costs().await;
    assert_eq!(machine.post(&message).await, Ok((200, "success".to_owned())));
    machine.until(COUNTED, counted + 1).await;
    let mut costs = machine.costs_in_the_end().await;
    costs.retain(|cost| cost.sql != COUNTED);
    let sum = |name, costs: &[Cost]| {
        (name, costs.iter().map(|cost| cost.read).sum(), costs.iter().map(|cost| cost.written).sum())
    };
    let (before, after) = costs.split_at(1);
    assert_eq!(machine.post(&message).await, Ok((200, "success".to_owned())));
    let repeat = machine.costs().await;
    // Later queries must find the same rows as before.
    machine.sql("DELETE FROM inbox WHERE create_time > ?1", &[(FIRST + 10_000_000).into()]).await;
    vec![
        sum("a message, before its answer", before),
        sum("a message, after its answer", after),
        sum("a message once more", &repeat),
    ]
}

async fn a_question_costs_the_same_with_a_thousand_messages_and_with_a_million() {
    let machine = Machine::start().await;
    fill(&machine, 0, 1000).await;
    machine.sql(KNOW, &[]).await;
    let few = [questions_cost(&machine).await, message_costs(&machine).await].concat();
    fill(&machine, 1000, 1_000_000).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM inbox").await, 1_000_000);
    let many = [questions_cost(&machine).await, message_costs(&machine).await].concat();
    for ((name, few, written), (_, many, _)) in few.iter().zip(&many) {
        // `make bench` copies these lines to RESULTS.md.
        println!("| {name} | {few} | {many} | {written} |");
    }
    assert_eq!(few, many);
    assert!(few[..6].iter().all(|(_, read, _)| *read <= 505), "{few:?}");
    assert!(few[..9].iter().all(|(_, _, written)| *written == 0), "{few:?}");
    assert_eq!(few[9..].iter().map(|(_, _, written)| *written).collect::<Vec<_>>(), [1, 5, 0]);

    // The same query, made by the worker through the API.
    machine.costs().await;
    let (status, answer) = machine.api("message/get", &Value::from_iter([("msg_id", "777")])).await;
    assert_eq!((status, &answer["openid"]), (200, &Value::from("o7")));
    let read: u64 = machine.costs().await.iter().map(|cost| cost.read).sum();
    assert_eq!(read, few[1].1);

    // The sweep only reads entries received since the last one.
    machine.cron(1).await;
    let up_to = machine.number("SELECT up_to FROM filing").await;
    assert!(up_to > FIRST + 19_000, "{up_to}: ten scans of 2,000 in one run");
    let now = Timestamp::from_seconds(FIRST + 10_000_000);
    let sweep = machine.cost(&scan("default", Some(FIRST + 999_999), now)).await;
    assert!(sweep.read <= 3, "{sweep:?}");
}
