//! SQL and its parameters, as a value: the edge runs it on D1, tests run it on SQLite.

use serde::Serialize;

/// One statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    /// With `?1`, `?2`, ... for the parameters.
    pub sql: &'static str,
    /// In the order of their numbers; D1 takes 100.
    pub parameters: Vec<Parameter>,
}

/// A parameter of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Parameter {
    /// `TEXT`
    Text(String),
    /// `INTEGER`; beyond 2^53 D1 loses digits.
    Integer(i64),
    /// `NULL`
    Null,
}

impl Statement {
    /// A statement with its parameters.
    pub fn new(sql: &'static str, parameters: impl Into<Vec<Parameter>>) -> Self {
        Self { sql, parameters: parameters.into() }
    }

    /// The same with one parameter more.
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
