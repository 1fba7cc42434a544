//! The outcome of an entry is what the user saw, for every end of its deliveries.

use mp_worker::backends::{
    Attempt, AttemptOutcome, Delivery, EntryKey, Mode, OutboxItem, Sending, Settlement, replay,
};
use mp_worker::callback::Trigger;
use mp_worker::inbox::Outcome;
use mp_worker::wechat::custom_message::CustomMessage;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::backend_deliveries::{SENT, asked, claimed, outcome, run_all, take_all, unfinished};
use crate::backends::text;
use crate::database::{database, rows, store_with};
use crate::world::{NOW, text_from};

const CLOSED: i64 = 45015;

/// An entry whose backend has answered late with so many messages, which are not sent yet.
fn answered(database: &mut Connection, count: usize) -> Vec<String> {
    let (key, id) = asked(database);
    let replies = (0..count).map(|number| text(&number.to_string())).collect();
    let late = Settlement::late(replies, SENT, &key, "default");
    run_all(database, &late.statements("default", &key, ("w_r", &id), (NOW, 900)));
    late.sends.into_iter().map(|item| item.id).collect()
}

/// An entry that the rules answered with a passive reply, if one is shown, and with so many further ones.
fn ruled(database: &mut Connection, passive: bool, count: usize) -> Vec<String> {
    let mut entry = text_from("o1", NOW, 7);
    entry.record.rule = Some("rule".to_owned());
    entry.record.reply = passive.then(|| json!(text("passive")).to_string());
    entry.outcome = if passive { Outcome::Replied } else { Outcome::Failed };
    let digest = EntryKey::of(&entry).digest("default");
    let message = CustomMessage::of("o1", &text("further")).unwrap();
    let outbox: Vec<OutboxItem> =
        (0..count).map(|number| OutboxItem::send(&digest, number, &message)).collect();
    store_with(database, &entry, &outbox);
    outbox.into_iter().map(|item| item.id).collect()
}

fn sent(database: &mut Connection, id: &str, sending: &Sending) {
    let delivery = claimed(database, id, NOW.plus(1)).expect("it is pending");
    run_all(database, &delivery.attempt(NOW.plus(2), 128).sent("default", sending));
}

fn refused() -> Sending {
    Sending::Refused { errcode: CLOSED, error: "the window is closed".to_owned() }
}

fn unknown() -> Sending {
    Sending::Unknown("it may have been sent".to_owned())
}

fn replayed(database: &Connection, id: &str) {
    let rows: Vec<Value> = rows(database, &replay("default", Some(id), None, NOW.plus(3))).unwrap();
    assert_eq!(rows.len(), 1, "{id} was dead");
}

fn errcode(database: &Connection) -> Option<i64> {
    database.query_row("SELECT errcode FROM inbox", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_late_answer_that_was_sent_answered_late() {
    let mut database = database();
    let ids = answered(&mut database, 2);
    assert_eq!(outcome(&database), "asked");
    for id in &ids {
        sent(&mut database, id, &Sending::Sent);
        assert_eq!(outcome(&database), "answered_late");
    }
}

#[test]
fn the_worst_of_several_messages_counts() {
    let again = || Sending::Impossible("it cannot be read".to_owned());
    for (outcomes, expected) in [
        ([Sending::Sent, refused()], "refused"),
        ([refused(), Sending::Sent], "refused"),
        ([Sending::Sent, unknown()], "unknown"),
        ([unknown(), Sending::Sent], "unknown"),
        ([again(), Sending::Sent], "failed"),
        ([again(), unknown()], "failed"),
        ([unknown(), again()], "failed"),
        ([again(), refused()], "refused"),
        ([refused(), unknown()], "refused"),
    ] {
        for make in [answered, |database: &mut Connection, count| ruled(database, true, count)] {
            let mut database = database();
            let ids = make(&mut database, 2);
            for (id, sending) in ids.iter().zip(&outcomes) {
                sent(&mut database, id, sending);
            }
            assert_eq!(outcome(&database), expected, "{outcomes:?}");
            assert_eq!(errcode(&database), (expected == "refused").then_some(CLOSED));
        }
    }
}

#[test]
fn a_message_that_cannot_be_sent_for_an_hour_failed() {
    let mut database = database();
    let ids = answered(&mut database, 1);
    let busy = Sending::Again("the system is busy".to_owned());
    let mut attempts = 0;
    let mut now = NOW.plus(1);
    while let Some(delivery) = claimed(&database, &ids[0], now) {
        assert_eq!(outcome(&database), "asked");
        attempts += 1;
        run_all(&mut database, &delivery.attempt(now, 128).sent("default", &busy));
        now = now.plus(600);
    }
    assert_eq!(outcome(&database), "failed");
    assert!((4..9).contains(&attempts), "{attempts}");
}

#[test]
fn a_question_that_no_backend_answers_failed_and_a_notification_changes_nothing() {
    let mut database = database();
    let (key, id) = asked(&mut database);
    let told = key.delivery_id("default", "w_n");
    let ended = |id: &str, number, at, mode, outcome: &AttemptOutcome| {
        let attempt = Attempt { id, number, made_at: NOW, now: NOW.plus(at), random: 128 };
        attempt.called("default", mode, outcome)
    };
    let failed = AttemptOutcome::failed("it answered 500");
    run_all(&mut database, &ended(&told, 14, 90_000, Mode::Tell, &failed));
    run_all(&mut database, &ended(&id, 1, 5, Mode::Ask, &failed));
    assert_eq!(outcome(&database), "asked", "it is asked again");
    run_all(&mut database, &ended(&id, 7, 3601, Mode::Ask, &failed));
    assert_eq!(outcome(&database), "failed");
    // The backend is well again, and its answer reaches the user.
    replayed(&database, &id);
    let asked_again = take_all(&database, NOW.plus(4)).remove(0);
    assert_eq!(asked_again.id, id);
    let late = Settlement::late(vec![text("at last")], SENT, &key, "default");
    run_all(&mut database, &late.statements("default", &key, ("w_r", &id), (NOW.plus(5), 900)));
    assert_eq!(outcome(&database), "asked");
    sent(&mut database, &late.sends[0].id, &Sending::Sent);
    assert_eq!(outcome(&database), "answered_late");
}

#[test]
fn a_replayed_message_corrects_the_outcome_once_no_other_is_dead() {
    type Make = fn(&mut Connection) -> Vec<String>;
    let cases: [(Make, &str); 2] = [
        (|database| answered(database, 3), "answered_late"),
        (|database| ruled(database, true, 3), "replied"),
    ];
    for (make, corrected) in cases {
        let mut database = database();
        let ids = make(&mut database);
        for (id, sending) in ids.iter().zip([refused(), unknown(), Sending::Sent]) {
            sent(&mut database, id, &sending);
        }
        assert_eq!((outcome(&database).as_str(), errcode(&database)), ("refused", Some(CLOSED)));
        replayed(&database, &ids[0]);
        assert_eq!(outcome(&database), "refused", "it has not been sent yet");
        sent(&mut database, &ids[0], &Sending::Sent);
        assert_eq!(outcome(&database), "refused", "another one may be missing");
        replayed(&database, &ids[1]);
        sent(&mut database, &ids[1], &Sending::Sent);
        assert_eq!((outcome(&database).as_str(), errcode(&database)), (corrected, None));
        assert!(unfinished(&database).iter().all(|(what, ..)| !what.ends_with("send")));
    }
}

#[test]
fn a_passive_reply_that_was_not_shown_is_missing_whatever_is_sent_later() {
    let mut database = database();
    let ids = ruled(&mut database, false, 1);
    sent(&mut database, &ids[0], &refused());
    replayed(&database, &ids[0]);
    sent(&mut database, &ids[0], &Sending::Sent);
    assert_eq!(outcome(&database), "refused");
}

#[test]
fn an_answer_has_no_more_messages_than_wechat_accepts() {
    let key = EntryKey::of(&text_from("o1", NOW, 7));
    let replies = || (0..1200).map(|number| text(&number.to_string())).collect::<Vec<_>>();
    for (trigger, sends) in [(Some(Trigger::Message), 5), (Some(Trigger::Event), 3)] {
        let in_time = Settlement::in_time(replies(), (true, trigger), &key, "default");
        assert_eq!(in_time.passive, Some(text("0")));
        assert_eq!((in_time.sends.len(), in_time.lost), (sends, 1199 - sends));
        let late = Settlement::late(replies(), (true, trigger), &key, "default");
        assert_eq!((late.sends.len(), late.lost), (sends, 1200 - sends));
        let kept = Settlement::late(replies(), (false, trigger), &key, "default");
        assert_eq!((kept.kept.len(), kept.lost), (sends + 1, 1199 - sends));
    }
    let few = Settlement::in_time((0..6).map(|_| text("a")).collect(), SENT, &key, "default");
    assert_eq!((few.sends.len(), few.lost), (5, 0));
}

#[test]
fn an_answer_in_time_of_which_replies_are_lost_is_not_only_replied() {
    for (count, expected) in [(6, "replied"), (7, "refused")] {
        let mut database = database();
        let (key, id) = asked(&mut database);
        let replies = (0..count).map(|number| text(&number.to_string())).collect();
        let in_time = Settlement::in_time(replies, SENT, &key, "default");
        run_all(&mut database, &in_time.statements("default", &key, ("w_r", &id), (NOW, 900)));
        assert_eq!(outcome(&database), expected);
        for item in &in_time.sends {
            sent(&mut database, &item.id, &Sending::Sent);
        }
        assert_eq!(outcome(&database), expected, "although the others are sent");
    }
}

#[test]
fn the_row_of_a_claimed_delivery_is_read_back() {
    let mut database = database();
    let ids = answered(&mut database, 1);
    let Delivery { id, backend, .. } = claimed(&database, &ids[0], NOW).unwrap();
    assert_eq!((id.as_str(), backend.as_str()), (ids[0].as_str(), "w_r"));
}
