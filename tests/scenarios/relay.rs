//! Backends: who is told, who is asked, what they are sent, what their answers come to.

use std::sync::LazyLock;

use mp_worker::callback::{Reply, Trigger};
use mp_worker::inbox::{Entry, FollowMode, file_entry, insert, scan};
use mp_worker::relay::{
    About, Course, Delivery, DeliveryFilter, DeliveryRow, EntryKey, KeptRow, ListedRow, Mode, Outcome,
    Sending, Settlement, Signer, WaitingRow, Webhook, WebhookDraft, Webhooks, check_url, done, failed,
    fetched, follows, handed_out, is_last_delivery, list, next_attempt, oldest_kept, replay, request, take,
    take_due, tell, waiting,
};
use mp_worker::rules::Decision;
use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;
use mp_worker::wechat::{self, Refusal};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::database::{database, rows, run, transaction};
use crate::world::{NOW, decode, event_from, sample, text_from};

fn draft(webhook: Value) -> WebhookDraft {
    serde_json::from_value(webhook).unwrap()
}

fn webhook(id: &str, mode: &str) -> Value {
    json!({ "id": id, "url": "https://shop.example.com/hook", "mode": mode })
}

fn webhooks(list: &[Value]) -> Webhooks {
    let drafts: Vec<_> = list.iter().cloned().map(draft).collect();
    Webhooks::check(&drafts).unwrap()
}

fn one(webhook: Value) -> Webhook {
    draft(webhook).check().unwrap()
}

fn text(content: &str) -> Reply {
    Reply::text(content).unwrap()
}

// Which webhooks

#[test]
fn a_webhook_hears_of_what_it_asked_for() {
    let wants = |more: Value, xml: &str| {
        let mut hook = webhook("w", "notify");
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        one(hook).wants(&decode(&sample(xml)))
    };
    for xml in [
        "messages/text",
        "messages/image",
        "events/subscribe",
        "events/unsubscribe",
        "events/some_future_event",
    ] {
        assert!(wants(json!({}), xml), "{xml}");
        assert!(!wants(json!({ "off": true }), xml), "{xml}");
    }
    assert!(wants(json!({ "messages": ["text"], "events": [] }), "messages/text"));
    assert!(!wants(json!({ "messages": ["text"], "events": [] }), "messages/image"));
    assert!(!wants(json!({ "messages": ["text"], "events": [] }), "events/subscribe"));
    assert!(wants(json!({ "messages": [], "events": ["SUBSCRIBE"] }), "events/subscribe"));
    // The event and the message of one name are two things.
    assert!(!wants(json!({ "messages": ["location"], "events": [] }), "events/location"));
}

#[test]
fn what_wechat_shows_no_reply_to_is_asked_of_nobody() {
    let asked = |xml: &str| one(webhook("w", "respond")).wants(&decode(&sample(xml)));
    assert!(asked("messages/text"));
    assert!(asked("events/click"));
    assert!(!asked("events/unsubscribe"));
    assert!(!asked("events/view"));
}

#[test]
fn rules_go_first_and_a_kept_answer_before_them() {
    let hooks = webhooks(&[webhook("n", "notify"), webhook("a", "respond"), webhook("b", "respond")]);
    let message = decode(&sample("messages/text"));
    let key = EntryKey { create_time: NOW, openid: "o".to_owned(), id: "1".to_owned() };
    let nothing = Decision::default();
    let rules = crate::world::parse_rules(
        &json!({ "version": 1, "rules": [{ "when": { "default": {} }, "replies": [
            { "msgtype": "text", "text": { "content": "one" } }, { "msgtype": "text", "text": { "content": "two" } },
        ] }] })
        .to_string(),
    )
    .unwrap();
    let decided = rules.decide(&message, &Value::Null);
    let modes = |course: &Course, decision: &Decision<'_>| -> Vec<(String, FollowMode)> {
        let follows = follows("default", &key, course, decision, &hooks, &message);
        follows.into_iter().map(|follow| (follow.webhook, follow.mode)).collect()
    };
    let told = ("n".to_owned(), FollowMode::Notify);

    let course = Course::of(None, &nothing, &hooks, &message);
    assert_eq!(course, Course::Ask);
    assert_eq!(modes(&course, &nothing), [told.clone(), ("a".to_owned(), FollowMode::Respond)]);

    let course = Course::of(None, &decided, &hooks, &message);
    assert_eq!(course, Course::Decided(Some(text("one"))));
    assert_eq!(modes(&course, &decided), [told.clone(), (String::new(), FollowMode::Send)]);

    let course = Course::of(Some(text("late")), &decided, &hooks, &message);
    assert_eq!(course, Course::Kept(text("late")));
    assert_eq!(modes(&course, &decided), [told]);

    let nobody = Webhooks::default();
    assert_eq!(Course::of(None, &nothing, &nobody, &message), Course::Decided(None));
}

#[test]
fn a_webhook_keeps_its_limits() {
    let refused = |more: Value| {
        let mut hook = webhook("w", "respond");
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        draft(hook).check().unwrap_err().to_string()
    };
    assert_eq!(refused(json!({ "url": "ftp://x.example.com" })), "url must begin with https://");
    assert_eq!(refused(json!({ "budget_ms": 4501 })), "budget_ms must be 500 to 4500");
    assert_eq!(refused(json!({ "timeout_ms": 499 })), "timeout_ms must be 500 to 25000");
    assert_eq!(refused(json!({ "fetch_text": " " })), "fetch_text is empty");
    let many: Vec<_> = (0..21).map(|number| draft(webhook(&number.to_string(), "notify"))).collect();
    assert_eq!(Webhooks::check(&many).unwrap_err().to_string(), "webhooks must hold 20 at most");
}

#[test]
fn a_webhook_is_on_a_public_host_over_tls() {
    for url in [
        "https://shop.example.com/hook",
        "https://shop.example.com:8443/hook?x=1",
        "https://8.8.8.8/hook",
        "https://xn--fiqs8s.cn",
        "https://a_b.example.co",
    ] {
        assert_eq!(check_url(url, false), Ok(()), "{url}");
    }
    for url in [
        "http://shop.example.com",
        "https://localhost/x",
        "https://127.0.0.1",
        "https://127.1",
        "https://0x7f.1",
        "https://0x7f000001",
        "https://2130706433",
        "https://017700000001",
        "https://10.0.0.1",
        "https://172.16.0.1",
        "https://192.168.1.1",
        "https://169.254.169.254/latest/meta-data",
        "https://100.100.100.200/latest/meta-data",
        "https://0.0.0.0",
        "https://255.255.255.255",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://db.internal",
        "https://printer.local.",
        "https://intranet",
        "https://user@shop.example.com",
        "https://shop.example.com@127.0.0.1",
        "https://shop.example.com\\@127.0.0.1",
        "https://shop.example.com:x",
        "https://",
        "https:///x",
        "https://shop.example.com/ x",
        "https://shop.例子.cn",
        "https://127.0.0.1.",
        "javascript:alert(1)",
    ] {
        assert!(check_url(url, false).is_err(), "{url}");
    }
    assert_eq!(check_url("http://127.0.0.1:3000/hook", true), Ok(()));
    assert!(check_url("http://user@127.0.0.1", true).is_err());
}

// What they are sent

static ROOT: LazyLock<Secret> = LazyLock::new(|| Secret::new("a-root-key-of-16-or-more"));

fn signer() -> Signer<'static> {
    Signer { root: &ROOT, account: "default", webhook: "w_1", generation: 0, rotated_at: None }
}

/// Made by Python's hmac; the library of Standard Webhooks checks signatures of the running worker.
#[test]
fn the_signature_is_that_of_standard_webhooks() {
    assert_eq!(signer().secret().expose(), "whsec_fgqu2qu/+ynBIW3ChRFt9S/GiMmIOPyKXf8SJ95wVaY=");
    assert_eq!(signer().sign("msg_1", NOW, r#"{"a":1}"#), "v1,qBqqLLPuCF1JVU8m8FshPOF1LxaFnMfTmdilhhll8+c=");
}

#[test]
fn every_webhook_has_a_secret_of_its_own() {
    let other = Secret::new("another-root-key-of-16");
    let secrets = [
        signer().secret(),
        Signer { webhook: "w_2", ..signer() }.secret(),
        Signer { account: "shop", ..signer() }.secret(),
        Signer { generation: 1, ..signer() }.secret(),
        Signer { root: &other, ..signer() }.secret(),
    ];
    for (index, secret) in secrets.iter().enumerate() {
        assert!(secrets.iter().skip(index + 1).all(|later| later != secret));
    }
}

#[test]
fn a_new_secret_and_the_one_before_it_both_sign_for_a_day() {
    let rotated = Signer { generation: 1, rotated_at: Some(NOW), ..signer() };
    let old = signer().sign("m", NOW.plus(10), "{}");
    let both = rotated.sign("m", NOW.plus(10), "{}");
    let (new, previous) = both.split_once(' ').unwrap();
    assert_eq!(previous, old);
    assert_ne!(new, old);
    assert_eq!(rotated.sign("m", NOW.plus(86_400), "{}").split(' ').count(), 1);
}

/// Backends are written against it: it only grows.
#[test]
fn the_format_of_a_request_is_unchanged() {
    let hook = one(webhook("w_1", "notify"));
    let entry = Entry { rule: Some("hours".to_owned()), ..text_from("o1", NOW, 7) };
    let entry = Entry { reply: Some(json!(text("hi")).to_string()), ..entry };
    let request = request(
        (&ROOT, "default"),
        &hook,
        ("msg_1", FollowMode::Notify),
        true,
        &About::entry(&entry),
        NOW.plus(3),
    );
    assert_eq!(
        request.body,
        r#"{"type":"message.received","id":"msg_1","account":"default","mode":"notify","redelivery":true,"openid":"o1","received_at":1700000000,"message":{"Content":"第 7 条","CreateTime":"1700000000","FromUserName":"o1","MsgId":"7","MsgType":"text","ToUserName":"gh_0a1b2c3d4e5f"},"outcome":"silent","rule":"hours","reply":{"msgtype":"text","text":{"content":"hi"}}}"#
    );
    let expected = Signer { webhook: "w_1", ..signer() }.sign("msg_1", NOW.plus(3), &request.body);
    assert_eq!(
        request.headers,
        [
            ("webhook-id", "msg_1".to_owned()),
            ("webhook-timestamp", "1700000003".to_owned()),
            ("webhook-signature", expected),
        ]
    );
    let event = About::entry(&event_from("o1", NOW, "CLICK", "K"));
    let told = mp_worker::relay::request((&ROOT, "a"), &hook, ("m", FollowMode::Notify), false, &event, NOW);
    assert!(told.body.starts_with(r#"{"type":"event.received","id":"m","account":"a","#), "{}", told.body);
}

// What they say

#[test]
fn a_webhook_that_is_told_answers_by_its_status() {
    let of = Outcome::of_notification;
    assert_eq!(of(200, None), Outcome::Told);
    assert_eq!(of(204, None), Outcome::Told);
    assert_eq!(of(410, None), Outcome::Gone);
    let failed = |error: &str, retry_after| Outcome::Failed { error: error.to_owned(), retry_after };
    assert_eq!(of(500, None), failed("it answered 500", None));
    assert_eq!(of(429, Some("120")), failed("it answered 429", Some(120)));
    assert_eq!(of(503, Some("Wed, 21 Oct 2026 07:28:00 GMT")), failed("it answered 503", None));
    assert_eq!(of(503, Some("-1")), failed("it answered 503", None));
    assert_eq!(of(302, None), failed("it answered 302, and redirects are not followed", None));
}

#[test]
fn a_webhook_that_is_asked_answers_one_reply_or_several_or_none() {
    let of = |body: &str| Outcome::of_question(200, None, body.as_bytes());
    let reply = |content: &str| json!({ "msgtype": "text", "text": { "content": content } });
    for none in
        ["", " \n", "{}", r#"{"reply": null}"#, r#"{"replies": []}"#, r#"{"reply": {"msgtype": "silence"}}"#]
    {
        assert_eq!(of(none), Outcome::Answered(Vec::new()), "{none}");
    }
    assert_eq!(Outcome::of_question(204, None, b""), Outcome::Answered(Vec::new()));
    assert_eq!(of(&json!({ "reply": reply("a") }).to_string()), Outcome::Answered(vec![text("a")]));
    assert_eq!(
        of(&json!({ "replies": [reply("a"), reply("b")] }).to_string()),
        Outcome::Answered(vec![text("a"), text("b")])
    );
    let Outcome::Answered(long) = of(&json!({ "reply": reply(&"长。".repeat(500)) }).to_string()) else {
        panic!("a long text is several")
    };
    assert_eq!(long.len(), 2);
}

#[test]
fn nonsense_is_a_failure_that_says_where() {
    let error = |status: u16, body: &[u8]| match Outcome::of_question(status, None, body) {
        Outcome::Failed { error, .. } => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        error(200, b"hello"),
        "its answer is refused: . is not JSON: expected value at line 1 column 1"
    );
    assert_eq!(error(200, b"[]"), "its answer is refused: . must be an object");
    assert_eq!(error(200, b"\xff"), "its answer is not UTF-8");
    assert!(error(200, br#"{"answer": 1}"#).starts_with("its answer is refused: answer does not exist"));
    assert_eq!(
        error(200, br#"{"reply": {"msgtype": "text", "text": {"content": ""}}}"#),
        "its answer is refused: reply.text.content is empty"
    );
    assert_eq!(error(500, b"{}"), "it answered 500");
    assert_eq!(Outcome::of_question(410, None, b""), Outcome::Gone);
}

#[test]
fn a_reply_that_does_not_fit_what_it_answers_is_a_failure() {
    let agent = Reply::transfer_customer_service(None).unwrap();
    let answered = Outcome::Answered(vec![agent]);
    assert_eq!(answered.clone().fitting(Some(Trigger::Message)), answered);
    let Outcome::Failed { error, .. } = answered.fitting(Some(Trigger::Event)) else { panic!("it fits") };
    assert!(error.starts_with("its answer is refused: msgtype hands over"), "{error}");
}

#[test]
fn a_message_that_wechat_may_have_sent_is_not_sent_again() {
    let refused =
        |errcode| Err(wechat::Error::Refused(Refusal { errcode, errmsg: "x".to_owned(), rid: None }));
    let of = |outcome: Result<(), wechat::Error>| Sending::of(&outcome);
    assert_eq!(of(Ok(())), Sending::Sent);
    for later in [-1, 45009, 45011] {
        assert!(matches!(of(refused(later)), Sending::Again(_)), "{later}");
    }
    for never in [45015, 45047, 48001, 40003] {
        assert!(matches!(of(refused(never)), Sending::GivenUp(_)), "{never}");
    }
    for unknown in
        [wechat::Error::TimedOut, wechat::Error::Unreachable, wechat::Error::Unreadable { status: 502 }]
    {
        let Sending::GivenUp(why) = of(Err(unknown)) else { panic!("it is sent again") };
        assert!(why.ends_with("it may have been sent"), "{why}");
    }
}

// When they are tried again

#[test]
fn attempts_come_further_apart_for_a_day_and_an_answer_is_asked_for_an_hour() {
    let attempts = |mode: Mode, random: u8| {
        let (mut now, mut at) = (NOW, Vec::new());
        let mut attempts = 1;
        while let Some(next) = next_attempt(mode, attempts, (NOW, now), None, random) {
            assert!(next > now, "{at:?}");
            at.push(next.seconds() - NOW.seconds());
            now = next;
            attempts += 1;
            assert!(at.len() < 100);
        }
        at
    };
    let day = attempts(Mode::Notify, 128);
    assert_eq!(day[..8], [60, 180, 480, 1380, 3180, 6780, 13980, 28380]);
    assert_eq!(day.last(), Some(&86_400));
    assert_eq!(attempts(Mode::Respond, 128).last(), Some(&3600));
    for random in [0, 255] {
        assert_eq!(attempts(Mode::Notify, random).last(), Some(&86_400), "{random}");
    }
}

#[test]
fn jitter_moves_an_attempt_by_a_fifth_at_most() {
    let first =
        |random| next_attempt(Mode::Notify, 1, (NOW, NOW), None, random).unwrap().seconds() - NOW.seconds();
    let all: Vec<i64> = (0..=255).map(first).collect();
    assert_eq!((all.iter().min(), all.iter().max()), (Some(&48), Some(&71)));
}

#[test]
fn what_a_webhook_asks_for_is_honoured_within_the_day() {
    let after = |seconds, now| next_attempt(Mode::Notify, 1, (NOW, now), Some(seconds), 0);
    assert_eq!(after(600, NOW), Some(NOW.plus(600)));
    assert_eq!(after(1, NOW), Some(NOW.plus(48)), "never sooner than we would");
    assert_eq!(after(90_000, NOW), None, "it would be too late");
    assert_eq!(after(10, NOW.plus(86_400)), None);
}

#[test]
fn the_third_delivery_is_the_last() {
    assert!(!is_last_delivery(NOW, NOW));
    assert!(!is_last_delivery(NOW, NOW.plus(5)));
    assert!(is_last_delivery(NOW, NOW.plus(10)));
}

// What D1 keeps

/// An entry that a backend is asked about, stored and filed.
fn asked(database: &mut Connection) -> (EntryKey, String) {
    let mut entry = text_from("o1", NOW, 7);
    entry.outcome = mp_worker::inbox::Outcome::Relayed;
    let key = EntryKey::of(&entry);
    entry.follow = vec![
        key.follow("default", "w_n", FollowMode::Notify),
        key.follow("default", "w_r", FollowMode::Respond),
    ];
    run_all(database, &[insert(&entry)]);
    transaction(database, &file_entry(&entry, Some(7)));
    let id = key.delivery_id("default", "w_r");
    (key, id)
}

fn run_all(database: &mut Connection, statements: &[mp_worker::sql::Statement]) -> usize {
    transaction(database, statements).into_iter().sum()
}

fn listed(database: &Connection) -> Vec<(String, String, String, i64)> {
    let all = list("default", &DeliveryFilter::default(), 0, 100);
    let rows: Vec<ListedRow> = rows(database, &all).unwrap();
    rows.into_iter()
        .map(|(_, webhook, mode, _, state, attempts, ..)| {
            (format!("{webhook} {mode}"), state, String::new(), attempts)
        })
        .collect()
}

fn modes(database: &Connection) -> Vec<String> {
    let mut modes: Vec<String> = listed(database).into_iter().map(|(what, ..)| what).collect();
    modes.sort();
    modes
}

#[test]
fn what_follows_from_an_entry_is_a_delivery_once_it_is_filed() {
    let mut database = database();
    let (key, _) = asked(&mut database);
    assert_eq!(modes(&database), ["w_n notify", "w_r respond"]);
    // Filing it again, as a sweep would, makes nothing new.
    let entry =
        Entry { follow: vec![key.follow("default", "w_x", FollowMode::Notify)], ..text_from("o1", NOW, 7) };
    transaction(&mut database, &file_entry(&entry, None));
    assert_eq!(modes(&database), ["w_n notify", "w_r respond"]);
    let _ = scan("default", None, NOW);
}

#[test]
fn a_sweep_makes_the_deliveries_of_what_was_cut_off() {
    let mut database = database();
    let mut entry = text_from("o1", NOW, 7);
    entry.follow = vec![EntryKey::of(&entry).follow("default", "w_n", FollowMode::Notify)];
    run_all(&mut database, &[insert(&entry)]);
    let range = (NOW.seconds(), NOW.seconds());
    transaction(&mut database, &mp_worker::inbox::file_range("default", range));
    assert_eq!(modes(&database), ["w_n notify"]);
}

#[test]
fn an_answer_in_time_is_the_passive_reply_and_the_rest_follows() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let settlement = Settlement::in_time(vec![text("a"), text("b")], true, "o1", &key.digest("default"));
    assert_eq!(settlement.passive, Some(text("a")));
    assert_eq!(run_all(&mut database, &settlement.statements("default", &key, &id, NOW)), 1);
    assert_eq!(modes(&database), [" send", "w_n notify"]);
    let waiting: Vec<WaitingRow> = rows(&database, &waiting("default", &key)).unwrap();
    assert_eq!(waiting, [(Some(json!(text("a")).to_string()), "replied".to_owned(), NOW.seconds())]);
    assert!(settlement.is(&waiting[0]));
    // Whoever comes after that changes nothing.
    let late = Settlement::late(vec![text("c")], true, "o1", &key.digest("default"));
    assert_eq!(run_all(&mut database, &late.statements("default", &key, &id, NOW)), 0);
    assert_eq!(modes(&database), [" send", "w_n notify"]);
}

#[test]
fn a_late_answer_is_sent_where_the_account_may() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a"), text("b")], true, "o1", &key.digest("default"));
    assert_eq!(late.passive, None);
    assert_eq!(run_all(&mut database, &late.statements("default", &key, &id, NOW)), 1);
    assert_eq!(modes(&database), [" send", " send", "w_n notify"]);
    let ids: Vec<String> = late.sends.iter().map(|send| send.id.clone()).collect();
    let taken =
        |database: &Connection| -> Vec<DeliveryRow> { rows(database, &take("default", &ids, NOW)).unwrap() };
    let first: Vec<Delivery> = taken(&database).into_iter().filter_map(Delivery::from_row).collect();
    assert_eq!(first.len(), 2);
    let message = first[0].message.as_ref().unwrap();
    assert_eq!(message["touser"], "o1");
    assert_eq!(taken(&database).len(), 0, "nobody else takes them up");
}

#[test]
fn a_late_answer_waits_for_the_next_delivery_or_for_the_users_next_message() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a"), text("b")], false, "o1", &key.digest("default"));
    assert_eq!(run_all(&mut database, &late.statements("default", &key, &id, NOW)), 1);
    assert_eq!(modes(&database), ["w_n notify"]);
    let kept =
        |database: &Connection| -> Vec<KeptRow> { rows(database, &oldest_kept("default", "o1")).unwrap() };
    assert_eq!(kept(&database)[0].2, json!(text("a")).to_string());
    // The next delivery gets the first, which nobody has to fetch then.
    run(&database, &handed_out("default", "o1", &id, &text("a")));
    assert_eq!(kept(&database)[0].2, json!(text("b")).to_string());
    run(&database, &fetched("default", "o1", &kept(&database)[0]));
    assert!(kept(&database).is_empty());
}

#[test]
fn a_user_who_was_told_to_fetch_the_answer_gets_it_by_fetching_alone() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let told = text("later");
    assert_eq!(rows::<Value>(&database, &tell("default", &key, &told)).unwrap().len(), 1);
    assert_eq!(rows::<Value>(&database, &tell("default", &key, &told)).unwrap().len(), 0);
    let late = Settlement::late(vec![text("a")], false, "o1", &key.digest("default"));
    assert_eq!(run_all(&mut database, &late.statements("default", &key, &id, NOW)), 1);
    // A repeat of the delivery says what it said before, and does not take the answer from the user.
    let waiting: Vec<WaitingRow> = rows(&database, &waiting("default", &key)).unwrap();
    assert_eq!(waiting[0].0, Some(json!(told).to_string()));
    run(&database, &handed_out("default", "o1", &id, &told));
    let kept: Vec<KeptRow> = rows(&database, &oldest_kept("default", "o1")).unwrap();
    assert_eq!(kept[0].2, json!(text("a")).to_string());
}

fn take_all(database: &mut Connection, now: Timestamp) -> Vec<Delivery> {
    let [cut_off, due] = take_due("default", now);
    run(database, &cut_off);
    let rows: Vec<DeliveryRow> = rows(database, &due).unwrap();
    rows.into_iter().filter_map(Delivery::from_row).collect()
}

#[test]
fn what_is_due_is_taken_up_once_and_again_if_that_was_cut_off() {
    let mut database = database();
    let (key, _) = asked(&mut database);
    assert!(take_all(&mut database, NOW.plus(59)).is_empty(), "the attempt behind the answer goes first");
    let taken = take_all(&mut database, NOW.plus(60));
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].attempts, 1);
    assert_eq!(taken[0].entry, key);
    assert_eq!(taken[0].about.as_ref().unwrap().message["Content"], "第 7 条");
    assert!(take_all(&mut database, NOW.plus(149)).is_empty());
    assert_eq!(take_all(&mut database, NOW.plus(150)).len(), 2, "a worker was killed over them");
}

#[test]
fn a_message_cut_off_while_it_was_sent_is_not_sent_again() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a")], true, "o1", &key.digest("default"));
    run_all(&mut database, &late.statements("default", &key, &id, NOW));
    let send = vec![late.sends[0].id.clone()];
    assert_eq!(rows::<Value>(&database, &take("default", &send, NOW)).unwrap().len(), 1);
    let taken = take_all(&mut database, NOW.plus(90));
    assert!(taken.iter().all(|delivery| delivery.mode != FollowMode::Send), "{taken:?}");
    let dead = DeliveryFilter { state: Some("dead".to_owned()), webhook: Some(String::new()) };
    let rows: Vec<ListedRow> = rows(&database, &list("default", &dead, 0, 10)).unwrap();
    assert_eq!(rows[0].8.as_deref(), Some("it was cut off, and may have been sent"));
}

#[test]
fn what_failed_is_tried_then_given_up_listed_and_replayed() {
    let mut database = database();
    let (key, respond) = asked(&mut database);
    run(&database, &done("default", &respond));
    let id = key.delivery_id("default", "w_n");
    run(&database, &failed("default", &id, 1, Some(NOW.plus(100)), "it answered 500"));
    assert!(take_all(&mut database, NOW.plus(99)).is_empty());
    let taken = take_all(&mut database, NOW.plus(100));
    assert_eq!(taken[0].attempts, 2);
    run(&database, &failed("default", &id, 2, None, "it answered 410, and is switched off"));
    assert!(take_all(&mut database, NOW.plus(100_000)).is_empty());
    let dead = |webhook: &str| -> usize {
        let filter = DeliveryFilter { state: Some("dead".to_owned()), webhook: Some(webhook.to_owned()) };
        rows::<ListedRow>(&database, &list("default", &filter, 0, 10)).unwrap().len()
    };
    assert_eq!((dead("w_n"), dead("w_x")), (1, 0));
    let bring = |id: Option<&str>, webhook: Option<&str>| -> usize {
        rows::<Value>(&database, &replay("default", id, webhook, NOW.plus(200))).unwrap().len()
    };
    assert_eq!(bring(Some("msg_x"), None), 0);
    assert_eq!(bring(None, Some("w_n")), 1);
    assert_eq!(bring(Some(&id), None), 0, "it is pending again");
    assert_eq!(take_all(&mut database, NOW.plus(200))[0].attempts, 1);
}

#[test]
fn a_webhook_in_the_document_keeps_its_id_and_its_secret() {
    use mp_worker::settings::{Document, Edit, Refused};
    let edit = |document: Document, edit: Edit| {
        Document::parse(&document.edit(edit, None, (NOW, "n")).unwrap().json).unwrap()
    };
    let made = edit(
        Document::default(),
        Edit::CreateWebhook(Box::new(draft(json!({ "url": "https://a.example.com", "mode": "notify" })))),
    );
    let id = made.webhooks[0].id.clone().unwrap();
    assert_eq!(id, "w_n");
    let other = || Box::new(draft(json!({ "url": "https://b.example.com", "mode": "respond" })));
    let updated =
        edit(made.clone(), Edit::UpdateWebhook { id: id.clone(), webhook: other(), rotate_secret: false });
    let checked = updated.webhooks[0].check().unwrap();
    assert_eq!((checked.id.as_str(), checked.generation, checked.rotated_at), ("w_n", 0, None));
    let rotated =
        edit(updated, Edit::UpdateWebhook { id: id.clone(), webhook: other(), rotate_secret: true });
    let checked = rotated.webhooks[0].check().unwrap();
    assert_eq!((checked.generation, checked.rotated_at), (1, Some(NOW)));
    let off = edit(rotated, Edit::SwitchOffWebhook { id: id.clone() });
    assert!(off.webhooks[0].check().unwrap().is_off());
    let gone = edit(off, Edit::DeleteWebhook { id: id.clone() });
    assert!(gone.webhooks.is_empty());
    assert_eq!(gone.edit(Edit::DeleteWebhook { id }, None, (NOW, "n")), Err(Refused::NotFound("webhook")));
    // Going back to earlier rules leaves the webhooks as they are.
    let import = edit(made, Edit::ImportRules { rules: Vec::new(), append: false });
    assert_eq!(import.webhooks.len(), 1);
}
