//! Deliveries to backends and users, which D1 stores until they succeed.

use mp_worker::backends::{
    Attempt, AttemptOutcome, Backends, Backlog, Delivery, DeliveryFilter, DeliveryMode, DeliveryPlace,
    DeliveryRow, EntryKey, Found, Leases, Listed, ListedRow, Mode, Sending, Settlement, Task, WaitingRow,
    answer_of, claim, claim_calls, count_to_replay, done, find, handed_out, list, listed, replay, replay_all,
    tell, waiting,
};
use mp_worker::callback::{Reply, Trigger};
use mp_worker::inbox::{Entry, Outcome, expire};
use mp_worker::time::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::backend_claims::next_id;
use crate::backends::{text, webhook, webhooks};
use crate::database::{database, dump, rows, run, store_with, transaction};
use crate::world::{NOW, decode, entry, sample, text_from};

/// The account may send customer-service messages, and what is answered is a message.
pub(crate) const SENT: (bool, Option<Trigger>) = (true, Some(Trigger::Message));
/// The account may not, so that late answers are kept.
const KEPT: (bool, Option<Trigger>) = (false, Some(Trigger::Message));

/// Stores an entry with two deliveries: a notification and a question to a backend.
pub(crate) fn asked(database: &mut Connection) -> (EntryKey, String) {
    let entry = open(text_from("o1", NOW, 7));
    let key = EntryKey::of(&entry);
    let outbox = [
        key.outbox_item("default", "w_n", DeliveryMode::Tell),
        key.outbox_item("default", "w_r", DeliveryMode::Ask),
    ];
    store_with(database, &entry, &outbox);
    let id = key.delivery_id("default", "w_r");
    (key, id)
}

/// The entry, about which a backend is being asked.
fn open(mut entry: Entry) -> Entry {
    entry.record.decided_ms = None;
    Entry { outcome: Outcome::Asked, ..entry }
}

/// The replies that are kept for a user, the oldest first.
fn kept(database: &Connection) -> Vec<String> {
    let mut prepared = database.prepare("SELECT reply FROM kept ORDER BY made_at, id").unwrap();
    let found = prepared.query_map([], |row| row.get(0)).unwrap();
    found.map(Result::unwrap).collect()
}

pub(crate) fn outcome(database: &Connection) -> String {
    database.query_row("SELECT outcome FROM inbox", [], |row| row.get(0)).unwrap()
}

pub(crate) fn run_all(database: &mut Connection, statements: &[mp_worker::sql::Statement]) -> usize {
    transaction(database, statements).into_iter().sum()
}

fn filter(state: Option<&str>, backend: Option<&str>) -> DeliveryFilter {
    let text = |text: Option<&str>| text.map(ToOwned::to_owned);
    DeliveryFilter { state: text(state), backend: text(backend), ..DeliveryFilter::default() }
}

/// A page of the unfinished deliveries, and where the next one begins.
fn page(
    database: &Connection,
    filter: &DeliveryFilter,
    after: Option<&DeliveryPlace>,
    limit: u32,
) -> (Vec<Listed>, Option<DeliveryPlace>) {
    let found: Vec<ListedRow> = rows(database, &list("default", filter, after, limit)).unwrap();
    listed(found, limit)
}

/// Unfinished deliveries: "backend mode", state and attempts.
pub(crate) fn unfinished(database: &Connection) -> Vec<(String, String, i64)> {
    let (all, _) = page(database, &DeliveryFilter::default(), None, 100);
    all.into_iter()
        .map(|listed| (format!("{} {}", listed.backend, listed.mode), listed.state, listed.attempts))
        .collect()
}

pub(crate) fn leases() -> Leases {
    Leases::of(&webhooks(&[webhook("w_n", "notify"), webhook("w_r", "respond")]))
}

/// Claims a delivery by its id.
pub(crate) fn claimed(database: &Connection, id: &str, now: Timestamp) -> Option<Delivery> {
    let found: Vec<DeliveryRow> = rows(database, &claim("default", id, &next_id(), now, leases())).unwrap();
    found.into_iter().next().and_then(Delivery::from_row)
}

fn modes(database: &Connection) -> Vec<String> {
    let mut modes: Vec<String> = unfinished(database).into_iter().map(|(what, ..)| what).collect();
    modes.sort();
    modes
}

#[test]
fn an_answer_in_time_is_the_passive_reply_and_the_rest_is_sent_later() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let settlement = Settlement::in_time(vec![text("a"), text("b")], SENT, &key, "default");
    assert_eq!(settlement.passive, Some(text("a")));
    assert_eq!(run_all(&mut database, &settlement.statements("default", &key, ("w_r", &id), (NOW, 900))), 1);
    assert_eq!(modes(&database), ["w_n notify", "w_r send"]);
    let waiting: Vec<WaitingRow> = rows(&database, &waiting("default", &key)).unwrap();
    assert_eq!(waiting, [(Some(json!(text("a")).to_string()), "replied".to_owned(), 0, NOW.seconds())]);
    assert!(settlement.is(&waiting[0]));
    // Later answers change nothing.
    let late = Settlement::late(vec![text("c")], SENT, &key, "default");
    assert_eq!(run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900))), 0);
    assert_eq!(modes(&database), ["w_n notify", "w_r send"]);
}

#[test]
fn a_late_answer_is_sent_if_the_account_may_send_messages() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a"), text("b")], SENT, &key, "default");
    assert_eq!(late.passive, None);
    assert_eq!(run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900))), 1);
    assert_eq!(modes(&database), ["w_n notify", "w_r send", "w_r send"]);
    let ids: Vec<String> = late.sends.iter().map(|send| send.id.clone()).collect();
    let first = claimed(&database, &ids[0], NOW).expect("the first message");
    assert_eq!(first.message.unwrap()["touser"], "o1");
    assert_eq!(claimed(&database, &ids[0], NOW), None, "the delivery is already claimed");
}

#[test]
fn a_late_answer_waits_for_wechats_next_delivery_or_a_new_message() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a"), text("b")], KEPT, &key, "default");
    assert_eq!(run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900))), 1);
    assert_eq!(modes(&database), ["w_n notify"]);
    assert_eq!(outcome(&database), "kept");
    assert_eq!(kept(&database), [text("a"), text("b")].map(|reply| json!(reply).to_string()));
    // WeChat's next delivery gets the first reply, which the user does not have to fetch then.
    run_all(&mut database, &handed_out("default", &key, &id, &text("a")));
    assert_eq!(outcome(&database), "replied");
    assert_eq!(kept(&database), [json!(text("b")).to_string()]);
    let (_, stored) = store_with(&mut database, &text_from("o1", NOW.plus(60), 8), &[]);
    assert_eq!(stored.reply, Some(json!(text("b")).to_string()));
    assert!(kept(&database).is_empty());
}

#[test]
fn an_answer_that_no_message_could_fetch_is_dropped() {
    let key = EntryKey::of(&text_from("o1", NOW, 7));
    let articles = json!([{ "title": "a", "description": "x", "url": "https://a.example.com", "picurl": "https://c.example.com" },
        { "title": "b", "description": "x", "url": "https://b.example.com", "picurl": "https://c.example.com" }]);
    let news = json!({ "msgtype": "news", "news": { "articles": articles } }).to_string();
    let news = Reply::from_json(&news).unwrap().unwrap();
    let late = Settlement::late(vec![news.clone(), text("a")], KEPT, &key, "default");
    assert_eq!((late.passive, late.kept, late.lost), (Some(news), vec![text("a")], 1));
}

#[test]
fn a_user_who_was_told_to_fetch_the_answer_gets_it_only_that_way() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let told = text("later");
    assert_eq!(rows::<Value>(&database, &tell("default", &key, &told)).unwrap().len(), 1);
    assert_eq!(rows::<Value>(&database, &tell("default", &key, &told)).unwrap().len(), 0);
    let late = Settlement::late(vec![text("a")], KEPT, &key, "default");
    assert_eq!(run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900))), 1);
    // A duplicate delivery gets the same reply as before, and does not consume the stored answer.
    let waiting: Vec<WaitingRow> = rows(&database, &waiting("default", &key)).unwrap();
    assert_eq!(waiting[0].0, Some(json!(told).to_string()));
    run_all(&mut database, &handed_out("default", &key, &id, &told));
    assert_eq!(kept(&database), [json!(text("a")).to_string()]);
}

/// Claims the deliveries to backends that are due.
pub(crate) fn take_all(database: &Connection, now: Timestamp) -> Vec<Delivery> {
    let found: Vec<DeliveryRow> = rows(database, &claim_calls("default", now, leases(), 100)).unwrap();
    found.into_iter().filter_map(Delivery::from_row).collect()
}

#[test]
fn a_failing_delivery_is_retried_given_up_listed_and_replayed() {
    let mut database = database();
    let (key, respond) = asked(&mut database);
    run(&database, &done("default", &respond));
    let id = key.delivery_id("default", "w_n");
    let first = Attempt { id: &id, number: 1, made_at: NOW, now: NOW.plus(40), random: 128 };
    let busy = AttemptOutcome::of_notification(503, Some("100"));
    run_all(&mut database, &first.called("default", Mode::Tell, &busy));
    assert!(take_all(&database, NOW.plus(139)).is_empty());
    let taken = take_all(&database, NOW.plus(140));
    assert_eq!(taken[0].attempts, 2);
    let gone = AttemptOutcome::of_notification(410, None).traced(Some((410, b"no more")), 9);
    run_all(&mut database, &taken[0].attempt(NOW.plus(141), 128).called("default", Mode::Tell, &gone));
    let shown = Found::from_row(rows(&database, &find("default", &id)).unwrap().remove(0));
    let last = json!({ "at": NOW.plus(141).seconds(), "error": "it answered 410 Gone, and is switched off", "status": 410, "took_ms": 9, "body": "no more" });
    assert_eq!(shown.failures[1], last);
    assert!(take_all(&database, NOW.plus(100_000)).is_empty());
    let dead = |webhook: &str| -> usize {
        let filter = filter(Some("dead"), Some(webhook));
        page(&database, &filter, None, 10).0.len()
    };
    assert_eq!((dead("w_n"), dead("w_x")), (1, 0));
    let bring = |id: Option<&str>, webhook: Option<&str>| -> usize {
        rows::<Value>(&database, &replay("default", id, webhook, NOW.plus(200))).unwrap().len()
    };
    assert_eq!(bring(Some("msg_x"), None), 0);
    assert_eq!(bring(None, Some("w_n")), 1);
    assert_eq!(bring(Some(&id), None), 1, "the first answer may have been lost");
    assert_eq!(take_all(&database, NOW.plus(200))[0].attempts, 1);
    assert_eq!(bring(Some(&id), None), 0, "the delivery is pending again");
}

#[test]
fn a_successful_delivery_is_deleted() {
    let mut database = database();
    asked(&mut database);
    for (delivery, outcome) in take_all(&database, NOW.plus(60))
        .iter()
        .zip([AttemptOutcome::Told, AttemptOutcome::Answered(Vec::new())])
    {
        run_all(&mut database, &delivery.attempt(NOW.plus(61), 128).called("default", Mode::Tell, &outcome));
    }
    assert!(unfinished(&database).is_empty());
}

#[test]
fn a_message_is_sent_again_only_if_wechat_rejected_it() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a"), text("b"), text("c")], SENT, &key, "default");
    run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900)));
    let comes_to = [
        Sending::Sent,
        Sending::Unknown("it may have been sent".to_owned()),
        Sending::Again("the system is busy".to_owned()),
    ];
    for (item, sending) in late.sends.iter().zip(comes_to) {
        let delivery = claimed(&database, &item.id, NOW).expect("those before it have ended");
        assert!(matches!(delivery.task(&Backends::default()), Ok(Task::Send)));
        assert_eq!(delivery.custom_message().unwrap().touser, "o1");
        run_all(&mut database, &delivery.attempt(NOW.plus(1), 128).sent("default", &sending));
    }
    let states: Vec<String> = unfinished(&database)
        .into_iter()
        .filter(|(what, ..)| what == "w_r send")
        .map(|(_, state, ..)| state)
        .collect();
    assert_eq!(states, ["dead", "pending"]);
}

#[test]
fn a_delivery_that_cannot_be_attempted_says_why() {
    let mut database = database();
    asked(&mut database);
    let there = webhooks(&[webhook("w_n", "notify"), webhook("w_r", "respond")]);
    let mut off = webhook("w_n", "notify");
    off["off"] = json!(true);
    let off = webhooks(&[off]);
    for mut delivery in take_all(&database, NOW.plus(60)) {
        match (delivery.mode, delivery.task(&there)) {
            (DeliveryMode::Tell, Ok(Task::Tell(webhook, _))) => assert_eq!(webhook.id(), "w_n"),
            (DeliveryMode::Ask, Ok(Task::Ask(webhook, _, message))) => {
                assert_eq!((webhook.id(), message.from_user_name.as_str()), ("w_r", "o1"));
            }
            (mode, task) => panic!("{mode:?} {task:?}"),
        }
        if delivery.mode == DeliveryMode::Ask {
            let other = webhooks(&[webhook("w_other", "respond")]);
            let Ok(Task::Ask(webhook, ..)) = delivery.task(&other) else { panic!("{delivery:?}") };
            assert_eq!(webhook.id(), "w_other", "the answer may come from any backend");
        }
        assert_eq!(delivery.task(&off).unwrap_err(), "the backend does not exist, or it is switched off");
        delivery.about = None;
        assert_eq!(delivery.task(&there).unwrap_err(), "the message is no longer stored");
        run_all(
            &mut database,
            &delivery.attempt(NOW.plus(61), 128).given_up("default", "the message is no longer stored"),
        );
    }
    assert!(unfinished(&database).iter().all(|(_, state, ..)| state == "dead"));
}

#[test]
fn a_duplicate_waits_until_its_entry_has_an_answer() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let found = |database: &Connection| {
        let rows: Vec<WaitingRow> = rows(database, &waiting("default", &key)).unwrap();
        answer_of(&rows[0])
    };
    assert_eq!(found(&database), None);
    let silent = Settlement::late(Vec::new(), KEPT, &key, "default");
    let answered = Settlement::late(vec![text("a")], KEPT, &key, "default");
    let mut other = database_with_an_answer(&answered, &key, &id);
    assert_eq!(found(&other), Some(Some(text("a"))));
    run_all(&mut other, &silent.statements("default", &key, ("w_r", &id), (NOW, 900)));
    assert_eq!(found(&other), Some(Some(text("a"))), "the first answer is kept");
    run_all(&mut database, &silent.statements("default", &key, ("w_r", &id), (NOW, 900)));
    assert_eq!(found(&database), Some(None));
}

fn database_with_an_answer(answer: &Settlement, key: &EntryKey, id: &str) -> Connection {
    let mut database = database();
    asked(&mut database);
    run_all(&mut database, &answer.statements("default", key, ("w_r", id), (NOW, 900)));
    database
}

#[test]
fn after_a_failure_requests_also_retry_pending_deliveries() {
    let mut backlog = Backlog::default();
    assert!(!backlog.begin_if_due(NOW), "there is no look-up if nothing has failed");
    backlog.failed(NOW);
    backlog.failed(NOW.plus(50));
    assert!(!backlog.begin_if_due(NOW.plus(59)), "nothing is due before its first delay");
    assert!(backlog.begin_if_due(NOW.plus(60)));
    assert!(!backlog.begin_if_due(NOW.plus(60)), "one run at a time");
    backlog.ended(true, NOW.plus(60));
    assert!(backlog.begin_if_due(NOW.plus(60)), "there may be more deliveries");
    backlog.ended(false, NOW.plus(60));
    assert!(!backlog.begin_if_due(NOW.plus(119)));
    assert!(backlog.begin_if_due(NOW.plus(120)));
    assert!(backlog.begin_if_due(NOW.plus(180)), "the run of a request that was cut off has ended");
}

/// A backend that is asked later gets the stored message, which must equal the one that WeChat sent.
#[test]
fn a_retry_sends_the_message_as_it_was_received() {
    let backends = webhooks(&[webhook("w_r", "respond")]);
    for name in ["messages/text", "messages/location", "events/click", "events/pic_sysphoto"] {
        let mut database = database();
        let entry = open(entry(&sample(name)));
        let item = EntryKey::of(&entry).outbox_item("default", "w_r", DeliveryMode::Ask);
        store_with(&mut database, &entry, &[item]);
        let [delivery] = &take_all(&database, NOW.plus(60))[..] else { panic!("{name}") };
        match delivery.task(&backends) {
            Ok(Task::Ask(_, _, message)) => assert_eq!(*message, decode(&sample(name)), "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

/// Deliveries as "mode id", with their time.
fn insert(database: &Connection, id: &str, mode: &str, (state, due_at): (&str, i64)) {
    let backend = if mode == "send" { "" } else { "w_n" };
    database
        .execute(
            "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, state, attempts, \
               under_way, due_at, made_at) VALUES ('default', ?1, 'o1', 1, ?1, 0, ?2, ?3, ?4, 1, 0, ?5, 1)",
            (id, backend, mode, state, due_at),
        )
        .unwrap();
}

#[test]
fn pages_of_deliveries_hold_each_once_and_name_its_message() {
    let mut database = database();
    let (_, id) = asked(&mut database);
    for number in 0..7 {
        insert(&database, &format!("d{number}"), "notify", ("dead", 100 - number / 3));
        insert(&database, &format!("s{number}"), "send", ("pending", number));
    }
    let walk = |filter: &DeliveryFilter, limit: u32| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (page, next) = page(&database, filter, after.as_ref(), limit);
            assert!(page.len() <= limit as usize);
            found.extend(page.into_iter().map(|listed| listed.id));
            match next {
                Some(next) => after = Some(next),
                None => return found,
            }
        }
    };
    let all = walk(&DeliveryFilter::default(), 100);
    assert_eq!(all.len(), 16);
    assert_eq!(all[..7], ["d6", "d3", "d4", "d5", "d0", "d1", "d2"], "the dead first, by their time");
    assert_eq!(all[9..], ["s0", "s1", "s2", "s3", "s4", "s5", "s6"]);
    for limit in 1..20 {
        assert_eq!(walk(&DeliveryFilter::default(), limit), all);
        let pending = filter(Some("pending"), None);
        assert_eq!(walk(&pending, limit), all[7..]);
        let dead = filter(Some("dead"), None);
        assert_eq!(walk(&dead, limit), all[..7]);
        let sends = filter(None, Some(""));
        assert_eq!(walk(&sends, limit), all[9..]);
    }
    let (page, next) = page(&database, &DeliveryFilter::default(), None, 1);
    let place = next.unwrap();
    assert!(place.clone().within(&filter(Some("dead"), None)).is_ok());
    let other = place.within(&filter(Some("pending"), None)).unwrap_err();
    assert_eq!(
        (page[0].state.as_str(), other.field.as_str()),
        ("dead", "cursor"),
        "a dead one is not pending"
    );
    let (page, _) =
        listed(rows(&database, &list("default", &DeliveryFilter::default(), None, 100)).unwrap(), 100);
    let asked = page.iter().find(|listed| listed.id == id).unwrap();
    assert_eq!((asked.msg_id.as_deref(), asked.create_time), (Some("7"), NOW));
    assert_eq!(page[0].msg_id, None, "its entry is not stored");
}

#[test]
fn a_page_of_one_backend_looks_at_a_thousand_deliveries() {
    let database = database();
    for number in 0..1500 {
        insert(&database, &format!("n{number:04}"), "notify", ("dead", 1));
    }
    insert(&database, "s", "send", ("dead", 1));
    let sends = filter(Some("dead"), Some(""));
    let (found, next) = page(&database, &sends, None, 20);
    assert!(found.is_empty(), "{found:?}");
    let (found, next) = page(&database, &sends, next.as_ref(), 20);
    assert_eq!((found.len(), next), (1, None));
}

#[test]
fn the_oldest_dead_deliveries_go() {
    let mut database = database();
    for number in 0..10_003 {
        let mode = if number % 2 == 0 { "notify" } else { "send" };
        insert(&database, &format!("d{number}"), mode, ("dead", 3 + number));
    }
    insert(&database, "pending", "notify", ("pending", 1));
    // None is old enough to be forgotten for its age.
    run_all(&mut database, &expire("default", NOW.plus(-1_690_000_000), 365));
    let count: i64 = database.query_row("SELECT COUNT(*) FROM delivery", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 10_001);
    let oldest: i64 = database
        .query_row("SELECT MIN(due_at) FROM delivery WHERE state = 'dead'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(oldest, 6);
}

#[test]
fn the_last_twelve_failures_are_kept_with_what_was_answered() {
    let mut database = database();
    let (_, id) = asked(&mut database);
    let found =
        |database: &Connection| Found::from_row(rows(database, &find("default", &id)).unwrap().remove(0));
    assert_eq!(found(&database).failures, Value::Null);
    for number in 1..=14 {
        let attempt = Attempt { id: &id, number, made_at: NOW, now: NOW.plus(number), random: 128 };
        let answer = "错".repeat(400);
        let outcome = AttemptOutcome::of_question(500, None, b"").traced(Some((500, answer.as_bytes())), 7);
        run_all(&mut database, &attempt.called("default", Mode::Ask, &outcome));
    }
    let gone = Attempt { id: &id, number: 15, made_at: NOW, now: NOW.plus(15), random: 128 };
    run_all(&mut database, &gone.given_up("default", "the backend does not exist"));
    let shown = found(&database);
    let failures = shown.failures.as_array().unwrap();
    assert_eq!((failures.len(), &failures[0]["at"]), (12, &json!(NOW.plus(4).seconds())));
    assert_eq!(
        (&failures[0]["status"], &failures[0]["took_ms"], &failures[0]["error"]),
        (&json!(500), &json!(7), &json!("it answered 500"))
    );
    let body = failures[0]["body"].as_str().unwrap();
    assert!(
        body.len() <= 516 && body.starts_with("错错"),
        "512 bytes, the last of which is half a character: {body}"
    );
    let last = json!({ "at": NOW.plus(15).seconds(), "error": "the backend does not exist", "status": null, "took_ms": null, "body": null });
    assert_eq!(failures[11], last);
    assert_eq!(
        (shown.listed.state.as_str(), shown.listed.attempts, shown.listed.msg_id.as_deref()),
        ("dead", 15, Some("7"))
    );
    assert!(shown.delivery.is_some_and(|delivery| delivery.about.is_some()));
}

#[test]
fn deliveries_are_counted_and_replayed_by_a_filter() {
    let database = database();
    for (id, mode, state, due_at) in [
        ("d1", "notify", "dead", 1),
        ("d2", "notify", "dead", 2),
        ("d3", "send", "dead", 3),
        ("p1", "notify", "pending", NOW.seconds() + 900),
        ("p2", "notify", "pending", NOW.seconds() + 900),
    ] {
        insert(&database, id, mode, (state, due_at));
    }
    database
        .execute_batch(
            "UPDATE delivery SET made_at = due_at; UPDATE delivery SET error = 'it answered 500', attempts = 3 WHERE id <> 'd2'; \
             UPDATE delivery SET under_way = 1 WHERE id = 'p2'",
        )
        .unwrap();
    let backend: String =
        database.query_row("SELECT backend FROM delivery WHERE id = 'd1'", [], |row| row.get(0)).unwrap();
    let all = |state| filter(Some(state), Some(&backend));
    let time = |seconds| Some(Timestamp::from_seconds(seconds));
    let error = || Some("500".to_owned());
    let count = |filter: &DeliveryFilter| {
        rows::<(i64, Option<i64>)>(&database, &count_to_replay("default", filter, NOW)).unwrap()[0]
    };
    assert_eq!(count(&all("dead")), (2, Some(1)));
    assert_eq!(count(&DeliveryFilter { since: time(2), ..all("dead") }), (1, Some(2)));
    assert_eq!(count(&DeliveryFilter { until: time(1), error: error(), ..all("dead") }), (1, Some(1)));
    assert_eq!(count(&DeliveryFilter { since: time(2), error: error(), ..all("dead") }), (0, None));
    assert_eq!(count(&filter(Some("dead"), Some(""))), (1, Some(3)));
    assert_eq!(count(&all("pending")), (1, Some(NOW.seconds() + 900)), "the other is under way");
    let listed = |filter: &DeliveryFilter| {
        page(&database, filter, None, 20).0.into_iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(
        listed(&DeliveryFilter { error: error(), ..DeliveryFilter::default() }),
        ["d1", "d3", "p1", "p2"]
    );
    assert_eq!(
        listed(&DeliveryFilter { since: time(2), until: time(3), ..DeliveryFilter::default() }),
        ["d2", "d3"]
    );

    let replayed = |filter: &DeliveryFilter| {
        rows::<Value>(&database, &replay_all("default", filter, NOW)).unwrap().len()
    };
    assert_eq!(replayed(&all("pending")), 1);
    assert_eq!(replayed(&DeliveryFilter { error: error(), ..all("dead") }), 1);
    let due = dump(&database, "delivery");
    let due = |id: &str| {
        due.iter()
            .any(|row| row.contains(&format!("|{id}|")) && row.contains(&format!("|{}|", NOW.seconds())))
    };
    assert_eq!(["d1", "d2", "d3", "p1", "p2"].map(due), [true, false, false, true, false]);
    assert_eq!(count(&all("dead")), (1, Some(2)));
}
