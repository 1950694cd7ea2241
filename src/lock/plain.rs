//! Reading a document exactly as pv writes it, line by line: many times as quick as TOML in general.
//!
//! Whatever is not laid out as the emitter does it, or is wrong in any way, is left to the general reader, which knows the
//! rest of TOML and says what is wrong.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

use super::FORMAT;
use super::read::{MAX_LENGTH, Table};
use crate::domain::ArtefactId;

/// What stands in a document: its release, and its artefacts.
pub(super) type Content<R, T> = (Option<R>, BTreeMap<ArtefactId, T>);

/// The document `text` between its first and last lines `(header, sentinel)`, its tables read by `release` and `artefact`.
/// `None`: read it in general.
pub(super) fn read<R, T>(
    text: &str,
    (header, sentinel): (&str, &str),
    release: impl FnOnce(&Fields<'_>) -> Option<R>,
    artefact: impl Fn(&Fields<'_>) -> Option<T>,
) -> Option<Content<R, T>> {
    let body = text.strip_prefix(header)?.strip_prefix(&format!("\nversion = {FORMAT}\n"))?;
    let mut lines = Lines(body.strip_suffix('\n')?.strip_suffix(sentinel).filter(|_| text.len() <= MAX_LENGTH)?);
    let mut head = None;
    lines.exactly("\n")?;
    if lines.exactly("[release]\n").is_some() {
        let fields = lines.fields()?;
        head = Some(fields.whole(release)?);
    }
    let mut artefacts = Vec::new();
    while !lines.0.is_empty() {
        let id = lines.opening()?;
        let mut fields = lines.fields()?;
        if lines.exactly(&format!("[artefact.{id}.parameters]\n")).is_some() {
            fields.below = Some(lines.fields()?.entries);
        }
        artefacts.push((unquoted(id)?.parse::<ArtefactId>().ok()?, fields.whole(&artefact)?));
    }
    let count = artefacts.len();
    let artefacts: BTreeMap<_, _> = artefacts.into_iter().collect();
    (artefacts.len() == count).then_some((head, artefacts))
}

/// What is left to read.
struct Lines<'a>(&'a str);

/// A value.
#[derive(Debug)]
enum Value<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    List(Vec<Cow<'a, str>>),
}

/// The keys of a table with their values.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    entries: Vec<(Cow<'a, str>, Value<'a>)>,
    /// The table `parameters` of this one.
    below: Option<Vec<(Cow<'a, str>, Value<'a>)>>,
    /// How many keys were asked for and found.
    asked: Cell<usize>,
    is_wrong: Cell<bool>,
}

impl<'a> Lines<'a> {
    fn exactly(&mut self, expected: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    fn next(&mut self) -> Option<&'a str> {
        let (line, rest) = self.0.split_once('\n')?;
        self.0 = rest;
        Some(line)
    }

    /// The quoted id of the artefact whose table begins here.
    fn opening(&mut self) -> Option<&'a str> {
        self.next()?.strip_prefix("[artefact.")?.strip_suffix(']').filter(|id| is_quoted(id))
    }

    /// The keys up to the blank line that ends the table.
    fn fields(&mut self) -> Option<Fields<'a>> {
        let mut entries: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(8);
        loop {
            let line = self.next()?;
            if line.is_empty() {
                return Some(Fields { entries, below: None, asked: Cell::new(0), is_wrong: Cell::new(false) });
            }
            let (key, value) = if line.starts_with('"') { quoted_key(line)? } else { bare_key(line)? };
            if entries.iter().any(|(other, _)| *other == key) {
                return None;
            }
            entries.push((key, self.value(value)?));
        }
    }

    fn value(&mut self, written: &'a str) -> Option<Value<'a>> {
        match written.as_bytes().first()? {
            b'"' => unquoted(written).map(Value::Text),
            b'[' if written == "[" => self.list(),
            b'1'..=b'9' if written.bytes().all(|byte| byte.is_ascii_digit()) => written.parse().ok().map(Value::Number),
            b'0' if written == "0" => Some(Value::Number(0)),
            _ => None,
        }
    }

    fn list(&mut self) -> Option<Value<'a>> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                "]" => return Some(Value::List(items)),
                line => items.push(unquoted(line.strip_prefix("  ")?.strip_suffix(',')?)?),
            }
        }
    }
}

fn bare_key(line: &str) -> Option<(Cow<'_, str>, &str)> {
    let (key, value) = line.split_once(" = ")?;
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    is_bare.then_some((key.into(), value))
}

fn quoted_key(line: &str) -> Option<(Cow<'_, str>, &str)> {
    let end = 1 + end_of_text(line.get(1..)?)? + 1;
    Some((unquoted(line.get(..end)?)?, line.get(end..)?.strip_prefix(" = ")?))
}

/// Where the text ends that `inside` begins in: at the first quote that no backslash takes away.
fn end_of_text(inside: &str) -> Option<usize> {
    let mut bytes = inside.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at),
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    None
}

fn is_quoted(written: &str) -> bool {
    written.strip_prefix('"').is_some_and(|inside| end_of_text(inside) == inside.len().checked_sub(1))
}

/// What a basic string means that stands on one line.
fn unquoted(written: &str) -> Option<Cow<'_, str>> {
    let inside = written.strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = |byte: u8| byte >= b' ' && !matches!(byte, b'"' | b'\\' | 0x7f);
    if inside.bytes().all(is_plain) {
        return Some(inside.into());
    }
    if inside.bytes().any(|byte| byte < b' ' || byte == 0x7f) || !is_quoted(written) {
        return None;
    }
    unescaped(inside).map(Cow::Owned)
}

/// The text with the escapes that the emitter writes taken back.
fn unescaped(inside: &str) -> Option<String> {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (escape, length) = match after.as_bytes().first()? {
            b'"' => ('"', 1),
            b'\\' => ('\\', 1),
            b'n' => ('\n', 1),
            b'r' => ('\r', 1),
            b't' => ('\t', 1),
            b'u' => (hexadecimal(after.get(1..5)?)?, 5),
            _ => return None,
        };
        out.push(escape);
        rest = after.get(length..)?;
    }
    out.push_str(rest);
    Some(out)
}

fn hexadecimal(digits: &str) -> Option<char> {
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?)
}

impl<'a> Fields<'a> {
    /// What `read` makes of the table, if nothing in it is wrong and nothing is left over.
    fn whole<T>(&self, read: impl FnOnce(&Self) -> Option<T>) -> Option<T> {
        let value = read(self)?;
        let all = self.entries.len() + usize::from(self.below.is_some());
        (self.asked.get() == all && !self.is_wrong.get()).then_some(value)
    }

    fn find(&self, key: &str) -> Option<&Value<'a>> {
        let (_, value) = self.entries.iter().find(|(found, _)| found == key)?;
        self.asked.set(self.asked.get() + 1);
        Some(value)
    }

    /// The value, or the note that something is wrong.
    fn noted<T>(&self, value: Option<T>) -> Option<T> {
        self.is_wrong.set(self.is_wrong.get() || value.is_none());
        value
    }
}

impl Table for Fields<'_> {
    fn optional<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match self.find(key)? {
            Value::Text(text) => self.noted(parse(text).ok()),
            _ => self.noted(None),
        }
    }

    fn required<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.noted(self.optional(key, parse))
    }

    fn list<T>(&self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        match self.find(key) {
            None => Vec::new(),
            Some(Value::List(items)) => items.iter().filter_map(|item| self.noted(parse(item).ok())).collect(),
            Some(_) => self.noted(None).unwrap_or_default(),
        }
    }

    fn number(&self, key: &'static str) -> Option<u64> {
        match self.find(key) {
            Some(Value::Number(number)) => Some(*number),
            _ => self.noted(None),
        }
    }

    fn texts(&self, key: &'static str) -> Vec<(String, String)> {
        let Some(entries) = self.below.as_ref().filter(|_| key == "parameters") else { return Vec::new() };
        self.asked.set(self.asked.get() + 1);
        let text = |(name, value): &(Cow<'_, str>, Value<'_>)| match value {
            Value::Text(text) => Some((name.to_string(), text.to_string())),
            _ => self.noted(None),
        };
        entries.iter().filter_map(text).collect()
    }

    fn remember_unknown(&self) {}
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

    use crate::domain::{Bump, ChangeType, Class, Digest, SourceFile};
    use crate::lock::decode::{decode_in_general, entry, release};
    use crate::lock::encode::{HEADER, SENTINEL};
    use crate::lock::record::{self, Record, Shipped, decode_unsealed, plainly};
    use crate::lock::{decode, encode};

    const LOCK: &str = r##"# Generated by pv; edit the artefacts, not this file. Merge conflict? Run `pv lock`.
version = 1

[release]
name = "2026.11.21"
previous = "first"

[artefact."index:d\"o\\cs"]
version = "2026-05-20"
path = "indexes/docs"
digest = "blake3:5c8f6d90a493053c6b7824117d9225338fafa9f95bcf11792217283884629445"
meaning = "pvc1:5c8f6d90a493053c6b7824117d9225338fafa9f95bcf11792217283884629445"
size = 0
elsewhere = [
  "lfs 5 sha256:2cf2\tindexes/docs/v.bin",
]
requires = [
  "model:m",
  "prompt:p",
]

[artefact."prompt:p"]
version = "1.0.0"
path = "prompts/é.md"
digest = "blake3:5c8f6d90a493053c6b7824117d9225338fafa9f95bcf11792217283884629445"
size = 12

# end of pv.lock
"##;

    fn shipped(entry: crate::lock::Entry) -> Shipped {
        let parameters = [("model \"x\"".to_owned(), "a\nb".to_owned()), ("n".to_owned(), "1".to_owned())];
        Shipped {
            entry,
            file: None,
            is_directory: true,
            types: [ChangeType::Prompt].into(),
            class: Some(Class::Additive),
            bump: Bump::Minor,
            reason: "additive change".to_owned(),
            from: None,
            evidence: [Digest::of(b"evidence")].into(),
            owner: Some("a team".to_owned()),
            lowered: None,
            parameters: parameters.into(),
        }
    }

    fn record_text() -> String {
        let lock = decode(&SourceFile::new("pv.lock", LOCK)).unwrap();
        record::encode(&Record {
            name: "r".parse().unwrap(),
            previous: None,
            commit: Some("0".repeat(40)),
            cut: "2026-11-21T10:00:00+05:30".to_owned(),
            policy: None,
            overrides: ["o-1".to_owned()].into(),
            artefacts: lock.artefacts.into_iter().map(|(id, entry)| (id, shipped(entry))).collect(),
            unknown: Vec::new(),
        })
    }

    #[test]
    fn what_pv_writes_is_read_line_by_line() {
        let lock = decode(&SourceFile::new("pv.lock", LOCK)).unwrap();
        assert_eq!(encode(&lock), LOCK);
        assert!(super::read(LOCK, (HEADER, SENTINEL), |it| release(it), |it| entry(it)).is_some());
        assert!(plainly(&record_text()).is_some());
    }

    /// `text` with a piece replaced by something that means much in TOML.
    fn altered(text: String) -> impl Strategy<Value = String> {
        let telling =
            ["", "\"", "\\", "\n", "\r\n", "\t", "[", "]", "=", " ", "#", "0", "-", "\u{7f}", "\\u00e9", "size = 1\n"];
        let piece = prop_oneof![
            prop::sample::select(telling.to_vec()).prop_map(str::to_owned),
            any::<char>().prop_map(String::from)
        ];
        (0..text.len(), 0..3_usize, piece, Just(text)).prop_map(|(at, length, piece, text)| {
            let mut bytes = text.into_bytes();
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, piece.into_bytes());
            String::from_utf8_lossy(&bytes).into_owned()
        })
    }

    proptest! {
        #[test]
        fn both_ways_of_reading_agree(lock in altered(LOCK.to_owned()), text in altered(record_text())) {
            let file = SourceFile::new("pv.lock", lock);
            assert_eq!(decode(&file), decode_in_general(&file));
            let file = SourceFile::new("lock.toml", text);
            assert_eq!(decode_unsealed(&file), record::decode_in_general(&file));
        }
    }
}
