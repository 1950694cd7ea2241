//! Objects whose keys are data: metrics, metadata, tasks.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::parts::doubled;

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
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(doubled(&key));
            }
            entries.push((key, map.next_value()?));
        }
        Ok(Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Number, Text};
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_refused_wherever_it_is_seen() {
        let text = Text::of("r.json", br#"{"a": 0, "acc": 1, "acc": 0}"#).unwrap();
        let whole = text.read::<Entries<Number>>().unwrap_err().message;
        let part = text.entry(Some(text.read().unwrap()), "acc").unwrap_err().message;
        assert_eq!(part, whole);
        assert!(whole.contains("`acc` stands twice"), "{whole}");
        assert!(text.entry(Some(text.read().unwrap()), "a").is_ok());
    }
}
