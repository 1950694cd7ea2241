//! What tells whose report a file is, before it is read: cheap, in little memory, and also of files that are damaged.

use std::collections::BTreeSet;

use super::bare::string_length;
use crate::release::formats::without_mark;

/// Whether the object that `bytes` begin with has all of `wanted` keys, as [`keys`] has them.
pub(in super::super) fn has_keys(bytes: &[u8], wanted: &[&'static str]) -> bool {
    keys(bytes, wanted).len() == wanted.len()
}

/// Those of the `wanted` keys that the object that `bytes` begin with has, written without escapes, as far as it can be read.
pub(in super::super) fn keys(bytes: &[u8], wanted: &[&'static str]) -> BTreeSet<&'static str> {
    let bytes = without_mark(bytes).trim_ascii_start();
    let (mut found, mut depth, mut at) = (BTreeSet::new(), 0_usize, 0);
    if bytes.first() != Some(&b'{') {
        return found;
    }
    while let Some(byte) = bytes.get(at).filter(|_| found.len() < wanted.len()) {
        let mut length = 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => break,
            b'}' | b']' => depth -= 1,
            b'"' => {
                length = string_length(&bytes[at..]);
                if depth == 1 && bytes[at + length..].trim_ascii_start().first() == Some(&b':') {
                    let key = &bytes[at + 1..at + length - 1];
                    found.extend(wanted.iter().find(|wanted| wanted.as_bytes() == key));
                }
            }
            _ => {}
        }
        at += length;
    }
    found
}

/// The first line that is not blank: of a JSON Lines file, its first document.
pub(in super::super) fn first_line(bytes: &[u8]) -> &[u8] {
    let mut lines = without_mark(bytes).split(|byte| *byte == b'\n');
    lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default()
}

/// Whether `bytes` hold `text`.
pub(in super::super) fn mentions(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_outermost_object_as_far_as_it_goes() {
        let text = br#" {"a": {"x": ["}"]}, "b" : "c", "n": NaN, "d": [1, {"e": 2"#;
        assert!(has_keys(text, &["a", "b", "d"]));
        for key in ["x", "c", "e"] {
            assert!(!has_keys(text, &["a", key]), "{key}");
        }
        for text in ["[{\"a\": 1}]", "{\"a", "{\"\u{e9}", "", "{} {\"a\": 1}"] {
            assert!(!has_keys(text.as_bytes(), &["a"]), "{text}");
        }
        assert_eq!(first_line(b"\xef\xbb\xbf\n \n{}\n[]"), b"{}");
    }
}
