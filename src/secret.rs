//! Secret texts, which are never printed.

use std::fmt;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// A value that must not reach a log line, an error or a panic message.
///
/// Comparison takes a time that depends only on the length.
/// Serialization exposes the secret: it is meant for the stores that keep it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text, unchanged.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `candidate` is this secret.
    #[must_use]
    pub fn matches(&self, candidate: &str) -> bool {
        equal_in_constant_time(&self.0, candidate)
    }

    /// Replaces every occurrence in a text with asterisks, as many as it has bytes, also where it is escaped as in a URL.
    pub fn conceal_in(&self, text: &mut [u8]) {
        for form in self.forms() {
            let length = form.len();
            let mut at = 0_usize;
            while let Some(window) = text.get_mut(at..at.saturating_add(length)).filter(|_| length > 0) {
                if window == form.as_bytes() {
                    window.fill(b'*');
                }
                at = at.saturating_add(1);
            }
        }
    }

    /// The forms in which it may occur in a text: as it is, and as it is written in a URL.
    #[must_use]
    pub fn forms(&self) -> Vec<String> {
        let escaped: String = form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        let mut forms = vec![self.0.clone(), escaped];
        forms.dedup();
        forms
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// Compares two texts in a time that depends only on their lengths.
#[must_use]
pub fn equal_in_constant_time(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "[redacted]");
    }

    #[test]
    fn a_secret_matches_itself_only() {
        let secret = Secret::new("hunter2");
        assert!(secret.matches("hunter2"));
        assert!(!secret.matches("hunter3"));
        assert!(!secret.matches("hunter22"));
        assert!(!secret.matches(""));
    }
}
