//! The spool: what it holds, in which order it offers entries to D1, and when it sets one aside.

use std::time::Duration;

use mp_worker::backends::{
    Capacity, DeliveryMode, EntryKey, FIRST_PAUSE, MAX_BATCH, MAX_REFUSALS, ObjectStorage, SpoolStatus,
    SpoolTable, Spooled, Storing, Waiting, pause, probe, room,
};
use mp_worker::d1_error::is_about_the_database;
use mp_worker::inbox::{Entry, Lookup, Outcome, Stored};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use crate::database::{database, pause_user, rows, transaction};
use crate::world::{NOW, text_from};

struct Object(Connection);

impl ObjectStorage for Object {
    fn run(&self, statement: &Statement) -> Result<Value, String> {
        rows::<Value>(&self.0, statement).map(Value::Array).map_err(|error| error.to_string())
    }

    fn bytes(&self) -> u64 {
        let pages: u32 = self.0.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        u64::from(pages) * 4096
    }
}

fn spool_with(capacity: Capacity) -> SpoolTable<Object> {
    let table = SpoolTable::new(Object(Connection::open_in_memory().unwrap()), capacity);
    table.prepare().unwrap();
    // The object may be started again.
    table.prepare().unwrap();
    table
}

fn spool() -> SpoolTable<Object> {
    spool_with(Capacity::default())
}

fn storing(openid: &str, second: i64) -> Storing {
    let entry = text_from(openid, NOW.plus(second), u64::try_from(second).unwrap());
    let lookup = Lookup { paused: true, kept: true };
    Storing { entry, outbox: Vec::new(), lookup, pause: None }.answered_without_database()
}

fn status(waiting: i64, set_aside: i64) -> SpoolStatus {
    SpoolStatus { waiting, set_aside }
}

fn seconds_of(batch: &[Waiting]) -> Vec<i64> {
    let second = |entry: &Waiting| entry.storing.as_ref().unwrap().entry.record.create_time.seconds();
    batch.iter().map(|entry| second(entry) - NOW.seconds()).collect()
}

fn fill(table: &SpoolTable<Object>, seconds: impl IntoIterator<Item = i64>) {
    for second in seconds {
        assert_eq!(table.store(&storing("o1", second)), Ok(Spooled::New));
    }
}

#[test]
fn an_entry_is_held_once_and_a_repeat_finds_what_is_held() {
    let table = spool();
    let first = storing("o1", 1);
    assert_eq!(table.store(&first), Ok(Spooled::New));
    let mut repeat = first.clone();
    repeat.entry.record.reply = Some("another".to_owned());
    let Ok(Spooled::Again(row)) = table.store(&repeat) else { panic!("it is there") };
    let stored = Stored::from_row(row);
    assert_eq!((stored.outcome, stored.reply), (Some(first.entry.outcome), first.entry.record.reply.clone()));
    assert!(!stored.is_open && !stored.used_kept);
    assert_eq!(table.status(), Ok(status(1, 0)));
    let [held] = table.batch(20, NOW).unwrap().try_into().unwrap();
    assert_eq!(held.storing, Ok(first));
}

#[test]
fn the_oldest_entries_come_first_in_batches() {
    let table = spool();
    fill(&table, (0..30).rev());
    let batch = table.batch(40, NOW).unwrap();
    assert_eq!(seconds_of(&batch), (0..i64::try_from(MAX_BATCH).unwrap()).collect::<Vec<_>>());
    table.stored(&batch).unwrap();
    assert_eq!(table.status(), Ok(status(10, 0)));
    assert_eq!(
        seconds_of(&table.batch(3, NOW).unwrap()),
        [20, 21, 22],
        "as many statements as the run has left"
    );
}

#[test]
fn a_batch_is_limited_by_its_size_and_its_statements() {
    let table = spool();
    let large = |second| {
        let mut storing = storing("o1", second);
        storing.entry.record.message = "长".repeat(200_000);
        storing
    };
    for second in 0..3 {
        assert_eq!(table.store(&large(second)), Ok(Spooled::New));
    }
    assert_eq!(seconds_of(&table.batch(20, NOW).unwrap()), [0], "600 KB each");

    let table = spool();
    for second in 0..5 {
        let mut storing = storing("o1", second);
        let item = EntryKey::of(&storing.entry).outbox_item("default", "w_1", DeliveryMode::Tell);
        storing.outbox.push(item);
        table.store(&storing).unwrap();
    }
    assert_eq!(seconds_of(&table.batch(7, NOW).unwrap()), [0, 1, 2], "two statements each");
}

#[test]
fn a_full_spool_refuses() {
    let table = spool_with(Capacity { entries: 2, ..Capacity::default() });
    fill(&table, 0..2);
    assert_eq!(table.store(&storing("o1", 2)), Ok(Spooled::Full));
    assert!(matches!(table.store(&storing("o1", 1)), Ok(Spooled::Again(_))), "a repeat needs no room");
    table.stored(&table.batch(1, NOW).unwrap()).unwrap();
    fill(&table, [2]);

    let table = spool_with(Capacity { bytes: 1, ..Capacity::default() });
    assert_eq!(table.store(&storing("o1", 0)), Ok(Spooled::Full));
}

#[test]
fn an_entry_that_is_refused_for_itself_waits_behind_the_others_and_is_set_aside() {
    let table = spool();
    fill(&table, 0..3);
    let [bad, _, _]: [Waiting; 3] = table.batch(20, NOW).unwrap().try_into().unwrap();
    assert_eq!(table.refused(&bad, NOW), Ok(false));
    assert_eq!(seconds_of(&table.batch(20, NOW).unwrap()), [1, 2]);
    table.stored(&table.batch(20, NOW).unwrap()).unwrap();
    for refusals in 2..=MAX_REFUSALS {
        let [again] = table.batch(20, NOW).unwrap().try_into().unwrap();
        assert_eq!(table.refused(&again, NOW), Ok(refusals == MAX_REFUSALS));
    }
    assert_eq!(table.status(), Ok(status(0, 1)));
    assert_eq!(table.batch(20, NOW), Ok(Vec::new()));
    assert!(matches!(table.store(&storing("o1", 0)), Ok(Spooled::Again(_))), "it is still held");
}

fn set_aside(table: &SpoolTable<Object>, now: Timestamp) {
    for _ in 0..MAX_REFUSALS {
        for entry in table.batch(20, NOW).unwrap() {
            table.refused(&entry, now).unwrap();
        }
    }
}

#[test]
fn what_is_set_aside_is_offered_once_more_after_a_day_and_expires() {
    let table = spool();
    fill(&table, [0]);
    set_aside(&table, NOW);
    let (day, never) = (86_400, NOW.plus(-1_000_000));
    table.revive(NOW.plus(day - 1), never).unwrap();
    assert_eq!(table.status(), Ok(status(0, 1)));
    assert_eq!(table.next_run(true), Ok(Some(Duration::from_hours(24))));
    table.revive(NOW.plus(day), never).unwrap();
    assert_eq!(table.status(), Ok(status(1, 0)));
    let [entry] = table.batch(20, NOW).unwrap().try_into().unwrap();
    assert_eq!(table.refused(&entry, NOW.plus(day)), Ok(true), "one refusal is enough");
    table.revive(NOW.plus(day), NOW.plus(1)).unwrap();
    assert_eq!(table.status(), Ok(status(0, 0)));
    assert_eq!(table.next_run(true), Ok(None));
}

#[test]
fn an_erased_user_leaves_nothing() {
    let table = spool();
    table.store(&storing("o1", 0)).unwrap();
    set_aside(&table, NOW);
    for (openid, second) in [("o1", 1), ("o2", 2), ("o1", 3)] {
        table.store(&storing(openid, second)).unwrap();
    }
    assert_eq!(table.erase("o1"), Ok(3));
    assert_eq!(table.status(), Ok(status(1, 0)));
    assert_eq!(seconds_of(&table.batch(20, NOW).unwrap()), [2]);
    assert_eq!(table.erase("o1"), Ok(0));
}

#[test]
fn the_pauses_grow_while_d1_accepts_nothing() {
    let table = spool();
    assert_eq!(table.next_run(false), Ok(None), "nothing waits");
    fill(&table, [0]);
    let pauses: Vec<u64> = (0..6).map(|_| table.next_run(false).unwrap().unwrap().as_secs()).collect();
    assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
    assert_eq!(table.next_run(true), Ok(Some(Duration::ZERO)), "the next batch follows at once");
    assert_eq!(table.next_run(false), Ok(Some(FIRST_PAUSE)));
    table.refused(&table.batch(20, NOW).unwrap()[0], NOW).unwrap();
    assert_eq!(table.next_run(true), Ok(Some(FIRST_PAUSE)), "only refused entries are left");
    assert_eq!(pause(i64::MAX), Duration::from_mins(1));
}

#[test]
fn a_failed_batch_can_be_tried_one_by_one_within_the_budget() {
    for left in 0..100 {
        assert!(2 * room(left) + probe(0).len() <= left.max(probe(0).len()), "{left}");
    }
    assert_eq!(room(40), 19);
}

#[test]
fn an_entry_of_another_version_is_set_aside_at_once() {
    let table = spool();
    fill(&table, [0]);
    let Object(connection) = table.into_storage();
    connection.execute("UPDATE waiting SET storing = '{}'", []).unwrap();
    let table = SpoolTable::new(Object(connection), Capacity::default());
    let [entry] = table.batch(20, NOW).unwrap().try_into().unwrap();
    assert!(entry.storing.is_err());
    assert_eq!(table.refused(&entry, NOW), Ok(true));
}

#[test]
fn what_comes_home_is_stored_as_it_was_answered() {
    let mut database = database();
    pause_user(&database, "default", "o1", NOW.plus(1000));
    let answered = storing("o1", 1);
    let mut asked = storing("o1", 2);
    asked.entry = Entry { outcome: Outcome::Asked, ..asked.entry };
    asked.entry.record.decided_ms = None;
    asked.lookup = Lookup { paused: true, kept: true };
    let asked = asked.answered_without_database();
    for _ in 0..2 {
        let statements: Vec<Statement> =
            [&answered, &asked].into_iter().flat_map(|storing| storing.statements(NOW)).collect();
        transaction(&mut database, &statements);
    }
    let mut prepared = database.prepare("SELECT outcome FROM inbox ORDER BY create_time").unwrap();
    let outcomes: Vec<String> =
        prepared.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    // The first was answered although the user is paused; the second is still open, and no backend is asked.
    assert_eq!(outcomes, [answered.entry.outcome.name(), "held"]);
}

#[test]
fn errors_of_the_database_are_told_from_those_of_an_entry() {
    for error in [
        "Error: D1_ERROR: database or disk is full: SQLITE_FULL",
        "Error: D1_ERROR: Exceeded maximum DB size",
        "Error: D1_ERROR: Your account has exceeded D1's maximum account storage limit",
        "Error: D1_ERROR: Your account has exceeded D1's free tier daily row write limit. Upgrade to a paid plan",
        "Error: D1_ERROR: D1 DB is overloaded. Too many requests queued.",
        "Error: D1 did not answer within 5000 ms",
        "Error: D1_ERROR: Network connection lost.",
        "not configured: DB has no tables yet: deploy again to create them",
    ] {
        assert!(is_about_the_database(error), "{error}");
    }
    for error in [
        "Error: D1_ERROR: string or blob too big: SQLITE_TOOBIG",
        "Error: D1_ERROR: NOT NULL constraint failed: inbox.openid: SQLITE_CONSTRAINT",
    ] {
        assert!(!is_about_the_database(error), "{error}");
    }
}
