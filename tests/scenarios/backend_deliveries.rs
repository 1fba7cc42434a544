//! Deliveries to backends and users, which D1 stores until they succeed.

use mp_worker::backends::{
    Attempt, AttemptOutcome, Backends, Backlog, Delivery, DeliveryFilter, DeliveryMode, DeliveryRow,
    EntryKey, ListedRow, Mode, Sending, Settlement, Task, WaitingRow, answer_of, done, handed_out, list,
    replay, take, take_due, tell, waiting,
};
use mp_worker::callback::Reply;
use mp_worker::inbox::{Entry, Outcome};
use mp_worker::time::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::backends::{text, webhook, webhooks};
use crate::database::{database, rows, run, store_with, transaction};
use crate::world::{NOW, decode, entry, sample, text_from};

/// Stores and files an entry with two deliveries: a notification and a question to a backend.
fn asked(database: &mut Connection) -> (EntryKey, String) {
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

fn outcome(database: &Connection) -> String {
    database.query_row("SELECT outcome FROM inbox", [], |row| row.get(0)).unwrap()
}

fn run_all(database: &mut Connection, statements: &[mp_worker::sql::Statement]) -> usize {
    transaction(database, statements).into_iter().sum()
}

/// Unfinished deliveries: "backend mode", state and attempts.
fn listed(database: &Connection) -> Vec<(String, String, i64)> {
    let all = list("default", &DeliveryFilter::default(), 0, 100);
    let rows: Vec<ListedRow> = rows(database, &all).unwrap();
    rows.into_iter()
        .map(|(_, webhook, mode, _, state, attempts, ..)| (format!("{webhook} {mode}"), state, attempts))
        .collect()
}

fn modes(database: &Connection) -> Vec<String> {
    let mut modes: Vec<String> = listed(database).into_iter().map(|(what, ..)| what).collect();
    modes.sort();
    modes
}

#[test]
fn an_answer_in_time_is_the_passive_reply_and_the_rest_is_sent_later() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let settlement = Settlement::in_time(vec![text("a"), text("b")], true, &key, "default");
    assert_eq!(settlement.passive, Some(text("a")));
    assert_eq!(run_all(&mut database, &settlement.statements("default", &key, ("w_r", &id), (NOW, 900))), 1);
    assert_eq!(modes(&database), ["w_n notify", "w_r send"]);
    let waiting: Vec<WaitingRow> = rows(&database, &waiting("default", &key)).unwrap();
    assert_eq!(waiting, [(Some(json!(text("a")).to_string()), "replied".to_owned(), 0, NOW.seconds())]);
    assert!(settlement.is(&waiting[0]));
    // Later answers change nothing.
    let late = Settlement::late(vec![text("c")], true, &key, "default");
    assert_eq!(run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900))), 0);
    assert_eq!(modes(&database), ["w_n notify", "w_r send"]);
}

#[test]
fn a_late_answer_is_sent_if_the_account_may_send_messages() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a"), text("b")], true, &key, "default");
    assert_eq!(late.passive, None);
    assert_eq!(run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900))), 1);
    assert_eq!(modes(&database), ["w_n notify", "w_r send", "w_r send"]);
    let ids: Vec<String> = late.sends.iter().map(|send| send.id.clone()).collect();
    let taken =
        |database: &Connection| -> Vec<DeliveryRow> { rows(database, &take("default", &ids, NOW)).unwrap() };
    let first: Vec<Delivery> = taken(&database).into_iter().filter_map(Delivery::from_row).collect();
    assert_eq!(first.len(), 2);
    let message = first[0].message.as_ref().unwrap();
    assert_eq!(message["touser"], "o1");
    assert_eq!(taken(&database).len(), 0, "the deliveries are already claimed");
}

#[test]
fn a_late_answer_waits_for_wechats_next_delivery_or_a_new_message() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a"), text("b")], false, &key, "default");
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
    let late = Settlement::late(vec![news.clone(), text("a")], false, &key, "default");
    assert_eq!((late.passive, late.kept, late.lost), (Some(news), vec![text("a")], 1));
}

#[test]
fn a_user_who_was_told_to_fetch_the_answer_gets_it_only_that_way() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let told = text("later");
    assert_eq!(rows::<Value>(&database, &tell("default", &key, &told)).unwrap().len(), 1);
    assert_eq!(rows::<Value>(&database, &tell("default", &key, &told)).unwrap().len(), 0);
    let late = Settlement::late(vec![text("a")], false, &key, "default");
    assert_eq!(run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900))), 1);
    // A duplicate delivery gets the same reply as before, and does not consume the stored answer.
    let waiting: Vec<WaitingRow> = rows(&database, &waiting("default", &key)).unwrap();
    assert_eq!(waiting[0].0, Some(json!(told).to_string()));
    run_all(&mut database, &handed_out("default", &key, &id, &told));
    assert_eq!(kept(&database), [json!(text("a")).to_string()]);
}

fn take_all(database: &mut Connection, now: Timestamp) -> Vec<Delivery> {
    let [cut_off, due] = take_due("default", now);
    run(database, &cut_off);
    let rows: Vec<DeliveryRow> = rows(database, &due).unwrap();
    rows.into_iter().filter_map(Delivery::from_row).collect()
}

#[test]
fn due_deliveries_are_claimed_once_and_again_after_the_lease() {
    let mut database = database();
    let (key, _) = asked(&mut database);
    assert!(
        take_all(&mut database, NOW.plus(59)).is_empty(),
        "the attempt right after the response goes first"
    );
    let taken = take_all(&mut database, NOW.plus(60));
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].attempts, 1);
    assert_eq!(taken[0].entry, key);
    assert_eq!(taken[0].about.as_ref().unwrap().message["Content"], "第 7 条");
    assert!(take_all(&mut database, NOW.plus(149)).is_empty());
    assert_eq!(take_all(&mut database, NOW.plus(150)).len(), 2, "the lease of a killed worker has expired");
}

#[test]
fn a_message_interrupted_while_being_sent_is_not_sent_again() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a")], true, &key, "default");
    run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900)));
    let send = vec![late.sends[0].id.clone()];
    assert_eq!(rows::<Value>(&database, &take("default", &send, NOW)).unwrap().len(), 1);
    let taken = take_all(&mut database, NOW.plus(90));
    assert!(taken.iter().all(|delivery| delivery.mode != DeliveryMode::Send), "{taken:?}");
    let dead = DeliveryFilter { state: Some("dead".to_owned()), backend: Some(String::new()) };
    let rows: Vec<ListedRow> = rows(&database, &list("default", &dead, 0, 10)).unwrap();
    assert_eq!(rows[0].8.as_deref(), Some("it was cut off, and may have been sent"));
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
    assert!(take_all(&mut database, NOW.plus(139)).is_empty());
    let taken = take_all(&mut database, NOW.plus(140));
    assert_eq!(taken[0].attempts, 2);
    run_all(
        &mut database,
        &taken[0].attempt(NOW.plus(141), 128).called("default", Mode::Tell, &AttemptOutcome::Gone),
    );
    assert!(take_all(&mut database, NOW.plus(100_000)).is_empty());
    let dead = |webhook: &str| -> usize {
        let filter = DeliveryFilter { state: Some("dead".to_owned()), backend: Some(webhook.to_owned()) };
        rows::<ListedRow>(&database, &list("default", &filter, 0, 10)).unwrap().len()
    };
    assert_eq!((dead("w_n"), dead("w_x")), (1, 0));
    let bring = |id: Option<&str>, webhook: Option<&str>| -> usize {
        rows::<Value>(&database, &replay("default", id, webhook, NOW.plus(200))).unwrap().len()
    };
    assert_eq!(bring(Some("msg_x"), None), 0);
    assert_eq!(bring(None, Some("w_n")), 1);
    assert_eq!(bring(Some(&id), None), 0, "the delivery is pending again");
    assert_eq!(take_all(&mut database, NOW.plus(200))[0].attempts, 1);
}

#[test]
fn a_successful_delivery_is_deleted() {
    let mut database = database();
    asked(&mut database);
    for (delivery, outcome) in take_all(&mut database, NOW.plus(60))
        .iter()
        .zip([AttemptOutcome::Told, AttemptOutcome::Answered(Vec::new())])
    {
        run_all(&mut database, &delivery.attempt(NOW.plus(61), 128).called("default", Mode::Tell, &outcome));
    }
    assert!(listed(&database).is_empty());
}

#[test]
fn a_message_is_sent_again_only_if_wechat_rejected_it() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let late = Settlement::late(vec![text("a"), text("b"), text("c")], true, &key, "default");
    run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW, 900)));
    let ids: Vec<String> = late.sends.iter().map(|send| send.id.clone()).collect();
    let taken: Vec<DeliveryRow> = rows(&database, &take("default", &ids, NOW)).unwrap();
    let comes_to = [
        Sending::Sent,
        Sending::Again("the system is busy".to_owned()),
        Sending::Unknown("it may have been sent".to_owned()),
    ];
    for (delivery, sending) in taken.into_iter().filter_map(Delivery::from_row).zip(comes_to) {
        assert!(matches!(delivery.task(&Backends::default()), Ok(Task::Send)));
        assert_eq!(delivery.custom_message().unwrap().touser, "o1");
        run_all(&mut database, &delivery.attempt(NOW.plus(1), 128).sent("default", &sending));
    }
    let mut states: Vec<String> = listed(&database)
        .into_iter()
        .filter(|(what, ..)| what == "w_r send")
        .map(|(_, state, ..)| state)
        .collect();
    states.sort();
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
    for mut delivery in take_all(&mut database, NOW.plus(60)) {
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
    assert!(listed(&database).iter().all(|(_, state, ..)| state == "dead"));
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
    let silent = Settlement::late(Vec::new(), false, &key, "default");
    let answered = Settlement::late(vec![text("a")], false, &key, "default");
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
    assert!(!backlog.is_due(NOW), "there is no look-up if nothing has failed");
    backlog.looked(false, NOW);
    backlog = Backlog::default();
    backlog.failed(NOW);
    backlog.failed(NOW.plus(50));
    assert!(!backlog.is_due(NOW.plus(59)), "nothing is due before its first delay");
    assert!(backlog.is_due(NOW.plus(60)));
    backlog.looked(true, NOW.plus(60));
    assert!(backlog.is_due(NOW.plus(60)), "there may be more deliveries");
    backlog.looked(false, NOW.plus(60));
    assert!(!backlog.is_due(NOW.plus(119)));
    assert!(backlog.is_due(NOW.plus(120)));
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
        let [delivery] = &take_all(&mut database, NOW.plus(60))[..] else { panic!("{name}") };
        match delivery.task(&backends) {
            Ok(Task::Ask(_, _, message)) => assert_eq!(*message, decode(&sample(name)), "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}
