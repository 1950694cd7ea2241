//! Tokens of Jinja-like expressions.

use std::ops::Range;

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name or a word.
    Name(&'t str),
    /// An operator or a bracket.
    Symbol(&'t str),
    /// A string, without its quotes.
    Text(&'t str),
    /// A number.
    Number(&'t str),
}

const LONG_SYMBOLS: &[&str] = &["===", "!==", "==", "!=", "<=", ">=", "||", "&&", "??", "//", "**"];

/// The tokens of `text`.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    placed(text).map(|(token, _)| token).collect()
}

/// The tokens of `text` and where they stand.
pub(super) fn placed(text: &str) -> impl Iterator<Item = (Token<'_>, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let (token, length) = first(rest)?;
        let range = at..at + length;
        at = range.end;
        Some((token, range))
    })
}

fn first(rest: &str) -> Option<(Token<'_>, usize)> {
    let c = rest.chars().next()?;
    Some(match c {
        '"' | '\'' | '`' => string(rest, c),
        _ if c.is_alphabetic() || c == '_' => {
            let length = run(rest, |c| c.is_alphanumeric() || c == '_');
            (Token::Name(&rest[..length]), length)
        }
        _ if c.is_ascii_digit() => {
            let length = run(rest, |c| c.is_alphanumeric() || c == '_');
            let fraction = rest[length..].strip_prefix('.').map_or(0, |tail| run(tail, |c| c.is_ascii_digit()));
            let length = if fraction > 0 { length + 1 + fraction } else { length };
            (Token::Number(&rest[..length]), length)
        }
        _ => {
            let long = LONG_SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            let length = long.map_or(c.len_utf8(), |symbol| symbol.len());
            (Token::Symbol(&rest[..length]), length)
        }
    })
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The string that `rest` starts with; one that is never closed goes to the end.
fn string(rest: &str, quote: char) -> (Token<'_>, usize) {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return (Token::Text(&rest[1..at]), at + 1),
            _ => {}
        }
    }
    (Token::Text(&rest[1..]), rest.len())
}

/// Whether every string and bracket of `text` is closed.
pub(super) fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i64;
    for (token, range) in placed(text) {
        match token {
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth -= 1,
            Token::Text(inside) if inside.len() + 2 > range.len() => return false,
            _ => {}
        }
    }
    depth <= 0
}

#[cfg(test)]
mod tests {
    use super::{Token, is_balanced, tokens};

    #[test]
    fn strings_numbers_names_and_operators() {
        let expected = [
            Token::Name("a_1"),
            Token::Symbol("=="),
            Token::Text("it\\'s"),
            Token::Symbol("||"),
            Token::Number("1.5"),
            Token::Symbol("."),
            Token::Name("é"),
        ];
        assert_eq!(tokens("a_1=='it\\'s'||1.5.é"), expected);
    }

    #[test]
    fn balance() {
        assert!(is_balanced("{'a': (1)}"));
        assert!(!is_balanced("{'a': 1"));
        assert!(!is_balanced("'}"));
    }
}
