//! Typed fields of a delivery. They are read leniently, since WeChat sends optional fields empty or not at all.

use serde_json::Value;

use crate::time::Timestamp;

use super::decimal::Decimal;

/// A field's type: how it is read from the fields at a path.
pub(super) trait Field {
    fn read(parent: &Value, path: &str) -> Self;
}

/// A type that a value can be read as: a text, or the fields of an element.
pub(super) trait Item {
    /// The paths of its fields, as far as they are known.
    const PATHS: &'static [&'static str] = &[];

    fn from_fields(fields: &Value) -> Self;
}

/// Declares a struct whose fields are elements; each field's path is its wire name.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty = $path:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $(
                #[doc = concat!("`", $path, "`")]
                $(#[doc = ""] #[$field_doc])*
                pub $field: $type,
            )*
        }

        impl $crate::callback::field::Item for $name {
            const PATHS: &'static [&'static str] = &[$($path),*];

            fn from_fields(_fields: &serde_json::Value) -> Self {
                Self {
                    $($field: $crate::callback::field::Field::read(_fields, $path),)*
                }
            }
        }
    };
}

pub(super) use record;

/// The values at a path such as `PicList/item`; only its last step may repeat.
fn at<'v>(parent: &'v Value, path: &str) -> &'v [Value] {
    let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = parents.split_terminator('/').try_fold(parent, |value, step| child(value, step));
    parent.and_then(|parent| parent.get(name)).map_or(&[], items)
}

/// The first field of this name.
pub(super) fn child<'v>(parent: &'v Value, name: &str) -> Option<&'v Value> {
    parent.get(name).and_then(|value| items(value).first())
}

/// A list stands for an element that repeats.
pub(super) fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

/// The text of an element; `None` if it contains elements.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn text_at<'v>(parent: &'v Value, path: &str) -> Option<&'v str> {
    at(parent, path).first().map(|value| text(value).trim())
}

impl Field for String {
    fn read(parent: &Value, path: &str) -> Self {
        text_at(parent, path).unwrap_or_default().to_owned()
    }
}

impl Field for Option<String> {
    fn read(parent: &Value, path: &str) -> Self {
        text_at(parent, path).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
    }
}

impl Field for Option<u64> {
    fn read(parent: &Value, path: &str) -> Self {
        text_at(parent, path)?.parse().ok()
    }
}

impl Field for Option<Decimal> {
    fn read(parent: &Value, path: &str) -> Self {
        Decimal::parse(text_at(parent, path)?)
    }
}

impl Field for Option<Timestamp> {
    fn read(parent: &Value, path: &str) -> Self {
        Timestamp::parse(text_at(parent, path)?)
    }
}

impl<T: Item> Field for Vec<T> {
    fn read(parent: &Value, path: &str) -> Self {
        at(parent, path).iter().map(T::from_fields).collect()
    }
}

impl Item for String {
    fn from_fields(fields: &Value) -> Self {
        text(fields).trim().to_owned()
    }
}
