//! Figures: what `stats/summary` and `menu/event_status` answer while hours are open, closed and summed, and what it
//! costs.

use std::time::Duration;

use mp_worker::backends::unfinished;
use mp_worker::inbox::{Closed, Days, Step, closed_summary, closed_up_to, due, live};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use sandbox::document::Document;
use sandbox::sender::now_in_seconds;
use serde_json::{Value, json};

use crate::machine::Machine;

tests![
    figures_are_the_same_while_hours_are_open_closed_and_summed,
    a_late_message_is_counted_and_an_interrupted_run_continues,
    a_count_is_used_for_five_minutes,
    what_is_unfinished_is_counted_up_to_a_hundred,
    figures_cost_rows_in_proportion_to_one_hour,
];

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// More than the time for which a count is used.
const A_WHILE: Duration = Duration::from_secs(301);

fn now() -> i64 {
    now_in_seconds().parse().expect("a number")
}

/// A message or an event that was sent so many seconds ago.
fn ago(message: Document, seconds: i64) -> Document {
    message.with_number("CreateTime", &(now() - seconds).to_string())
}

async fn deliver(machine: &Machine, messages: impl IntoIterator<Item = Document>) {
    for message in messages {
        assert_eq!(machine.post(&message).await.map(|(status, _)| status), Ok(200));
    }
}

/// The figures of the days of all messages, counted again.
async fn summary(machine: &mut Machine) -> Value {
    machine.advance(A_WHILE).await;
    machine.ok("stats/summary", json!({ "since": now() - 5 * DAY, "until": now() })).await
}

fn sum(summary: &Value, field: &str) -> i64 {
    let days = summary["days"].as_array().expect("a list");
    days.iter().map(|day| day.pointer(field).and_then(Value::as_i64).expect("a number")).sum()
}

/// Runs the cron trigger until no hour is left to close.
async fn close(machine: &Machine) {
    for _ in 0..20 {
        machine.cron(1).await;
        let costs = machine.costs_in_the_end().await;
        if !costs.iter().any(|cost| cost.sql.contains("hourly") || cost.sql.contains("figures SET")) {
            return;
        }
    }
    panic!("still closing after 20 runs: {:?}", machine.sql("SELECT * FROM figures", &[]).await);
}

async fn figures_are_the_same_while_hours_are_open_closed_and_summed() {
    let mut machine = Machine::start().await;
    let rule = json!({ "name": "问候", "when": { "keyword": { "exact": "hello" } },
        "reply": { "msgtype": "text", "text": { "content": "hi" } } });
    machine.publish("default", &json!({ "version": 1, "rules": [rule] })).await;
    let tap = |openid: &str, seconds| ago(machine.event(openid, "click").with("EventKey", "KEY"), seconds);
    let messages = [
        ago(machine.text("o1", "hello"), 0),
        ago(machine.text("o2", "hello"), 1),
        ago(machine.text("o2", "other"), 2),
        ago(machine.text("o3", "hello"), 5 * HOUR),
        ago(machine.text("o4", "other"), 4 * DAY),
        tap("o1", 0),
        tap("o2", 4 * DAY),
        ago(machine.event("o5", "subscribe").with("EventKey", "qrscene_7"), 0),
        ago(machine.event("o6", "unsubscribe"), 5 * HOUR),
    ];
    let deliveries = messages.iter().chain(&messages).cloned();
    deliver(&machine, deliveries).await;
    close(&machine).await;

    let first = summary(&mut machine).await;
    let fields =
        ["/messages", "/events", "/followed", "/unfollowed", "/outcomes/replied", "/outcomes/unanswered"];
    assert_eq!(fields.map(|field| sum(&first, field)), [5, 4, 1, 1, 3, 2], "{first}");
    assert_eq!(sum(&first, "/outcomes/failed"), 0);
    assert_eq!((&first["rules"][0]["rule"], &first["rules"][0]["hits"]), (&json!("问候"), &json!(3)));
    assert_eq!(first["rules"][0]["outcomes"]["replied"], 3);
    let scene = &first["scenes"][0];
    assert_eq!(
        (&scene["event"], &scene["scene"], &scene["received"]),
        (&json!("subscribe"), &json!("7"), &json!(1))
    );
    assert_eq!((&first["backends"], &first["missing_since"]), (&json!([]), &Value::Null));
    assert_eq!(first["unfinished"], json!({ "messages": 1, "pending_deliveries": 0, "dead_deliveries": 0 }));

    // Hours are closed, and days are summed; two runs at once change nothing.
    for (hours, at_once) in [(1, 1), (1, 2), (1, 1), (24, 2), (48, 1)] {
        machine.advance(Duration::from_hours(hours)).await;
        machine.cron(at_once).await;
        close(&machine).await;
        let later = summary(&mut machine).await;
        for field in ["days", "rules", "scenes", "missing_since"] {
            assert_eq!(later[field], first[field], "{field} after {hours} hours");
        }
    }
    assert_eq!(machine.number("SELECT SUM(n) FROM daily WHERE kind = 'total'").await, 9);
    let taps = machine.ok("menu/event_status", json!({ "key": "KEY" })).await;
    let tap = &taps["event_response_status"][0];
    assert_eq!(
        (&tap["event"], &tap["received"], &tap["outcomes"]["unanswered"]),
        (&json!("click"), &json!(2), &json!(2))
    );
    assert_eq!((&tap["last_outcome"], &taps["since"]), (&json!("unanswered"), &Value::Null));
}

async fn a_late_message_is_counted_and_an_interrupted_run_continues() {
    let mut machine = Machine::start().await;
    // With an empty inbox there is nothing to close.
    close(&machine).await;
    let begun = machine.sql("SELECT TYPEOF(days_up_to) AS kind FROM figures", &[]).await;
    assert_eq!(begun, [json!({ "kind": "integer" })]);
    machine.sql("DELETE FROM figures", &[]).await;
    deliver(&machine, [ago(machine.text("o1", "a"), 4 * DAY), ago(machine.text("o1", "b"), 0)]).await;
    // The first hour is not closed, or is but the answer is lost.
    for how in ["refuse", "lose"] {
        machine.d1_faults(json!([{ "on": "INSERT INTO hourly", "skip": 0, "times": 1, "how": how }])).await;
        machine.cron(1).await;
        machine.until_logged("job_failed", |line| line["job"] == "close_hours").await;
    }
    machine.d1_faults(json!([])).await;
    close(&machine).await;
    assert_eq!(sum(&summary(&mut machine).await, "/messages"), 2);

    let late = ago(machine.text("o2", "c"), 4 * DAY);
    deliver(&machine, [late.clone(), late]).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM late_hour").await, 1);
    machine.cron(1).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM late_hour").await, 0);
    let counted = summary(&mut machine).await;
    assert_eq!((sum(&counted, "/messages"), sum(&counted, "/outcomes/unanswered")), (3, 3));
}

async fn a_count_is_used_for_five_minutes() {
    let mut machine = Machine::start().await;
    let count = async |machine: &Machine| {
        let answer = machine.ok("stats/summary", json!({})).await;
        (sum(&answer, "/messages"), answer["counted_at"].as_i64().expect("a time"))
    };
    deliver(&machine, [machine.text("o1", "a")]).await;
    let (one, at) = count(&machine).await;
    assert!(one == 1 && at >= now() - 5, "{one} at {at}");
    deliver(&machine, [machine.text("o1", "b")]).await;
    machine.advance(Duration::from_secs(2)).await;
    machine.costs().await;
    assert_eq!(count(&machine).await, (one, at));
    let sql: Vec<String> = machine.costs().await.into_iter().map(|cost| cost.sql).collect();
    assert_eq!(sql.len(), 1, "only what is unfinished is counted: {sql:?}");
    machine.advance(A_WHILE).await;
    let (two, later) = count(&machine).await;
    assert!(two == 2 && later >= at + 300, "{two} at {later}");
}

async fn what_is_unfinished_is_counted_up_to_a_hundred() {
    let mut machine = Machine::start().await;
    for (state, number) in [("pending", 101), ("dead", 3)] {
        let sql = "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, state, attempts, \
                     under_way, due_at, made_at) \
                   SELECT 'default', ?1 || value, 'o1', 1, 'a', 0, 'w_1', 'notify', ?1, 0, 0, UNIXEPOCH() + 600, 1 \
                   FROM JSON_EACH(?2)";
        let numbers = Value::from((0..number).collect::<Vec<_>>()).to_string();
        machine.sql(sql, &[json!(state), json!(numbers)]).await;
    }
    let messages = (0..3).map(|second| ago(machine.text("o1", "a"), second));
    deliver(&machine, messages.chain([ago(machine.text("o1", "a"), 49 * HOUR)])).await;
    let answer = machine.ok("stats/summary", json!({})).await;
    let expected = json!({ "messages": 3, "pending_deliveries": 100, "dead_deliveries": 3 });
    assert_eq!(answer["unfinished"], expected);

    // The count is used for 106 seconds.
    deliver(&machine, [machine.text("o1", "a")]).await;
    machine.costs().await;
    for (seconds, messages, statements) in [(90, 3, 0), (17, 4, 1)] {
        machine.advance(Duration::from_secs(seconds)).await;
        let answer = machine.ok("stats/summary", json!({})).await;
        assert_eq!(answer["unfinished"]["messages"], messages, "after {seconds} more seconds");
        assert_eq!(machine.costs().await.len(), statements);
    }
}

/// A thousand entries an hour, in some forty combinations of event, rule, backend and outcome.
const FILL: &str = "INSERT INTO inbox (account, create_time, openid, id, type, event, event_key, received_at, message, outcome, \
      rule, backend, decided_ms) \
    SELECT 'default', ?1 * 3600 + n * 3, 'o' || (n % 100), n, 'text', IIF(n % 10, NULL, 'click'), \
      IIF(n % 10, NULL, 'K' || (n / 10 % 5)), ?1 * 3600, '{}', IIF(n % 7, 'replied', 'failed'), \
      CASE n % 3 WHEN 0 THEN 'r' || (n / 3 % 10) END, CASE n % 3 WHEN 1 THEN 'w_1' END, n \
    FROM (WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2) SELECT n FROM numbers)";
/// The figures of an hour or a day: forty rows.
const FILL_FIGURES: &str = "WITH RECURSIVE units(unit) AS (SELECT ?1 UNION ALL SELECT unit + 1 FROM units WHERE unit < ?2) \
    SELECT 'default', kind.value, unit, 'k' || key.value, 'replied', 5, 1 \
    FROM units, JSON_EACH('[\"total\", \"rule\", \"backend\", \"scene\", \"menu\"]') AS kind, \
      JSON_EACH('[1, 2, 3, 4, 5, 6, 7, 8]') AS key";

async fn cost(machine: &Machine, statements: &[Statement]) -> (u64, u64) {
    let (mut read, mut written) = (0, 0);
    for statement in statements {
        let cost = machine.cost(statement).await;
        read += cost.read;
        written += cost.written;
    }
    (read, written)
}

/// D1 charges an entry twice where it is sorted into groups, of which the entries of [`FILL`] make 124 an hour.
async fn figures_cost_rows_in_proportion_to_one_hour() {
    let machine = Machine::start().await;
    let message = async |content: &str| {
        machine.costs().await;
        deliver(&machine, [machine.text("o1", content)]).await;
        let costs = machine.costs_in_the_end().await;
        costs.iter().fold((0, 0), |(read, written), cost| (read + cost.read, written + cost.written))
    };
    let (read, written) = message("before an hour is closed").await;
    machine.cron(1).await;
    assert_eq!(message("afterwards").await, (read, written), "what is closed is not looked up");
    machine.sql("DELETE FROM figures", &[]).await;
    machine.sql("DELETE FROM inbox", &[]).await;

    let hour = 19_676 * 24;
    let now = Timestamp::from_seconds((hour + 2) * HOUR + 1);
    for (hour, entries) in [(hour, 1000), (hour + 1, 1000), (hour + 2, 500), (hour - 50, 10)] {
        machine.sql(FILL, &[hour.into(), entries.into()]).await;
    }
    let begin = Step::Begin.statements("default", Timestamp::from_seconds((hour + 1) * HOUR));
    cost(&machine, &begin).await;
    machine
        .sql("UPDATE figures SET hours_up_to = ?1, days_up_to = ?2", &[(hour - 1).into(), 19_675.into()])
        .await;
    let mut rows = vec![("nothing to close", cost(&machine, &[due("default", now)]).await)];
    let step = Step::Close(hour).statements("default", now);
    rows.push(("closing an hour of 1,000", cost(&machine, &step).await));
    rows.push(("closing it again, unchanged", cost(&machine, &step).await));
    machine
        .sql("UPDATE inbox SET outcome = 'answered_late' WHERE create_time = ?1 * 3600 + 3", &[hour.into()])
        .await;
    let again = Step::CloseAgain(hour).statements("default", now);
    rows.push(("closing it again, one message changed", cost(&machine, &again).await));
    rows.push((
        "summing a day of one hour",
        cost(&machine, &Step::Sum(19_676).statements("default", now)).await,
    ));

    for (table, unit, from, to) in [("daily", "day", 19_600, 19_674), ("hourly", "hour", hour - 32, hour - 1)]
    {
        let sql =
            format!("INSERT INTO {table} (account, kind, {unit}, key, outcome, n, last_at) {FILL_FIGURES}");
        machine.sql(&sql, &[from.into(), to.into()]).await;
    }
    let closed = Closed::from_row(Some((hour, 19_674, None, None)), now);
    rows.push(("how far hours are closed", cost(&machine, &[closed_up_to("default", now)]).await));
    rows.push(("the live count of 1,500", cost(&machine, &[live("default", closed, now)]).await));
    for (name, days) in [("the closed part of today", 0), ("the closed part of 30 days", 29)] {
        let days = Days::between(Some(now_minus(now, days * DAY)), None, now);
        rows.push((name, cost(&machine, &[closed_summary("default", days, closed)]).await));
    }
    rows.push(("what is unfinished", cost(&machine, &[unfinished("default", now)]).await));
    for (name, (read, written)) in &rows {
        println!("| {name} | {read} | {written} |");
    }
    let limits = [
        (3, 0),
        (3200, 45),
        (3300, 0),
        (3300, 10),
        (700, 60),
        (3, 0),
        (3900, 0),
        (1600, 0),
        (7500, 0),
        (300, 0),
    ];
    for ((name, (read, written)), (most_read, most_written)) in rows.iter().zip(limits) {
        assert!(*read <= most_read && *written <= most_written, "{name}: {read} read, {written} written");
    }
}

fn now_minus(now: Timestamp, seconds: i64) -> Timestamp {
    now.plus(-seconds)
}
