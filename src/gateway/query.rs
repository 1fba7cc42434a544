//! A query as it goes to WeChat: one parameter changed, every other byte as it came.

use std::borrow::Cow;

/// A raw query, without `?`.
#[derive(Clone, Copy)]
pub struct Query<'q>(&'q str);

impl<'q> Query<'q> {
    /// A raw query, as it came.
    #[must_use]
    pub const fn new(query: &'q str) -> Self {
        Self(query)
    }

    /// As it came.
    #[must_use]
    pub const fn as_str(&self) -> &'q str {
        self.0
    }

    /// The decoded value of a parameter; the first, if there are several.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Cow<'q, str>> {
        form_urlencoded::parse(self.0.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Whether any parameter but this one has a value that `is_ours`.
    #[must_use]
    pub fn has_value_beside(&self, name: &str, is_ours: impl Fn(&str) -> bool) -> bool {
        form_urlencoded::parse(self.0.as_bytes()).any(|(known, value)| known != name && is_ours(&value))
    }

    /// The query with `value` for every parameter of this name, or with the parameter at its end.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> String {
        let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        let mut replaced = false;
        let mut query = String::with_capacity(self.0.len().saturating_add(encoded.len()));
        for (index, parameter) in self.0.split('&').enumerate() {
            if index > 0 {
                query.push('&');
            }
            if is_named(parameter, name) {
                replaced = true;
                query.extend([name, "=", &encoded]);
            } else {
                query.push_str(parameter);
            }
        }
        if !replaced {
            let separator = if self.0.is_empty() { "" } else { "&" };
            query.extend([separator, name, "=", &encoded]);
        }
        query
    }
}

/// WeChat decodes a name before it looks at it, and so do we.
fn is_named(parameter: &str, name: &str) -> bool {
    form_urlencoded::parse(parameter.as_bytes()).next().is_some_and(|(known, _)| known == name)
}
