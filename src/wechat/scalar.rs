//! Texts that a caller, or WeChat in an answer, may write as a number.

use std::fmt;

use schemars::JsonSchema;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer};
use serde_json::Number;

/// A text, or a number that is read as its digits.
#[derive(JsonSchema)]
#[serde(untagged)]
pub enum NumberOrText {
    /// Such as `2`.
    Number(i64),
    /// Such as `"2"`.
    Text(String),
}

/// A text; a number, `true` or `false` is read as it is written.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what scalar reads")]
pub(super) enum Scalar {
    /// Such as `"30"`.
    Text(String),
    /// Such as `30` or `0.5`.
    Number(f64),
    /// `true` or `false`
    Flag(bool),
}

/// Reads a [`Scalar`].
pub(super) fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(Written { any: true })
}

/// Reads a [`Scalar`], or nothing from `null`.
pub(super) fn optional_scalar<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(Option::<AnyScalar>::deserialize(deserializer)?.map(|AnyScalar(text)| text))
}

/// Reads a [`NumberOrText`].
pub(super) fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(Written { any: false })
}

/// Reads a [`NumberOrText`], or nothing from `null`.
pub(super) fn optional_number_or_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(Option::<Digits>::deserialize(deserializer)?.map(|Digits(text)| text))
}

struct AnyScalar(String);

impl<'de> Deserialize<'de> for AnyScalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer).map(Self)
    }
}

struct Digits(String);

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number_or_text(deserializer).map(Self)
    }
}

/// Returns a value as it is written.
struct Written {
    /// Whether fractions, `true` and `false` are read too.
    any: bool,
}

impl Visitor<'_> for Written {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.any {
            "a string, a number, true or false"
        } else {
            "a string or a whole number"
        })
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<String, E> {
        // As serde_json writes it: to format a float with `Display` would add 7 KiB to the compressed module.
        match Number::from_f64(number) {
            Some(written) if self.any => Ok(written.to_string()),
            _ => Err(E::invalid_type(serde::de::Unexpected::Float(number), &self)),
        }
    }

    fn visit_bool<E: serde::de::Error>(self, flag: bool) -> Result<String, E> {
        if self.any {
            Ok(flag.to_string())
        } else {
            Err(E::invalid_type(serde::de::Unexpected::Bool(flag), &self))
        }
    }
}
