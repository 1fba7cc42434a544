//! What an account's assistants may use in a day, and what they have used.

use mp_worker::backends::{MeterRequest, MeterTable, ObjectStorage, Reserved, Seen, SeenRow, Usage};
use mp_worker::sql::Statement;
use rusqlite::Connection;
use serde_json::Value;

use crate::database::rows;

struct Memory(Connection);

impl ObjectStorage for Memory {
    fn run(&self, statement: &Statement) -> Result<Value, String> {
        rows::<Value>(&self.0, statement).map(Value::Array).map_err(|error| error.to_string())
    }

    fn bytes(&self) -> u64 {
        0
    }
}

fn meter() -> MeterTable<Memory> {
    MeterTable::new(Memory(Connection::open_in_memory().unwrap()))
}

fn reserve(meter: &MeterTable<Memory>, id: &str, day: i64, user: &str, tokens: u64) -> Reserved {
    let (id, user) = (id.to_owned(), user.to_owned());
    let request = MeterRequest::Reserve { id, day, user, tokens, max_calls: 3, max_tokens: 1000 };
    serde_json::from_value(meter.perform(&request).unwrap()).unwrap()
}

fn settle(meter: &MeterTable<Memory>, id: &str, tokens: u64) {
    let settle = MeterRequest::Settle { id: id.to_owned(), tokens, seen: Seen::default() };
    assert_eq!(meter.perform(&settle), Ok(Value::Null));
}

fn usage(meter: &MeterTable<Memory>, since: i64) -> Usage {
    serde_json::from_value(meter.perform(&MeterRequest::Usage { since }).unwrap()).unwrap()
}

#[test]
fn tokens_are_reserved_before_a_call_and_settled_once() {
    let meter = meter();
    assert_eq!(reserve(&meter, "a", 1, "o1", 600), Reserved::Yes);
    assert_eq!(reserve(&meter, "b", 1, "o2", 401), Reserved::No, "what is reserved counts");
    assert_eq!(reserve(&meter, "a", 1, "o1", 600), Reserved::Yes, "the same call");
    settle(&meter, "a", 100);
    settle(&meter, "a", 900);
    settle(&meter, "unknown", 900);
    assert_eq!(usage(&meter, 0).days, [(1, 1, 100)]);
    assert_eq!(reserve(&meter, "b", 1, "o2", 900), Reserved::Yes);
    settle(&meter, "b", 950);
    assert_eq!(usage(&meter, 0).days, [(1, 2, 1050)], "a call may take more than was reserved");
    assert_eq!(reserve(&meter, "c", 1, "o2", 1), Reserved::No);
    assert_eq!(reserve(&meter, "c", 2, "o2", 1000), Reserved::Yes, "another day");
}

#[test]
fn the_calls_of_a_day_are_limited() {
    let meter = meter();
    let reserved = ["a", "b", "c", "d"].map(|id| reserve(&meter, id, 1, "o1", 1));
    assert_eq!(reserved, [Reserved::Yes, Reserved::Yes, Reserved::Yes, Reserved::No]);
    assert_eq!(reserve(&meter, "a", 1, "o1", 1), Reserved::Yes, "it was reserved before");
}

#[test]
fn usage_is_shown_by_day_and_by_user() {
    let meter = meter();
    for (id, day, user, tokens) in
        [("a", 1, "o1", 10), ("b", 2, "o2", 30), ("c", 2, "o1", 5), ("d", 3, "", 7)]
    {
        reserve(&meter, id, day, user, 1);
        settle(&meter, id, tokens);
    }
    let all = usage(&meter, 1);
    assert_eq!(all.days, [(1, 1, 10), (2, 2, 35), (3, 1, 7)]);
    assert_eq!(all.users, [("o2".to_owned(), 1, 30), ("o1".to_owned(), 2, 15)]);
    assert_eq!(usage(&meter, 3).users, []);
    meter.perform(&MeterRequest::Erase { user: "o1".to_owned() }).unwrap();
    let erased = usage(&meter, 1);
    assert_eq!((erased.days, erased.users), (all.days, vec![("o2".to_owned(), 1, 30)]));
    reserve(&meter, "e", 40, "o3", 1);
    assert_eq!(usage(&meter, 0).days, [(40, 1, 1)], "31 days are kept");
}

#[test]
fn how_providers_answered_is_written_when_it_changes_and_once_an_hour() {
    let meter = meter();
    let note = |at: i64, name: &str, error: Option<&str>| {
        let seen = Seen { at, providers: vec![(name.to_owned(), error.map(str::to_owned))] };
        meter.perform(&MeterRequest::Note { seen }).unwrap();
    };
    let shown = || -> Vec<SeenRow> {
        serde_json::from_value(meter.perform(&MeterRequest::Providers).unwrap()).unwrap()
    };
    let row = |name: &str, at, error: Option<&str>| (name.to_owned(), at, error.map(str::to_owned));
    assert_eq!(shown(), []);
    note(1_000_000, "b", None);
    note(1_000_000, "a", Some("its key is not valid"));
    note(1_003_599, "b", None);
    assert_eq!(shown(), [row("a", 1_000_000, Some("its key is not valid")), row("b", 1_000_000, None)]);
    note(1_003_600, "b", None);
    let seen = Seen { at: 1_000_001, providers: vec![("a".to_owned(), None)] };
    meter.perform(&MeterRequest::Settle { id: "x".to_owned(), tokens: 1, seen }).unwrap();
    assert_eq!(shown(), [row("a", 1_000_001, None), row("b", 1_003_600, None)]);
    note(1_040_000, "b", None);
    reserve(&meter, "e", 43, "o3", 1);
    assert_eq!(shown(), [row("b", 1_040_000, None)], "31 days are kept");
}
