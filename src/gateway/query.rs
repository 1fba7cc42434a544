//! The query of a gateway request: read once, and forwarded with one parameter replaced and all other bytes unchanged.

use std::borrow::Cow;

/// A query, without `?`.
pub struct Query<'q> {
    raw: &'q str,
    parameters: Vec<Parameter<'q>>,
}

/// A part of the query between `&`s.
struct Parameter<'q> {
    raw: &'q str,
    /// Decoded, as WeChat does before it compares.
    name: Cow<'q, str>,
    value: Cow<'q, str>,
}

impl<'q> Query<'q> {
    /// Reads a raw query.
    #[must_use]
    pub fn new(raw: &'q str) -> Self {
        let read = |raw: &'q str| {
            let (name, value) = form_urlencoded::parse(raw.as_bytes()).next().unwrap_or_default();
            Parameter { raw, name, value }
        };
        Self { raw, parameters: raw.split('&').map(read).collect() }
    }

    /// The query as it came.
    #[must_use]
    pub const fn as_str(&self) -> &'q str {
        self.raw
    }

    /// The decoded value of a parameter; the first, if there are several.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == name)?;
        Some(&parameter.value)
    }

    /// Whether any parameter but this one has a value that `is_ours`.
    #[must_use]
    pub fn has_value_beside(&self, name: &str, is_ours: impl Fn(&str) -> bool) -> bool {
        self.parameters.iter().any(|parameter| parameter.name != name && is_ours(&parameter.value))
    }

    /// The query without the parameters but this one that have a value that `is_dropped`.
    #[must_use]
    pub fn without_values_beside(&self, name: &str, is_dropped: impl Fn(&str) -> bool) -> String {
        let kept = self
            .parameters
            .iter()
            .filter(|parameter| parameter.name == name || !is_dropped(&parameter.value));
        kept.map(|parameter| parameter.raw).collect::<Vec<_>>().join("&")
    }

    /// The query with `value` for every parameter of this name; if there is none, with the parameter appended.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> String {
        let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        let mut is_replaced = false;
        let mut query = String::with_capacity(self.raw.len().saturating_add(encoded.len()));
        for (index, parameter) in self.parameters.iter().enumerate() {
            if index > 0 {
                query.push('&');
            }
            if parameter.name == name {
                is_replaced = true;
                query.extend([name, "=", &encoded]);
            } else {
                query.push_str(parameter.raw);
            }
        }
        if !is_replaced {
            let separator = if self.raw.is_empty() { "" } else { "&" };
            query.extend([separator, name, "=", &encoded]);
        }
        query
    }
}
