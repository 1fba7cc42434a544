//! Messages and events of unknown types, and events whose fields are not documented.

use serde_json::Value;

use super::field::Item;

/// A message or event of an unknown type, with all its fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// `MsgType`, or `Event` for an event, as WeChat wrote it.
    pub name: String,
    /// All fields of the delivery under WeChat's names; all values are text.
    pub fields: Value,
}

impl Unknown {
    pub(super) fn keep(name: &str, fields: &Value) -> Self {
        Self { name: name.to_owned(), fields: fields.clone() }
    }
}

/// An event whose name is documented but whose fields are not, with all its fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Undocumented {
    /// All fields of the delivery under WeChat's names; all values are text.
    pub fields: Value,
}

impl Item for Undocumented {
    fn from_fields(fields: &Value) -> Self {
        Self { fields: fields.clone() }
    }
}
