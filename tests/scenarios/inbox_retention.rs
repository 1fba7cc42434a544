//! Deletion of old entries and users, and migrations that must not delete anything.

use mp_worker::backends::leave;
use mp_worker::callback::Reply;
use mp_worker::inbox::{
    Entry, ErasedRows, Fullness, Record, SendRecord, erase, expire, expire_before, oldest,
};
use mp_worker::time::Timestamp;
use rusqlite::Connection;

use crate::database::{database, dump, migrations, pause_user, rows, store, transaction};
use crate::world::{NOW, event_from, text_from};

const DAY: i64 = 86_400;

fn send(database: &mut Connection, openid: &str, second: i64, id: &str) {
    let (account, kind, message, sender) = ("default", "custom", "{}", "root");
    let record = SendRecord { account, openid, kind, message, sender, errcode: Some(0) };
    transaction(database, &record.statements(NOW.plus(second), id));
}

fn count(database: &Connection, table: &str) -> usize {
    dump(database, table).len()
}

/// The entry, received at its CreateTime.
fn at(entry: Entry) -> Entry {
    let record = Record { received_at: entry.record.create_time, ..entry.record };
    Entry { record, ..entry }
}

#[test]
fn entries_past_their_retention_are_deleted_in_steps() {
    let mut database = database();
    for second in 0..2500 {
        store(&mut database, &at(text_from("o1", NOW.plus(second), 1)));
    }
    store(&mut database, &at(event_from("o1", NOW, "CLICK", "k")));
    send(&mut database, "o1", 0, "a");
    send(&mut database, "o1", DAY, "b");

    let now = NOW.plus(90 * DAY);
    let step = expire("default", now, 90);
    transaction(&mut database, &step);
    assert_eq!(
        (count(&database, "inbox"), count(&database, "sent")),
        (2501, 2),
        "nothing is older than 90 days yet"
    );

    let step = expire("default", now.plus(2400), 90);
    let mut left = Vec::new();
    for _ in 0..4 {
        transaction(&mut database, &step);
        left.push(dump(&database, "inbox").len());
    }
    assert_eq!(left, [1501, 501, 100, 100], "a step deletes 1000 rows");
    assert_eq!(count(&database, "sent"), 1);
    transaction(&mut database, &expire("shop", now.plus(90 * DAY), 1));
    assert_eq!(count(&database, "inbox"), 100, "the other account is unaffected");
}

#[test]
fn the_oldest_day_is_forgotten_early_where_the_limit_is_known() {
    let mb = 1_000_000;
    let is_too_full = |size, limit| Fullness::new(size, limit).is_too_full();
    assert!(!is_too_full(450 * mb - 1, Some(500)) && is_too_full(450 * mb, Some(500)));
    assert!(!is_too_full(10_000 * mb, None), "the limit is not known");
    assert_eq!(Fullness::forget_before(NOW.plus(-30 * DAY), NOW), Some(NOW.plus(-29 * DAY)));
    let youngest = NOW.plus(-7 * DAY);
    assert_eq!(Fullness::forget_before(youngest.plus(-60), NOW), Some(youngest), "7 days are always kept");
    assert_eq!(Fullness::forget_before(youngest, NOW), None);
    assert_eq!(Fullness::forget_before(NOW, NOW), None);
}

#[test]
fn a_database_is_nearly_full_from_80_percent_of_its_limit() {
    let mb = 1_000_000;
    let is_nearly_full = |size, limit| Fullness::new(size, limit).is_nearly_full();
    for (limit, full) in [(None, 400 * mb), (Some(500), 400 * mb), (Some(10_000), 8_000 * mb)] {
        assert!(is_nearly_full(full, limit) && !is_nearly_full(full - 1, limit), "{limit:?}");
    }
    let fullness = Fullness::new(400 * mb + 1, None);
    assert_eq!((fullness.megabytes(), fullness.limit_mb()), (401, 500));
}

#[test]
fn the_oldest_entry_is_that_which_was_received_first() {
    let mut database = database();
    let found = |database: &Connection| rows::<(i64,)>(database, &oldest("default")).unwrap();
    assert_eq!(found(&database), []);
    store(&mut database, &at(text_from("o1", NOW.plus(-9 * DAY), 1)));
    store(&mut database, &at(text_from("o2", NOW.plus(-5 * DAY), 2)));
    assert_eq!(found(&database), [(NOW.plus(-9 * DAY).seconds(),)]);
    transaction(&mut database, &expire_before("default", NOW.plus(-8 * DAY), NOW));
    assert_eq!(found(&database), [(NOW.plus(-5 * DAY).seconds(),)]);
    // They were received at NOW.
    for msg_id in 3..6 {
        store(&mut database, &text_from("o3", Timestamp::from_seconds(0), msg_id));
    }
    assert_eq!(
        found(&database),
        [(NOW.plus(-5 * DAY).seconds(),)],
        "a wrong CreateTime hides no older entry"
    );
    transaction(&mut database, &expire_before("default", NOW.plus(-4 * DAY), NOW));
    assert_eq!(found(&database), [(NOW.plus(-DAY).seconds(),)]);
}

#[test]
fn retention_counts_from_the_arrival_of_a_late_entry() {
    let mut database = database();
    store(&mut database, &text_from("o1", Timestamp::from_seconds(0), 1));
    transaction(&mut database, &expire("default", NOW.plus(DAY), 2));
    assert_eq!(count(&database, "inbox"), 1);
    transaction(&mut database, &expire("default", NOW.plus(3 * DAY), 2));
    assert_eq!(count(&database, "inbox"), 0);
}

#[test]
fn an_entry_from_the_future_is_not_kept_forever() {
    let mut database = database();
    store(&mut database, &text_from("o1", Timestamp::LAST, 1));
    transaction(&mut database, &expire("default", NOW.plus(DAY), 1));
    assert_eq!(count(&database, "inbox"), 1);
    transaction(&mut database, &expire("default", NOW.plus(DAY + 1), 1));
    assert_eq!(count(&database, "inbox"), 0);
}

#[test]
fn many_late_entries_do_not_delay_the_deletion_of_old_ones() {
    let mut database = database();
    for msg_id in 0..1500 {
        store(&mut database, &text_from("o1", Timestamp::from_seconds(0), msg_id));
        store(&mut database, &at(text_from("o1", NOW.plus(-3 * DAY), msg_id)));
    }
    transaction(&mut database, &expire("default", NOW, 2));
    assert_eq!(count(&database, "inbox"), 2000, "a step deletes 1000 rows");
    transaction(&mut database, &expire("default", NOW, 2));
    assert_eq!(count(&database, "inbox"), 1500);
}

#[test]
fn users_who_unfollowed_long_ago_are_deleted() {
    let mut database = database();
    for entry in [
        event_from("gone", NOW, "subscribe", ""),
        event_from("gone", NOW.plus(1), "unsubscribe", ""),
        event_from("back", NOW, "unsubscribe", ""),
        event_from("back", NOW.plus(1), "subscribe", ""),
        event_from("here", NOW, "subscribe", ""),
    ] {
        store(&mut database, &entry);
    }
    transaction(&mut database, &expire("default", NOW.plus(1 + DAY), 1));
    assert_eq!(count(&database, "user"), 3, "a day has not passed yet");
    transaction(&mut database, &expire("default", NOW.plus(2 + DAY), 1));
    let left: Vec<String> = dump(&database, "user").iter().map(|row| row[8..12].to_owned()).collect();
    assert_eq!(left, ["back", "here"]);
}

#[test]
fn erasing_a_user_deletes_everything_of_that_user_only() {
    let mut database = database();
    for entry in [
        text_from("o1", NOW, 1),
        event_from("o1", NOW, "subscribe", ""),
        text_from("o2", NOW, 2),
        Entry { account: "shop".to_owned(), ..text_from("o1", NOW, 1) },
    ] {
        store(&mut database, &entry);
    }
    store(&mut database, &text_from("o1", NOW.plus(1), 3));
    send(&mut database, "o1", 0, "a");
    send(&mut database, "o2", 0, "b");
    assert_eq!(transaction(&mut database, &erase("default", "o1")), [3, 1, 1, 0, 0, 0]);
    assert_eq!(transaction(&mut database, &erase("default", "o1")), [0, 0, 0, 0, 0, 0]);
    let left = leave("default", "o1", "left", &Reply::text("later").unwrap(), NOW);
    assert_eq!(rows::<(i64,)>(&database, &left), Ok(vec![(1,)]));
    pause_user(&database, "default", "o1", NOW.plus(60));
    let counts = transaction(&mut database, &erase("default", "o1"));
    assert_eq!(counts, [0, 0, 0, 0, 1, 1]);
    assert_eq!(ErasedRows::of(&counts), Some(ErasedRows { received: 0, sent: 0, kept: 1 }));
    assert_eq!(ErasedRows::of(&[0, 0, 0, 0, 0, 1]), Some(ErasedRows::default()));
    assert_eq!(ErasedRows::of(&[0; 6]), None);
    assert_eq!(["inbox", "sent", "user"].map(|table| count(&database, table)), [2, 1, 0]);
    for table in ["inbox", "sent", "user", "delivery", "kept", "paused"] {
        assert!(
            !dump(&database, table).iter().any(|row| row.starts_with("default") && row.contains("o1")),
            "{table}"
        );
    }
}

/// A statement's error is the only text that wrangler shows.
#[test]
fn a_database_of_an_unreleased_version_is_rejected_with_a_clear_text() {
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch("CREATE TABLE filing (account TEXT); CREATE TABLE api_key (id TEXT)").unwrap();
    let schema = std::fs::read_to_string(&migrations()[0]).unwrap();
    let error = database.execute_batch(&schema).unwrap_err().to_string();
    assert!(error.contains("create a new one"), "{error}");
}
