//! One wrong field, and what is wrong with it.

use std::fmt;

use serde::de::DeserializeOwned;

/// A field of some JSON that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Its path, such as `button[1].sub_button[0].name`; `.` is the whole.
    pub field: String,
    /// What is wrong with it, as the end of a sentence: "is empty". Never holds the value.
    pub complaint: String,
}

impl Invalid {
    /// A complaint about one field.
    pub fn new(field: impl Into<String>, complaint: impl Into<String>) -> Self {
        Self { field: field.into(), complaint: complaint.into() }
    }

    /// The same complaint, seen from the object that holds the field's object at `path`.
    #[must_use]
    pub fn under(self, path: &str) -> Self {
        let field = if self.field == "." { path.to_owned() } else { format!("{path}.{}", self.field) };
        Self { field, ..self }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.field, self.complaint)
    }
}

impl std::error::Error for Invalid {}

/// Reads JSON; what does not fit is named by its path.
pub fn from_json<T: DeserializeOwned>(json: &str) -> Result<T, Invalid> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        // serde_path_to_error is lost where the JSON breaks off.
        Invalid::new(if path == "?" { "." } else { &path }, complaint(error.inner()))
    })?;
    reader.end().map_err(|error| Invalid::new(".", complaint(&error)))?;
    Ok(value)
}

/// serde_json's words without the value they quote: values may be private, and complaints are logged.
fn complaint(error: &serde_json::Error) -> String {
    let message = error.to_string();
    if error.is_syntax() || error.is_eof() {
        return format!("is not JSON: {message}");
    }
    let message = message.split(" at line ").next().unwrap_or(&message);
    match message.rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("must be {}", in_json(expected)),
        Some((found, expected)) if found.starts_with("unknown variant ") => format!("must be {expected}"),
        Some((found, expected)) if found.starts_with("unknown field ") => {
            format!("does not exist; there is {expected}")
        }
        _ if message.starts_with("missing field ") => message.replacen("missing field", "lacks the field", 1),
        _ => format!("has a problem: {message}"),
    }
}

/// What serde expects, in JSON's words rather than Rust's.
fn in_json(expected: &str) -> &str {
    match expected {
        "a sequence" => "an array",
        "a map" => "an object",
        "a boolean" => "true or false",
        "i64" | "u64" | "u32" | "u16" | "u8" | "usize" => "a whole number",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{Invalid, from_json};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only its reading is tested")]
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only its reading is tested")]
        kind: Option<Kind>,
        #[expect(dead_code, reason = "only its reading is tested")]
        number: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        A,
        B,
    }

    fn check(json: &str, field: &str, complaint: &str) {
        let invalid = from_json::<Outer>(json).unwrap_err();
        assert_eq!((invalid.field.as_str(), invalid.complaint.as_str()), (field, complaint), "{json}");
    }

    #[test]
    fn a_complaint_names_the_field_and_never_the_value() {
        check(r#"{"inner": [{"number": "PRIVATE"}]}"#, "inner[0].number", "must be a whole number");
        check(r#"{"inner": [{"number": 256}]}"#, "inner[0].number", "must be a whole number");
        check(r#"{"inner": "PRIVATE"}"#, "inner", "must be an array");
        check(r#"{"inner": [{"kind": "PRIVATE"}]}"#, "inner[0].kind", "must be `a` or `b`");
        check(r#""PRIVATE, expected x""#, ".", "must be an object");
        check(r#"{"inner": [{}]}"#, "inner[0]", "lacks the field `number`");
        check(r#"{"inner": [], "other": 1}"#, "other", "does not exist; there is `inner`");
        check("{", ".", "is not JSON: EOF while parsing an object at line 1 column 1");
        check(r#"{"inner": []} x"#, ".", "is not JSON: trailing characters at line 1 column 15");
    }

    #[test]
    fn a_complaint_moves_up_to_the_object_that_holds_it() {
        assert_eq!(Invalid::new("a", "is empty").under("b[0]").to_string(), "b[0].a is empty");
        assert_eq!(Invalid::new(".", "is empty").under("b[0]").to_string(), "b[0] is empty");
    }
}
