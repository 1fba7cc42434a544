//! Under injected faults of D1, every user gets the decided reply, no acknowledged message is lost, and none is stored twice.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use sandbox::document::Document;
use sandbox::sender::now_in_seconds;
use serde_json::{Value, json};

use crate::accounts::always;
use crate::machine::{Machine, Setup};
use crate::receiver::{Receiver, Said};

tests![
    what_d1_refuses_waits_in_the_spool_and_is_stored_once,
    what_d1_stored_without_saying_so_becomes_what_the_user_saw,
    while_the_spool_refuses_as_well_a_decided_reply_is_given,
    without_a_decided_reply_wechat_delivers_again,
    d1_is_asked_again_after_half_a_minute,
    three_concurrent_deliveries_are_one_message,
    a_duplicate_gets_the_first_reply_even_if_the_rules_changed,
    a_create_time_that_is_no_time_is_rejected,
    the_cron_trigger_deletes_old_messages,
    a_cron_run_ends_after_any_refused_call_and_the_next_one_works,
];

pub(crate) const INSERT: &str = "INSERT INTO inbox";
const TOKEN: &str = "/cgi-bin/stable_token";
pub(crate) const STORED: &str = "SELECT COUNT(*) FROM inbox";
/// WeChat closes the connection after five seconds.
const BUDGET: Duration = Duration::from_secs(5);

/// `times` requests whose body contains `on` fail, after `skip` of them.
pub(crate) fn order(on: &str, skip: usize, times: usize, how: impl Into<Value>) -> Value {
    json!([{ "on": on, "skip": skip, "times": times, "how": how.into() }])
}

/// Every request fails.
pub(crate) fn always_failing(how: impl Into<Value>) -> Value {
    order("", 0, 1_000_000, how)
}

/// Delivers a message once, and returns the status and the body.
pub(crate) async fn answer(machine: &Machine, message: &Document) -> (u16, String) {
    let started = Instant::now();
    let answer = machine.post(message).await.expect("an answer");
    assert!(started.elapsed() < BUDGET, "the response came after WeChat's timeout");
    answer
}

/// A machine whose rules answer every message with "hello".
pub(crate) async fn greeting() -> Machine {
    let machine = Machine::start().await;
    machine.publish("default", &always("hello")).await;
    machine
}

/// Delivers a message once; its answer must be "hello".
pub(crate) async fn greeted(machine: &Machine, message: &Document) {
    let (status, body) = answer(machine, message).await;
    assert!(status == 200 && body.contains("hello"), "{status} {body}");
}

/// A machine that answers "hello" and tells a webhook of every message.
async fn telling() -> (Machine, Receiver) {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::status(204)).await;
    machine.webhook(&receiver.url, "notify", json!({})).await;
    let rule =
        json!({ "when": { "default": {} }, "reply": { "msgtype": "text", "text": { "content": "hello" } } });
    machine.ok("rule/create", json!({ "rule": rule })).await;
    (machine, receiver)
}

async fn what_d1_refuses_waits_in_the_spool_and_is_stored_once() {
    let faults = [
        json!("refuse"),
        json!("lose"),
        json!(2500),
        json!("hang"),
        json!({ "error": "D1_ERROR: database or disk is full: SQLITE_FULL" }),
        json!({ "error": "D1_ERROR: Exceeded maximum DB size" }),
    ];
    let (mut machine, receiver) = telling().await;
    for (index, how) in faults.into_iter().enumerate() {
        // A new isolate does not know of an earlier failure.
        machine.kill_and_restart().await;
        let message = machine.text("o1", &index.to_string());
        machine.d1_faults(order(INSERT, 0, 1, how.clone())).await;
        greeted(&machine, &message).await;
        assert_eq!(machine.spooled().await, (1, 0), "{how}");
        greeted(&machine, &message).await;
        assert_eq!(machine.spooled().await, (1, 0), "{how}: a repeat");
        machine.until_logged("database_refused", |line| line["level"] == "warn").await;
        machine.costs_in_the_end().await;
        machine.spool_alarm().await;
        assert_eq!(machine.spooled().await, (0, 0), "{how}");
        let count = i64::try_from(index).unwrap() + 1;
        assert_eq!(machine.number(STORED).await, count, "{how}");
        assert_eq!(machine.number("SELECT COUNT(*) FROM inbox WHERE outcome = 'replied'").await, count);
        machine.sql("UPDATE delivery SET due_at = 0", &[]).await;
        machine.cron(1).await;
        machine.until("SELECT COUNT(*) FROM delivery", 0).await;
        assert_eq!(receiver.seen().len(), index + 1, "{how}: the webhook is told once");
    }
}

async fn what_d1_stored_without_saying_so_becomes_what_the_user_saw() {
    let machine = greeting().await;
    machine.ok("conversation/pause", json!({ "openid": "oPAUSED" })).await;
    let left = json!({ "openid": "oLEFT", "reply": { "msgtype": "text", "text": { "content": "left" } } });
    machine.ok("message/leave", left).await;
    machine.d1_faults(order(INSERT, 0, 1, "lose")).await;
    greeted(&machine, &machine.text("oPAUSED", "hi")).await;
    greeted(&machine, &machine.text("oLEFT", "hi")).await;
    machine.until("SELECT COUNT(*) FROM inbox WHERE openid = 'oPAUSED' AND outcome = 'held'", 1).await;
    machine.costs_in_the_end().await;
    machine.spool_alarm().await;
    assert_eq!(
        machine.number("SELECT COUNT(*) FROM inbox WHERE outcome = 'replied' AND kept IS NULL").await,
        2
    );
    assert_eq!(machine.number("SELECT COUNT(*) FROM kept").await, 1);
}

async fn while_the_spool_refuses_as_well_a_decided_reply_is_given() {
    let machine = greeting().await;
    machine.d1_faults(always_failing("refuse")).await;
    for how in [json!("refuse"), json!("hang")] {
        machine.spool_faults(order("store", 0, 1, how.clone())).await;
        let logged = machine.log_lines().await.len();
        greeted(&machine, &machine.text("o1", &how.to_string())).await;
        let lines = machine.log_lines().await;
        let lost = lines[logged..].iter().find(|line| line["event"] == "message_not_stored");
        assert_eq!(lost.expect("the loss is logged")["level"], "error");
    }
    machine.d1_faults(json!([])).await;
    machine.spool_alarm().await;
    assert_eq!(machine.number(STORED).await, 0);
}

async fn without_a_decided_reply_wechat_delivers_again() {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::reply("from the backend")).await;
    machine.webhook(&receiver.url, "respond", json!({ "slow": "customer_service" })).await;
    machine.wechat.user_acted(FOLLOWERS[0], Trigger::Message);
    machine.d1_faults(always_failing("refuse")).await;
    machine.spool_faults(order("store", 0, 1, "refuse")).await;
    let message = machine.text(FOLLOWERS[0], "a question");
    assert_eq!(answer(&machine, &message).await.0, 500);
    assert_eq!(answer(&machine, &message).await, (200, "success".to_owned()), "the spool has it");
    assert_eq!(answer(&machine, &message).await, (200, "success".to_owned()), "a repeat");
    assert_eq!(receiver.seen().len(), 0);
    machine.d1_faults(json!([])).await;
    machine.spool_alarm().await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM inbox WHERE outcome = 'asked'").await, 1);
    // The question was stored with the message, and is asked now.
    machine.sql("UPDATE delivery SET due_at = 0", &[]).await;
    machine.cron(1).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!(receiver.seen().len(), 1);
    assert_eq!(machine.wechat.inbox(FOLLOWERS[0]).len(), 1, "the answer reaches the user late");
}

async fn d1_is_asked_again_after_half_a_minute() {
    let mut machine = greeting().await;
    machine.d1_faults(order(INSERT, 0, 1, "refuse")).await;
    greeted(&machine, &machine.text("o1", "first")).await;
    greeted(&machine, &machine.text("o1", "second")).await;
    assert_eq!((machine.spooled().await, machine.number(STORED).await), ((2, 0), 0));
    machine.advance(Duration::from_secs(31)).await;
    greeted(&machine, &machine.text("o1", "third")).await;
    assert_eq!(
        (
            machine.spooled().await.1,
            machine.number("SELECT COUNT(*) FROM inbox WHERE message LIKE '%third%'").await
        ),
        (0, 1)
    );
    machine.until(STORED, 3).await;
}

async fn three_concurrent_deliveries_are_one_message() {
    for is_faulty in [false, true] {
        let machine = greeting().await;
        if is_faulty {
            machine.d1_faults(always_failing("refuse")).await;
        }
        for round in 0..10 {
            let message = machine.text("o1", &round.to_string());
            join_all((0..3).map(|_| greeted(&machine, &message))).await;
        }
        if is_faulty {
            assert_eq!(machine.spooled().await, (10, 0));
            machine.d1_faults(json!([])).await;
        }
        machine.until(STORED, 10).await;
    }
}

async fn a_create_time_that_is_no_time_is_rejected() {
    let machine = Machine::start().await;
    for time in ["0", "1500000000", "253402300799"] {
        let message = machine.text("o1", time).with_number("CreateTime", time);
        for _ in 0..2 {
            assert_eq!(answer(&machine, &message).await.0, 200, "{time}");
        }
    }
    assert_eq!(machine.number(STORED).await, 3);
    for time in ["-1", "253402300800", "9223372036854775808", "1e9", "soon"] {
        let message = machine.text("o1", "x").with("CreateTime", time);
        assert_eq!(answer(&machine, &message).await.0, 400, "{time}");
    }
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

async fn the_cron_trigger_deletes_old_messages() {
    let mut machine = Machine::start().await;
    let insert = "INSERT INTO inbox (account, create_time, openid, id, type, received_at, message, outcome) \
                  SELECT 'default', ?1 + value, 'o1', value, 'text', ?1 + value, '{}', 'silent' \
                  FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 1500) SELECT value FROM n)";
    let now: i64 = now_in_seconds().parse().unwrap();
    machine.sql(insert, &[(now - 91 * 86_400).into()]).await;
    machine.sql(insert, &[(now - 89 * 86_400).into()]).await;
    // The job runs once per hour.
    for _ in 0..3 {
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
