//! Backends that are fast, slow or failing: each gets every message, and no user gets an answer twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use hyper::header::LOCATION;
use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use sandbox::document::Document;
use sandbox::verdict::Verdict;
use serde_json::{Value, json};

use crate::accounts::text_of;
use crate::machine::{Machine, Setup};
use crate::receiver::{Gate, Received, Receiver, Said};
use crate::until::until;

tests![
    a_late_answer_is_fetched_with_the_users_next_message,
    a_thousand_messages_reach_a_receiver_that_fails_a_third_of_them,
    a_late_answer_is_the_reply_to_the_last_delivery,
    a_late_answer_is_the_reply_to_the_next_delivery,
    a_webhook_is_notified_after_the_response_with_a_signature,
    a_failing_webhook_is_retried_and_finally_given_up,
    a_webhook_that_answers_410_is_switched_off,
    a_delivery_survives_a_killed_worker,
    the_answer_of_a_fast_backend_is_the_passive_reply,
    the_further_replies_of_a_rule_are_sent_in_order,
    a_repeat_waits_for_the_answer_that_the_first_delivery_waits_for,
    the_answer_of_a_slow_backend_is_sent_when_it_arrives,
    after_a_timeout_the_backend_is_asked_again_and_answers_once,
    if_a_webhook_fails_the_next_one_answers,
    if_every_backend_fails_a_later_attempt_answers_the_user,
    a_lost_response_of_d1_causes_no_duplicate_reply,
    a_private_address_is_rejected_unless_it_is_allowed,
    new_messages_also_retry_deliveries_that_failed_before,
];

const OPENID: &str = FOLLOWERS[0];
const OPEN_DELIVERIES: &str = "SELECT COUNT(*) FROM delivery WHERE state = 'pending'";

/// Deletes all webhooks.
async fn hook_off(machine: &Machine) {
    for webhook in machine.ok("webhook/list", json!({})).await["webhooks"].as_array().unwrap() {
        machine.ok("webhook/delete", json!({ "id": webhook["id"] })).await;
    }
}

/// Delivers a message and returns the text that the user finally sees.
async fn say(machine: &Machine, message: &Document) -> String {
    match machine.deliver(message).await.verdict {
        Verdict::Nothing => String::new(),
        shown => text_of(&shown),
    }
}

/// A machine with a user who may be sent messages.
async fn with_user() -> Machine {
    let machine = Machine::start().await;
    machine.wechat.user_acted(OPENID, Trigger::Message);
    machine
}

/// Waits until the user has been sent `count` texts, and returns them.
async fn sent(machine: &Machine, count: usize) -> Vec<String> {
    until(async || {
        let inbox = machine.wechat.inbox(OPENID);
        let texts = inbox.iter().map(|message| message["text"]["content"].as_str().unwrap().to_owned());
        let texts: Vec<String> = texts.collect();
        if texts.len() >= count { Ok(texts) } else { Err(format!("{count} messages, not {texts:?}")) }
    })
    .await
}

async fn until_stored(machine: &Machine, messages: i64) {
    machine.until("SELECT COUNT(*) FROM inbox", messages).await;
}

/// Waits until this many messages are stored and all of their deliveries are done.
async fn until_all_is_done(machine: &Machine, messages: i64) {
    until_stored(machine, messages).await;
    machine.until(OPEN_DELIVERIES, 0).await;
}

/// Advances the clock by some minutes, and runs the cron trigger.
async fn minutes_later(machine: &mut Machine, minutes: u64) {
    machine.advance(Duration::from_mins(minutes)).await;
    machine.cron(1).await;
}

async fn a_webhook_is_notified_after_the_response_with_a_signature() {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::status(204)).await;
    let made = machine.webhook(&receiver.url, "notify", json!({ "name": "crm" })).await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "");
    let told = &receiver.until(1).await[0];
    let body = told.json();
    assert_eq!((&body["type"], &body["mode"]), (&json!("message.received"), &json!("notify")));
    assert_eq!((&body["account"], &body["openid"]), (&json!("default"), &json!(OPENID)));
    assert_eq!((&body["redelivery"], &body["message"]["Content"]), (&json!(false), &json!("hello")));
    assert_eq!(body["id"], told.header("webhook-id"));
    assert!(told.header("webhook-signature").starts_with("v1,"));
    machine.until(OPEN_DELIVERIES, 0).await;
    let list = machine.ok("webhook/list", json!({})).await;
    assert_eq!(list["webhooks"][0]["name"], "crm");
    assert_eq!(machine.ok("webhook/secret", json!({ "id": made["id"] })).await["secret"], made["secret"]);
    let tested = machine.ok("webhook/test", json!({ "id": made["id"] })).await;
    assert_eq!(tested["ok"], true, "{tested}");
    machine.ok("webhook/delete", json!({ "id": made["id"] })).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "gone")).await, "");
    until_all_is_done(&machine, 2).await;
    assert_eq!(receiver.seen().len(), 2);
}

async fn a_failing_webhook_is_retried_and_finally_given_up() {
    let mut machine = Machine::start().await;
    let is_well = Arc::new(AtomicBool::new(false));
    let behaviour = Arc::clone(&is_well);
    let receiver =
        Receiver::start(move |_, _| Said::status(if behaviour.load(Ordering::Relaxed) { 200 } else { 500 }))
            .await;
    let made = machine.webhook(&receiver.url, "notify", json!({})).await;
    say(&machine, &machine.text(OPENID, "hello")).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE error = 'it answered 500'", 1).await;
    machine.cron(1).await;
    assert_eq!(receiver.seen().len(), 1, "the retry is not due yet");
    // The retries are due one minute after the first attempt and two after the second, plus or minus a fifth.
    minutes_later(&mut machine, 2).await;
    minutes_later(&mut machine, 3).await;
    assert_eq!(receiver.seen().len(), 3);
    // The intervals grow, and the retries end after a day.
    for _ in 0..22 {
        minutes_later(&mut machine, 60).await;
    }
    assert_eq!(machine.number(OPEN_DELIVERIES).await, 1, "not yet");
    assert!((8..20).contains(&receiver.seen().len()), "{} attempts", receiver.seen().len());
    for _ in 0..2 {
        minutes_later(&mut machine, 60).await;
    }
    let dead = machine.ok("delivery/list", json!({ "state": "dead" })).await;
    assert_eq!(dead["deliveries"][0]["error"], "it answered 500", "{dead}");
    let attempts = receiver.seen().len();
    assert_eq!(dead["deliveries"][0]["attempts"], attempts);
    minutes_later(&mut machine, 24 * 60).await;
    assert_eq!(receiver.seen().len(), attempts, "the delivery has been given up");

    let listed = machine.ok("webhook/list", json!({ "day": true })).await;
    let day = json!({ "ok": 0, "failed": 0, "pending": 0, "dead": 1, "last_error": "it answered 500" });
    assert_eq!(listed["days"], json!([day]));
    let shown = machine.ok("delivery/get", json!({ "id": dead["deliveries"][0]["id"] })).await;
    assert_eq!(shown["delivery"], dead["deliveries"][0]);
    let request = &shown["request"];
    assert_eq!(
        (&request["url"], &request["body"]),
        (&json!(receiver.url), &receiver.seen()[1].json()),
        "{shown}"
    );
    assert_eq!(
        request["headers"],
        json!({ "webhook-id": dead["deliveries"][0]["id"] }),
        "without the signature"
    );
    let failures = shown["attempts"].as_array().unwrap();
    assert_eq!(failures.len(), attempts.min(12));
    assert_eq!((&failures[0]["status"], &failures[0]["error"]), (&json!(500), &json!("it answered 500")));
    assert!(failures.iter().all(|failure| failure["took_ms"].is_i64()), "{shown}");

    is_well.store(true, Ordering::Relaxed);
    let filter = json!({ "webhook": made["id"], "state": "dead", "error": "500" });
    let counted = machine.ok("delivery/replay", json!({ "filter": filter, "dry_run": true })).await;
    assert_eq!((&counted["matching"], &counted["at_once"]), (&json!(1), &json!(1)), "{counted}");
    let replayed = machine.ok("delivery/replay", json!({ "filter": filter })).await;
    assert_eq!(replayed, json!({ "replayed": 1 }));
    let seen = receiver.until(attempts + 1).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    let ids: Vec<Value> = seen.iter().map(|told| told.json()["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "the id is the idempotency key");
    let again: Vec<bool> = seen.iter().map(|told| told.json()["redelivery"].as_bool().unwrap()).collect();
    assert!(!again[0] && again[1..].iter().all(|again| *again), "{again:?}");
}

async fn a_webhook_that_answers_410_is_switched_off() {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::status(410)).await;
    machine.webhook(&receiver.url, "notify", json!({})).await;
    say(&machine, &machine.text(OPENID, "hello")).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE state = 'dead'", 1).await;
    let list = machine.ok("webhook/list", json!({})).await;
    assert_eq!(list["webhooks"][0]["off"], true);
    let dead = machine.ok("delivery/list", json!({ "state": "dead" })).await["deliveries"][0]["id"].clone();
    let shown = machine.ok("delivery/get", json!({ "id": dead })).await;
    assert_eq!(shown["attempts"][0]["status"], 410, "{shown}");
    say(&machine, &machine.text(OPENID, "again")).await;
    until_all_is_done(&machine, 2).await;
    assert_eq!(receiver.seen().len(), 1);
}

async fn a_delivery_survives_a_killed_worker() {
    let mut machine = Machine::start().await;
    let gate = Gate::new();
    let receiver = Receiver::start(move |number, _| {
        let taken = Said::status(200);
        if number == 0 { taken.held_by(&gate) } else { taken }
    })
    .await;
    machine.webhook(&receiver.url, "notify", json!({})).await;
    say(&machine, &machine.text(OPENID, "hello")).await;
    receiver.until(1).await;
    machine.kill_and_restart().await;
    minutes_later(&mut machine, 2).await;
    let seen = receiver.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].json()["id"], seen[1].json()["id"]);
    assert_eq!(machine.number("SELECT COUNT(*) FROM delivery").await, 0);
}

async fn the_answer_of_a_fast_backend_is_the_passive_reply() {
    let machine = with_user().await;
    let receiver = Receiver::start(|_, told| match told.content().as_str() {
        "one" => Said::reply("1"),
        "two" => Said::json(&json!({ "replies": [
            { "msgtype": "text", "text": { "content": "first" } },
            { "msgtype": "text", "text": { "content": "second" } },
        ] })),
        _ => Said::status(204),
    })
    .await;
    machine.webhook(&receiver.url, "respond", json!({})).await;
    let one = machine.text(OPENID, "one");
    assert_eq!(say(&machine, &one).await, "1");
    assert_eq!(say(&machine, &one).await, "1", "a duplicate gets the same reply");
    assert_eq!(receiver.seen().len(), 1, "and the backend is not asked again");
    assert_eq!(say(&machine, &machine.text(OPENID, "none")).await, "");
    assert_eq!(say(&machine, &machine.text(OPENID, "two")).await, "first");
    assert_eq!(sent(&machine, 1).await, ["second"]);
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    let list = machine.ok("message/list", json!({})).await;
    let mut outcomes: Vec<&str> = list["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["outcome"].as_str().unwrap())
        .collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["replied", "replied", "silent"]);
    // A rule answers without a backend.
    machine.ok("rule/create", json!({ "rule": {
        "when": { "keyword": { "exact": "rule" } }, "reply": { "msgtype": "text", "text": { "content": "ruled" } }
    } })).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "rule")).await, "ruled");
    assert_eq!(receiver.seen().len(), 3);
}

async fn the_further_replies_of_a_rule_are_sent_in_order() {
    let machine = with_user().await;
    let text = |content: &str| json!({ "msgtype": "text", "text": { "content": content } });
    let rule = json!({ "when": { "default": {} }, "replies": [text("one"), text("two"), text("three")] });
    machine.ok("rule/create", json!({ "rule": rule })).await;
    let message = machine.text(OPENID, "hello");
    assert_eq!(say(&machine, &message).await, "one");
    assert_eq!(say(&machine, &message).await, "one");
    assert_eq!(sent(&machine, 2).await, ["two", "three"]);
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    let timeline = machine.ok("user/timeline", json!({ "openid": OPENID })).await;
    assert!(timeline.to_string().contains("three"), "{timeline}");
}

async fn a_repeat_waits_for_the_answer_that_the_first_delivery_waits_for() {
    let machine = with_user().await;
    let gate = Gate::new();
    let held = gate.clone();
    let receiver = Receiver::start(move |_, told| Said::reply(&told.content()).held_by(&held)).await;
    machine.webhook(&receiver.url, "respond", json!({})).await;
    let message = machine.text(OPENID, "one");
    let answer_comes = async {
        receiver.until(1).await;
        machine.costs().await;
        let repeats = join_all([machine.post(&message), machine.post(&message)]);
        let opened = async {
            machine.until_d1_has_done("SELECT reply, outcome, decided_ms IS NULL").await;
            gate.open();
        };
        tokio::join!(repeats, opened).0
    };
    let (first, repeats) = tokio::join!(machine.post(&message), answer_comes);
    for (status, body) in [first].into_iter().chain(repeats).map(|answer| answer.expect("an answer")) {
        assert!(status == 200 && body.contains("<![CDATA[one]]>"), "{status} {body}");
    }
    assert_eq!(receiver.seen().len(), 1, "the backend is asked once");
    assert_eq!(machine.wechat.inbox(OPENID).len(), 0);

    // An answer that comes too late for all of them is sent.
    hook_off(&machine).await;
    let gate = Gate::new();
    let held = gate.clone();
    let receiver = Receiver::start(move |_, told| Said::reply(&told.content()).held_by(&held)).await;
    machine.webhook(&receiver.url, "respond", json!({ "budget_ms": 500 })).await;
    let message = machine.text(OPENID, "two");
    for _ in 0..2 {
        assert_eq!(machine.post(&message).await, Ok((200, "success".to_owned())));
    }
    gate.open();
    assert_eq!(sent(&machine, 1).await, ["two"]);
}

async fn the_answer_of_a_slow_backend_is_sent_when_it_arrives() {
    let machine = with_user().await;
    let gates = [Gate::new(), Gate::new(), Gate::new()];
    let held = gates.clone();
    let receiver =
        Receiver::start(move |number, told| Said::reply(&told.content()).held_by(&held[number])).await;
    machine.webhook(&receiver.url, "respond", json!({ "budget_ms": 500 })).await;
    for text in ["one", "two", "three"] {
        let outcome = machine.deliver(&machine.text(OPENID, text)).await;
        assert_eq!(
            (outcome.deliveries.len(), outcome.verdict),
            (1, Verdict::Nothing),
            "the response does not wait longer"
        );
    }
    for (index, gate) in gates.iter().enumerate() {
        gate.open();
        assert_eq!(sent(&machine, index + 1).await, ["one", "two", "three"][..=index]);
    }
    assert_eq!(receiver.seen().len(), 3);
    machine.until("SELECT COUNT(*) FROM inbox WHERE outcome = 'answered_late'", 3).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!(sent(&machine, 3).await.len(), 3);
}

async fn after_a_timeout_the_backend_is_asked_again_and_answers_once() {
    let mut machine = with_user().await;
    let gate = Gate::new();
    let held = gate.clone();
    let receiver = Receiver::start(move |number, _| {
        let answer = Said::reply("at last");
        if number == 0 { answer.held_by(&held) } else { answer }
    })
    .await;
    machine.webhook(&receiver.url, "respond", json!({ "budget_ms": 500, "timeout_ms": 1000 })).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "");
    let timed_out = "SELECT COUNT(*) FROM delivery WHERE error = 'it did not answer within 1000 ms'";
    machine.until(timed_out, 1).await;
    // The worker no longer waits for this response.
    gate.open();
    minutes_later(&mut machine, 2).await;
    assert_eq!(sent(&machine, 1).await, ["at last"]);
    assert_eq!(receiver.seen().len(), 2);
    assert!(receiver.seen()[1].json()["redelivery"].as_bool().unwrap());
    minutes_later(&mut machine, 10).await;
    assert_eq!(machine.wechat.inbox(OPENID).len(), 1);
}

/// A backend that echoes the text once its gate is open, and its webhook for an account that may not send
/// messages.
async fn keeping(machine: &Machine, options: Value) -> (Receiver, Gate) {
    let gate = Gate::new();
    let held = gate.clone();
    let answer =
        move |_: usize, told: &Received| Said::reply(&format!("re: {}", told.content())).held_by(&held);
    let receiver = Receiver::start(answer).await;
    let mut webhook = json!({ "slow": "next_delivery", "budget_ms": 1500, "messages": ["text"] });
    webhook.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    machine.webhook(&receiver.url, "respond", webhook).await;
    (receiver, gate)
}

async fn a_late_answer_is_the_reply_to_the_next_delivery() {
    let machine = Machine::start().await;
    let (receiver, gate) = keeping(&machine, json!({})).await;
    let message = machine.text(OPENID, "one");
    let first = machine.post(&message).await;
    assert_eq!(first, Err("no answer in time".to_owned()), "WeChat must deliver again");
    machine.costs().await;
    let answer_comes = async {
        // The second delivery looks for the answer.
        machine.until_d1_has_done("SELECT reply, outcome, decided_ms IS NULL").await;
        gate.open();
    };
    let (second, ()) = tokio::join!(machine.post(&message), answer_comes);
    let (status, body) = second.expect("an answer");
    assert!(status == 200 && body.contains("re: one"), "{status} {body}");
    assert_eq!(receiver.seen().len(), 1, "the backend is asked once");
    machine.until("SELECT COUNT(*) FROM kept", 0).await;
}

async fn a_late_answer_is_the_reply_to_the_last_delivery() {
    let machine = Machine::start().await;
    let (receiver, gate) = keeping(&machine, json!({})).await;
    let message = machine.text(OPENID, "two");
    for _ in 0..2 {
        assert_eq!(machine.post(&message).await, Err("no answer in time".to_owned()));
    }
    gate.open();
    let (status, body) = machine.post(&message).await.expect("an answer");
    assert!(status == 200 && body.contains("re: two"), "{status} {body}");
    assert_eq!(receiver.seen().len(), 1, "the backend is asked once");
    machine.until("SELECT COUNT(*) FROM kept", 0).await;
}

async fn a_late_answer_is_fetched_with_the_users_next_message() {
    let machine = Machine::start().await;
    let (receiver, gate) = keeping(&machine, json!({ "fetch_text": "请稍后再发一条消息" })).await;
    let outcome = machine.deliver(&machine.text(OPENID, "question")).await;
    assert_eq!(text_of(&outcome.verdict), "请稍后再发一条消息");
    assert_eq!(outcome.deliveries.len(), 3, "{outcome:?}");
    gate.open();
    machine.until("SELECT COUNT(*) FROM kept", 1).await;
    for event in ["location", "subscribe"] {
        assert_eq!(say(&machine, &machine.event(OPENID, event)).await, "", "events do not fetch an answer");
    }
    let fetch = machine.text(OPENID, "and?");
    assert_eq!(say(&machine, &fetch).await, "re: question");
    assert_eq!(say(&machine, &fetch).await, "re: question", "a duplicate gets the same reply");
    let told = receiver.until(2).await.remove(1).json();
    assert_eq!(told["mode"], "notify", "the backend is told of the message, and not asked");
    assert_eq!(say(&machine, &machine.text(OPENID, "next")).await, "re: next");
}

async fn if_a_webhook_fails_the_next_one_answers() {
    let machine = with_user().await;
    let failing = Receiver::start(|number, _| match number % 4 {
        0 => Said::status(500),
        1 => Said::status(200).body("nonsense"),
        2 => Said::status(302).header(LOCATION, "/else"),
        _ => Said::status(200).body("x".repeat(70_000)),
    })
    .await;
    let good = Receiver::start(|_, _| Said::reply("good")).await;
    machine.webhook(&failing.url, "respond", json!({})).await;
    machine.webhook(&good.url, "respond", json!({})).await;
    for number in 0..4 {
        assert_eq!(say(&machine, &machine.text(OPENID, &number.to_string())).await, "good");
    }
    assert_eq!((failing.seen().len(), good.seen().len()), (4, 4));
    assert_eq!(failing.seen()[0].json()["id"], good.seen()[0].json()["id"]);
}

async fn if_every_backend_fails_a_later_attempt_answers_the_user() {
    let mut machine = with_user().await;
    let flapping = Receiver::start(|number, _| match number {
        0 | 1 => Said::status(503),
        _ => Said::reply("sorry for the wait"),
    })
    .await;
    machine.webhook(&flapping.url, "respond", json!({})).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "");
    machine.until(OPEN_DELIVERIES, 1).await;
    minutes_later(&mut machine, 2).await;
    assert_eq!((flapping.seen().len(), machine.wechat.inbox(OPENID).len()), (2, 0));
    minutes_later(&mut machine, 3).await;
    assert_eq!(sent(&machine, 1).await, ["sorry for the wait"]);
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
}

async fn a_lost_response_of_d1_causes_no_duplicate_reply() {
    let mut machine = with_user().await;
    let receiver = Receiver::start(|_, _| Said::reply("once")).await;
    machine.webhook(&receiver.url, "respond", json!({})).await;
    machine
        .d1_faults(json!([{ "on": "UPDATE inbox SET reply", "skip": 0, "times": 1, "how": "lose" }]))
        .await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "once");
    machine
        .d1_faults(json!([{ "on": "UPDATE inbox SET reply", "skip": 0, "times": 2, "how": "refuse" }]))
        .await;
    assert_eq!(say(&machine, &machine.text(OPENID, "again")).await, "");
    machine.until(OPEN_DELIVERIES, 1).await;
    minutes_later(&mut machine, 2).await;
    assert_eq!(sent(&machine, 1).await, ["once"]);
    minutes_later(&mut machine, 10).await;
    assert_eq!(machine.wechat.inbox(OPENID).len(), 1);
}

async fn a_thousand_messages_reach_a_receiver_that_fails_a_third_of_them() {
    const MESSAGES: usize = 1000;
    // The paid plan lets each run of the cron trigger process everything.
    let machine = Machine::with(Setup::new().variable("PLAN", "paid")).await;
    let flaky = |number: usize| number.is_multiple_of(3);
    let told = Receiver::start(move |number, _| Said::status(if flaky(number) { 500 } else { 204 })).await;
    let asked = Receiver::start(
        move |number, told| {
            if flaky(number) { Said::status(500) } else { Said::reply(&told.content()) }
        },
    )
    .await;
    machine.webhook(&told.url, "notify", json!({})).await;
    machine.webhook(&asked.url, "respond", json!({})).await;
    let (machine, replied) = (&machine, AtomicUsize::new(0));
    let deliver = |number: usize| {
        let replied = &replied;
        async move {
            let openid = format!("oSOAK{number}");
            if say(machine, &machine.text(&openid, &number.to_string())).await == number.to_string() {
                replied.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    stream::iter(0..MESSAGES).for_each_concurrent(8, deliver).await;
    until_stored(machine, i64::try_from(MESSAGES).unwrap()).await;
    for _ in 0..300 {
        if machine.number(OPEN_DELIVERIES).await == 0 {
            break;
        }
        // Makes every delivery due that is not being attempted.
        machine.sql("UPDATE delivery SET due_at = 0 WHERE state = 'pending' AND under_way = 0", &[]).await;
        machine.cron(1).await;
    }
    machine.until(OPEN_DELIVERIES, 0).await;

    let mut by_message: BTreeMap<String, usize> = BTreeMap::new();
    for (number, request) in told.seen().iter().enumerate() {
        let taken = usize::from(!flaky(number));
        *by_message.entry(request.json()["openid"].as_str().unwrap().to_owned()).or_default() += taken;
    }
    assert_eq!(by_message.len(), MESSAGES);
    assert!(by_message.values().all(|taken| *taken >= 1), "the webhook gets each message");
    // None of these users may be sent messages, so WeChat rejects late answers, which are listed as dead.
    let late = machine.number("SELECT COUNT(*) FROM delivery WHERE mode = 'send' AND state = 'dead'").await;
    let sent_twice = machine.number("SELECT COUNT(*) FROM (SELECT openid FROM delivery WHERE mode = 'send' GROUP BY openid HAVING COUNT(*) > 1)").await;
    let in_time = i64::try_from(replied.load(Ordering::Relaxed)).unwrap();
    println!(
        "{MESSAGES} messages: {} notifications, {} questions; {in_time} replies in time, {late} late",
        told.seen().len(),
        asked.seen().len()
    );
    assert_eq!((in_time + late, sent_twice), (i64::try_from(MESSAGES).unwrap(), 0));
}

async fn a_private_address_is_rejected_unless_it_is_allowed() {
    let machine = Machine::with(Setup::new().without("WEBHOOK_ALLOW_PRIVATE")).await;
    for url in ["http://shop.example.com", "https://127.0.0.1/hook", "https://metadata.internal"] {
        let webhook = json!({ "webhook": { "url": url, "mode": "notify" } });
        let (status, error) = machine.refused("webhook/create", webhook).await;
        assert_eq!((status, &error["field"]), (400, &json!("webhook.url")), "{url}: {error}");
    }
}

async fn new_messages_also_retry_deliveries_that_failed_before() {
    let mut machine = Machine::start().await;
    let receiver = Receiver::start(|number, _| Said::status(if number < 3 { 503 } else { 204 })).await;
    machine.webhook(&receiver.url, "notify", json!({})).await;
    for number in 0..3 {
        say(&machine, &machine.text(OPENID, &number.to_string())).await;
    }
    machine.until("SELECT COUNT(*) FROM delivery WHERE error IS NOT NULL", 3).await;
    say(&machine, &machine.text(OPENID, "at once")).await;
    until_stored(&machine, 4).await;
    machine.until(OPEN_DELIVERIES, 3).await;
    assert_eq!(receiver.seen().len(), 4, "nothing can be due yet");
    // The first retries are due after a minute, plus at most a fifth. The cron trigger does not run.
    machine.advance(Duration::from_secs(90)).await;
    say(&machine, &machine.text(OPENID, "and now")).await;
    until_all_is_done(&machine, 5).await;
    let seen = receiver.seen();
    let again = seen.iter().filter(|told| told.json()["redelivery"] == true);
    let mut again: Vec<String> = again.map(Received::content).collect();
    again.sort_unstable();
    assert_eq!((seen.len(), again), (8, vec!["0".to_owned(), "1".to_owned(), "2".to_owned()]));
}
