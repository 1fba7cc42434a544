//! Numbers with a fraction.

/// A decimal number, such as a latitude, in the digits that WeChat sent.
///
/// Nothing calculates with it, and parsing it as `f64` would add 14 KiB to the compressed module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal(String);

impl Decimal {
    /// Parses a number such as `-23.134521`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut digits = whole.bytes().chain(fraction.bytes()).peekable();
        let is_number = digits.peek().is_some() && digits.all(|digit| digit.is_ascii_digit());
        is_number.then(|| Self(text.to_owned()))
    }

    /// The digits as WeChat sent them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn a_decimal_number_keeps_its_digits() {
        for text in ["0", "23", "-23.50", "+0.057", "121.473701", "5.", ".5"] {
            assert_eq!(Decimal::parse(text).as_ref().map(Decimal::as_str), Some(text));
        }
        for text in ["", "-", ".", "+-1", "1e5", "1.2.3", "nan", "2 3"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
