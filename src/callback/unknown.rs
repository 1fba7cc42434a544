//! What WeChat may send tomorrow, and what it sends without saying what it holds.

use serde_json::Value;

use super::field::Item;

/// A message or event of a type we do not know, kept whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Unknown {
    /// `MsgType`, or `Event` for an event, as WeChat wrote it.
    pub name: String,
    /// Every field of the delivery, under WeChat's names; all values are text.
    pub fields: Value,
}

impl Unknown {
    pub(super) fn keep(name: &str, fields: &Value) -> Self {
        Self { name: name.to_owned(), fields: fields.clone() }
    }
}

/// An event whose name is known and whose fields no manual lists, kept whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Undocumented {
    /// Every field of the delivery, under WeChat's names; all values are text.
    pub fields: Value,
}

impl Item for Undocumented {
    fn from_fields(fields: &Value) -> Self {
        Self { fields: fields.clone() }
    }
}
