//! Backends that are fast, slow, failing or mad: told of everything, asked in time, and nobody answered twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use sandbox::api::world::FOLLOWERS;
use sandbox::api::{Platform, Trigger};
use sandbox::document::Document;
use sandbox::verdict::Verdict;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::machine::Machine;
use crate::receiver::{Receiver, Said};
use crate::world::{World, account, serve, text_of};

const OPENID: &str = FOLLOWERS[0];
const OPEN_DELIVERIES: &str = "SELECT COUNT(*) FROM delivery WHERE state = 'pending'";

async fn ok(machine: &Machine, path: &str, body: Value) -> Value {
    let (status, answer) = machine.api(path, &body).await;
    assert_eq!(status, 200, "{path} {body}: {answer}");
    answer
}

async fn hook(machine: &Machine, receiver: &Receiver, mode: &str, more: Value) -> Value {
    let mut webhook = json!({ "url": receiver.url, "mode": mode });
    webhook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ok(machine, "webhook/create", json!({ "webhook": webhook })).await
}

/// What the user sees in the end.
async fn say(machine: &Machine, message: &Document) -> String {
    match machine.deliver(message).await.verdict {
        Verdict::Nothing => String::new(),
        shown => text_of(&shown),
    }
}

/// A WeChat whose user may be written to, and a machine that calls it.
async fn with_wechat() -> (Platform, Machine) {
    let wechat = Platform::new(account());
    wechat.user_acted(OPENID, Trigger::Message);
    let machine = Machine::with_wechat(&serve(&wechat).await.unwrap()).await;
    (wechat, machine)
}

/// The texts that the user was sent, once they are so many.
async fn sent(wechat: &Platform, count: usize) -> Vec<String> {
    for _ in 0..400 {
        let inbox = wechat.inbox(OPENID);
        if inbox.len() >= count {
            return inbox
                .iter()
                .map(|message| message["text"]["content"].as_str().unwrap().to_owned())
                .collect();
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("{count} messages were never sent: {:?}", wechat.inbox(OPENID));
}

/// As if the time for the next attempts had come.
async fn now_is_later(machine: &Machine) {
    machine.sql("UPDATE delivery SET due_at = 0 WHERE state = 'pending'", &[]).await;
    machine.cron(1).await;
}

pub(crate) async fn a_webhook_is_told_behind_the_answer_and_signed_for(_world: Arc<World>) {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::status(204)).await;
    let made = hook(&machine, &receiver, "notify", json!({ "name": "crm" })).await;
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
    let list = ok(&machine, "webhook/list", json!({})).await;
    assert_eq!(list["webhooks"][0]["name"], "crm");
    assert_eq!(ok(&machine, "webhook/secret", json!({ "id": made["id"] })).await["secret"], made["secret"]);
    let tested = ok(&machine, "webhook/test", json!({ "id": made["id"] })).await;
    assert_eq!(tested["ok"], true, "{tested}");
    ok(&machine, "webhook/delete", json!({ "id": made["id"] })).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "gone")).await, "");
    assert_eq!(receiver.seen().len(), 2);
}

pub(crate) async fn what_a_webhook_did_not_take_is_tried_again_and_given_up_at_last(_world: Arc<World>) {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|number, _| Said::status(if number < 3 { 500 } else { 200 })).await;
    let made = hook(&machine, &receiver, "notify", json!({})).await;
    say(&machine, &machine.text(OPENID, "hello")).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE error = 'it answered 500'", 1).await;
    machine.cron(1).await;
    assert_eq!(receiver.seen().len(), 1, "its time has not come");
    now_is_later(&machine).await;
    now_is_later(&machine).await;
    assert_eq!(receiver.seen().len(), 3);
    // A day has passed.
    machine.sql("UPDATE delivery SET made_at = made_at - 86400, due_at = 0", &[]).await;
    machine.sql("UPDATE delivery SET state = 'dead'", &[]).await;
    let dead = ok(&machine, "delivery/list", json!({ "state": "dead" })).await;
    assert_eq!(dead["deliveries"][0]["error"], "it answered 500");
    let replayed = ok(&machine, "delivery/replay", json!({ "webhook": made["id"] })).await;
    assert_eq!(replayed["replayed"], 1);
    let seen = receiver.until(4).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    let ids: Vec<Value> = seen.iter().map(|told| told.json()["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "the id is the idempotency key");
    let again: Vec<bool> = seen.iter().map(|told| told.json()["redelivery"].as_bool().unwrap()).collect();
    assert_eq!(again, [false, true, true, true]);
}

pub(crate) async fn a_webhook_that_says_410_is_switched_off(_world: Arc<World>) {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::status(410)).await;
    hook(&machine, &receiver, "notify", json!({})).await;
    say(&machine, &machine.text(OPENID, "hello")).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE state = 'dead'", 1).await;
    let list = ok(&machine, "webhook/list", json!({})).await;
    assert_eq!(list["webhooks"][0]["off"], true);
    say(&machine, &machine.text(OPENID, "again")).await;
    machine.until("SELECT COUNT(*) FROM inbox WHERE filed = 1", 2).await;
    assert_eq!(receiver.seen().len(), 1);
}

pub(crate) async fn a_delivery_survives_a_killed_worker(_world: Arc<World>) {
    let mut machine = Machine::start().await;
    let receiver = Receiver::start(|number, _| {
        Said::status(200).after(if number == 0 { Duration::from_secs(20) } else { Duration::ZERO })
    })
    .await;
    hook(&machine, &receiver, "notify", json!({})).await;
    say(&machine, &machine.text(OPENID, "hello")).await;
    receiver.until(1).await;
    machine.kill_and_restart().await;
    machine.cron(1).await;
    now_is_later(&machine).await;
    let seen = receiver.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].json()["id"], seen[1].json()["id"]);
    assert_eq!(machine.number("SELECT COUNT(*) FROM delivery").await, 0);
}

pub(crate) async fn a_fast_backend_s_answer_is_the_passive_reply(_world: Arc<World>) {
    let (wechat, machine) = with_wechat().await;
    let receiver = Receiver::start(|_, told| match told.json()["message"]["Content"].as_str() {
        Some("one") => Said::reply("1"),
        Some("two") => Said::json(&json!({ "replies": [
            { "msgtype": "text", "text": { "content": "first" } },
            { "msgtype": "text", "text": { "content": "second" } },
        ] })),
        _ => Said::status(204),
    })
    .await;
    hook(&machine, &receiver, "respond", json!({})).await;
    let one = machine.text(OPENID, "one");
    assert_eq!(say(&machine, &one).await, "1");
    assert_eq!(say(&machine, &one).await, "1", "a repeat gets the same");
    assert_eq!(receiver.seen().len(), 1, "and nobody is asked again");
    assert_eq!(say(&machine, &machine.text(OPENID, "none")).await, "");
    assert_eq!(say(&machine, &machine.text(OPENID, "two")).await, "first");
    assert_eq!(sent(&wechat, 1).await, ["second"]);
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    let list = ok(&machine, "message/list", json!({})).await;
    let mut outcomes: Vec<&str> = list["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["outcome"].as_str().unwrap())
        .collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["replied", "replied", "silent"]);
    // What a rule says is asked of nobody.
    ok(&machine, "rule/create", json!({ "rule": {
        "when": { "keyword": { "exact": "rule" } }, "reply": { "msgtype": "text", "text": { "content": "ruled" } }
    } })).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "rule")).await, "ruled");
    assert_eq!(receiver.seen().len(), 3);
}

pub(crate) async fn a_rule_s_further_replies_follow_in_their_order(_world: Arc<World>) {
    let (wechat, machine) = with_wechat().await;
    let text = |content: &str| json!({ "msgtype": "text", "text": { "content": content } });
    let rule = json!({ "when": { "default": {} }, "replies": [text("one"), text("two"), text("three")] });
    ok(&machine, "rule/create", json!({ "rule": rule })).await;
    let message = machine.text(OPENID, "hello");
    assert_eq!(say(&machine, &message).await, "one");
    assert_eq!(say(&machine, &message).await, "one");
    assert_eq!(sent(&wechat, 2).await, ["two", "three"]);
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    let timeline = ok(&machine, "user/timeline", json!({ "openid": OPENID })).await;
    assert!(timeline.to_string().contains("three"), "{timeline}");
}

pub(crate) async fn a_slow_backend_s_answer_is_sent_once_it_comes(_world: Arc<World>) {
    let (wechat, machine) = with_wechat().await;
    let receiver = Receiver::start(|_, told| {
        let seconds: u64 = told.json()["message"]["Content"].as_str().unwrap().parse().unwrap();
        Said::reply(&format!("after {seconds}")).after(Duration::from_secs(seconds))
    })
    .await;
    hook(&machine, &receiver, "respond", json!({ "budget_ms": 2000 })).await;
    let began = Instant::now();
    for seconds in ["3", "8", "12"] {
        let started = Instant::now();
        assert_eq!(say(&machine, &machine.text(OPENID, seconds)).await, "");
        assert!(started.elapsed() < Duration::from_secs(5));
    }
    assert_eq!(sent(&wechat, 3).await, ["after 3", "after 8", "after 12"]);
    assert!(began.elapsed() < Duration::from_secs(25));
    assert_eq!(receiver.seen().len(), 3);
    machine.until("SELECT COUNT(*) FROM inbox WHERE outcome = 'replied'", 3).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
}

pub(crate) async fn an_answer_after_thirty_seconds_is_asked_for_again_and_sent_once(_world: Arc<World>) {
    let (wechat, machine) = with_wechat().await;
    let receiver = Receiver::start(|number, _| {
        Said::reply("at last").after(Duration::from_secs(if number == 0 { 30 } else { 0 }))
    })
    .await;
    hook(&machine, &receiver, "respond", json!({ "budget_ms": 500, "timeout_ms": 3000 })).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "");
    sleep(Duration::from_secs(4)).await;
    now_is_later(&machine).await;
    assert_eq!(sent(&wechat, 1).await, ["at last"]);
    assert_eq!(receiver.seen().len(), 2);
    assert!(receiver.seen()[1].json()["redelivery"].as_bool().unwrap());
    now_is_later(&machine).await;
    assert_eq!(wechat.inbox(OPENID).len(), 1);
}

pub(crate) async fn an_account_that_may_not_send_answers_the_next_delivery(_world: Arc<World>) {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, told| {
        let seconds: u64 = told.json()["message"]["Content"].as_str().unwrap().parse().unwrap();
        Said::reply(&format!("after {seconds}")).after(Duration::from_secs(seconds))
    })
    .await;
    hook(&machine, &receiver, "respond", json!({ "slow": "next_delivery" })).await;
    let outcome = machine.deliver(&machine.text(OPENID, "8")).await;
    assert_eq!(text_of(&outcome.verdict), "after 8");
    assert_eq!(outcome.deliveries.len(), 2, "{outcome:?}");
    let outcome = machine.deliver(&machine.text(OPENID, "12")).await;
    assert_eq!(text_of(&outcome.verdict), "after 12");
    assert_eq!(outcome.deliveries.len(), 3, "{outcome:?}");
    assert_eq!(receiver.seen().len(), 2, "each was asked once");
    machine.until("SELECT COUNT(*) FROM kept", 0).await;
}

pub(crate) async fn who_waited_in_vain_fetches_the_answer_with_any_message(_world: Arc<World>) {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|number, _| {
        Said::reply(&format!("answer {number}")).after(Duration::from_secs(if number == 0 { 18 } else { 0 }))
    })
    .await;
    let more = json!({ "messages": ["text"], "slow": "next_delivery", "fetch_text": "请稍后再发一条消息" });
    hook(&machine, &receiver, "respond", more).await;
    let started = Instant::now();
    let outcome = machine.deliver(&machine.text(OPENID, "question")).await;
    assert_eq!(text_of(&outcome.verdict), "请稍后再发一条消息");
    assert_eq!(outcome.deliveries.len(), 3, "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    machine.until("SELECT COUNT(*) FROM kept", 1).await;
    for event in ["location", "subscribe"] {
        assert_eq!(say(&machine, &machine.event(OPENID, event)).await, "", "events come unasked for");
    }
    let fetch = machine.text(OPENID, "and?");
    assert_eq!(say(&machine, &fetch).await, "answer 0");
    assert_eq!(say(&machine, &fetch).await, "answer 0", "a repeat gets the same");
    assert_eq!(receiver.seen().len(), 1);
    assert_eq!(say(&machine, &machine.text(OPENID, "next")).await, "answer 1");
}

pub(crate) async fn the_next_webhook_answers_where_one_fails(_world: Arc<World>) {
    let (_wechat, machine) = with_wechat().await;
    let mad = Receiver::start(|number, _| match number % 4 {
        0 => Said::status(500),
        1 => Said { body: "nonsense".to_owned(), ..Said::status(200) },
        2 => Said { headers: "location: /else\r\n".to_owned(), ..Said::status(302) },
        _ => Said { body: "x".repeat(70_000), ..Said::status(200) },
    })
    .await;
    let good = Receiver::start(|_, _| Said::reply("good")).await;
    hook(&machine, &mad, "respond", json!({})).await;
    hook(&machine, &good, "respond", json!({})).await;
    for number in 0..4 {
        assert_eq!(say(&machine, &machine.text(OPENID, &number.to_string())).await, "good");
    }
    assert_eq!((mad.seen().len(), good.seen().len()), (4, 4));
    assert_eq!(mad.seen()[0].json()["id"], good.seen()[0].json()["id"]);
}

pub(crate) async fn when_every_backend_fails_the_user_gets_the_answer_of_a_later_attempt(_world: Arc<World>) {
    let (wechat, machine) = with_wechat().await;
    let flapping = Receiver::start(|number, _| match number {
        0 | 1 => Said::status(503),
        _ => Said::reply("sorry for the wait"),
    })
    .await;
    hook(&machine, &flapping, "respond", json!({})).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "");
    machine.until(OPEN_DELIVERIES, 1).await;
    now_is_later(&machine).await;
    assert!(wechat.inbox(OPENID).is_empty());
    now_is_later(&machine).await;
    assert_eq!(sent(&wechat, 1).await, ["sorry for the wait"]);
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
}

pub(crate) async fn d1_losing_its_answer_makes_no_reply_come_twice(_world: Arc<World>) {
    let (wechat, machine) = with_wechat().await;
    let receiver = Receiver::start(|_, _| Said::reply("once")).await;
    hook(&machine, &receiver, "respond", json!({})).await;
    machine
        .d1_faults(json!([{ "on": "UPDATE inbox SET reply", "skip": 0, "times": 1, "how": "lose" }]))
        .await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "once");
    machine
        .d1_faults(json!([{ "on": "UPDATE inbox SET reply", "skip": 0, "times": 2, "how": "refuse" }]))
        .await;
    assert_eq!(say(&machine, &machine.text(OPENID, "again")).await, "");
    machine.until(OPEN_DELIVERIES, 1).await;
    now_is_later(&machine).await;
    assert_eq!(sent(&wechat, 1).await, ["once"]);
    now_is_later(&machine).await;
    assert_eq!(wechat.inbox(OPENID).len(), 1);
}

pub(crate) async fn a_thousand_messages_through_a_receiver_that_fails_a_third_of_the_time(
    _world: Arc<World>,
) {
    const MESSAGES: usize = 1000;
    let (_wechat, machine) = with_wechat().await;
    let flaky = |number: usize| (number * 7) % 3 == 0;
    let told = Receiver::start(move |number, _| Said::status(if flaky(number) { 500 } else { 204 })).await;
    let asked = Receiver::start(move |number, told| {
        let content = told.json()["message"]["Content"].as_str().unwrap().to_owned();
        if flaky(number) { Said::status(500) } else { Said::reply(&content) }
    })
    .await;
    hook(&machine, &told, "notify", json!({})).await;
    hook(&machine, &asked, "respond", json!({})).await;
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
    machine.until("SELECT COUNT(*) FROM inbox WHERE filed = 1", i64::try_from(MESSAGES).unwrap()).await;
    let is_left = "SELECT COUNT(*) FROM delivery WHERE state = 'pending' AND mode <> 'send'";
    for _ in 0..300 {
        if machine.number(is_left).await == 0 {
            break;
        }
        now_is_later(machine).await;
    }
    assert_eq!(machine.number(is_left).await, 0);

    let mut by_message: BTreeMap<String, usize> = BTreeMap::new();
    for (number, request) in told.seen().iter().enumerate() {
        let taken = usize::from(!flaky(number));
        *by_message.entry(request.json()["openid"].as_str().unwrap().to_owned()).or_default() += taken;
    }
    assert_eq!(by_message.len(), MESSAGES);
    assert!(by_message.values().all(|taken| *taken >= 1), "each was told");
    // Nobody may be written to but OPENID, so that late answers are refused by WeChat and listed as dead.
    let late = machine.number("SELECT COUNT(*) FROM delivery WHERE mode = 'send' AND state = 'dead'").await;
    let sent_twice = machine.number("SELECT COUNT(*) FROM (SELECT openid FROM delivery WHERE mode = 'send' GROUP BY openid HAVING COUNT(*) > 1)").await;
    let in_time = i64::try_from(replied.load(Ordering::Relaxed)).unwrap();
    println!(
        "{MESSAGES} messages: {} requests told, {} asked; {in_time} replied in time, {late} later",
        told.seen().len(),
        asked.seen().len()
    );
    assert_eq!(in_time + late, i64::try_from(MESSAGES).unwrap());
    assert_eq!(sent_twice, 0);
}

pub(crate) async fn a_private_address_is_refused_where_it_is_not_allowed(world: Arc<World>) {
    for url in ["http://shop.example.com", "https://127.0.0.1/hook", "https://metadata.internal"] {
        let body = json!({ "webhook": { "url": url, "mode": "notify" } });
        let (status, answer) = world.api("webhook/create", &body).await;
        assert_eq!((status, &answer["error"]["field"]), (400, &json!("webhook.url")), "{url}: {answer}");
    }
}

pub(crate) async fn a_backend_that_is_back_gets_what_it_missed_with_the_traffic(_world: Arc<World>) {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|number, _| Said::status(if number < 3 { 503 } else { 204 })).await;
    hook(&machine, &receiver, "notify", json!({})).await;
    for number in 0..3 {
        say(&machine, &machine.text(OPENID, &number.to_string())).await;
    }
    machine.until("SELECT COUNT(*) FROM delivery WHERE error IS NOT NULL", 3).await;
    machine.sql("UPDATE delivery SET due_at = 0", &[]).await;
    // Nobody looks before the first of them could be due, a minute after it failed.
    for _ in 0..50 {
        say(&machine, &machine.text(OPENID, "and?")).await;
        if receiver.seen().iter().filter(|request| request.json()["redelivery"] == true).count() == 3 {
            return machine.until(OPEN_DELIVERIES, 0).await;
        }
        sleep(Duration::from_secs(2)).await;
    }
    panic!("without the cron trigger it never got them");
}
