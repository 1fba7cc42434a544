//! A message made up to try the rules on.

use serde_json::{Map, Value};
use wechat_xml::Writer;

use crate::invalid::Invalid;
use crate::time::Timestamp;

use super::message::Message;

/// Deeper than anything WeChat sends.
const MAX_DEPTH: usize = 8;

/// The message that these fields make, and all its fields; what every message has and these lack is made up.
///
/// It takes the way of a delivery, so that it is read as WeChat's would be.
pub fn trial(fields: &Value, now: Timestamp) -> Result<(Message, Value), Invalid> {
    let mut fields = fields.as_object().cloned().ok_or_else(|| Invalid::new(".", "must be an object"))?;
    let msg_type = if fields.contains_key("Event") { "event" } else { "text" };
    let create_time = now.to_string();
    let made_up = [
        ("ToUserName", "gh_trial"),
        ("FromUserName", "oTRIAL"),
        ("CreateTime", &create_time),
        ("MsgType", msg_type),
        ("MsgId", "1"),
    ];
    for (name, value) in made_up {
        fields.entry(name).or_insert_with(|| value.into());
    }
    check(&fields, MAX_DEPTH)?;
    let document = Writer::document(|xml| write(xml, &fields));
    let read = || {
        let xml = wechat_xml::parse(&document)?;
        Ok((Message::from_xml(&xml)?, xml.to_json()))
    };
    read().map_err(|error: super::Error| Invalid::new(".", format!("is no message: {error}")))
}

fn check(fields: &Map<String, Value>, depth: usize) -> Result<(), Invalid> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Invalid::new(".", "is deeper than any message"));
    };
    for (name, value) in fields {
        let mut characters = name.chars();
        let is_name = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && characters.all(|character| character.is_ascii_alphanumeric() || character == '_');
        if !is_name {
            return Err(Invalid::new(".", "has a field whose name WeChat could not write"));
        }
        for value in items(value) {
            match value {
                Value::Object(fields) => check(fields, depth).map_err(|invalid| invalid.under(name))?,
                Value::String(_) | Value::Number(_) => {}
                _ => {
                    return Err(Invalid::new(
                        name,
                        "must be a text, a number, an object, or a list of these",
                    ));
                }
            }
        }
    }
    Ok(())
}

fn write(xml: &mut Writer, fields: &Map<String, Value>) {
    for (name, value) in fields {
        for value in items(value) {
            match value {
                Value::Object(fields) => xml.element(name, |xml| write(xml, fields)),
                Value::String(text) => xml.text(name, text),
                other => xml.text(name, &other.to_string()),
            }
        }
    }
}

/// A list stands for an element that repeats.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}
