//! JSON and JSON Lines as eval tools write them: refusals name line and column, and Python's bare `NaN` is no syntax error.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::{Map, Value};

use crate::release::checks::{Refused, report};

/// Stands for a character of a bare `NaN` or `Infinity`: allowed inside JSON strings, and written by nobody.
const BARE: u8 = 0x7f;
/// The tokens that Python's `json` writes and JSON does not know, the longest first.
const TOKENS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads the whole of the file `name` as one document.
///
/// # Errors
/// When it is cut short, not well-formed, or not of the shape `T`: with line and column.
pub(super) fn read<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, Refused> {
    parse(bytes).map_err(|fault| damaged(name, fault.line(), &fault))
}

/// The lines of the file `name` that are not blank.
pub(super) fn lines<'a>(name: &'a str, bytes: &'a [u8]) -> impl Iterator<Item = Line<'a>> {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let numbered = text.split(|byte| *byte == b'\n').zip(1..);
    numbered.filter(|(text, _)| !text.trim_ascii().is_empty()).map(move |(text, number)| Line { name, number, text })
}

/// One line of a JSON Lines file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    name: &'a str,
    /// Its number, from 1.
    pub(super) number: usize,
    /// Its bytes.
    pub(super) text: &'a [u8],
}

impl Line<'_> {
    /// The document on this line.
    ///
    /// # Errors
    /// As [`read`].
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Refused> {
        parse(self.text).map_err(|fault| damaged(self.name, self.number, &fault))
    }
}

/// Its place: `log.jsonl:12`.
impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.number)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(&without_bare_tokens(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)))
}

fn damaged(name: &str, line: usize, fault: &serde_json::Error) -> Refused {
    let what = fault.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    let column = fault.column();
    let message = if fault.is_eof() {
        format!("{name}:{line}:{column}: the file ends too early ({what})")
    } else {
        format!("{name}:{line}:{column}: {what}")
    };
    Refused::by(&report::UNREADABLE, message)
}

/// With each bare token as a string of as many bytes, so that places stay what they are.
fn without_bare_tokens(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Cow::Borrowed(bytes);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => string_length(&bytes[at..]),
            b'-' | b'I' | b'N' => match TOKENS.iter().find(|token| is_bare(&bytes[at..], token)) {
                Some(token) => {
                    let slot = &mut out.to_mut()[at..at + token.len()];
                    slot.fill(BARE);
                    slot[0] = b'"';
                    slot[token.len() - 1] = b'"';
                    token.len()
                }
                None => 1,
            },
            _ => 1,
        };
    }
    out
}

fn is_bare(rest: &[u8], token: &[u8]) -> bool {
    let after = rest.strip_prefix(token);
    after.is_some_and(|after| after.first().is_none_or(|next| b",]} \t\r\n".contains(next)))
}

/// How many bytes the string that `rest` begins with has, quotes included; all of them when it does not end.
fn string_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The keys of the object that `bytes` begin with, without escapes resolved, as far as it can be read.
pub(super) fn keys(bytes: &[u8]) -> BTreeSet<&str> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).trim_ascii_start();
    let (mut found, mut depth, mut at) = (BTreeSet::new(), 0_usize, 0);
    if bytes.first() != Some(&b'{') {
        return found;
    }
    while let Some(byte) = bytes.get(at) {
        let mut length = 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => break,
            b'}' | b']' => depth -= 1,
            b'"' => {
                length = string_length(&bytes[at..]);
                let is_key = depth == 1 && bytes[at + length..].trim_ascii_start().first() == Some(&b':');
                found.extend(is_key.then(|| str::from_utf8(&bytes[at + 1..at + length - 1]).ok()).flatten());
            }
            _ => {}
        }
        at += length;
    }
    found
}

/// The keys of the first line's object; none where it is no JSON Lines file.
pub(super) fn first_keys(bytes: &[u8]) -> BTreeSet<&str> {
    lines("", bytes).next().map_or_else(BTreeSet::new, |line| keys(line.text))
}

/// Whether `bytes` hold `text`.
pub(super) fn mentions(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// No number of a report is as large; the sum of any number of smaller ones is finite.
const LARGEST: f64 = 1e300;

/// What stands where a number belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) enum Number {
    /// A number; `true` is 1, `false` is 0.
    Finite(f64),
    /// NaN, infinite, or too large to be told apart from that.
    Invalid,
    /// `null`, or nothing.
    #[default]
    Missing,
    /// A text, a list or an object.
    Other,
}

impl Number {
    /// What `value` is as a number.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Missing,
            Value::Bool(yes) => Self::Finite(f64::from(u8::from(*yes))),
            Value::Number(number) => number.as_f64().map_or(Self::Invalid, Self::from),
            Value::String(text) if is_no_number(text) => Self::Invalid,
            Value::String(_) | Value::Array(_) | Value::Object(_) => Self::Other,
        }
    }

    /// The number, where there is one.
    pub(super) fn finite(self) -> Option<f64> {
        match self {
            Self::Finite(number) => Some(number),
            Self::Invalid | Self::Missing | Self::Other => None,
        }
    }

    /// The number, if one was given.
    ///
    /// # Errors
    /// When what stands there, at `place`, is something else.
    pub(super) fn given(self, place: impl FnOnce() -> String) -> Result<Option<f64>, Refused> {
        let refused = |what: &str| Err(Refused::by(&report::NOT_FINITE, format!("{} is {what}", place())));
        match self {
            Self::Finite(number) => Ok(Some(number)),
            Self::Missing => Ok(None),
            Self::Invalid => refused("NaN or infinite"),
            Self::Other => refused("no number"),
        }
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        if number.abs() < LARGEST { Self::Finite(number) } else { Self::Invalid }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self::of(&value))
    }
}

/// Whether `text` is a bare token that was read.
fn was_bare(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == BARE)
}

/// Whether `text` is a bare token that was read, or the text of one: `nan`, `-inf`.
pub(super) fn is_no_number(text: &str) -> bool {
    was_bare(text) || text.trim().parse::<f64>().is_ok_and(|number| !number.is_finite())
}

/// The entries of an object, in their order; a key that stands in it twice is refused.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entries<T>(pub(super) Vec<(String, T)>);

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

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Entries::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut entries, mut seen) = (Vec::new(), BTreeSet::new());
        while let Some((key, value)) = map.next_entry::<String, T>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice in one object")));
            }
            entries.push((key, value));
        }
        Ok(Entries(entries))
    }
}

/// Metadata as a stratum's value or a case's id: texts, numbers and truth values; `None` for anything else.
pub(super) fn label(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if was_bare(text) => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A name for a case that has none: 16 hex digits of BLAKE3 over `value` with its keys sorted.
pub(super) fn fingerprint(value: &Value) -> String {
    let hash = blake3::hash(sorted(value).to_string().as_bytes()).to_hex();
    hash.chars().take(16).collect()
}

/// As deep as the parser let it be.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            Value::Object(entries.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bare_tokens_are_no_numbers_and_texts_stay() {
        let text = br#"{"a": NaN, "b": [-Infinity,Infinity], "c": "NaN, \" NaN", "d": -1}"#;
        let entries: Entries<Value> = read("r.json", text).unwrap();
        let value = |at: usize| &entries.0[at].1;
        assert_eq!(Number::of(value(0)), Number::Invalid);
        assert!(value(1).as_array().unwrap().iter().all(|it| Number::of(it) == Number::Invalid));
        assert_eq!(value(2), "NaN, \" NaN");
        assert_eq!(Number::of(value(3)), Number::Finite(-1.0));
    }

    #[test]
    fn places_are_named() {
        let message = |text: &str| read::<Value>("r.json", text.as_bytes()).unwrap_err().message;
        assert_eq!(message("{\"a\": NaN,\n \"b\": x}"), "r.json:2:7: expected value");
        assert_eq!(message("{\"a\": 1"), "r.json:1:7: the file ends too early (EOF while parsing an object)");
        let lines: Vec<Line<'_>> = lines("r.jsonl", b"{}\n\n{\"a\"\n").collect();
        assert_eq!(lines[0].read::<Value>().unwrap(), json!({}));
        let message = lines[1].read::<Value>().unwrap_err().message;
        assert_eq!(message, "r.jsonl:3:4: the file ends too early (EOF while parsing an object)");
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        let refused = read::<Entries<Value>>("r.json", br#"{"acc": 1, "acc": 0}"#).unwrap_err();
        assert!(refused.message.contains("`acc` stands twice"), "{}", refused.message);
    }

    #[test]
    fn keys_are_those_of_the_outermost_object_as_far_as_it_goes() {
        let found = keys(br#" {"a": {"x": ["}"]}, "b" : "c", "d": [1, {"e": 2"#);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "b", "d"]);
        assert!(keys(b"[{\"a\": 1}]").is_empty());
        assert!(keys(b"{\"a").is_empty());
        assert!(keys("{\"\u{e9}".as_bytes()).is_empty());
    }

    #[test]
    fn a_fingerprint_does_not_depend_on_the_order_of_keys() {
        assert_eq!(
            fingerprint(&json!({"a": 1, "b": {"c": 2, "d": 3}})),
            fingerprint(&json!({"b": {"d": 3, "c": 2}, "a": 1}))
        );
        assert_ne!(fingerprint(&json!([1, 2])), fingerprint(&json!([2, 1])));
    }
}
