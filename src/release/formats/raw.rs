//! Parts of a JSON report by their raw text: parsed when they are wanted, so that memory follows what is kept.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::release::checks::{Refused, report};

/// More keys than this in one object are no metadata and no scores.
const MOST_KEYS: usize = 4096;
/// Deeper nesting than this is refused.
const DEEPEST: usize = 64;
/// Numbers beyond this are no scores, costs or times.
const LARGEST_NUMBER: f64 = 1e15;

/// The whole of `bytes` as a `T`; a fault is told with its line and column in the file `name`.
pub(super) fn document<'a, T: Deserialize<'a>>(name: &str, bytes: &'a [u8]) -> Result<T, Refused> {
    serde_json::from_slice(bytes).map_err(|error| damaged(name, &error))
}

/// A fault of JSON as a refusal.
pub(super) fn damaged(name: &str, error: &serde_json::Error) -> Refused {
    let what = if error.is_eof() { "is cut off" } else { "is not as the tool writes it" };
    let fault = error.to_string();
    let fault = fault.split(" at line ").next().unwrap_or_default();
    Refused::by(&report::UNREADABLE, format!("{name}:{}:{}: the report {what}: {fault}", error.line(), error.column()))
}

/// A text, a number as it is written, or a truth value, as text; nothing else names a case or a stratum.
pub(super) fn text(raw: &RawValue) -> Option<String> {
    match raw.get().as_bytes().first()? {
        b'"' => serde_json::from_str(raw.get()).ok(),
        b'{' | b'[' | b'n' => None,
        _ => Some(raw.get().to_owned()),
    }
}

/// A number, perhaps infinite; `None`: it is none.
pub(super) fn number(raw: &RawValue) -> Option<f64> {
    let digits = raw.get();
    digits.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// A number that can be a score; `place` says whose it is.
///
/// # Errors
/// When it is no number, not finite, or so large that sums lose it.
pub(super) fn score(raw: &RawValue, place: impl fmt::Display) -> Result<f64, Refused> {
    match number(raw) {
        Some(value) if value.abs() <= LARGEST_NUMBER => Ok(value),
        _ => {
            let shown: String = raw.get().chars().take(40).collect();
            Err(Refused::by(&report::NOT_FINITE, format!("{place} is {shown}, which is no number to reckon with")))
        }
    }
}

/// Like [`score`], for what cannot be below zero: costs, times, lengths.
pub(super) fn amount(raw: &RawValue, place: impl fmt::Display) -> Result<f64, Refused> {
    let value = score(raw, &place)?;
    if value < 0.0 {
        return Err(Refused::by(&report::NOT_FINITE, format!("{place} is {value}, below zero")));
    }
    Ok(value)
}

/// The entries of an object whose keys are `wanted`; none of anything else.
///
/// # Errors
/// When a key stands twice, or there are too many of them.
pub(super) fn entries(
    raw: Option<&RawValue>,
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, &RawValue>, serde_json::Error> {
    match raw.map(RawValue::get) {
        Some(text) if text.starts_with('{') => {
            serde_json::Deserializer::from_str(text).deserialize_map(Entries(wanted))
        }
        _ => Ok(BTreeMap::new()),
    }
}

/// The value of `key` in an object.
pub(super) fn entry<'a>(raw: Option<&'a RawValue>, key: &str) -> Result<Option<&'a RawValue>, serde_json::Error> {
    Ok(entries(raw, |candidate| candidate == key)?.remove(key))
}

struct Entries<F>(F);

impl<'de, F: Fn(&str) -> bool> Visitor<'de> for Entries<F> {
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
                Entry::Occupied(twice) => {
                    return Err(A::Error::custom(format_args!("the key `{}` stands twice", twice.key())));
                }
                Entry::Vacant(free) => free.insert(map.next_value()?),
            };
        }
        Ok(kept)
    }
}

/// A hash of what a value means: the order of keys and the spelling of strings do not matter.
///
/// # Errors
/// When it is nested too deep, or an object has a key twice or too many of them.
pub(super) fn fingerprint(raw: &RawValue) -> Result<blake3::Hash, serde_json::Error> {
    let mut hasher = blake3::Hasher::new();
    canonical(raw, &mut hasher, DEEPEST)?;
    Ok(hasher.finalize())
}

fn canonical(raw: &RawValue, hasher: &mut blake3::Hasher, levels: usize) -> Result<(), serde_json::Error> {
    if levels == 0 {
        return Err(serde_json::Error::custom(format_args!("values nested more than {DEEPEST} deep")));
    }
    match raw.get().as_bytes().first() {
        Some(b'{') => {
            hasher.update(b"{");
            for (key, value) in entries(Some(raw), |_| true)? {
                text_of(&key, hasher);
                canonical(value, hasher, levels - 1)?;
            }
            hasher.update(b"}");
        }
        Some(b'[') => {
            hasher.update(b"[");
            each(raw, |element| canonical(element, hasher, levels - 1))?;
            hasher.update(b"]");
        }
        Some(b'"') => text_of(&serde_json::from_str::<String>(raw.get())?, hasher),
        _ => {
            hasher.update(raw.get().as_bytes()).update(b",");
        }
    }
    Ok(())
}

/// Its length goes first, so that no two texts run together into the same bytes.
fn text_of(text: &str, hasher: &mut blake3::Hasher) {
    hasher.update(b"\"").update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
}

/// Hands every element of a list to `take`.
///
/// # Errors
/// When `raw` is no list, and as `take` says.
pub(super) fn each<'a>(
    raw: &'a RawValue,
    take: impl FnMut(&'a RawValue) -> Result<(), serde_json::Error>,
) -> Result<(), serde_json::Error> {
    serde_json::Deserializer::from_str(raw.get()).deserialize_seq(Elements(take))
}

struct Elements<F>(F);

impl<'de, F: FnMut(&'de RawValue) -> Result<(), serde_json::Error>> Visitor<'de> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<&RawValue>()? {
            (self.0)(element).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// The keys of the outermost object of `bytes`, until `enough` of them are seen or it cannot be read further.
pub(super) fn leading_keys(bytes: &[u8], enough: &[&'static str]) -> bool {
    let mut missing: Vec<&'static str> = enough.to_vec();
    let _ = serde_json::Deserializer::from_slice(bytes).deserialize_map(Seen(&mut missing));
    missing.is_empty()
}

struct Seen<'a>(&'a mut Vec<&'static str>);

impl<'de> Visitor<'de> for Seen<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.0.retain(|missing| *missing != key);
            if self.0.is_empty() {
                return Ok(());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str) -> Result<blake3::Hash, serde_json::Error> {
        fingerprint(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_fingerprint_is_of_what_is_meant() {
        let same = [r#"{"a": 1, "b": ["x", null]}"#, r#"{"b":["\u0078",null],"a":1}"#];
        assert_eq!(hash(same[0]).unwrap(), hash(same[1]).unwrap());
        let others = [
            r#"["a", "b"]"#,
            r#"["ab"]"#,
            r#"["a", ["b"]]"#,
            r#"[["a"], "b"]"#,
            r#"{"a": "b"}"#,
            "[1, 2]",
            "[12]",
            r#"["1", "2"]"#,
        ];
        let hashes: std::collections::BTreeSet<_> = others.iter().map(|text| hash(text).unwrap().to_hex()).collect();
        assert_eq!(hashes.len(), others.len());
        assert!(hash(r#"{"a": 1, "a": 1}"#).is_err());
        assert!(hash(&format!("{}{}", "[".repeat(70), "]".repeat(70))).is_err());
    }

    #[test]
    fn texts_and_numbers_are_what_they_look_like() {
        let raw = |text: &'static str| serde_json::from_str::<&RawValue>(text).unwrap();
        let texts = ["\"a\\n\"", "12.0", "true", "null", "[1]"].map(|it| text(raw(it)));
        assert_eq!(texts, [Some("a\n".into()), Some("12.0".into()), Some("true".into()), None, None]);
        assert_eq!(["-1.5e2", "true", "\"1\""].map(|it| number(raw(it))), [Some(-150.0), None, None]);
        assert!(score(raw("1e999"), "x").is_err() && amount(raw("-0.1"), "x").is_err());
    }

    #[test]
    fn leading_keys_are_seen_in_what_cannot_be_read_on() {
        assert!(leading_keys(b"{\"a\": {\"b\": 1}, \"c\": [", &["a", "c"]));
        assert!(!leading_keys(b"{\"a\": {\"c\": 1}}", &["a", "c"]));
        assert!(!leading_keys(b"[1]", &["a"]));
    }
}
