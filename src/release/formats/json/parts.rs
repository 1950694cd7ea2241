//! Parts of a document by their raw text: parsed when they are wanted, so that memory follows what is kept.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Text;
use super::number::is_bare;
use crate::release::checks::Refused;
use crate::release::formats::cases::MOST_ROWS;

/// More keys than this in one object are no metadata and no scores.
const MOST_KEYS: usize = 4096;

/// A text, a number as it is written, or a truth value, as text; nothing else names a case or a stratum.
pub(in super::super) fn label(value: &RawValue) -> Option<String> {
    match value.get().as_bytes().first()? {
        b'"' if is_bare(value) => None,
        b'"' => serde_json::from_str(value.get()).ok(),
        b'{' | b'[' | b'n' => None,
        _ => Some(value.get().to_owned()),
    }
}

impl Text<'_> {
    /// The entries of an object whose keys are `wanted`; none of anything else.
    ///
    /// # Errors
    /// When a key stands twice, or there are too many of them.
    pub(in super::super) fn entries<'p>(
        &self,
        part: Option<&'p RawValue>,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<BTreeMap<String, &'p RawValue>, Refused> {
        let Some(text) = part.map(RawValue::get).filter(|text| text.starts_with('{')) else {
            return Ok(BTreeMap::new());
        };
        let read = serde_json::Deserializer::from_str(text).deserialize_map(Wanted(wanted));
        read.map_err(|error| self.damaged(text, &error))
    }

    /// The value of `key` in an object; none in anything else.
    ///
    /// # Errors
    /// When the key stands twice.
    pub(in super::super) fn entry<'p>(
        &self,
        part: Option<&'p RawValue>,
        key: &str,
    ) -> Result<Option<&'p RawValue>, Refused> {
        Ok(self.entries(part, |candidate| candidate == key)?.remove(key))
    }

    /// Hands every element of a list to `take`.
    ///
    /// # Errors
    /// When `part` is no list, and as `take` says.
    pub(in super::super) fn each<'p>(
        &self,
        part: &'p RawValue,
        take: impl FnMut(&'p RawValue) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let read = serde_json::Deserializer::from_str(part.get()).deserialize_seq(Elements(take));
        read.map_err(|error| self.damaged(part.get(), &error))?
    }
}

struct Wanted<F>(F);

impl<'de, F: Fn(&str) -> bool> Visitor<'de> for Wanted<F> {
    type Value = BTreeMap<String, &'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kept = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if !(self.0)(&key) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if kept.len() == MOST_KEYS {
                return Err(A::Error::custom(format_args!("more than {MOST_KEYS} keys in one object")));
            }
            match kept.entry(key) {
                Entry::Occupied(twice) => return Err(doubled(twice.key())),
                Entry::Vacant(free) => free.insert(map.next_value()?),
            };
        }
        Ok(kept)
    }
}

fn doubled<E: Error>(key: &str) -> E {
    E::custom(format_args!("the key `{key}` stands twice in one object"))
}

struct Elements<F>(F);

impl<'de, F: FnMut(&'de RawValue) -> Result<(), Refused>> Visitor<'de> for Elements<F> {
    type Value = Result<(), Refused>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    /// A list is read to its end, even where an element of it was refused: damage goes first.
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut taken = Ok(());
        while let Some(element) = list.next_element::<&RawValue>()? {
            taken = taken.and_then(|()| (self.0)(element));
        }
        Ok(taken)
    }
}

/// The entries of an object, in their order; a key that stands in it twice is refused.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Entries<T>(pub(in super::super) Vec<(String, T)>);

impl<T> Entries<T> {
    /// The value of `key`.
    pub(in super::super) fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Entries::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut entries, mut seen) = (Vec::new(), BTreeSet::new());
        while let Some((key, value)) = map.next_entry::<String, T>()? {
            if !seen.insert(key.clone()) {
                return Err(doubled(&key));
            }
            entries.push((key, value));
        }
        Ok(Entries(entries))
    }
}

/// The rows of a report: no more of them than any run has.
#[derive(Debug)]
pub(in super::super) struct Rows<T>(pub(in super::super) Vec<T>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RowsVisitor(PhantomData))
    }
}

struct RowsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for RowsVisitor<T> {
    type Value = Rows<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = list.next_element()? {
            if rows.len() == MOST_ROWS {
                return Err(A::Error::custom(format_args!("more than {MOST_ROWS} rows")));
            }
            rows.push(row);
        }
        Ok(Rows(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_texts_numbers_and_truth_values() {
        let raw = |text: &'static str| serde_json::from_str::<&RawValue>(text).unwrap();
        let labels = ["\"a\\n\"", "12.0", "true", "null", "[1]", "\"\u{7f}\""].map(|it| label(raw(it)));
        assert_eq!(labels, [Some("a\n".into()), Some("12.0".into()), Some("true".into()), None, None, None]);
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_wherever_it_is_seen() {
        let text = Text::of("r.json", br#"{"a": 0, "acc": 1, "acc": 0}"#).unwrap();
        let whole = text.read::<Entries<Number>>().unwrap_err().message;
        let part = text.entry(Some(text.read().unwrap()), "acc").unwrap_err().message;
        assert_eq!(part.replace(":1:25:", ":1:27:"), whole);
        assert!(whole.contains("`acc` stands twice"), "{whole}");
        assert!(text.entry(Some(text.read().unwrap()), "a").is_ok());
    }

    use super::super::Number;
}
