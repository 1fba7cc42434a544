//! A SQLite database that stands for D1: it has every migration, and runs statements as the edge does.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use mp_worker::backends::{OutboxItem, Storing};
use mp_worker::inbox::{Entry, Lookup, Stored, pause, settle_used, stored};
use mp_worker::sql::{Parameter, Statement};
use mp_worker::time::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ToSql, params_from_iter};
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) fn migrations() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// A database as `wrangler d1 migrations apply` leaves it.
pub(crate) fn database() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    for file in migrations() {
        database.execute_batch(&fs::read_to_string(&file).unwrap()).unwrap();
    }
    database
}

/// Runs a statement as D1 does: numbers are bound as floating-point ones, and rows are JSON arrays of their columns.
pub(crate) fn rows<T: DeserializeOwned>(
    database: &Connection,
    statement: &Statement,
) -> Result<Vec<T>, rusqlite::Error> {
    let mut prepared = database.prepare(statement.sql)?;
    let columns = prepared.column_count();
    // D1 returns rows as objects, whose order is that of the statement only if no name is a number or appears twice.
    let names: BTreeSet<&str> = prepared.column_names().collect();
    assert!(columns <= 1 || names.len() == columns, "{names:?}: {}", statement.sql);
    assert!(
        columns <= 1 || names.iter().all(|name| name.parse::<f64>().is_err()),
        "{names:?}: {}",
        statement.sql
    );
    let parameters = statement.parameters.iter().map(|parameter| match parameter {
        Parameter::Text(text) => Box::new(text.clone()) as Box<dyn ToSql>,
        Parameter::Integer(number) => Box::new(number.to_string().parse::<f64>().unwrap()),
        Parameter::Null => Box::new(rusqlite::types::Null),
    });
    let mut found = prepared.query(params_from_iter(parameters))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let row: Vec<Value> = (0..columns).map(|column| to_json(row.get_ref(column).unwrap())).collect();
        rows.push(serde_json::from_value(Value::Array(row)).expect("a row of this shape"));
    }
    Ok(rows)
}

fn to_json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        // JavaScript writes a whole number without a fraction.
        ValueRef::Real(number) if number.fract() == 0.0 => {
            format!("{number:.0}").parse::<i64>().expect("a whole number").into()
        }
        ValueRef::Text(text) => str::from_utf8(text).unwrap().into(),
        other => panic!("unsupported column value {other:?}"),
    }
}

/// Runs statements in one transaction, as D1 runs a batch. Returns the rows of each.
pub(crate) fn batch(database: &mut Connection, statements: &[Statement]) -> Vec<Vec<Value>> {
    let transaction = database.transaction().unwrap();
    let rows = statements.iter().map(|statement| {
        rows::<Value>(&transaction, statement).unwrap_or_else(|error| panic!("{error}: {}", statement.sql))
    });
    let rows = rows.collect();
    transaction.commit().unwrap();
    rows
}

/// The same; returns the number of rows of each.
pub(crate) fn transaction(database: &mut Connection, statements: &[Statement]) -> Vec<usize> {
    batch(database, statements).iter().map(Vec::len).collect()
}

/// Stores an entry with its outbox as the edge does, and settles a kept answer that is used; returns whether the entry
/// is new, and what is stored.
pub(crate) fn store_with(database: &mut Connection, entry: &Entry, outbox: &[OutboxItem]) -> (bool, Stored) {
    let (is_new, stored) = store_unsettled(database, entry, outbox);
    if stored.used_kept {
        transaction(database, &settle_used(entry.account.as_str(), entry.record.openid.as_str()));
    }
    (is_new, stored)
}

/// The same up to the response.
pub(crate) fn store_unsettled(
    database: &mut Connection,
    entry: &Entry,
    outbox: &[OutboxItem],
) -> (bool, Stored) {
    let is_message = entry.record.event.is_none();
    let lookup = Lookup { paused: true, kept: is_message };
    let storing = Storing { entry: entry.clone(), outbox: outbox.to_vec(), lookup, pause: None };
    let new = batch(database, &storing.statements(entry.record.received_at)).swap_remove(0).pop();
    let is_new = new.is_some();
    let stored = match new {
        Some(row) => Stored::inserted(entry, serde_json::from_value(row).unwrap()).unwrap(),
        None => Stored::from_row(rows(database, &stored(entry)).unwrap().pop().expect("the entry is stored")),
    };
    (is_new, stored)
}

/// Stores an entry without an outbox; returns whether it is new.
pub(crate) fn store(database: &mut Connection, entry: &Entry) -> bool {
    store_with(database, entry, &[]).0
}

/// Every row of a table in the order of its key, as `sqlite3` would print it.
pub(crate) fn dump(database: &Connection, table: &str) -> Vec<String> {
    let mut prepared = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = prepared.column_count();
    let mut found = prepared.query([]).unwrap();
    let mut lines = Vec::new();
    while let Some(row) = found.next().unwrap() {
        let cells = (0..columns).map(|column| match to_json(row.get_ref(column).unwrap()) {
            Value::Null => String::new(),
            Value::String(text) => text,
            other => other.to_string(),
        });
        lines.push(cells.collect::<Vec<_>>().join("|"));
    }
    lines
}

pub(crate) fn run(database: &Connection, statement: &Statement) {
    assert_eq!(rows::<Value>(database, statement), Ok(Vec::new()), "{}", statement.sql);
}

/// Pauses automatic answers to a user.
pub(crate) fn pause_user(database: &Connection, account: &str, openid: &str, until: Timestamp) {
    let paused = rows::<Value>(database, &pause(account, openid, until, "root"));
    assert_eq!(paused.map(|rows| rows.len()), Ok(1));
}
