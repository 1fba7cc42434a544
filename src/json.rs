//! Reads JSON into types; an error gives the path of the invalid field, and never quotes a value.
//!
//! serde_json with a path-tracking wrapper would do the same, but would make the module half as large again: every
//! type would be compiled for the wrapper, and once more for plain values. Here each type is compiled once.
//!
//! A struct is read as serde reads one from an array: its fields are looked up in the object in the order in which the
//! struct declares them. That takes a third less code than to match each field of the object with one of the struct.
//! Hence serde's `alias` has no effect, and the caller decides whether unknown fields are rejected, as
//! `deny_unknown_fields` does elsewhere.

use std::fmt::{self, Display};
use std::ptr;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Map, Number, Value};

use crate::invalid::Invalid;

/// Parses JSON text. A byte order mark before it is ignored, and half a surrogate pair becomes U+FFFD: JavaScript writes
/// `"\ud83d"` for an emoji that was cut in two.
pub fn parse(text: &str) -> Result<Value, Invalid> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed = serde_json::from_str(text).or_else(|error| match without_lone_surrogates(text) {
        Some(text) => serde_json::from_str(&text),
        None => Err(error),
    });
    parsed.map_err(|error| Invalid::new(".", format!("is not JSON: {error}")))
}

/// The text with `\ufffd` for each escape that is half a surrogate pair; `None` if there is none.
fn without_lone_surrogates(text: &str) -> Option<String> {
    let (mut fixed, mut rest, mut is_changed) = (String::with_capacity(text.len()), text, false);
    while let Some((before, escape)) = rest.split_once('\\') {
        fixed.push_str(before);
        fixed.push('\\');
        let length = match surrogate(escape) {
            Some(0xd800..0xdc00) if is_low_escape(escape) => "uXXXX\\uXXXX".len(),
            Some(_) => {
                is_changed = true;
                fixed.push_str("ufffd");
                rest = escape.get("uXXXX".len()..).unwrap_or_default();
                continue;
            }
            // What is escaped may be another backslash.
            None => escape.chars().next().map_or(0, char::len_utf8),
        };
        let (copied, after) = escape.split_at_checked(length)?;
        fixed.push_str(copied);
        rest = after;
    }
    fixed.push_str(rest);
    is_changed.then_some(fixed)
}

/// The half of a surrogate pair that an escape such as `ud83d` stands for.
fn surrogate(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix('u')?.get(..4).filter(|digits| !digits.starts_with('+'))?;
    u16::from_str_radix(digits, 16).ok().filter(|code| (0xd800..=0xdfff).contains(code))
}

/// Whether the second half of a surrogate pair follows an escape.
fn is_low_escape(escape: &str) -> bool {
    let next = escape.get("uXXXX".len()..).and_then(|next| next.strip_prefix('\\'));
    next.and_then(surrogate).is_some_and(|code| code >= 0xdc00)
}

/// Reads JSON text into a type, and ignores unknown fields.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Invalid> {
    from_value(&parse(text)?)
}

/// Reads a JSON value into a type, and ignores unknown fields.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Invalid> {
    read::<T, false>(value)
}

/// Reads JSON text into a type, and rejects unknown fields.
pub fn exactly_from_json<T: DeserializeOwned>(text: &str) -> Result<T, Invalid> {
    exactly_from_value(&parse(text)?)
}

/// Reads a JSON value into a type, and rejects unknown fields.
pub fn exactly_from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Invalid> {
    read::<T, true>(value)
}

fn read<T: DeserializeOwned, const EXACT: bool>(value: &Value) -> Result<T, Invalid> {
    T::deserialize(Located::<EXACT>(Some(value))).map_err(Error::into_invalid)
}

/// Converts a type whose serialization cannot fail, since its keys are strings.
///
/// It goes through JSON text, which each type is serialized to anyway: `serde_json::to_value` would compile each type
/// a second time.
#[must_use]
pub fn to_value(value: &impl Serialize) -> Value {
    let text = serde_json::to_string(value).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Maximum length of an unknown field's name in an error.
const LONGEST_NAME: usize = 64;

const MSG_TYPE: &str = "msgtype";

/// An error on its way up: each object and array that it passes prepends its own name.
///
/// It is boxed, and constructed out of line, because the code of every field of every type can return it.
#[derive(Debug)]
enum Error {
    Complaint(Box<Invalid>),
    /// The field is missing, which is no error if it has a default.
    Missing,
}

impl Error {
    #[cold]
    #[inline(never)]
    fn at(field: &str, complaint: String) -> Self {
        Self::Complaint(Box::new(Invalid::new(field, complaint)))
    }

    #[cold]
    #[inline(never)]
    fn here(complaint: &str) -> Self {
        Self::at(".", complaint.to_owned())
    }

    #[cold]
    #[inline(never)]
    fn unexpected(expected: &dyn Expected) -> Self {
        Self::at(".", format!("must be {}", in_json(&expected.to_string())))
    }

    #[cold]
    #[inline(never)]
    fn not_one_of(variants: &[&str]) -> Self {
        Self::at(".", format!("must be one of {}", variants.join(", ")))
    }

    #[cold]
    #[inline(never)]
    fn under(self, path: &str) -> Self {
        Self::Complaint(Box::new(self.into_invalid().under(path)))
    }

    #[cold]
    #[inline(never)]
    fn under_unknown(self, name: &str) -> Self {
        Self::Complaint(Box::new(self.into_invalid().under_unknown(name)))
    }

    #[cold]
    #[inline(never)]
    fn under_index(self, index: usize) -> Self {
        self.under(&format!("[{index}]"))
    }

    #[cold]
    #[inline(never)]
    fn into_invalid(self) -> Invalid {
        match self {
            Self::Complaint(invalid) => *invalid,
            Self::Missing => Invalid::new(".", "is missing"),
        }
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complaint(invalid) => invalid.fmt(formatter),
            Self::Missing => formatter.write_str("is missing"),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    #[cold]
    #[inline(never)]
    fn custom<T: Display>(message: T) -> Self {
        Self::at(".", message.to_string())
    }

    #[cold]
    #[inline(never)]
    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match unexpected {
            // JSON's numbers have no limit, and what no integer holds is read as a float.
            Unexpected::Float(number) if number.fract() == 0.0 => Self::invalid_value(unexpected, expected),
            _ => Self::unexpected(expected),
        }
    }

    #[cold]
    #[inline(never)]
    fn invalid_value(_unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        match range(&expected) {
            Some(range) => Self::at(".", format!("must be a whole number from {range}")),
            None => Self::at(".", format!("must be {}", in_json(&expected))),
        }
    }

    #[cold]
    #[inline(never)]
    fn invalid_length(_length: usize, _expected: &dyn Expected) -> Self {
        // Of a struct, `StructFields` tells which field is missing.
        Self::here("has too few elements")
    }

    #[cold]
    #[inline(never)]
    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self::not_one_of(expected)
    }

    #[cold]
    #[inline(never)]
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let name: String = field.chars().take(LONGEST_NAME).collect();
        let complaint = match expected {
            [] => "does not exist; no field is known".to_owned(),
            known => format!("does not exist; the known fields are {}", known.join(", ")),
        };
        Self::Complaint(Box::new(Invalid::unknown(name, complaint)))
    }

    #[cold]
    #[inline(never)]
    fn missing_field(field: &'static str) -> Self {
        Self::at(field, "is missing".to_owned())
    }

    #[cold]
    #[inline(never)]
    fn duplicate_field(field: &'static str) -> Self {
        Self::at(field, "is duplicated".to_owned())
    }
}

/// Translates what serde expects from Rust's terms into JSON's.
fn in_json(expected: &str) -> &str {
    match expected {
        "a sequence" => "an array",
        "a map" => "an object",
        "a boolean" => "true or false",
        "i64" | "u64" | "u32" | "u16" | "u8" | "usize" => "a whole number",
        "f64" => "a number",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

/// The numbers of a type: serde says of one that is out of range that its value is invalid, and not its type.
fn range(expected: &str) -> Option<&'static str> {
    Some(match expected {
        "u8" => "0 to 255",
        "u16" => "0 to 65535",
        "u32" => "0 to 4294967295",
        "u64" | "usize" => "0 to 18446744073709551615",
        "i64" => "-9223372036854775808 to 9223372036854775807",
        _ => return None,
    })
}

/// A value within a larger one; `None` if it is missing, from which an `Option` can be read too.
///
/// Whether unknown fields are rejected is a parameter of the type, since hardly any type is read both ways.
#[derive(Clone, Copy)]
struct Located<'v, const EXACT: bool>(Option<&'v Value>);

impl<const EXACT: bool> Located<'_, EXACT> {
    #[cold]
    #[inline(never)]
    fn unexpected(self, expected: &dyn Expected) -> Error {
        self.0.map_or(Error::Missing, |_| Error::unexpected(expected))
    }

    #[cold]
    #[inline(never)]
    fn no_variant(self, variants: &[&str]) -> Error {
        match self.0 {
            None => Error::Missing,
            Some(Value::Object(_)) => {
                Error::at(".", format!("must contain exactly one of {}", variants.join(", ")))
            }
            Some(_) => Error::not_one_of(variants),
        }
    }

    /// Accepts only an object: serde would also accept an array of the fields in their order.
    fn read_struct<'de, V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut fields = StructFields::<EXACT>::of(self.0, names)?;
        visitor.visit_seq(&mut fields).map_err(|error| fields.blame(error))
    }
}

/// Each method calls only the visitor's methods that its type needs, so that no other code is compiled for the type.
impl<'de, const EXACT: bool> Deserializer<'de> for Located<'_, EXACT> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            None => Err(Error::Missing),
            Some(Value::Null) => visitor.visit_unit(),
            Some(Value::Bool(flag)) => visitor.visit_bool(*flag),
            Some(Value::Number(number)) => match (number.as_u64(), number.as_i64().or_else(|| whole(number)))
            {
                (Some(number), _) => visitor.visit_u64(number),
                (_, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Some(Value::String(text)) => visitor.visit_str(text),
            Some(Value::Array(values)) => visitor.visit_seq(Elements::<EXACT>::of(values)),
            Some(Value::Object(object)) => visitor.visit_map(Fields::<EXACT>::of(object)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            None | Some(Value::Null) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read_struct(fields, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Some(Value::Object(object)) => visitor.visit_map(Fields::<EXACT>::of(object)),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Some(Value::Array(values)) => visitor.visit_seq(Elements::<EXACT>::of(values)),
            _ => Err(self.unexpected(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant = match self.0 {
            Some(Value::String(name)) => Some((name, None)),
            Some(Value::Object(object)) => single(object).map(|(name, content)| (name, Some(content))),
            _ => None,
        };
        let (name, content) = variant.ok_or_else(|| self.no_variant(variants))?;
        visitor.visit_enum(Variant::<EXACT> { name, content })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple_struct identifier ignored_any
    }
}

/// JSON has one kind of number: `1.0` is an integer, like `1`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the number is an integer that a double represents exactly"
)]
pub(crate) fn whole(number: &Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number
        .as_f64()
        .filter(|number| number.fract() == 0.0 && number.abs() <= EXACT)
        .map(|number| number as i64)
}

fn single(object: &Map<String, Value>) -> Option<(&String, &Value)> {
    let mut fields = object.iter();
    fields.next().filter(|_| fields.next().is_none())
}

/// The elements of an array.
struct Elements<'v, const EXACT: bool> {
    values: std::slice::Iter<'v, Value>,
    index: usize,
}

impl<'v, const EXACT: bool> Elements<'v, EXACT> {
    fn of(values: &'v [Value]) -> Self {
        Self { values: values.iter(), index: 0 }
    }
}

impl<'de, const EXACT: bool> SeqAccess<'de> for Elements<'_, EXACT> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let index = self.index;
        self.index = index.saturating_add(1);
        seed.deserialize(Located::<EXACT>(Some(value))).map(Some).map_err(|error| error.under_index(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

/// The fields of an object, in the order in which a struct declares them.
struct StructFields<'v, const EXACT: bool> {
    object: &'v Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
    name: &'static str,
    value: Option<&'v Value>,
    known: &'static [&'static str],
    /// The field that `msgtype` names, if there is none.
    unread: Option<&'v str>,
}

/// What no object of a message can be read from.
static NOTHING: Value = Value::Array(Vec::new());

impl<'v, const EXACT: bool> StructFields<'v, EXACT> {
    #[inline(never)]
    fn of(object: Option<&'v Value>, names: &'static [&'static str]) -> Result<Self, Error> {
        let object = match object {
            Some(Value::Object(object)) => object,
            Some(_) => return Err(Error::here("must be an object")),
            None => return Err(Error::Missing),
        };
        // WeChat's messages name one of their fields in `msgtype`: if there is none, the type comes first that is wrong.
        let msg_type = object.get(MSG_TYPE).filter(|_| names.contains(&MSG_TYPE));
        let mut unread = None;
        if EXACT {
            for name in object.keys().filter(|name| !names.contains(&name.as_str())) {
                if msg_type.is_none_or(|msg_type| msg_type != name) {
                    return Err(de::Error::unknown_field(name, names));
                }
                unread = Some(name.as_str());
            }
        }
        Ok(Self { object, names: names.iter(), name: "", value: None, known: names, unread })
    }

    #[inline(never)]
    fn next(&mut self) -> Located<'v, EXACT> {
        // The type is a known one, and has no object. This is told here, and not after the last field, because this code is
        // the same for all types.
        if self.unread.is_some() && self.name == MSG_TYPE {
            self.value = Some(&NOTHING);
            return Located(self.value);
        }
        self.name = self.names.next().copied().unwrap_or_default();
        self.value = self.object.get(self.name);
        Located(self.value)
    }

    /// A missing field may have a default, which serde applies.
    #[cold]
    #[inline(never)]
    fn allow_missing(&self, error: Error) -> Result<(), Error> {
        if self.value.is_none() { Ok(()) } else { Err(error.under(self.name)) }
    }

    /// serde stops at the first missing field that has no default.
    #[cold]
    #[inline(never)]
    fn blame(&self, error: Error) -> Error {
        match self.unread.filter(|_| self.value.is_some_and(|value| ptr::eq(value, &raw const NOTHING))) {
            Some(unread) => de::Error::unknown_field(unread, self.known),
            None if self.value.is_none() => de::Error::missing_field(self.name),
            None => error,
        }
    }
}

impl<'de, const EXACT: bool> SeqAccess<'de> for StructFields<'_, EXACT> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match seed.deserialize(self.next()) {
            Ok(value) => Ok(Some(value)),
            Err(error) => self.allow_missing(error).map(|()| None),
        }
    }
}

/// The fields of an object.
struct Fields<'v, const EXACT: bool> {
    fields: serde_json::map::Iter<'v>,
    current: Option<(&'v str, &'v Value)>,
}

impl<'v, const EXACT: bool> Fields<'v, EXACT> {
    fn of(object: &'v Map<String, Value>) -> Self {
        Self { fields: object.iter(), current: None }
    }
}

impl<'de, const EXACT: bool> MapAccess<'de> for Fields<'_, EXACT> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        self.current = Some((name, value));
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((name, value)) = self.current.take() else {
            return Err(Error::here("has a value without a name"));
        };
        seed.deserialize(Located::<EXACT>(Some(value))).map_err(|error| error.under_unknown(name))
    }
}

/// A variant's name, and its content if it has one.
struct Variant<'v, const EXACT: bool> {
    name: &'v str,
    content: Option<&'v Value>,
}

impl<'de, const EXACT: bool> EnumAccess<'de> for Variant<'_, EXACT> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let variant = seed.deserialize(StrDeserializer::<Error>::new(self.name))?;
        Ok((variant, self))
    }
}

impl<'v, const EXACT: bool> Variant<'v, EXACT> {
    fn read<T>(self, read: impl FnOnce(Located<'v, EXACT>) -> Result<T, Error>) -> Result<T, Error> {
        if self.content.is_none() {
            return Err(self.missing_content());
        }
        read(Located(self.content)).map_err(|error| error.under(self.name))
    }

    #[cold]
    #[inline(never)]
    fn missing_content(&self) -> Error {
        Error::at(".", format!("must be an object with {}", self.name))
    }

    #[cold]
    #[inline(never)]
    fn unexpected_content(&self) -> Error {
        Error::at(".", format!("must be {}, without a value", self.name))
    }
}

impl<'de, const EXACT: bool> VariantAccess<'de> for Variant<'_, EXACT> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.content {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(self.unexpected_content()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.read(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Error> {
        self.read(|content| content.deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read(|content| content.read_struct(fields, visitor))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{exactly_from_json, from_json};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        inner: Vec<Inner>,
        #[serde(default)]
        choice: Option<Choice>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        kind: Option<Kind>,
        number: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        A,
        B,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    enum Choice {
        Empty {},
        Full { name: String },
        Wrapped(Kind),
    }

    fn check(json: &str, field: &str, complaint: &str) {
        let invalid = exactly_from_json::<Outer>(json).unwrap_err();
        assert_eq!((invalid.field.as_str(), invalid.complaint.as_str()), (field, complaint), "{json}");
    }

    #[test]
    fn half_an_emoji_and_a_byte_order_mark_are_read() {
        let check = |json: &str, text: &str| assert_eq!(from_json(json), Ok(text.to_owned()), "{json}");
        check(r#""a\ud83d""#, "a\u{fffd}");
        check(r#""\udc4d\uD83Dx\ud83d\ud83d\udc4d""#, "\u{fffd}\u{fffd}x\u{fffd}👍");
        check(r#""\ud83d\n\\ud83d\ud83d\\udc4d""#, "\u{fffd}\n\\ud83d\u{fffd}\\udc4d");
        check("\u{feff}\"a\"", "a");
        for json in [r#""\ud83"#, r#""\ud83d\"#, r#""\u+123""#, r#""\ud83d\u""#, r#""\udüüü""#] {
            assert!(from_json::<String>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn what_fits_is_read() {
        let outer: Outer = from_json(
            r#"{"inner": [{"kind": "b", "number": 7}, {"number": 8}], "choice": {"full": {"name": "n"}}}"#,
        )
        .unwrap();
        assert_eq!(outer.inner.len(), 2);
        assert_eq!(outer.inner.first(), Some(&Inner { kind: Some(Kind::B), number: 7 }));
        assert_eq!(outer.choice, Some(Choice::Full { name: "n".to_owned() }));
        assert_eq!(from_json::<Inner>(r#"{"number": 7.0}"#), Ok(Inner { kind: None, number: 7 }));
        assert_eq!(from_json::<f64>("7"), Ok(7.0));
        assert_eq!(from_json::<Inner>(r#"{"number": 7, "more": 8}"#), Ok(Inner { kind: None, number: 7 }));
        let choice = |json: &str| from_json::<Choice>(json).unwrap();
        assert_eq!(choice(r#"{"empty": {}}"#), Choice::Empty {});
        assert_eq!(choice(r#"{"wrapped": "a"}"#), Choice::Wrapped(Kind::A));
    }

    #[test]
    fn a_complaint_names_the_field_and_never_the_value() {
        check(r#"{"inner": [{"number": "PRIVATE"}]}"#, "inner[0].number", "must be a whole number");
        check(r#"{"inner": [{"number": 1.5}]}"#, "inner[0].number", "must be a whole number");
        for number in ["256", "-1", "1e30", "99999999999999999999"] {
            let json = format!(r#"{{"inner": [{{"number": 1}}, {{"number": {number}}}]}}"#);
            check(&json, "inner[1].number", "must be a whole number from 0 to 255");
        }
        check(r#"{"inner": "PRIVATE"}"#, "inner", "must be an array");
        check(r#"{"inner": [{"kind": "PRIVATE"}]}"#, "inner[0].kind", "must be one of a, b");
        check(r#"{"inner": [{"kind": 1}]}"#, "inner[0].kind", "must be one of a, b");
        check(r#""PRIVATE""#, ".", "must be an object");
        check(r#"[[{"number": 1}]]"#, ".", "must be an object");
        check(r#"{"inner": [["a", 1]]}"#, "inner[0]", "must be an object");
        check(r#"{"inner": [{}]}"#, "inner[0].number", "is missing");
        check(
            r#"{"inner": [], "other": "PRIVATE"}"#,
            "other",
            "does not exist; the known fields are inner, choice",
        );
        check(r#"{"iner": []}"#, "iner", "does not exist; the known fields are inner, choice");
        check(r#"{"inner": [], "choice": {"full": {}}}"#, "choice.full.name", "is missing");
        check(r#"{"inner": [], "choice": {}}"#, "choice", "must contain exactly one of empty, full, wrapped");
        check(r#"{"inner": [], "choice": "full"}"#, "choice", "must be an object with full");
        check("{", ".", "is not JSON: EOF while parsing an object at line 1 column 1");
        check(r#"{"inner": []} x"#, ".", "is not JSON: trailing characters at line 1 column 15");
    }
}
