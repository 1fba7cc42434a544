//! Test messages, to try the rules with.

use serde_json::{Map, Value};
use wechat_xml::is_allowed;

use crate::invalid::Invalid;
use crate::time::Timestamp;

use super::field::items;
use super::message::Message;

/// Maximum depth of the fields; WeChat sends nothing deeper.
const MAX_DEPTH: usize = 8;

/// A message with these fields, and all its fields; those that every message has are added if they are missing.
///
/// The fields are converted to what WeChat's XML can contain: numbers become text, and characters that XML forbids are
/// removed.
pub fn trial(fields: &Value, now: Timestamp) -> Result<(Message, Value), Invalid> {
    let mut fields = fields.as_object().cloned().ok_or_else(|| Invalid::new(".", "must be an object"))?;
    let msg_type = if fields.contains_key("Event") { "event" } else { "text" };
    let is_event = fields
        .get("MsgType")
        .and_then(Value::as_str)
        .unwrap_or(msg_type)
        .trim()
        .eq_ignore_ascii_case("event");
    let create_time = now.to_string();
    let made_up = [
        ("ToUserName", "gh_trial"),
        ("FromUserName", "oTRIAL"),
        ("CreateTime", &create_time),
        ("MsgType", msg_type),
        ("MsgId", "1"),
    ];
    // An event has no MsgId.
    for (name, value) in made_up.into_iter().filter(|(name, _)| !(is_event && *name == "MsgId")) {
        fields.entry(name).or_insert_with(|| value.into());
    }
    let fields = element(&fields, MAX_DEPTH)?;
    let message = Message::from_fields(&fields)
        .map_err(|error| Invalid::new(".", format!("is no message: {error}")))?;
    Ok((message, fields))
}

/// Converts the fields of an element to what WeChat could send.
fn element(fields: &Map<String, Value>, depth: usize) -> Result<Value, Invalid> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Invalid::new(".", "is deeper than any message"));
    };
    let mut sent = Map::new();
    for (name, value) in fields {
        if !is_name(name) {
            return Err(Invalid::new(".", "has a field name that is not valid in XML"));
        }
        let mut values = Vec::new();
        for value in items(value) {
            values.push(match value {
                Value::Object(fields) => {
                    element(fields, depth).map_err(|invalid| invalid.under_unknown(name))?
                }
                Value::String(text) => Value::String(character_data(text)),
                Value::Number(number) => Value::String(number.to_string()),
                _ => {
                    let complaint = "must be a text, a number, an object, or a list of these";
                    return Err(Invalid::unknown(name.clone(), complaint.to_owned()));
                }
            });
        }
        match values.len() {
            0 => {}
            1 => sent.extend(values.pop().map(|value| (name.clone(), value))),
            _ => drop(sent.insert(name.clone(), Value::Array(values))),
        }
    }
    // An element without child elements is a text.
    Ok(if sent.is_empty() { Value::String(String::new()) } else { Value::Object(sent) })
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn character_data(text: &str) -> String {
    let text: String = text.chars().filter(|character| is_allowed(*character)).collect();
    text.replace("\r\n", "\n").replace('\r', "\n")
}
