//! Reading typed fields out of elements, leniently: WeChat writes the same field now in CDATA,
//! now bare, now not at all.

use wechat_xml::Element;

use crate::time::Timestamp;

use super::decimal::Decimal;

/// A field's type: how it is read from the child elements at a path.
pub(super) trait Field {
    fn read(parent: &Element<'_>, path: &str) -> Self;
}

/// One of several elements with the same name.
pub(super) trait Item {
    fn from_element(element: &Element<'_>) -> Self;
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
            fn from_element(_element: &$crate::callback::Element<'_>) -> Self {
                Self {
                    $($field: $crate::callback::field::Field::read(_element, $path),)*
                }
            }
        }
    };
}

pub(super) use record;

fn text_at<'e>(parent: &'e Element<'_>, path: &'e str) -> Option<&'e str> {
    parent.at(path).next().map(|element| element.text().trim())
}

impl Field for String {
    fn read(parent: &Element<'_>, path: &str) -> Self {
        text_at(parent, path).unwrap_or_default().to_owned()
    }
}

impl Field for Option<String> {
    fn read(parent: &Element<'_>, path: &str) -> Self {
        text_at(parent, path).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
    }
}

impl Field for Option<u64> {
    fn read(parent: &Element<'_>, path: &str) -> Self {
        text_at(parent, path)?.parse().ok()
    }
}

impl Field for Option<Decimal> {
    fn read(parent: &Element<'_>, path: &str) -> Self {
        Decimal::parse(text_at(parent, path)?)
    }
}

impl Field for Option<Timestamp> {
    fn read(parent: &Element<'_>, path: &str) -> Self {
        Timestamp::parse(text_at(parent, path)?)
    }
}

impl<T: Item> Field for Vec<T> {
    fn read(parent: &Element<'_>, path: &str) -> Self {
        parent.at(path).map(T::from_element).collect()
    }
}

impl Item for String {
    fn from_element(element: &Element<'_>) -> Self {
        element.text().trim().to_owned()
    }
}
