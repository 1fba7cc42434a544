//! Storing an entry: one transaction that looks up paused users and kept answers, and adds the outbox.

use mp_worker::backends::{DeliveryMode, EntryKey, OutboxItem, Settlement, Storing, leave, tell};
use mp_worker::callback::Trigger;
use mp_worker::inbox::{Entry, Lookup, Outcome, Record, hold, resume, settle_used};
use mp_worker::sql::Statement;
use proptest::prelude::{ProptestConfig, any, proptest};
use rusqlite::Connection;
use serde_json::json;

use crate::backends::text;
use crate::database::{database, dump, pause_user, rows, run, store_unsettled, store_with, transaction};
use crate::world::{NOW, event_from, text_from};

/// One item of each mode.
fn outbox(entry: &Entry) -> Vec<OutboxItem> {
    let key = EntryKey::of(entry);
    let send = OutboxItem { mode: DeliveryMode::Send, ..key.outbox_item("default", "", DeliveryMode::Send) };
    vec![
        key.outbox_item("default", "w_tell", DeliveryMode::Tell),
        key.outbox_item("default", "w_ask", DeliveryMode::Ask),
        OutboxItem { message: json!({ "touser": "o1" }), ..send },
    ]
}

/// A message about which a backend is asked.
fn asked(second: i64, msg_id: u64) -> Entry {
    let mut entry = text_from("o1", NOW.plus(second), msg_id);
    entry.record.backend = Some("w_ask".to_owned());
    entry.record.decided_ms = None;
    Entry { outcome: Outcome::Asked, ..entry }
}

fn deliveries(database: &Connection) -> Vec<String> {
    let mut prepared =
        database.prepare("SELECT backend || ' ' || mode FROM delivery ORDER BY position").unwrap();
    let found = prepared.query_map([], |row| row.get(0)).unwrap();
    found.map(Result::unwrap).collect()
}

#[test]
fn an_entry_is_stored_with_its_whole_outbox() {
    let mut database = database();
    let entry = asked(0, 1);
    let (is_new, stored) = store_with(&mut database, &entry, &outbox(&entry));
    assert!(is_new && stored.is_open && !stored.overrides_decision());
    assert_eq!(stored.outcome, Some(Outcome::Asked));
    assert_eq!(deliveries(&database), ["w_tell notify", "w_ask respond", " send"]);
}

#[test]
fn a_repeat_stores_nothing_even_after_the_deliveries_are_done() {
    let mut database = database();
    let entry = asked(0, 1);
    store_with(&mut database, &entry, &outbox(&entry));
    database.execute("DELETE FROM delivery", []).unwrap();
    let before = dump(&database, "inbox");
    let (is_new, stored) = store_with(&mut database, &entry, &outbox(&entry));
    assert!(!is_new && stored.is_open);
    assert_eq!(deliveries(&database), [""; 0]);
    assert_eq!(dump(&database, "inbox"), before);
}

#[test]
fn a_paused_user_gets_no_answer_and_backends_are_told_instead_of_asked() {
    let mut database = database();
    pause_user(&database, "default", "o1", NOW.plus(600));
    let entry = asked(0, 1);
    let (is_new, stored) = store_with(&mut database, &entry, &outbox(&entry));
    assert!(is_new && stored.overrides_decision() && !stored.is_open);
    assert_eq!((stored.outcome, stored.reply, stored.backend), (Some(Outcome::Held), None, None));
    assert_eq!(deliveries(&database), ["w_tell notify", "w_ask notify"]);

    assert_eq!(rows::<(i64,)>(&database, &resume("default", "o1")).unwrap().len(), 1);
    let (_, stored) = store_with(&mut database, &asked(1, 2), &[]);
    assert_eq!(stored.outcome, Some(Outcome::Asked));
}

#[test]
fn a_pause_ends_by_itself_and_concerns_only_its_user() {
    let mut database = database();
    pause_user(&database, "default", "o1", NOW);
    pause_user(&database, "default", "o2", NOW.plus(600));
    pause_user(&database, "shop", "o1", NOW.plus(600));
    let (_, stored) = store_with(&mut database, &text_from("o1", NOW, 1), &[]);
    assert_eq!(stored.outcome, Some(Outcome::Unanswered));
}

#[test]
fn a_pause_holds_what_a_backend_is_being_asked() {
    let mut database = database();
    for (openid, second, msg_id) in [("o1", 0, 1), ("o1", 1, 2), ("o2", 0, 3)] {
        let entry = asked(second, msg_id);
        let record = Record { openid: openid.to_owned(), ..entry.record };
        let entry = Entry { record, ..entry };
        store_with(&mut database, &entry, &outbox(&entry));
    }
    transaction(&mut database, &hold("default", "o1"));
    let mut prepared =
        database.prepare("SELECT openid || ' ' || outcome FROM inbox ORDER BY openid, create_time").unwrap();
    let outcomes: Vec<String> =
        prepared.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(outcomes, ["o1 held", "o1 held", "o2 asked"]);
    let of = |openid: &str| {
        let sql = "SELECT GROUP_CONCAT(DISTINCT mode) FROM delivery WHERE openid = ?1";
        database.query_row(sql, [openid], |row| row.get::<_, String>(0)).unwrap()
    };
    assert_eq!((of("o1").as_str(), of("o2").as_str()), ("notify,send", "notify,respond,send"));
}

/// Stores what the spool holds of an entry whose user got the decided reply.
fn store_from_spool(database: &mut Connection, entry: &Entry, outbox: &[OutboxItem]) {
    let lookup = Lookup { paused: true, kept: true };
    let storing = Storing { entry: entry.clone(), outbox: outbox.to_vec(), lookup, pause: None };
    transaction(database, &storing.answered_without_database().statements(NOW));
}

#[test]
fn what_d1_stored_without_saying_so_becomes_what_the_user_saw() {
    let mut database = database();
    keep(&database, &leave("default", "o1", "a", &text("left"), NOW));
    let entry = text_from("o1", NOW, 1);
    let items = [EntryKey::of(&entry).outbox_item("default", "w_tell", DeliveryMode::Tell)];
    assert!(store_with(&mut database, &entry, &items).1.used_kept);
    assert_eq!(dump(&database, "kept").len(), 0);
    store_from_spool(&mut database, &entry, &items);
    let (is_new, stored) = store_with(&mut database, &entry, &items);
    assert_eq!((is_new, stored.used_kept, stored.outcome), (false, false, Some(Outcome::Unanswered)));
    assert_eq!(deliveries(&database), ["w_tell notify"]);
    let (_, next) = store_with(&mut database, &text_from("o1", NOW.plus(1), 2), &[]);
    assert_eq!(next.reply, Some(json!(text("left")).to_string()), "the kept answer is returned");

    pause_user(&database, "default", "o2", NOW.plus(600));
    let entry = text_from("o2", NOW, 1);
    assert_eq!(store_with(&mut database, &entry, &[]).1.outcome, Some(Outcome::Held));
    // Another delivery, whose user had seen nothing of the first.
    let record = Record { received_at: NOW.plus(5), ..entry.record.clone() };
    store_from_spool(&mut database, &Entry { record, ..entry.clone() }, &[]);
    assert_eq!(store_with(&mut database, &entry, &[]).1.outcome, Some(Outcome::Held));
    store_from_spool(&mut database, &entry, &[]);
    assert_eq!(store_with(&mut database, &entry, &[]).1.outcome, Some(Outcome::Unanswered));
}

/// Keeps an answer, for which there is room.
fn keep(database: &Connection, statement: &Statement) {
    assert_eq!(rows::<(i64,)>(database, statement).unwrap(), [(1,)]);
}

#[test]
fn at_most_20_answers_are_left_for_a_user() {
    let database = database();
    for id in 0..20 {
        keep(&database, &leave("default", "o1", &id.to_string(), &text("a"), NOW));
    }
    run(&database, &leave("default", "o1", "20", &text("a"), NOW));
    // Its first answer may have been lost.
    keep(&database, &leave("default", "o1", "19", &text("a"), NOW));
    keep(&database, &leave("default", "o2", "20", &text("a"), NOW));
    assert_eq!(dump(&database, "kept").len(), 21);
}

#[test]
fn an_answer_that_the_next_message_fetched_is_not_given_to_a_repeat_as_well() {
    let mut database = database();
    let question = asked(0, 1);
    store_with(&mut database, &question, &[]);
    let key = EntryKey::of(&question);
    let replies = vec![text("an answer"), text("its second part")];
    let late = Settlement::late(replies, (false, Some(Trigger::Message)), &key, "default");
    transaction(&mut database, &late.statements("default", &key, ("w_ask", "msg_1"), (NOW, 9000)));
    let repeat = |database: &mut Connection| store_with(database, &question, &[]).1;
    assert_eq!(repeat(&mut database).reply, Some(json!(text("an answer")).to_string()));
    let (_, next) = store_with(&mut database, &text_from("o1", NOW.plus(1), 2), &[]);
    assert_eq!(next.reply, Some(json!(text("an answer")).to_string()));
    let repeated = repeat(&mut database);
    assert_eq!((repeated.outcome, repeated.reply), (Some(Outcome::AnsweredLate), None));

    store_with(&mut database, &text_from("o1", NOW.plus(1), 3), &[]);

    // What the user saw with the question itself stays.
    let told = asked(2, 4);
    store_with(&mut database, &told, &[]);
    let key = EntryKey::of(&told);
    rows::<(i64,)>(&database, &tell("default", &key, &text("a moment"))).unwrap();
    let late = Settlement::late(vec![text("later")], (false, Some(Trigger::Message)), &key, "default");
    transaction(&mut database, &late.statements("default", &key, ("w_ask", "msg_2"), (NOW, 9000)));
    store_with(&mut database, &text_from("o1", NOW.plus(3), 5), &[]);
    let (_, repeated) = store_with(&mut database, &told, &[]);
    assert_eq!(repeated.outcome, Some(Outcome::AnsweredLate));
    assert_eq!(repeated.reply, Some(json!(text("a moment")).to_string()));
}

#[test]
fn a_kept_answer_is_used_once_by_the_next_message() {
    let mut database = database();
    keep(&database, &leave("default", "o1", "a", &text("first"), NOW));
    keep(&database, &leave("default", "o1", "b", &text("second"), NOW.plus(1)));
    let event = event_from("o1", NOW, "CLICK", "k");
    assert!(!store_with(&mut database, &event, &[]).1.used_kept, "an event does not fetch an answer");

    let entry = asked(2, 1);
    let items = outbox(&entry);
    let (_, stored) = store_with(&mut database, &entry, &items);
    assert!(stored.used_kept && !stored.is_open);
    assert_eq!(stored.outcome, Some(Outcome::Replied));
    assert_eq!(stored.reply, Some(json!(text("first")).to_string()));
    assert_eq!(deliveries(&database), ["w_tell notify", "w_ask notify"]);
    let (is_new, again) = store_with(&mut database, &entry, &items);
    assert_eq!((is_new, again.reply), (false, stored.reply), "a repeat gets the same answer");

    let (_, stored) = store_with(&mut database, &text_from("o1", NOW.plus(3), 2), &[]);
    assert_eq!(stored.reply, Some(json!(text("second")).to_string()));
    let (_, stored) = store_with(&mut database, &text_from("o1", NOW.plus(4), 3), &[]);
    assert_eq!((stored.used_kept, stored.outcome), (false, Some(Outcome::Unanswered)));
}

#[test]
fn a_kept_answer_is_given_once_even_before_it_is_settled() {
    let mut database = database();
    let question = asked(0, 1);
    store_with(&mut database, &question, &[]);
    let key = EntryKey::of(&question);
    let replies = vec![text("first"), text("second")];
    let late = Settlement::late(replies, (false, Some(Trigger::Message)), &key, "default");
    transaction(&mut database, &late.statements("default", &key, ("w_ask", "msg_1"), (NOW, 9000)));

    // As if the isolate ended after each response.
    let given = |database: &mut Connection, msg_id| {
        store_unsettled(database, &text_from("o1", NOW.plus(1), msg_id), &[]).1.reply
    };
    assert_eq!(given(&mut database, 2), Some(json!(text("first")).to_string()));
    let (_, repeated) = store_unsettled(&mut database, &question, &[]);
    assert_eq!((repeated.outcome, repeated.reply), (Some(Outcome::Kept), None), "the next message got it");
    assert_eq!(given(&mut database, 3), Some(json!(text("second")).to_string()));
    assert_eq!(given(&mut database, 4), None);
    for _ in 0..2 {
        transaction(&mut database, &settle_used("default", "o1"));
        let (_, repeated) = store_unsettled(&mut database, &question, &[]);
        assert_eq!((repeated.outcome, repeated.reply), (Some(Outcome::AnsweredLate), None));
        assert_eq!(dump(&database, "kept"), [""; 0]);
    }
}

#[test]
fn an_answer_that_is_returned_before_it_is_settled_still_answers_its_question() {
    let mut database = database();
    let question = asked(0, 1);
    store_with(&mut database, &question, &[]);
    let key = EntryKey::of(&question);
    let late = Settlement::late(vec![text("late")], (false, Some(Trigger::Message)), &key, "default");
    transaction(&mut database, &late.statements("default", &key, ("w_ask", "msg_1"), (NOW, 9000)));

    // D1 stored it with the kept answer but did not say so, and the user got the decided reply.
    let next = text_from("o1", NOW.plus(1), 2);
    assert!(store_unsettled(&mut database, &next, &[]).1.used_kept);
    store_from_spool(&mut database, &next, &[]);
    transaction(&mut database, &settle_used("default", "o1"));
    assert_eq!(store_with(&mut database, &question, &[]).1.outcome, Some(Outcome::Kept));
    let (_, later) = store_with(&mut database, &text_from("o1", NOW.plus(2), 3), &[]);
    assert_eq!(later.reply, Some(json!(text("late")).to_string()));
    assert_eq!(store_with(&mut database, &question, &[]).1.outcome, Some(Outcome::AnsweredLate));
}

#[test]
fn a_kept_answer_waits_while_its_user_is_paused() {
    let mut database = database();
    keep(&database, &leave("default", "o1", "a", &text("first"), NOW));
    pause_user(&database, "default", "o1", NOW.plus(600));
    let (_, stored) = store_with(&mut database, &text_from("o1", NOW, 1), &[]);
    assert_eq!((stored.outcome, stored.used_kept), (Some(Outcome::Held), false));
    assert_eq!(dump(&database, "kept").len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// New messages, repeats, and repeats after the delivery was done, for users who are paused or have kept answers.
    #[test]
    fn every_message_is_stored_once_with_its_outbox(
        steps in proptest::collection::vec((0..4_u8, 0..6_u64, any::<bool>()), 1..40),
    ) {
        let mut database = database();
        let mut first = std::collections::BTreeMap::new();
        let (mut kept, mut given) = (0, 0);
        for (kind, msg_id, _) in steps {
            match kind {
                0 => {
                    kept += 1;
                    keep(&database, &leave("default", "o1", &kept.to_string(), &text(&kept.to_string()), NOW.plus(kept)));
                }
                1 => {
                    database.execute("DELETE FROM delivery", []).unwrap();
                }
                _ => {
                    let entry = asked(0, msg_id);
                    let before = dump(&database, "delivery").len();
                    let (is_new, stored) = store_with(&mut database, &entry, &outbox(&entry));
                    let added = dump(&database, "delivery").len() - before;
                    given += i64::from(is_new && stored.used_kept);
                    let expected = if !is_new { 0 } else if stored.used_kept { 2 } else { 3 };
                    assert_eq!(added, expected);
                    let known = first.entry(msg_id).or_insert_with(|| stored.clone());
                    assert_eq!(*known, stored, "a repeat gets what the first delivery got");
                }
            }
        }
        assert_eq!(dump(&database, "inbox").len(), first.len());
        assert_eq!(i64::try_from(dump(&database, "kept").len()).unwrap(), kept - given);
    }
}
