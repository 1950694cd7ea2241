//! Stops: where the sentences of a paragraph end.

use super::words;

/// How far a quotation may reach, in bytes; what opens and is not closed by then is no quotation.
const MAX_QUOTED: usize = 400;

/// The same for code and placeholders.
const MAX_CODE: usize = 2_000;

/// Shortened words whose stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "approx", "apr", "art", "aug", "ca", "cf", "ch", "co", "corp", "dec", "dept", "dr", "e.g", "ed", "eds", "eg", "eq",
    "est", "etc", "excl", "feb", "fig", "figs", "i.e", "ie", "inc", "incl", "jan", "jr", "jul", "jun", "ltd", "mar",
    "max", "min", "mr", "mrs", "ms", "nov", "oct", "p", "para", "pp", "prof", "ref", "resp", "sec", "sep", "sept",
    "sr", "st", "vol", "vs",
];

/// Where to cut a paragraph: the lengths of its sentences, which add up to the whole.
pub(super) fn sentence_lengths(paragraph: &str) -> Vec<usize> {
    let mut lengths = Vec::new();
    let (mut start, mut at) = (0, words::marker_length(paragraph));
    while let Some(c) = paragraph[at..].chars().next() {
        let end = at + c.len_utf8();
        let (next, stops) = match c {
            '。' | '！' | '？' => (end, true),
            '.' | '!' | '?' | '…' => {
                let end = past_stop(paragraph, end);
                (end, ends_sentence(paragraph, start, at, end))
            }
            _ => match closed(paragraph, at, c) {
                // A quotation that ends with a stop can end the sentence around it.
                Some((end, inner)) => (end, inner.ends_with(['.', '!', '?', '…']) && opens_after(paragraph, end)),
                None => (end, false),
            },
        };
        at = next;
        if stops {
            lengths.push(at - start);
            start = at;
        }
    }
    lengths.push(paragraph.len() - start);
    lengths
}

/// Past further stops and the marks that close with them: `?!`, `.**`, `.)`.
fn past_stop(paragraph: &str, end: usize) -> usize {
    let closes = |c: char| matches!(c, '.' | '!' | '?' | '…' | '*' | '_' | ')' | ']' | '"' | '”' | '’');
    paragraph.len() - paragraph[end..].trim_start_matches(closes).len()
}

/// The end of what opens at `at` and is closed again (code, a placeholder, a quotation), and what a quotation holds.
fn closed(paragraph: &str, at: usize, c: char) -> Option<(usize, &str)> {
    let rest = &paragraph[at..];
    let code = |open: &str, close: &str| {
        let inside = rest.strip_prefix(open)?;
        let length = clipped(inside, MAX_CODE).find(close)?;
        Some((at + open.len() + length + close.len(), ""))
    };
    match c {
        '`' => {
            let mark = &rest[..rest.len() - rest.trim_start_matches('`').len()];
            code(mark, mark)
        }
        '{' => code("{{", "}}").or_else(|| code("{%", "%}")).or_else(|| code("{#", "#}")),
        '$' => code("${", "}"),
        '"' => quotation(paragraph, at, '"'),
        '“' | '„' => quotation(paragraph, at, '”'),
        '«' => quotation(paragraph, at, '»'),
        _ => None,
    }
}

fn quotation(paragraph: &str, at: usize, close: char) -> Option<(usize, &str)> {
    let opens = !paragraph[..at].ends_with(char::is_alphanumeric);
    let start = at + paragraph[at..].chars().next().filter(|_| opens)?.len_utf8();
    let inside = clipped(&paragraph[start..], MAX_QUOTED);
    let length = inside.find(close)?;
    Some((start + length + close.len_utf8(), &inside[..length]))
}

/// The first `length` bytes, or a few less where a character would be cut.
fn clipped(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

/// Whether the stop at `at..end` is followed by a new sentence and does not close an abbreviation.
fn ends_sentence(paragraph: &str, start: usize, at: usize, end: usize) -> bool {
    if !opens_after(paragraph, end) {
        return false;
    }
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '(' | '"' | '*' | '_');
    let word = paragraph[start..at].rsplit(is_blank).next().unwrap_or_default();
    let next = paragraph[end..].trim_start().chars().next();
    !is_abbreviation(word, next)
}

/// Whether blanks and the beginning of a sentence stand at `end`.
fn opens_after(paragraph: &str, end: usize) -> bool {
    let mut after = paragraph[end..].chars();
    after.next().is_some_and(char::is_whitespace)
        && after.find(|c| !c.is_whitespace()).is_some_and(|c| !c.is_lowercase() && !matches!(c, '-' | '–' | '—'))
}

fn is_abbreviation(word: &str, next: Option<char>) -> bool {
    let lower = word.to_ascii_lowercase();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let is_initials = word.contains('.') && word.split('.').all(|part| part.chars().count() == 1);
    let is_ordinal = !word.is_empty() && word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = matches!(lower.as_str(), "no" | "nos") && next.is_some_and(|next| next.is_ascii_digit());
    ABBREVIATIONS.binary_search(&lower.as_str()).is_ok() || is_initial || is_initials || is_ordinal || is_number
}

#[cfg(test)]
mod tests {
    use super::{ABBREVIATIONS, sentence_lengths};

    fn cut(paragraph: &str) -> Vec<&str> {
        let mut rest = paragraph;
        let pieces = sentence_lengths(paragraph).into_iter().map(|length| {
            let (piece, after) = rest.split_at(length);
            rest = after;
            piece.trim()
        });
        pieces.filter(|piece| !piece.is_empty()).collect()
    }

    #[test]
    fn stops_that_end_nothing_are_passed() {
        for whole in [
            "Use v1.2 of the U.S. Code, i.e. the new one, as Mr. Smith and J. Doe do.",
            "Say \"Hello. How are you? Fine.\" to them.",
            "Answer `a. B. C` or {{ user. Name }} or ${x. Y} here.",
            "See No. 5 and Fig. 3 etc. First of all.",
            "Wait... then go on. and on.",
        ] {
            assert_eq!(cut(whole), [whole]);
        }
    }

    #[test]
    fn sentences_end_behind_their_closing_marks() {
        assert_eq!(cut("**Stop.** Go on. (Really.) Yes?! No."), ["**Stop.**", "Go on.", "(Really.)", "Yes?!", "No."]);
        assert_eq!(cut("Say \"Go.\" Then wait."), ["Say \"Go.\"", "Then wait."]);
        assert_eq!(cut("A 5\" disk. And `more. Here."), ["A 5\" disk.", "And `more.", "Here."]);
        assert_eq!(cut("次。次。"), ["次。", "次。"]);
    }

    #[test]
    fn abbreviations_are_sorted() {
        assert!(ABBREVIATIONS.is_sorted());
    }
}
