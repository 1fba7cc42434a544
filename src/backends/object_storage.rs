//! The database of a Durable Object.

use serde_json::Value;

use crate::sql::{Parameter, Statement};

/// A database that runs one statement at a time, at once.
pub trait ObjectStorage {
    /// Runs a statement and returns its rows: an array of arrays of their columns.
    fn run(&self, statement: &Statement) -> Result<Value, String>;

    /// The size of the database in bytes.
    fn bytes(&self) -> u64;

    /// The rows of a statement.
    fn rows(&self, sql: &'static str, parameters: impl Into<Vec<Parameter>>) -> Result<Vec<Value>, String> {
        match self.run(&Statement::new(sql, parameters))? {
            Value::Array(rows) => Ok(rows),
            _ => Err("the database of the object gave an unexpected answer".to_owned()),
        }
    }
}
