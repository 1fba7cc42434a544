//! Reading JSON into types: what does not fit is named by its path, and no value is quoted.
//!
//! serde_json with a tracker of paths around it would do the same, at half the module's size again:
//! every type would be compiled for the tracker, and once more for plain values. This way each is
//! compiled once, and the complaints are ours from the start.
//!
//! A struct is read field by field in its own order, as serde reads one from an array: that takes a third less code
//! than to tell for each field of an object which of the struct's it is. Hence serde's `alias` is unknown here, and
//! who reads says whether there may be more fields, as `deny_unknown_fields` does elsewhere.

use std::fmt::{self, Display};

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Map, Number, Value};

use crate::invalid::Invalid;

/// Reads JSON text into a value that still has to become a type.
pub fn parse(text: &str) -> Result<Value, Invalid> {
    serde_json::from_str(text).map_err(|error| Invalid::new(".", format!("is not JSON: {error}")))
}

/// Reads JSON text, and passes over the fields that a type does not know.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Invalid> {
    from_value(&parse(text)?)
}

/// Reads a JSON value that is at hand, and passes over the fields that a type does not know.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Invalid> {
    read::<T, false>(value)
}

/// Reads JSON text, and refuses a field that its type does not know.
pub fn exactly_from_json<T: DeserializeOwned>(text: &str) -> Result<T, Invalid> {
    exactly_from_value(&parse(text)?)
}

/// Reads a JSON value that is at hand, and refuses a field that its type does not know.
pub fn exactly_from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Invalid> {
    read::<T, true>(value)
}

fn read<T: DeserializeOwned, const EXACT: bool>(value: &Value) -> Result<T, Invalid> {
    T::deserialize(Located::<EXACT>(Some(value))).map_err(Error::into_invalid)
}

/// Writes what cannot fail to be written: its names are texts.
///
/// By way of the text, as which each type is written anyway: serde_json's own would compile it once more.
#[must_use]
pub fn to_value(value: &impl Serialize) -> Value {
    let text = serde_json::to_string(value).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// A field's name comes from the caller, and goes into the log.
const LONGEST_NAME: usize = 64;

/// A complaint on its way up: every object and array it passes puts its own name in front.
///
/// It is boxed, and made out of line, since every field of every type has a place where it may pass.
#[derive(Debug)]
enum Error {
    Complaint(Box<Invalid>),
    /// There is nothing to read, which is fine where a field has a default.
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
    fn invalid_type(_unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unexpected(expected)
    }

    #[cold]
    #[inline(never)]
    fn invalid_value(_unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unexpected(expected)
    }

    #[cold]
    #[inline(never)]
    fn invalid_length(_length: usize, expected: &dyn Expected) -> Self {
        Self::unexpected(expected)
    }

    #[cold]
    #[inline(never)]
    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self::not_one_of(expected)
    }

    #[cold]
    #[inline(never)]
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let known = if expected.is_empty() { "nothing".to_owned() } else { expected.join(", ") };
        let name: String = field.chars().take(LONGEST_NAME).collect();
        Self::at(&name, format!("does not exist; there is {known}"))
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

/// A value within a larger one, or the lack of it: an `Option` is read from that too.
///
/// It is to be read exactly or not, which is part of the type, since hardly any type is read both ways.
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

    /// From an object alone: serde would also take an array for the fields in their order.
    fn read_struct<'de, V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let mut fields = StructFields::<EXACT>::of(self.0, names)?;
        visitor.visit_seq(&mut fields).map_err(|error| fields.blame(error))
    }
}

/// What a type asks for is all that is compiled for it: an object's fields are not also read from an array.
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

/// JSON has one kind of number: `1.0` is as whole as `1`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the number is whole, and within what a double keeps exactly"
)]
fn whole(number: &Number) -> Option<i64> {
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

/// The fields of an object for a struct, which asks for them in its own order.
struct StructFields<'v, const EXACT: bool> {
    object: &'v Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
    name: &'static str,
    value: Option<&'v Value>,
}

impl<'v, const EXACT: bool> StructFields<'v, EXACT> {
    #[inline(never)]
    fn of(object: Option<&'v Value>, names: &'static [&'static str]) -> Result<Self, Error> {
        let object = match object {
            Some(Value::Object(object)) => object,
            Some(_) => return Err(Error::here("must be an object")),
            None => return Err(Error::Missing),
        };
        if EXACT && let Some(name) = object.keys().find(|name| !names.contains(&name.as_str())) {
            return Err(de::Error::unknown_field(name, names));
        }
        Ok(Self { object, names: names.iter(), name: "", value: None })
    }

    #[inline(never)]
    fn next(&mut self) -> Located<'v, EXACT> {
        self.name = self.names.next().copied().unwrap_or_default();
        self.value = self.object.get(self.name);
        Located(self.value)
    }

    /// A field that lacks may have a default, which serde knows.
    #[cold]
    #[inline(never)]
    fn allow_lack(&self, error: Error) -> Result<(), Error> {
        if self.value.is_none() { Ok(()) } else { Err(error.under(self.name)) }
    }

    /// After a field without value and default serde asks for no other.
    #[cold]
    #[inline(never)]
    fn blame(&self, error: Error) -> Error {
        if self.value.is_none() { de::Error::missing_field(self.name) } else { error }
    }
}

impl<'de, const EXACT: bool> SeqAccess<'de> for StructFields<'_, EXACT> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match seed.deserialize(self.next()) {
            Ok(value) => Ok(Some(value)),
            Err(error) => self.allow_lack(error).map(|()| None),
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
        seed.deserialize(Located::<EXACT>(Some(value))).map_err(|error| error.under(name))
    }
}

/// A variant by its name, with or without something in it.
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
            return Err(self.lacks_content());
        }
        read(Located(self.content)).map_err(|error| error.under(self.name))
    }

    #[cold]
    #[inline(never)]
    fn lacks_content(&self) -> Error {
        Error::at(".", format!("must be an object with {}", self.name))
    }

    #[cold]
    #[inline(never)]
    fn has_content(&self) -> Error {
        Error::at(".", format!("must be {}, with nothing in it", self.name))
    }
}

impl<'de, const EXACT: bool> VariantAccess<'de> for Variant<'_, EXACT> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.content {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(self.has_content()),
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
        check(r#"{"inner": [{"number": 256}]}"#, "inner[0].number", "must be a whole number");
        check(r#"{"inner": [{"number": 1}, {"number": -1}]}"#, "inner[1].number", "must be a whole number");
        check(r#"{"inner": "PRIVATE"}"#, "inner", "must be an array");
        check(r#"{"inner": [{"kind": "PRIVATE"}]}"#, "inner[0].kind", "must be one of a, b");
        check(r#"{"inner": [{"kind": 1}]}"#, "inner[0].kind", "must be one of a, b");
        check(r#""PRIVATE""#, ".", "must be an object");
        check(r#"[[{"number": 1}]]"#, ".", "must be an object");
        check(r#"{"inner": [["a", 1]]}"#, "inner[0]", "must be an object");
        check(r#"{"inner": [{}]}"#, "inner[0].number", "is missing");
        check(r#"{"inner": [], "other": "PRIVATE"}"#, "other", "does not exist; there is inner, choice");
        check(r#"{"inner": [], "choice": {"full": {}}}"#, "choice.full.name", "is missing");
        check(r#"{"inner": [], "choice": {}}"#, "choice", "must contain exactly one of empty, full, wrapped");
        check(r#"{"inner": [], "choice": "full"}"#, "choice", "must be an object with full");
        check("{", ".", "is not JSON: EOF while parsing an object at line 1 column 1");
        check(r#"{"inner": []} x"#, ".", "is not JSON: trailing characters at line 1 column 15");
    }
}
