//! Parts of a document by their raw text: parsed when they are wanted, so that memory follows what is kept.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Text;
use super::number::is_bare;
use crate::release::checks::Refused;

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

/// Why an object in which `key` stands twice is refused: it says two things.
pub(super) fn doubled<E: Error>(key: &str) -> E {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_texts_numbers_and_truth_values() {
        let raw = |text: &'static str| serde_json::from_str::<&RawValue>(text).unwrap();
        let labels = ["\"a\\n\"", "12.0", "true", "null", "[1]", "\"\u{7f}\""].map(|it| label(raw(it)));
        assert_eq!(labels, [Some("a\n".into()), Some("12.0".into()), Some("true".into()), None, None, None]);
    }
}
