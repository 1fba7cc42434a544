//! Under injected faults, no acknowledged message is lost and none is counted twice.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use sandbox::document::Document;
use sandbox::sender::now_in_seconds;
use serde_json::{Value, json};

use crate::accounts::always;
use crate::machine::{Cost, Machine, Setup};

tests![
    ten_thousand_messages_are_each_stored_once_despite_faults,
    a_message_writes_one_row_before_the_response_and_a_repeat_none,
    a_single_failure_of_d1_loses_nothing,
    two_failures_of_d1_are_an_error_and_wechat_delivers_again,
    the_worker_does_not_wait_for_d1_beyond_its_budget,
    the_queue_accepts_messages_that_d1_refuses_and_each_is_stored_once,
    a_message_that_cannot_be_stored_yet_stays_in_the_queue,
    if_the_queue_fails_as_well_the_message_is_not_acknowledged,
    a_worker_killed_between_storing_and_filing_loses_nothing,
    two_concurrent_runs_of_the_cron_trigger_count_once,
    three_concurrent_deliveries_are_one_message,
    a_duplicate_gets_the_first_reply_even_if_the_rules_changed,
    a_late_message_is_filed_before_the_response,
    the_cron_trigger_deletes_old_messages,
    a_cron_run_ends_after_any_refused_call_and_the_next_one_works,
];

const INSERT: &str = "INSERT INTO inbox";
const FILE: &str = "INSERT INTO follower";
const TOKEN: &str = "/cgi-bin/stable_token";
const STORED: &str = "SELECT COUNT(*) FROM inbox";
const FILED: &str = "SELECT COUNT(*) FROM inbox WHERE filed = 1";
const COUNTED: &str = "SELECT COALESCE(SUM(messages), 0) FROM daily_total";
/// WeChat closes the connection after five seconds.
const BUDGET: Duration = Duration::from_secs(5);

/// `times` requests whose body contains `on` fail, after `skip` of them.
fn order(on: &str, skip: usize, times: usize, how: impl Into<Value>) -> Value {
    json!([{ "on": on, "skip": skip, "times": times, "how": how.into() }])
}

async fn status(machine: &Machine, message: &Document) -> u16 {
    let started = Instant::now();
    let (status, body) = machine.post(message).await.expect("an answer");
    assert!(started.elapsed() < BUDGET, "the response came after WeChat's timeout");
    assert!(status != 200 || body == "success", "{body}");
    status
}

async fn a_message_writes_one_row_before_the_response_and_a_repeat_none() {
    let machine = Machine::start().await;
    let message = machine.text("o1", "hello");
    // Filing fails at first, so that only the statements before the response are counted.
    machine.d1_faults(order(FILE, 0, 9, "refuse")).await;
    machine.costs().await;
    assert_eq!(status(&machine, &message).await, 200);
    let written = |costs: &[Cost]| costs.iter().map(|cost| cost.written).collect::<Vec<_>>();
    assert_eq!(written(&machine.costs().await), [1]);
    assert_eq!(status(&machine, &message).await, 200);
    let repeat = machine.costs().await;
    assert_eq!(written(&repeat), [0, 0], "the stored reply is looked up");
    assert!(repeat.iter().all(|cost| cost.read <= 2), "{repeat:?}");

    machine.d1_faults(json!([])).await;
    assert_eq!(status(&machine, &machine.text("o1", "again")).await, 200);
    machine.until(FILED, 1).await;
    let all = machine.costs_in_the_end().await;
    let after: u64 = all[1..].iter().map(|cost| cost.written).sum();
    assert_eq!((all[0].written, after), (1, 5), "the entry and its two indexes, the user, the day: {all:?}");
}

async fn a_single_failure_of_d1_loses_nothing() {
    let machine = Machine::start().await;
    let mut sent = 0;
    for how in ["refuse", "lose"] {
        for nth in 0..4 {
            machine.d1_faults(order("", nth, 1, how)).await;
            sent += 1;
            let message = machine.text("o1", &format!("{how} {nth}"));
            assert_eq!(status(&machine, &message).await, 200, "{how} {nth}: the statement is retried");
            assert_eq!(status(&machine, &message).await, 200, "{how} {nth}");
            machine.d1_faults(json!([])).await;
            machine.cron(1).await;
            assert_eq!(machine.number(STORED).await, sent, "{how} {nth}");
            assert_eq!(machine.number(FILED).await, sent, "{how} {nth}");
            assert_eq!(machine.number(COUNTED).await, sent, "{how} {nth}");
        }
    }
}

async fn two_failures_of_d1_are_an_error_and_wechat_delivers_again() {
    let machine = Machine::start().await;
    let message = machine.text("o1", "hello");
    machine.d1_faults(order(INSERT, 0, 2, "refuse")).await;
    assert_eq!(status(&machine, &message).await, 500);
    assert_eq!(machine.number(STORED).await, 0);
    assert_eq!(status(&machine, &message).await, 200, "the second delivery succeeds");
    assert_eq!(machine.number(STORED).await, 1);

    // The row is stored but both responses are lost: the message is not acknowledged, and is stored once.
    let message = machine.text("o1", "again");
    machine.d1_faults(order(INSERT, 0, 2, "lose")).await;
    assert_eq!(status(&machine, &message).await, 500);
    assert_eq!(status(&machine, &message).await, 200);
    machine.until(FILED, 2).await;
    assert_eq!((machine.number(STORED).await, machine.number(COUNTED).await), (2, 2));
}

async fn the_worker_does_not_wait_for_d1_beyond_its_budget() {
    let machine = Machine::start().await;
    let message = machine.text("o1", "hello");
    machine.d1_faults(order(INSERT, 0, 2, 4000)).await;
    assert_eq!(status(&machine, &message).await, 500, "the worker gives up before WeChat's timeout");
    assert_eq!(status(&machine, &message).await, 200, "the second delivery succeeds");
    // The slow statements commit later, after the one of the second delivery.
    let costs = machine.costs_in_the_end().await;
    let mut written: Vec<u64> =
        costs.iter().filter(|cost| cost.sql.contains(INSERT)).map(|cost| cost.written).collect();
    written.sort_unstable();
    assert_eq!(written, [0, 0, 1], "{costs:?}");
    machine.cron(1).await;
    for sql in [STORED, FILED, COUNTED] {
        assert_eq!(machine.number(sql).await, 1, "{sql}");
    }
    machine.d1_faults(order(INSERT, 0, 2, "hang")).await;
    assert_eq!(status(&machine, &machine.text("o1", "hanging")).await, 500);
}

async fn the_queue_accepts_messages_that_d1_refuses_and_each_is_stored_once() {
    let machine = Machine::with(Setup::new().with_queue()).await;
    for (index, how) in [json!("refuse"), json!("lose"), json!(4000), json!("hang")].into_iter().enumerate() {
        let message = machine.text("o1", &index.to_string());
        machine.d1_faults(order(INSERT, 0, 2, how.clone())).await;
        assert_eq!(status(&machine, &message).await, 200, "{how}: the queue has the message");
        machine.d1_faults(json!([])).await;
        let count = i64::try_from(index).unwrap() + 1;
        machine.until(FILED, count).await;
        assert_eq!(status(&machine, &message).await, 200, "{how}: a duplicate delivery succeeds");
        assert_eq!((machine.number(STORED).await, machine.number(COUNTED).await), (count, count), "{how}");
    }
}

async fn a_message_that_cannot_be_stored_yet_stays_in_the_queue() {
    let mut machine = Machine::with(Setup::new().with_queue()).await;
    machine.d1_faults(order(INSERT, 0, 6, "refuse")).await;
    assert_eq!(status(&machine, &machine.text("o1", "hello")).await, 200);
    machine.until(FILED, 1).await;

    machine.d1_faults(order(INSERT, 0, 1_000_000, "refuse")).await;
    assert_eq!(status(&machine, &machine.text("o1", "again")).await, 200);
    machine.kill_and_restart().await;
    machine.until(FILED, 2).await;
    assert_eq!(machine.number(COUNTED).await, 2);
}

async fn if_the_queue_fails_as_well_the_message_is_not_acknowledged() {
    let machine = Machine::with(Setup::new().with_queue()).await;
    for how in [json!("refuse"), json!("hang")] {
        let message = machine.text("o1", &how.to_string());
        machine.d1_faults(order(INSERT, 0, 2, "refuse")).await;
        machine.queue_faults(order("", 0, 1, how.clone())).await;
        assert_eq!(status(&machine, &message).await, 500, "{how}");
        assert_eq!(status(&machine, &message).await, 200, "{how}: the second delivery succeeds");
    }
    machine.until(FILED, 2).await;
    assert_eq!(machine.number(COUNTED).await, 2);
}

async fn a_worker_killed_between_storing_and_filing_loses_nothing() {
    let mut machine = Machine::start().await;
    machine.d1_faults(order(FILE, 0, 1, "hang")).await;
    let message = machine.text("o1", "hello");
    assert_eq!(status(&machine, &message).await, 200);
    machine.kill_and_restart().await;
    assert_eq!((machine.number(STORED).await, machine.number(FILED).await), (1, 0));
    machine.cron(1).await;
    for sql in [FILED, COUNTED, "SELECT COUNT(*) FROM follower WHERE last_message_at IS NOT NULL"] {
        assert_eq!(machine.number(sql).await, 1, "{sql}");
    }
    assert_eq!(status(&machine, &message).await, 200, "a repeat");
    assert_eq!(machine.number(COUNTED).await, 1);
}

async fn two_concurrent_runs_of_the_cron_trigger_count_once() {
    let machine = Machine::start().await;
    machine.d1_faults(order(FILE, 0, 40, "refuse")).await;
    let messages: Vec<Document> = (0..40).map(|index| machine.text("o1", &index.to_string())).collect();
    let statuses = join_all(messages.iter().map(|message| status(&machine, message))).await;
    assert_eq!(statuses, [200; 40]);
    assert_eq!(machine.number(FILED).await, 0);
    machine.d1_faults(json!([])).await;
    machine.cron(2).await;
    assert_eq!((machine.number(FILED).await, machine.number(COUNTED).await), (40, 40));
}

async fn three_concurrent_deliveries_are_one_message() {
    let machine = Machine::start().await;
    machine.publish("default", &always("hello")).await;
    for round in 0..10 {
        let message = machine.text("o1", &round.to_string());
        let answers = join_all((0..3).map(|_| machine.post(&message))).await;
        for answer in answers {
            let (status, body) = answer.expect("an answer");
            assert!(status == 200 && body.contains("hello"), "{status} {body}");
        }
    }
    machine.until(FILED, 10).await;
    assert_eq!((machine.number(STORED).await, machine.number(COUNTED).await), (10, 10));
}

async fn a_duplicate_gets_the_first_reply_even_if_the_rules_changed() {
    let mut machine = Machine::start().await;
    machine.publish("default", &always("the first")).await;
    let message = machine.text("o1", "hello");
    assert!(machine.post(&message).await.unwrap().1.contains("the first"));
    machine.publish("default", &always("the second")).await;
    // A new isolate reads the rules again.
    machine.kill_and_restart().await;
    assert!(machine.post(&machine.text("o1", "other")).await.unwrap().1.contains("the second"));
    let (status, answer) = machine.post(&message).await.unwrap();
    assert!(status == 200 && answer.contains("the first"), "{answer}");
}

async fn a_late_message_is_filed_before_the_response() {
    let machine = Machine::start().await;
    for (index, time) in ["0", "1500000000", "253402300799"].into_iter().enumerate() {
        let message = machine.text("o1", time).with_number("CreateTime", time);
        assert_eq!(status(&machine, &message).await, 200);
        assert_eq!(machine.number(FILED).await, i64::try_from(index).unwrap() + 1);
        assert_eq!(status(&machine, &message).await, 200);
    }
    // Storing and filing are atomic: if the message cannot be filed, it is not stored either.
    let late = machine.text("o1", "x").with_number("CreateTime", "1600000000");
    machine.d1_faults(order(FILE, 0, 2, "refuse")).await;
    assert_eq!(status(&machine, &late).await, 500);
    assert_eq!((machine.number(STORED).await, machine.number(COUNTED).await), (3, 3));
    for time in ["-1", "253402300800", "9223372036854775808", "1e9", "soon"] {
        let message = machine.text("o1", "x").with("CreateTime", time);
        assert_eq!(status(&machine, &message).await, 400, "{time}");
    }
}

async fn the_cron_trigger_deletes_old_messages() {
    let mut machine = Machine::start().await;
    let insert = "INSERT INTO inbox (account, create_time, openid, id, type, received_at, message, outcome, filed) \
                  SELECT 'default', ?1 + value, 'o1', value, 'text', ?1 + value, '{}', 'silent', 1 \
                  FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 1500) SELECT value FROM n)";
    let now: i64 = now_in_seconds().parse().unwrap();
    machine.sql(insert, &[(now - 91 * 86_400).into()]).await;
    machine.sql(insert, &[(now - 89 * 86_400).into()]).await;
    machine.costs().await;
    machine.cron(1).await;
    assert_eq!(machine.number(STORED).await, 2000, "a step deletes 1000 rows");
    let costs = machine.costs_in_the_end().await;
    let deleted = costs.iter().filter(|cost| cost.sql.contains("DELETE FROM inbox"));
    assert_eq!(deleted.map(|cost| cost.written).sum::<u64>(), 1000, "each deletion writes one row");
    // The job runs once per hour.
    for _ in 0..2 {
        machine.advance(Duration::from_hours(1)).await;
        machine.cron(1).await;
    }
    assert_eq!(machine.number(STORED).await, 1500, "messages that are 89 days old are kept");
}

async fn a_cron_run_ends_after_any_refused_call_and_the_next_one_works() {
    let mut machine = Machine::with(Setup::new().that_counts_requests()).await;
    // Sets a new budget, and returns the numbers of calls under the previous one.
    let budget = async |machine: &Machine, queries: u64, subrequests: u64| {
        let order = json!({ "queries": queries, "subrequests": subrequests });
        let asked = machine.faults("budget", &order).await;
        ["queries", "subrequests"].map(|kind| asked[kind].as_u64().expect("a number"))
    };
    // Cloudflare's free plan allows 50 of each.
    budget(&machine, 50, 50).await;
    machine.cron(1).await;
    let [queries, subrequests] = budget(&machine, 50, 50).await;
    assert!((5..=50).contains(&queries) && (3..=50).contains(&subrequests), "{queries} {subrequests}");
    assert_eq!(machine.wechat.count(TOKEN), 1);
    let refusals = (0..queries).map(|queries| (queries, 50)).chain((0..subrequests).map(|left| (50, left)));
    for (queries, subrequests) in refusals {
        // All jobs are due, and the token has expired.
        machine.advance(Duration::from_hours(2)).await;
        budget(&machine, queries, subrequests).await;
        machine.cron(1).await;
    }
    machine.advance(Duration::from_hours(2)).await;
    let (renewed, lines) = (machine.wechat.count(TOKEN), machine.log_lines().await.len());
    budget(&machine, 50, 50).await;
    machine.cron(1).await;
    assert_eq!(machine.wechat.count(TOKEN), renewed + 1);
    let complaints: Vec<_> =
        machine.log_lines().await.into_iter().skip(lines).filter(|line| line["level"] != "info").collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}

const MESSAGES: usize = 10_000;
const SENDERS: usize = 24;

/// A tenth of the messages are delivered several times, D1 and the queue fail alternately, and the worker is killed.
async fn ten_thousand_messages_are_each_stored_once_despite_faults() {
    let mut machine = Machine::with(Setup::new().with_queue()).await;
    let messages: Vec<Document> =
        (0..MESSAGES).map(|index| machine.text(&format!("o{}", index % 500), &index.to_string())).collect();
    let repeats = |index: usize| if index.is_multiple_of(10) { 2 + index / 10 % 2 } else { 1 };
    let (deliveries, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let started = Instant::now();
    for (round, part) in messages.chunks(MESSAGES / 5).enumerate() {
        let faulty = round % 2 == 0;
        let chance = if faulty { 0.08 } else { 0.0 };
        let chaos = json!({ "refuse": chance, "lose": chance, "slow": chance / 8.0, "wait": 1500 });
        machine.faults("d1/chaos", &chaos).await;
        let chaos = json!({ "refuse": chance * 4.0, "lose": 0, "slow": 0, "wait": 0 });
        machine.faults("queue/chaos", &chaos).await;
        let deliver = async |(index, message): (usize, &Document)| {
            let mut acknowledged = 0;
            while acknowledged < repeats(index) {
                deliveries.fetch_add(1, Ordering::Relaxed);
                match machine.post(message).await {
                    Ok((200, _)) => acknowledged += 1,
                    Ok((500, _)) | Err(_) => {
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(other) => panic!("{other:?}"),
                }
            }
        };
        stream::iter(part.iter().enumerate()).for_each_concurrent(SENDERS, deliver).await;
        machine.kill_and_restart().await;
        machine.cron(1).await;
    }
    machine.d1_faults(json!([])).await;
    machine.queue_faults(json!([])).await;
    let all = i64::try_from(MESSAGES).unwrap();
    machine.until(STORED, all).await;
    machine.cron(1).await;
    machine.until(FILED, all).await;
    assert_eq!(machine.number(COUNTED).await, all);
    assert_eq!(machine.number("SELECT COUNT(DISTINCT openid) FROM inbox").await, 500);
    println!(
        "{} deliveries of {MESSAGES} messages in {} s, {} refused; stored {}, counted {}",
        deliveries.load(Ordering::Relaxed),
        started.elapsed().as_secs(),
        refused.load(Ordering::Relaxed),
        machine.number(STORED).await,
        machine.number(COUNTED).await,
    );
}
