//! SQL statements as values: the edge runs them on D1, tests run them on SQLite.

use serde::Serialize;

/// A statement and its parameters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    /// Parameters are written `?1`, `?2` and so on.
    pub sql: &'static str,
    /// In the order of their numbers; D1 accepts at most 100.
    pub parameters: Vec<Parameter>,
}

/// A parameter of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Parameter {
    /// `TEXT`
    Text(String),
    /// `INTEGER`; D1 represents integers up to 2^53 exactly.
    Integer(i64),
    /// `NULL`
    Null,
}

impl Statement {
    /// A statement with its parameters.
    pub fn new(sql: &'static str, parameters: impl Into<Vec<Parameter>>) -> Self {
        Self { sql, parameters: parameters.into() }
    }

    /// Appends a parameter.
    #[must_use]
    pub fn with(mut self, parameter: impl Into<Parameter>) -> Self {
        self.parameters.push(parameter.into());
        self
    }
}

impl From<&str> for Parameter {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Parameter {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Parameter {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl<T: Into<Self>> From<Option<T>> for Parameter {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
