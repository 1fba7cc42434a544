//! D1 databases: each is an SQLite database in memory.

use std::fmt;

use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::types::ValueRef;
use rusqlite::{Batch, Connection, Row};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::Call;

/// The databases, in the order of their creation.
#[derive(Debug, Default)]
pub(super) struct Databases(Vec<Database>);

struct Database {
    name: String,
    /// `primary_location_hint` of its creation.
    location: Value,
    sqlite: Connection,
}

impl Databases {
    /// Everything about every database, with the names of its tables.
    pub(super) fn describe(&self) -> Value {
        let one = |(index, database): (usize, &Database)| {
            let sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
            let tables = execute(&database.sqlite, sql).unwrap_or_default();
            json!({ "uuid": uuid(index), "name": database.name, "location": database.location, "tables": tables })
        };
        self.0.iter().enumerate().map(one).collect()
    }

    pub(super) fn list(&self) -> Vec<Value> {
        self.0.iter().enumerate().map(|(index, database)| summary(index, database)).collect()
    }

    pub(super) fn create(&mut self, call: &Call) -> Answer {
        let body = call.json();
        let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
        if self.0.iter().any(|other| other.name == name) {
            return Answer::error(400, 7502, "A database with that name already exists");
        }
        let Ok(sqlite) = Connection::open_in_memory() else {
            return Answer::error(500, 7500, "SQLite does not open a database");
        };
        let location = body.get("primary_location_hint").cloned().unwrap_or_default();
        let database = Database { name: name.to_owned(), location, sqlite };
        let answer = summary(self.0.len(), &database);
        self.0.push(database);
        Answer::ok(answer)
    }

    /// A database by its id or its name.
    pub(super) fn show(&self, wanted: &str) -> Answer {
        self.find(wanted).map_or_else(absent, |(index, database)| Answer::ok(summary(index, database)))
    }

    /// Runs statements, all of them or none.
    pub(super) fn query(&self, wanted: &str, call: &Call) -> Answer {
        let Some((_, database)) = self.find(wanted) else { return absent() };
        let body = call.json();
        let sql = body.get("sql").and_then(Value::as_str).unwrap_or_default();
        match in_one_transaction(&database.sqlite, sql) {
            Ok(results) => Answer::ok(results.into_iter().map(result).collect()),
            Err(error) => Answer::error(400, 7500, &format!("{error}: SQLITE_ERROR")),
        }
    }

    fn find(&self, wanted: &str) -> Option<(usize, &Database)> {
        let mut all = self.0.iter().enumerate();
        all.find(|(index, database)| uuid(*index) == wanted || database.name == wanted)
    }
}

fn in_one_transaction(sqlite: &Connection, sql: &str) -> rusqlite::Result<Vec<Vec<Value>>> {
    let transaction = sqlite.unchecked_transaction()?;
    let mut results = Vec::new();
    let mut statements = Batch::new(&transaction, sql);
    while let Some(mut statement) = statements.next()? {
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(object(row)?);
        }
        results.push(found);
    }
    transaction.commit()?;
    Ok(results)
}

fn execute(sqlite: &Connection, sql: &str) -> rusqlite::Result<Vec<Value>> {
    let mut statement = sqlite.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|name| name.map(Value::String)).collect()
}

fn object(row: &Row<'_>) -> rusqlite::Result<Value> {
    let mut object = Map::new();
    for (index, column) in row.as_ref().column_names().enumerate() {
        let value = match row.get_ref(index)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => number.into(),
            ValueRef::Real(number) => number.into(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
            ValueRef::Blob(bytes) => bytes.into(),
        };
        object.insert(column.to_owned(), value);
    }
    Ok(object.into())
}

fn result(rows: Vec<Value>) -> Value {
    let rows = Value::Array(rows);
    let meta =
        json!({ "duration": 0.1, "rows_read": 0, "rows_written": 0, "changes": 0, "served_by": "sandbox" });
    json!({ "results": rows, "success": true, "meta": meta })
}

fn summary(index: usize, database: &Database) -> Value {
    json!({
        "uuid": uuid(index), "name": database.name, "version": "production", "created_in_region": "APAC",
        "num_tables": 0, "file_size": 0,
    })
}

fn uuid(index: usize) -> String {
    format!("00000000-0000-4000-8000-{index:012x}")
}

fn absent() -> Answer {
    Answer::error(404, 7404, "The database could not be found")
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Database").field("name", &self.name).finish_non_exhaustive()
    }
}
