//! JSON rows to canonical values without a tree: plain JSON only, and only as far as it is sure.
//!
//! Whatever is out of the ordinary (comments, trailing commas, escaped or repeated keys, deep nesting, faults) is left
//! to the full reader, which says what is wrong or gives the same canonical form.

use super::Sort;
use super::record::Record;
use crate::kinds::shared::node::{canonical_number, write_json_string};

/// How deeply a row may nest here.
const MAX_DEPTH: usize = 32;

/// Reads `line`, an object, into `record`; `None`: the full reader has to.
pub(super) fn read(line: &str, record: &mut Record) -> Option<()> {
    record.clear();
    let mut scanner = Scanner { text: line, at: 0 };
    scanner.blanks();
    scanner.expect(b'{')?;
    scanner.blanks();
    if !scanner.takes(b'}') {
        loop {
            let name = scanner.name()?;
            record.push(name, |out| scanner.value(out, 0))?;
            if scanner.is_last(b'}')? {
                break;
            }
        }
    }
    scanner.blanks();
    (scanner.at == line.len() && record.settle()).then_some(())
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scanner<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn takes(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.takes(byte).then_some(())
    }

    /// A key without escapes, and the colon after it.
    fn name(&mut self) -> Option<&'t str> {
        self.blanks();
        let (raw, escaped) = self.raw_string()?;
        self.blanks();
        self.expect(b':')?;
        self.blanks();
        raw.get(1..raw.len() - 1).filter(|_| !escaped)
    }

    /// Whether the collection ends here; if not, a comma is passed.
    fn is_last(&mut self, end: u8) -> Option<bool> {
        self.blanks();
        if self.takes(end) {
            return Some(true);
        }
        self.expect(b',').map(|()| false)
    }

    /// Appends the canonical form of the value that begins here.
    fn value(&mut self, out: &mut String, depth: usize) -> Option<Sort> {
        match self.peek()? {
            b'"' => self.string(out).map(|()| Sort::TEXT),
            b'{' if depth < MAX_DEPTH => self.object(out, depth + 1).map(|()| Sort::MAP),
            b'[' if depth < MAX_DEPTH => self.list(out, depth + 1).map(|()| Sort::LIST),
            b't' => self.word("true", out).map(|()| Sort::BOOL),
            b'f' => self.word("false", out).map(|()| Sort::BOOL),
            b'n' => self.word("null", out).map(|()| Sort::NULL),
            b'-' | b'0'..=b'9' => self.number(out).map(|()| Sort::NUMBER),
            _ => None,
        }
    }

    fn word(&mut self, word: &str, out: &mut String) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then_some(())?;
        self.at += word.len();
        out.push_str(word);
        Some(())
    }

    fn list(&mut self, out: &mut String, depth: usize) -> Option<()> {
        self.at += 1;
        out.push('[');
        self.blanks();
        if !self.takes(b']') {
            loop {
                self.blanks();
                self.value(out, depth)?;
                if self.is_last(b']')? {
                    break;
                }
                out.push(',');
            }
        }
        out.push(']');
        Some(())
    }

    fn object(&mut self, out: &mut String, depth: usize) -> Option<()> {
        self.at += 1;
        let start = out.len();
        let mut members: Vec<(&str, usize, usize)> = Vec::new();
        self.blanks();
        if !self.takes(b'}') {
            loop {
                let (name, from) = (self.name()?, out.len());
                self.value(out, depth)?;
                members.push((name, from, out.len()));
                if self.is_last(b'}')? {
                    break;
                }
            }
        }
        members.sort_unstable_by_key(|(name, ..)| *name);
        members.is_sorted_by(|a, b| a.0 < b.0).then_some(())?;
        let values = out.split_off(start);
        out.push('{');
        for (at, (name, from, to)) in members.into_iter().enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            write_json_string(name, out);
            out.push(':');
            out.push_str(values.get(from - start..to - start)?);
        }
        out.push('}');
        Some(())
    }

    fn string(&mut self, out: &mut String) -> Option<()> {
        let (raw, escaped) = self.raw_string()?;
        if escaped {
            write_json_string(&serde_json::from_str::<String>(raw).ok()?, out);
        } else {
            out.push_str(raw);
        }
        Some(())
    }

    /// A string with its quotes, and whether there are escapes in it.
    fn raw_string(&mut self) -> Option<(&'t str, bool)> {
        let rest = self.text.get(self.at..)?;
        let bytes = rest.as_bytes();
        let mut escaped = false;
        let mut at = 1;
        (bytes.first() == Some(&b'"')).then_some(())?;
        loop {
            at += unescaped(bytes.get(at..)?);
            match *bytes.get(at)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    at += 2;
                }
                _ => return None,
            }
        }
        self.at += at + 1;
        Some((rest.get(..=at)?, escaped))
    }

    fn number(&mut self, out: &mut String) -> Option<()> {
        let start = self.at;
        self.takes(b'-');
        let whole = self.digits();
        let leads_with_zero = whole.starts_with('0') && whole.len() > 1;
        (!whole.is_empty() && !leads_with_zero).then_some(())?;
        let mut is_plain = whole.len() <= 15 && (whole != "0" || start + 1 == self.at);
        if self.takes(b'.') {
            let part = self.digits();
            (!part.is_empty()).then_some(())?;
            // A double holds fifteen digits, and writes them as they are but for noughts at the end.
            is_plain = whole.len() + part.len() <= 15 && !part.ends_with('0');
        }
        if self.takes(b'e') || self.takes(b'E') {
            is_plain = false;
            let _ = self.takes(b'+') || self.takes(b'-');
            (!self.digits().is_empty()).then_some(())?;
        }
        let text = self.text.get(start..self.at)?;
        if is_plain {
            out.push_str(text);
        } else {
            out.push_str(&canonical_number(text));
        }
        Some(())
    }

    fn digits(&mut self) -> &'t str {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// How many bytes at the beginning of `bytes` may stand in a string as they are: no quote, backslash or control.
pub(super) fn unescaped(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;
    // The high bit of the first byte that is less than `bound`; those after it may be marked falsely.
    let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word & HIGH;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = below(word, 0x20) | below(word ^ (ONES * 0x22), 1) | below(word ^ (ONES * 0x5c), 1);
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &&u8| !matches!(**byte, 0..b' ' | b'"' | b'\\');
    bytes.len() - rest.len() + rest.iter().take_while(is_plain).count()
}
