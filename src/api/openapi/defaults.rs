//! Defaults of fields, as a sentence instead of a keyword.
//!
//! Generators of typed clients make a field with a `default` one that is always there, also in a request, where it may be
//! absent.

use serde_json::{Map, Value};

/// Replaces every `default` in a schema with a sentence in its description.
pub(super) fn describe(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            // `properties` holds fields by their names, of which one may be "default".
            for (keyword, value) in fields.iter_mut() {
                match (keyword.as_str(), value) {
                    ("properties" | "$defs", Value::Object(named)) => named.values_mut().for_each(describe),
                    ("default" | "const" | "enum" | "examples", _) => {}
                    (_, value) => describe(value),
                }
            }
            if let Some(default) = fields.remove("default") {
                append(fields, &default);
            }
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(describe),
        _ => {}
    }
}

/// Absent fields and empty lists explain themselves.
fn append(fields: &mut Map<String, Value>, default: &Value) {
    let is_plain = matches!(default, Value::Null) || default.as_array().is_some_and(Vec::is_empty);
    if is_plain {
        return;
    }
    let description = fields.get("description").and_then(Value::as_str).unwrap_or_default();
    let sentence = format!("{description} Default: `{default}`.");
    fields.insert("description".to_owned(), sentence.trim_start().into());
}
