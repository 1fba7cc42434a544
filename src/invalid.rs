//! An invalid field, and what is wrong with it.

use std::fmt;

/// A field of a JSON value that is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The path, such as `button[1].sub_button[0].name`; `.` is the whole value.
    pub field: String,
    /// What is wrong, as the end of a sentence: "is empty". Never contains the value.
    pub complaint: String,
}

impl Invalid {
    /// A complaint about a field.
    pub fn new(field: impl Into<String>, complaint: impl Into<String>) -> Self {
        Self { field: field.into(), complaint: complaint.into() }
    }

    /// The same complaint with the path extended: `path` leads to the object or array that contains the field.
    #[must_use]
    pub fn under(self, path: &str) -> Self {
        let field = match self.field.as_str() {
            "." => path.to_owned(),
            field if field.starts_with('[') => format!("{path}{field}"),
            field => format!("{path}.{field}"),
        };
        Self { field, ..self }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field == "." { "the body" } else { &self.field };
        write!(formatter, "{field} {}", self.complaint)
    }
}

impl std::error::Error for Invalid {}

#[cfg(test)]
mod tests {
    use super::Invalid;

    #[test]
    fn a_complaint_moves_up_to_what_holds_it() {
        let moved = |field: &str, path: &str| Invalid::new(field, "is empty").under(path).to_string();
        assert_eq!(moved("a", "b[0]"), "b[0].a is empty");
        assert_eq!(moved("[1].a", "b"), "b[1].a is empty");
        assert_eq!(moved(".", "b[0]"), "b[0] is empty");
    }

    #[test]
    fn a_complaint_about_the_whole_value_names_the_body() {
        assert_eq!(Invalid::new(".", "must be an object").to_string(), "the body must be an object");
    }
}
