//! Words: what is left of a text when its form (blanks, case, markup, punctuation) is taken away.

use super::Form;

/// Characters that shape a text without being part of its words.
const PUNCTUATION: &str = ".,;:!?'\"`*#()[]-–—…“”‘’«»•·|_";

/// Hashes of the words of `text`, in order. Symbols with a meaning of their own (`<`, `=`, `%`, `$`, braces) are words.
pub(super) fn hashes(text: &str) -> Vec<u64> {
    let mut words = Words { found: Vec::new(), hash: FNV_START, length: 0 };
    let mut before = ' ';
    let mut chars = without_marker(text).chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let joins = match c {
            '_' => before.is_alphanumeric() && after.is_alphanumeric(),
            '.' | ',' => before.is_ascii_digit() && after.is_ascii_digit(),
            _ => c.is_alphanumeric(),
        };
        let is_apostrophe = matches!(c, '\'' | '’') && before.is_alphanumeric() && after.is_alphanumeric();
        let is_minus = c == '-' && after.is_ascii_digit() && !before.is_alphanumeric();
        if joins {
            c.to_lowercase().for_each(|lower| words.push(lower));
        } else if !is_apostrophe {
            words.end();
            if is_minus || !(c.is_whitespace() || PUNCTUATION.contains(c)) {
                words.push(c);
                words.end();
            }
        }
        before = c;
    }
    words.end();
    words.found
}

struct Words {
    found: Vec<u64>,
    hash: u64,
    length: usize,
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

impl Words {
    fn push(&mut self, c: char) {
        self.hash = (self.hash ^ u64::from(c)).wrapping_mul(FNV_PRIME);
        self.length += 1;
    }

    fn end(&mut self) {
        if self.length > 0 {
            self.found.push(self.hash);
        }
        self.hash = FNV_START;
        self.length = 0;
    }
}

/// One hash for a sequence of words.
pub(super) fn fold(words: &[u64]) -> u64 {
    words.iter().fold(FNV_START, |hash, word| (hash ^ word).wrapping_mul(FNV_PRIME).rotate_left(23))
}

/// The hash of an exact text.
pub(super) fn exact(text: &str) -> u64 {
    text.bytes().fold(FNV_START, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}

/// How many bytes of blanks and list, heading or quote markers `line` starts with.
pub(super) fn marker_length(line: &str) -> usize {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) && text[digits..].starts_with([')', '.']) {
        let rest = &text[digits + 1..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        return if blanks > 0 { indent + digits + 1 + blanks } else { indent };
    }
    let marks = text.len() - text.trim_start_matches(['#', '-', '*', '+', '•', '>']).len();
    let rest = &text[marks..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if marks > 0 && blanks > 0 { indent + marks + blanks } else { indent }
}

fn without_marker(text: &str) -> &str {
    &text[marker_length(text)..]
}

/// In what two texts with equal words differ; the first that is enough to explain it.
pub(super) fn form_between(old: &str, new: &str) -> Form {
    let marker = |c: char| matches!(c, '#' | '*' | '_' | '`' | '|' | '•');
    let plain = |text: &str| -> String { without_marker(text).chars().filter(|c| !c.is_whitespace()).collect() };
    let unmarked = |text: &str| -> String { plain(text).chars().filter(|c| !marker(*c)).collect() };
    if squeezed(old).eq(squeezed(new)) || plain(old) == plain(new) && marker_of(old) == marker_of(new) {
        Form::Whitespace
    } else if unmarked(old) == unmarked(new) {
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

/// How alike two bags of words are, 0 to 1; both sorted.
pub(super) fn similarity(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0_usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    let total = a.len() + b.len();
    if total == 0 { 1.0 } else { (2 * shared) as f64 / total as f64 }
}

#[cfg(test)]
mod tests {
    use super::{Form, form_between, hashes, similarity};

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
    fn similarity_counts_shared_words() {
        assert!((similarity(&[1, 2, 3], &[2, 3, 4]) - 2.0 / 3.0).abs() < 1e-9);
        assert!((similarity(&[], &[]) - 1.0).abs() < 1e-9);
    }
}
