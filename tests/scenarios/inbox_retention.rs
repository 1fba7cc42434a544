//! Deletion of old entries and users, and migrations that must not delete anything.

use mp_worker::inbox::{Entry, Record, erase, expire, file_entry, file_range, insert, insert_sent};
use mp_worker::time::Timestamp;
use rusqlite::Connection;

use crate::database::{database, dump, migrations, rows, run, transaction};
use crate::world::{NOW, event_from, text_from};

const DAY: i64 = 86_400;

fn store(database: &Connection, entry: &Entry) {
    rows::<(i64,)>(database, &insert(entry)).unwrap();
}

fn counts(database: &Connection) -> [usize; 5] {
    ["inbox", "sent", "follower", "menu_event", "daily_total"].map(|table| dump(database, table).len())
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
        store(&database, &at(text_from("o1", NOW.plus(second), 1)));
    }
    store(&database, &at(event_from("o1", NOW, "CLICK", "k")));
    run(&database, &insert_sent("default", "o1", NOW, "a", "{}"));
    run(&database, &insert_sent("default", "o1", NOW.plus(DAY), "b", "{}"));
    transaction(&mut database, &file_range("default", (0, i64::MAX)));

    let now = NOW.plus(90 * DAY);
    let step = expire("default", now, 90);
    transaction(&mut database, &step);
    assert_eq!(counts(&database)[..2], [2501, 2], "nothing is older than 90 days yet");

    let step = expire("default", now.plus(2400), 90);
    let mut left = Vec::new();
    for _ in 0..4 {
        transaction(&mut database, &step);
        left.push(dump(&database, "inbox").len());
    }
    assert_eq!(left, [1501, 501, 100, 100], "a step deletes 1000 rows, and the rest of the last second");
    assert_eq!(counts(&database)[1..], [1, 1, 1, 1], "totals and followers are kept");
    transaction(&mut database, &expire("shop", now.plus(90 * DAY), 1));
    assert_eq!(counts(&database)[0], 100, "the other account is unaffected");
}

#[test]
fn retention_counts_from_the_arrival_of_a_late_entry() {
    let mut database = database();
    store(&database, &text_from("o1", Timestamp::from_seconds(0), 1));
    transaction(&mut database, &expire("default", NOW.plus(DAY), 2));
    assert_eq!(counts(&database)[0], 1);
    transaction(&mut database, &expire("default", NOW.plus(3 * DAY), 2));
    assert_eq!(counts(&database)[0], 0);
}

#[test]
fn an_entry_from_the_future_is_not_kept_forever() {
    let mut database = database();
    store(&database, &text_from("o1", Timestamp::LAST, 1));
    transaction(&mut database, &file_range("default", (0, i64::MAX)));
    assert_eq!(counts(&database)[2], 0, "it would remain the user's last message forever");
    transaction(&mut database, &expire("default", NOW.plus(DAY), 1));
    assert_eq!(counts(&database)[0], 1);
    transaction(&mut database, &expire("default", NOW.plus(DAY + 1), 1));
    assert_eq!(counts(&database)[0], 0);
}

#[test]
fn many_late_entries_do_not_delay_the_deletion_of_old_ones() {
    let mut database = database();
    for msg_id in 0..1500 {
        store(&database, &text_from("o1", Timestamp::from_seconds(0), msg_id));
        store(&database, &at(text_from("o1", NOW.plus(-3 * DAY), msg_id)));
    }
    transaction(&mut database, &expire("default", NOW, 2));
    assert_eq!(counts(&database)[0], 1500, "all entries of one second are deleted in one step");
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
        event_from("live", NOW, "unsubscribe", ""),
        text_from("live", NOW.plus(2), 1),
    ] {
        store(&database, &entry);
        transaction(&mut database, &file_entry(&entry, None));
    }
    transaction(&mut database, &expire("default", NOW.plus(1 + DAY), 1));
    assert_eq!(dump(&database, "follower").len(), 4, "a day has not passed yet");
    transaction(&mut database, &expire("default", NOW.plus(2 + DAY), 1));
    let left: Vec<String> = dump(&database, "follower").iter().map(|row| row[8..12].to_owned()).collect();
    assert_eq!(left, ["back", "here", "live"], "a message proves that the user has followed again");
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
        store(&database, &entry);
        transaction(&mut database, &file_entry(&entry, None));
    }
    store(&database, &text_from("o1", NOW.plus(1), 3));
    run(&database, &insert_sent("default", "o1", NOW, "a", "{}"));
    run(&database, &insert_sent("default", "o2", NOW, "b", "{}"));
    assert_eq!(transaction(&mut database, &erase("default", "o1")), [2, 1, 1, 1, 0, 0]);
    assert_eq!(transaction(&mut database, &erase("default", "o1")), [0, 0, 0, 0, 0, 0]);
    assert_eq!(counts(&database)[..3], [2, 1, 2]);
    for table in ["inbox", "sent", "follower", "delivery", "kept"] {
        assert!(
            !dump(&database, table).iter().any(|row| row.starts_with("default") && row.contains("o1")),
            "{table}"
        );
    }
}

/// For each migration, rows as a worker of that version writes them.
const SAMPLES: [&str; 7] = [
    "INSERT INTO api_key VALUES ('k1', 'n', 'h', '[\"*\"]', 'default', 1, NULL, NULL)",
    "INSERT INTO inbox VALUES ('default', 1, 'o1', '7', '7', 'text', NULL, NULL, NULL, 172800, 1, '{}', NULL, NULL, 'silent', 3, 1);
     INSERT INTO filing VALUES ('default', 1);
     INSERT INTO follower VALUES ('default', 'o1', 1, NULL, NULL, 1, 2);
     INSERT INTO menu_event VALUES ('default', 'k', 'click', '', 1, 1, 1, 0, 0, 0, 1, 'replied');
     INSERT INTO daily_total VALUES ('default', 1, 1, 0, 0, 0);
     INSERT INTO sent VALUES ('default', 'o1', 1, 'a', '{}')",
    "INSERT INTO sent_once VALUES ('default', 'k1:order-1', 'd1', '{}', 1)",
    "INSERT INTO settings VALUES ('default', 1, '{}', 0, 'root', 'rule/import', 1)",
    "INSERT INTO delivery VALUES ('default', 'msg_1', 'o1', 1, '7', 'w_1', 'notify', NULL, 'pending', 0, 0, 1, 1, NULL);
     INSERT INTO kept VALUES ('default', 'o1', 1, 'msg_2_0', '{}')",
    "INSERT INTO delivery (account, id, openid, create_time, entry, backend, mode, state, attempts, under_way, due_at, made_at)
     VALUES ('default', 'msg_3', 'o1', 1, '7', 'w_1', 'notify', 'pending', 0, 0, 1, 1)",
    "INSERT INTO job_progress VALUES (1, '{}')",
];

#[test]
fn an_outbox_with_the_old_column_name_still_becomes_deliveries() {
    let database = Connection::open_in_memory().unwrap();
    let (last, before) = {
        let mut files = migrations();
        let position = files.iter().position(|file| file.ends_with("0006_backends.sql")).unwrap();
        let last = files.split_off(position);
        (last, files)
    };
    let apply = |files: &[std::path::PathBuf]| {
        for file in files {
            database.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
        }
    };
    apply(&before);
    database
        .execute_batch(
            r#"INSERT INTO inbox VALUES ('default', 1, 'o1', '7', '7', 'text', NULL, NULL, NULL, 172800, 1, '{}', NULL, NULL,
               'silent', NULL, 0, '[{"id":"msg_1","webhook":"w_1","mode":"notify"}]')"#,
        )
        .unwrap();
    apply(&last);
    let mut database = database;
    transaction(&mut database, &file_range("default", (1, 1)));
    let made: String = database
        .query_row("SELECT id || ' ' || backend || ' ' || mode FROM delivery", [], |row| row.get(0))
        .unwrap();
    assert_eq!(made, "msg_1 w_1 notify");
}

#[test]
fn a_migration_keeps_existing_rows() {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let database = Connection::open_in_memory().unwrap();
    let mut before: Vec<(String, Vec<String>)> = Vec::new();
    assert_eq!(migrations().len(), SAMPLES.len(), "each migration has its sample rows");
    for (file, sample) in migrations().iter().zip(SAMPLES) {
        database.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
        for (table, rows) in &before {
            // A migration may add a column, which is empty in existing rows.
            let now = dump(&database, table);
            assert_eq!(now.len(), rows.len(), "{}: {table}", file.display());
            for (now, row) in now.iter().zip(rows) {
                assert_eq!(
                    now.trim_end_matches('|'),
                    row.trim_end_matches('|'),
                    "{}: {table}",
                    file.display()
                );
            }
        }
        database.execute_batch(sample).unwrap();
        let mut prepared = database.prepare(tables).unwrap();
        let names: Vec<String> =
            prepared.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        before = names.into_iter().map(|name| (name.clone(), dump(&database, &name))).collect();
        assert!(before.iter().all(|(_, rows)| !rows.is_empty()), "{before:?}");
    }
}
