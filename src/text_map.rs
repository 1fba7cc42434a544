//! Values by text.
//!
//! A `BTreeMap` is compiled for each type of its values, and once more for each way to collect it. A [`TextMap`] adds
//! next to nothing: all of them look up positions in the same type of `BTreeMap`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};

/// A map from texts to values, in the order of the texts.
#[derive(Debug, Clone)]
pub struct TextMap<T> {
    positions: BTreeMap<String, usize>,
    values: Vec<T>,
}

impl<T> TextMap<T> {
    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self { positions: BTreeMap::new(), values: Vec::new() }
    }

    /// Number of values.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it has no value.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of a text.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<&T> {
        self.values.get(*self.positions.get(text)?)
    }

    /// The value of a text, to change it.
    pub fn get_mut(&mut self, text: &str) -> Option<&mut T> {
        self.values.get_mut(*self.positions.get(text)?)
    }

    /// Changes the value of a text, or else the default, which is then inserted; returns what `change` does.
    pub fn update<R>(&mut self, text: &str, change: impl FnOnce(&mut T) -> R) -> R
    where
        T: Default,
    {
        if let Some(known) = self.get_mut(text) {
            return change(known);
        }
        let mut value = T::default();
        let returned = change(&mut value);
        self.insert(text, value);
        returned
    }

    /// Inserts a value, and returns the one that it replaces.
    pub fn insert(&mut self, text: &str, value: T) -> Option<T> {
        if let Some(known) = self.get_mut(text) {
            return Some(std::mem::replace(known, value));
        }
        self.positions.insert(text.to_owned(), self.values.len());
        self.values.push(value);
        None
    }

    /// Removes a value. Takes as long as the map is.
    pub fn remove(&mut self, text: &str) -> Option<T> {
        let position = self.positions.remove(text)?;
        let last = self.values.pop()?;
        let Some(removed) = self.values.get_mut(position) else { return Some(last) };
        let removed = std::mem::replace(removed, last);
        let moved = self.values.len();
        if let Some(of_moved) = self.positions.values_mut().find(|position| **position == moved) {
            *of_moved = position;
        }
        Some(removed)
    }

    /// The texts in their order.
    pub fn texts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.positions.keys().map(String::as_str)
    }

    /// The texts and their values, in the order of the texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.positions
            .iter()
            .filter_map(|(text, position)| Some((text.as_str(), self.values.get(*position)?)))
    }
}

impl<T> Default for TextMap<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: PartialEq> PartialEq for TextMap<T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Eq> Eq for TextMap<T> {}

impl<T: Serialize> Serialize for TextMap<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

struct Entries<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
    type Value = TextMap<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<TextMap<T>, A::Error> {
        let mut map = TextMap::new();
        while let Some((text, value)) = entries.next_entry::<String, T>()? {
            map.insert(&text, value);
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::TextMap;
    use crate::json::from_json;

    fn abc() -> TextMap<u8> {
        let mut map = TextMap::new();
        for (text, value) in [("c", 3), ("a", 1), ("b", 2)] {
            assert_eq!(map.insert(text, value), None);
        }
        map
    }

    #[test]
    fn values_are_found_by_their_texts_in_the_order_of_these() {
        let mut map = abc();
        assert_eq!((map.get("b"), map.get("d"), map.len()), (Some(&2), None, 3));
        assert_eq!(map.insert("b", 9), Some(2));
        map.update("a", |value| *value += 10);
        map.update("d", |value| *value += 1);
        let entries: Vec<_> = map.iter().collect();
        assert_eq!(entries, [("a", &11), ("b", &9), ("c", &3), ("d", &1)]);
        assert!(map.texts().rev().eq(["d", "c", "b", "a"]));
    }

    #[test]
    fn the_others_are_found_after_a_value_was_removed() {
        for (removed, left) in [("a", ["b", "c"]), ("b", ["a", "c"]), ("c", ["a", "b"])] {
            let (mut map, all) = (abc(), abc());
            assert_eq!(map.remove(removed), all.get(removed).copied());
            assert_eq!((map.remove(removed), map.get(removed)), (None, None));
            assert!(map.iter().eq(left.map(|text| (text, all.get(text).unwrap()))), "{map:?}");
        }
    }

    #[test]
    fn it_is_an_object_in_json() {
        let json = r#"{"a":1,"b":2,"c":3}"#;
        assert_eq!(serde_json::to_string(&abc()).unwrap(), json);
        assert_eq!(from_json::<TextMap<u8>>(json).as_ref(), Ok(&abc()));
        assert_eq!(from_json::<TextMap<u8>>("[]").unwrap_err().complaint, "must be an object");
    }
}
