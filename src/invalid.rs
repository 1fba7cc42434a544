//! An invalid field, and what is wrong with it.

use std::borrow::Cow;
use std::fmt;

/// How many complaints are kept.
const MAX_KEPT: usize = 200;
/// How many complaints a sentence tells.
const MAX_TOGETHER: usize = 20;

/// A field of a JSON value that is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The path, such as `button[1].sub_button[0].name`; `.` is the whole value, and shown as "the body".
    pub field: String,
    /// What is wrong, as the end of a sentence: "is empty". Never contains the value.
    pub complaint: String,
    /// Length in bytes of the end of `field` that contains names from the input. They may be anything, such as an OpenID,
    /// so that only the caller is told them.
    unknown: usize,
    /// Further complaints about the same input, and how many are left out.
    others: Vec<Self>,
    left_out: usize,
}

impl Invalid {
    /// A complaint about a field.
    pub fn new(field: impl Into<String>, complaint: impl Into<String>) -> Self {
        Self { field: field.into(), complaint: complaint.into(), unknown: 0, others: Vec::new(), left_out: 0 }
    }

    /// A complaint about a field whose name is the input's.
    #[must_use]
    pub fn unknown(field: String, complaint: String) -> Self {
        let unknown = field.len();
        Self { unknown, ..Self::new(field, complaint) }
    }

    /// The same complaint about another field.
    #[must_use]
    pub fn about(self, field: &str) -> Self {
        Self::new(field, self.complaint)
    }

    /// Several complaints as one, about the first field; `None` if there is none.
    #[must_use]
    pub fn all(several: Vec<Self>) -> Option<Self> {
        let with_others = |mut one: Self| {
            let others = std::mem::take(&mut one.others);
            std::iter::once(one).chain(others)
        };
        let mut several: Vec<Self> = several.into_iter().flat_map(with_others).collect();
        let left_out = several.len().saturating_sub(MAX_KEPT);
        several.truncate(MAX_KEPT);
        let mut rest = several.into_iter();
        let first = rest.next()?;
        Some(Self { others: rest.collect(), left_out, ..first })
    }

    /// All values, or all complaints.
    pub fn collect<T>(results: impl Iterator<Item = Result<T, Self>>) -> Result<Vec<T>, Self> {
        let (mut values, mut complaints) = (Vec::new(), Vec::new());
        for result in results {
            match result {
                Ok(value) => values.push(value),
                Err(invalid) => complaints.push(invalid),
            }
        }
        Self::all(complaints).map_or(Ok(values), Err)
    }

    /// The same complaint with the path extended: `path` leads to the object or array that contains the field.
    #[must_use]
    pub fn under(self, path: &str) -> Self {
        let others = self.others.into_iter().map(|other| other.under(path)).collect();
        let field = match self.field.as_str() {
            "." => path.to_owned(),
            field if field.starts_with('[') => format!("{path}{field}"),
            field => format!("{path}.{field}"),
        };
        Self { field, others, ..self }
    }

    /// The same, where `name` is the input's.
    #[must_use]
    pub fn under_unknown(self, name: &str) -> Self {
        let mut invalid = self.under(name);
        invalid.unknown = invalid.field.len();
        for other in &mut invalid.others {
            other.unknown = other.field.len();
        }
        invalid
    }

    /// The sentence for the caller, who chose the names in it.
    #[must_use]
    pub fn message(&self) -> String {
        self.sentences(|invalid| Cow::Borrowed(&invalid.field))
    }

    /// The path for the log: `?` stands for the part that contains the input's own names.
    #[must_use]
    pub fn logged_field(&self) -> Cow<'_, str> {
        if self.unknown == 0 {
            return Cow::Borrowed(&self.field);
        }
        let known = self.field.len().saturating_sub(self.unknown);
        let known = self.field.get(..known).unwrap_or_default();
        Cow::Owned(format!("{known}?"))
    }

    /// The complaints one by one, for the caller: fields, and what is wrong with each.
    pub fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = std::iter::once(self).chain(&self.others);
        all.map(|invalid| (invalid.field.as_str(), invalid.complaint.as_str()))
    }

    fn sentences(&self, field: impl Fn(&Self) -> Cow<'_, str>) -> String {
        let one = |invalid: &Self| {
            let field = field(invalid);
            let field = if field == "." { "the body" } else { field.as_ref() };
            format!("{field} {}", invalid.complaint)
        };
        let all = std::iter::once(self).chain(&self.others).take(MAX_TOGETHER);
        let mut all: Vec<String> = all.map(one).collect();
        let untold = self.others.len().saturating_add(1).saturating_sub(MAX_TOGETHER);
        let left_out = self.left_out.saturating_add(untold);
        all.extend((left_out > 0).then(|| format!("and {left_out} more")));
        all.join("; ")
    }
}

/// The sentence for the log.
impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentences(Self::logged_field))
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

    #[test]
    fn the_log_has_no_name_of_the_input() {
        let check = |invalid: Invalid, message: &str, logged: &str| {
            assert_eq!((invalid.message().as_str(), invalid.to_string().as_str()), (message, logged));
        };
        let unknown = || Invalid::unknown("oUSER".to_owned(), "does not exist".to_owned());
        check(unknown(), "oUSER does not exist", "? does not exist");
        check(unknown().under("a").under("b[0]"), "b[0].a.oUSER does not exist", "b[0].a.? does not exist");
        let empty = || Invalid::new("value", "is empty").under_unknown("oUSER");
        check(empty(), "oUSER.value is empty", "? is empty");
        check(empty().under("data"), "data.oUSER.value is empty", "data.? is empty");
        check(
            unknown().under_unknown("名").under("data"),
            "data.名.oUSER does not exist",
            "data.? does not exist",
        );
        check(Invalid::new(".", "is empty").under_unknown("oUSER"), "oUSER is empty", "? is empty");
        check(Invalid::new("[1]", "is empty").under_unknown("oUSER"), "oUSER[1] is empty", "? is empty");
        check(unknown().about("x"), "x does not exist", "x does not exist");
    }
}
