//! Words: what is left of a text when its form (blanks, case, markup, punctuation) is taken away.

use std::ops::Range;

use super::{Form, lines};

/// Characters that shape a text without being part of its words.
const PUNCTUATION: &str = ".,;:!?'\"`*#()[]-–—…“”‘’«»•·|_";

/// Hashes of the words of `text`, in order. Symbols with a meaning of their own (`<`, `=`, `%`, `$`, braces) are words.
pub(super) fn hashes(text: &str) -> Vec<u64> {
    let mut found = Vec::new();
    each(text, |hash, _| found.push(hash));
    found
}

/// The words of `text` as they are written, in order.
pub(super) fn written(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    each(text, |_, range| found.push(&text[range]));
    found
}

/// Shows every word with its hash and place.
fn each(text: &str, mut see: impl FnMut(u64, Range<usize>)) {
    let marker = marker_length(text);
    let (mut hash, mut start) = (FNV_START, None);
    let mut before = ' ';
    let mut chars = text[marker..].char_indices().map(|(at, c)| (marker + at, c)).peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |(_, after)| *after);
        if joins(before, c, after) {
            start.get_or_insert(at);
            hash = lowered(hash, c);
        } else if !(matches!(c, '\'' | '’') && before.is_alphanumeric() && after.is_alphanumeric()) {
            if let Some(start) = start.take() {
                see(std::mem::replace(&mut hash, FNV_START), start..at);
            }
            let is_minus = c == '-' && after.is_ascii_digit() && !before.is_alphanumeric();
            if is_minus || !(c.is_whitespace() || PUNCTUATION.contains(c)) {
                see(hashed(FNV_START, c), at..at + c.len_utf8());
            }
        }
        before = c;
    }
    if let Some(start) = start {
        see(hash, start..text.len());
    }
}

/// Whether `c` is a part of a word, between what stands beside it.
fn joins(before: char, c: char, after: char) -> bool {
    match c {
        '_' => before.is_alphanumeric() && after.is_alphanumeric(),
        '.' | ',' => before.is_ascii_digit() && after.is_ascii_digit(),
        _ => c.is_alphanumeric(),
    }
}

fn lowered(hash: u64, c: char) -> u64 {
    if c.is_ascii() { hashed(hash, c.to_ascii_lowercase()) } else { c.to_lowercase().fold(hash, hashed) }
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn hashed(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(c)).wrapping_mul(FNV_PRIME)
}

/// One hash for a sequence of words.
pub(super) fn fold(words: &[u64]) -> u64 {
    words.iter().fold(FNV_START, |hash, word| (hash ^ word).wrapping_mul(FNV_PRIME).rotate_left(23))
}

/// The id of a text without words: fences are one sort, all other markup is another.
pub(super) fn markup_id(text: &str) -> u64 {
    u64::from(text.starts_with(['`', '~']))
}

/// How many bytes of blanks and list, heading or quote markers `line` starts with.
pub(super) fn marker_length(line: &str) -> usize {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let marks = text.len() - text.trim_start_matches(['#', '-', '*', '+', '•', '>']).len();
    let length = if marks > 0 { spaced(text, marks) } else { 0 };
    indent + length + number_length(&text[length..])
}

/// How many bytes the number of a list item takes, with what closes it and the blanks: `3. `, `12) `, `(4) `.
fn number_length(text: &str) -> usize {
    let open = usize::from(text.starts_with('('));
    let digits = text[open..].bytes().take_while(u8::is_ascii_digit).count();
    let closes =
        if open == 1 { text[open + digits..].starts_with(')') } else { text[digits..].starts_with([')', '.']) };
    if (1..=3).contains(&digits) && closes { spaced(text, open + digits + 1) } else { 0 }
}

/// The length of a marker with the blanks behind it; nothing where there are none.
fn spaced(text: &str, length: usize) -> usize {
    let rest = &text[length..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if blanks > 0 { length + blanks } else { 0 }
}

/// The number that a list item or heading starts with.
pub(super) fn ordinal(text: &str) -> Option<&str> {
    let marker = text[..marker_length(text)].trim();
    let number = marker.trim_matches(|c: char| !c.is_ascii_digit());
    (!number.is_empty()).then_some(number)
}

fn without_marker(text: &str) -> &str {
    lines::without_underline(&text[marker_length(text)..])
}

/// What a text without words is about.
pub(super) fn markup_form(text: &str) -> Form {
    let is_markup = text.starts_with(['#', '-', '*', '+', '=', '_', '`', '~', '|', '>', '•', '[']);
    if is_markup { Form::Markdown } else { Form::Punctuation }
}

/// Whether two texts are the same but for the number of an item.
pub(super) fn is_renumbered(old: &str, new: &str) -> bool {
    let unnumbered = |text: &str| {
        let (marker, rest) = text.split_at(marker_length(text));
        (marker.replace(|c: char| c.is_ascii_digit(), ""), rest.to_owned())
    };
    ordinal(old).is_some() && ordinal(new).is_some() && unnumbered(old) == unnumbered(new)
}

/// In what two texts with equal words differ; the first that is enough to explain it.
pub(super) fn form_between(old: &str, new: &str) -> Form {
    let marker = |c: char| matches!(c, '#' | '*' | '_' | '`' | '|' | '•');
    let plain = |text: &str| -> String { without_marker(text).chars().filter(|c| !c.is_whitespace()).collect() };
    let unmarked = |text: &str| -> String { plain(text).chars().filter(|c| !marker(*c)).collect() };
    if squeezed(old).eq(squeezed(new)) || plain(old) == plain(new) && marker_of(old) == marker_of(new) {
        Form::Whitespace
    } else if unmarked(old) == unmarked(new) || lines::is_rule(old) || lines::is_rule(new) {
        Form::Markdown
    } else if unmarked(old).to_lowercase() == unmarked(new).to_lowercase() {
        Form::Case
    } else {
        Form::Punctuation
    }
}

fn marker_of(text: &str) -> &str {
    text[..marker_length(text)].trim()
}

fn squeezed(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

#[cfg(test)]
mod tests {
    use super::{Form, form_between, hashes, marker_length, markup_form, ordinal};

    #[test]
    fn form_does_not_reach_the_words() {
        assert_eq!(hashes("- **Don’t** use  Tables."), hashes("3. don't use tables"));
        assert_ne!(hashes("at most 1.5"), hashes("at most 15"));
        assert_ne!(hashes("x <= 5"), hashes("x >= 5"));
        assert_ne!(hashes("answer -5"), hashes("answer 5"));
    }

    #[test]
    fn forms_are_told_apart() {
        assert_eq!(form_between("a  b", "a b"), Form::Whitespace);
        assert_eq!(form_between("# a b", "a **b**"), Form::Markdown);
        assert_eq!(form_between("1. a b", "2. a b"), Form::Markdown);
        assert_eq!(form_between("A b", "a b"), Form::Case);
        assert_eq!(form_between("a, b", "a b."), Form::Punctuation);
        assert_eq!(form_between("- a b", "- a-b"), Form::Punctuation);
    }

    #[test]
    fn markers_may_be_numbered() {
        assert_eq!(marker_length("  - 12) x"), 8);
        assert_eq!([marker_length("(3) x"), marker_length("3.5 x"), marker_length("#1. x")], [4, 0, 0]);
        assert_eq!([ordinal("  2. x"), ordinal("- x"), ordinal("## 2. x")], [Some("2"), None, Some("2")]);
    }

    #[test]
    fn mere_markup_is_told_by_its_characters() {
        assert_eq!((markup_form("---"), markup_form("...")), (Form::Markdown, Form::Punctuation));
    }
}
