//! Claiming deliveries: a run that is cut off loses nothing that it has not begun, and no message is begun twice.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use mp_worker::backends::{
    CALLS_AT_ONCE, Delivery, DeliveryMode, DeliveryRow, DueRow, EntryKey, Leases, NotRetried, OutboxItem,
    Sending, claim, claim_calls, claim_send, done, due, give_up_cut_off, retry, why_not_retried,
};
use mp_worker::time::Timestamp;
use mp_worker::wechat::custom_message::CustomMessage;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::backend_deliveries::{asked, claimed, leases, outcome, run_all, take_all, unfinished};
use crate::backends::{text, webhook, webhooks};
use crate::database::{database, rows, run, store_with};
use crate::world::{NOW, text_from};

/// Stores an entry with so many messages to its user, after a backend to tell; returns the messages' ids.
fn sends(database: &mut Connection, openid: &str, count: usize) -> Vec<String> {
    let entry = text_from(openid, NOW, 7);
    let key = EntryKey::of(&entry);
    let mut outbox = vec![key.outbox_item("default", "w_n", DeliveryMode::Tell)];
    let message = CustomMessage::of(openid, &text("further")).unwrap();
    let digest = key.digest("default");
    outbox.extend((0..count).map(|number| OutboxItem::send(&digest, number, &message)));
    store_with(database, &entry, &outbox);
    outbox.into_iter().skip(1).map(|item| item.id).collect()
}

/// Claims the next message to a user.
fn next_send(database: &Connection, now: Timestamp) -> Option<Delivery> {
    next_send_as(database, &next_id(), now)
}

fn next_send_as(database: &Connection, id: &str, now: Timestamp) -> Option<Delivery> {
    let found: Vec<DeliveryRow> = rows(database, &claim_send("default", id, now)).unwrap();
    found.into_iter().next().and_then(Delivery::from_row)
}

/// An id that no other claim has.
pub(crate) fn next_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

fn what_is_due(database: &Connection, now: Timestamp) -> DueRow {
    rows(database, &due("default", now)).unwrap().remove(0)
}

#[test]
fn due_deliveries_are_claimed_once_and_again_after_the_lease() {
    let mut database = database();
    let (key, _) = asked(&mut database);
    assert!(take_all(&database, NOW.plus(59)).is_empty(), "the attempt right after the response goes first");
    assert_eq!(what_is_due(&database, NOW.plus(59)), (0, 0, 0));
    assert_eq!(what_is_due(&database, NOW.plus(60)), (1, 0, 0));
    let taken = take_all(&database, NOW.plus(60));
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].attempts, 1);
    assert_eq!(taken[0].entry, key);
    assert_eq!(taken[0].about.as_ref().unwrap().message["Content"], "第 7 条");
    // The longest attempt of either backend takes 25 seconds.
    assert!(take_all(&database, NOW.plus(114)).is_empty());
    assert_eq!(take_all(&database, NOW.plus(115)).len(), 2, "the lease of a killed worker has expired");
}

#[test]
fn a_claim_whose_answer_was_lost_is_made_again() {
    let mut database = database();
    let ids = sends(&mut database, "o1", 2);
    sends(&mut database, "o2", 1);
    let now = NOW.plus(60);
    let first = next_send_as(&database, "a", now).unwrap();
    assert_eq!(next_send_as(&database, "a", now), Some(first.clone()));
    assert_eq!((first.id.as_str(), first.attempts), (ids[0].as_str(), 1));
    let other = next_send_as(&database, "b", now).unwrap();
    assert_eq!(other.entry.openid, "o2");
    assert_eq!(next_send_as(&database, "c", now), None);

    run(&database, &done("default", &first.id));
    let one = |claim_id: &str| -> Option<Delivery> {
        let statement = claim("default", &ids[1], claim_id, now, leases());
        rows::<DeliveryRow>(&database, &statement).unwrap().into_iter().next().and_then(Delivery::from_row)
    };
    let second = one("d").unwrap();
    assert_eq!(one("d"), Some(second.clone()));
    assert_eq!((second.attempts, one("e")), (1, None));
}

#[test]
fn a_lease_is_longer_than_the_longest_attempt() {
    let mut short = webhook("w_3", "respond");
    short["timeout_ms"] = json!(1500);
    let mut off = webhook("w_off", "respond");
    off["off"] = json!(true);
    let backends = webhooks(&[
        webhook("w_n", "notify"),
        webhook("w_1", "respond"),
        webhook("w_2", "respond"),
        short,
        off,
    ]);
    let mut database = database();
    asked(&mut database);
    let claim = |now| -> Vec<DeliveryMode> {
        let leases = Leases::of(&backends);
        let found: Vec<DeliveryRow> = rows(&database, &claim_calls("default", now, leases, 5)).unwrap();
        found.into_iter().filter_map(Delivery::from_row).map(|delivery| delivery.mode).collect()
    };
    let start = NOW.plus(60);
    assert_eq!(claim(start).len(), 2);
    assert_eq!(claim(start.plus(54)), []);
    assert_eq!(claim(start.plus(55)), [DeliveryMode::Tell]);
    // All that may be asked, one after another: 25 + 25 + 1.5 seconds.
    assert_eq!(claim(start.plus(81)), []);
    assert_eq!(claim(start.plus(82)), [DeliveryMode::Ask]);
}

#[test]
fn a_run_that_is_cut_off_loses_nothing_that_it_has_not_begun() {
    let mut database = database();
    let ids = sends(&mut database, "o1", 3);
    let now = NOW.plus(60);
    assert_eq!(what_is_due(&database, now), (1, 1, 0));
    let begun = next_send(&database, now).unwrap();
    assert_eq!((begun.id.as_str(), begun.attempts), (ids[0].as_str(), 1));
    assert_eq!(take_all(&database, now).len(), 1);
    // Here the run is cut off. The messages after the first wait for what becomes of it.
    assert_eq!(next_send(&database, now.plus(119)), None);
    let later = now.plus(120);
    assert_eq!(what_is_due(&database, later), (1, 1, 1));
    run_all(&mut database, &give_up_cut_off("default", later));
    assert_eq!(outcome(&database), "unknown", "the user may have seen it");
    assert_eq!(what_is_due(&database, later), (1, 1, 0));
    let told = take_all(&database, later);
    assert_eq!((told.len(), told[0].attempts), (1, 2), "the backend is told again");
    for id in &ids[1..] {
        let delivery = next_send(&database, later).unwrap();
        assert_eq!((&delivery.id, delivery.attempts), (id, 1), "no attempt had begun");
        run_all(&mut database, &delivery.attempt(later, 128).sent("default", &Sending::Sent));
    }
    assert_eq!(next_send(&database, later), None);
    let dead: Vec<_> = unfinished(&database).into_iter().filter(|(_, state, _)| state == "dead").collect();
    assert_eq!(dead, [(" send".to_owned(), "dead".to_owned(), 1)]);
    assert_eq!(outcome(&database), "unknown", "of the first message");
}

#[test]
fn what_is_always_cut_off_is_given_up_in_the_end() {
    let mut database = database();
    asked(&mut database);
    let state = |database: &Connection| -> Vec<String> {
        unfinished(database).into_iter().map(|(what, state, _)| format!("{what} {state}")).collect()
    };
    let mut now = NOW.plus(60);
    while now < NOW.plus(3600) {
        run_all(&mut database, &give_up_cut_off("default", now));
        assert_eq!(take_all(&database, now).len(), 2, "{now}");
        now = now.plus(60);
    }
    run_all(&mut database, &give_up_cut_off("default", now));
    assert_eq!(state(&database), ["w_r respond dead", "w_n notify pending"]);
    assert_eq!(outcome(&database), "failed");
    take_all(&database, NOW.plus(86_000));
    run_all(&mut database, &give_up_cut_off("default", NOW.plus(86_399)));
    assert_eq!(state(&database), ["w_r respond dead", "w_n notify pending"]);
    run_all(&mut database, &give_up_cut_off("default", NOW.plus(86_400)));
    assert_eq!(state(&database), ["w_n notify dead", "w_r respond dead"]);
    assert_eq!(outcome(&database), "failed");
}

#[test]
fn two_runs_at_once_begin_each_delivery_once() {
    let mut database = database();
    for user in 0..10 {
        sends(&mut database, &format!("o{user}"), 3);
    }
    let now = NOW.plus(60);
    let (mut begun, mut calls) = (BTreeSet::new(), BTreeSet::new());
    // Two runs take turns; each has claimed its next message before the other one has sent its own.
    let mut under_way: [Option<Delivery>; 2] = [None, None];
    for turn in 0..100 {
        let claimed = next_send(&database, now);
        if let Some(delivery) = &claimed {
            assert!(begun.insert(delivery.id.clone()), "{} is begun twice", delivery.id);
        }
        if let Some(before) = std::mem::replace(&mut under_way[turn % 2], claimed) {
            run_all(&mut database, &before.attempt(now, 128).sent("default", &Sending::Sent));
        }
        let found: Vec<DeliveryRow> =
            rows(&database, &claim_calls("default", now, leases(), CALLS_AT_ONCE)).unwrap();
        assert!(found.len() <= CALLS_AT_ONCE);
        for row in found {
            assert!(calls.insert(row.0.clone()), "{} is begun twice", row.0);
        }
    }
    assert_eq!((begun.len(), calls.len()), (30, 10));
}

#[test]
fn messages_of_one_entry_keep_their_order() {
    let mut database = database();
    let ids = sends(&mut database, "o1", 3);
    // Right after the response, each is claimed by its id.
    assert_eq!(claimed(&database, &ids[1], NOW.plus(1)), None, "the first one waits");
    let first = claimed(&database, &ids[0], NOW.plus(1)).unwrap();
    assert_eq!(claimed(&database, &ids[1], NOW.plus(1)), None, "the first one is being sent");
    let busy = Sending::Again("the system is busy".to_owned());
    run_all(&mut database, &first.attempt(NOW.plus(2), 128).sent("default", &busy));
    assert_eq!(claimed(&database, &ids[1], NOW.plus(2)), None, "the first one is tried again");
    // Those after it become due with it, so that a run does not look at them in vain.
    let again = NOW.plus(62);
    assert_eq!(what_is_due(&database, again.plus(-1)), (1, 0, 0));
    let mut order = Vec::new();
    while let Some(delivery) = next_send(&database, again) {
        order.push(delivery.id.clone());
        run_all(&mut database, &delivery.attempt(again, 128).sent("default", &Sending::Sent));
    }
    assert_eq!(order, ids);
}

#[test]
fn messages_to_one_user_wait_for_no_other_user() {
    let mut database = database();
    sends(&mut database, "o1", 2);
    sends(&mut database, "o2", 2);
    let now = NOW.plus(60);
    let first = next_send(&database, now).unwrap();
    let second = next_send(&database, now).unwrap();
    assert_ne!(first.entry.openid, second.entry.openid);
    assert_eq!(next_send(&database, now), None);
}

#[test]
fn a_pending_delivery_is_tried_now() {
    let mut database = database();
    let ids = sends(&mut database, "o1", 2);
    let try_now = |database: &Connection, id: &str, now: Timestamp| {
        let retried: Vec<Value> = rows(database, &retry("default", id, now)).unwrap();
        let why: Vec<(i64, i64)> = rows(database, &why_not_retried("default", id)).unwrap();
        (!retried.is_empty()).then_some(()).ok_or_else(|| why.first().copied().map(NotRetried::from_row))
    };
    assert_eq!(try_now(&database, "send_x", NOW), Err(None));
    assert_eq!(
        try_now(&database, &ids[0], NOW.plus(5)),
        Err(Some(NotRetried::UnderWay)),
        "after the response"
    );
    assert_eq!(try_now(&database, &ids[1], NOW.plus(5)), Err(Some(NotRetried::Waits)));
    let first = claimed(&database, &ids[0], NOW.plus(1)).unwrap();
    assert_eq!(try_now(&database, &ids[0], NOW.plus(5)), Err(Some(NotRetried::UnderWay)));
    let busy = Sending::Again("the system is busy".to_owned());
    run_all(&mut database, &first.attempt(NOW.plus(2), 128).sent("default", &busy));
    assert_eq!(what_is_due(&database, NOW.plus(5)).1, 0);
    assert_eq!(try_now(&database, &ids[0], NOW.plus(5)), Ok(()));
    assert_eq!(what_is_due(&database, NOW.plus(5)).1, 1, "the cron trigger sends it if this run does not");
    let delivery = claimed(&database, &ids[0], NOW.plus(5)).unwrap();
    assert_eq!(delivery.attempts, 2);
    // A message that was cut off may have been sent.
    assert_eq!(try_now(&database, &ids[0], NOW.plus(1000)), Err(Some(NotRetried::UnderWay)));
    let refused = Sending::Refused { errcode: 45015, error: "closed".to_owned() };
    run_all(&mut database, &delivery.attempt(NOW.plus(6), 128).sent("default", &refused));
    assert_eq!(try_now(&database, &ids[0], NOW.plus(7)), Err(Some(NotRetried::Dead)));
    // A request that was cut off is made again.
    let told = take_all(&database, NOW.plus(60)).remove(0);
    assert_eq!(try_now(&database, &told.id, NOW.plus(61)), Err(Some(NotRetried::UnderWay)));
    assert_eq!(try_now(&database, &told.id, NOW.plus(200)), Ok(()));
    assert_eq!(claimed(&database, &told.id, NOW.plus(200)).unwrap().attempts, 2);
}
