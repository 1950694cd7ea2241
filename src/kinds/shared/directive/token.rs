//! Tokens of a sentence: words, numbers, and what is quoted and therefore says nothing itself.

use std::ops::Range;

use super::pack::Pack;
use super::reference;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A word, lower-case, without its apostrophes.
    Word,
    /// A number and its value.
    Number(f64),
    /// A name with digits in it, a fraction, a time of day, an ordinal: no quantity.
    Name,
    /// Code, a quotation, a placeholder.
    Literal,
    /// An address, a date, a telephone number, an id.
    Reference,
    /// Any other character that means something: `%`, `<`, a comma.
    Sign,
}

/// A piece of a sentence.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    pub(super) kind: Kind,
}

impl Token {
    /// Whether a clause may end here.
    pub(super) fn ends_clause(&self) -> bool {
        self.kind == Kind::Sign
            && matches!(self.text.as_str(), "," | ";" | ":" | "." | "!" | "?" | "(" | ")" | "—" | "–")
    }

    /// Whether it carries words: anything but a sign.
    pub(super) fn is_worded(&self) -> bool {
        self.kind != Kind::Sign
    }
}

/// A quotation that goes on for longer than this many bytes is none.
const MAX_QUOTATION: usize = 400;

/// The tokens of a sentence, its list marker left out.
pub(super) fn tokens(sentence: &str, pack: &Pack) -> Vec<Token> {
    let mut lexer = Lexer { text: sentence, at: marker(sentence), tokens: Vec::new(), pack };
    while lexer.at < sentence.len() {
        lexer.step();
    }
    lexer.tokens
}

/// How many bytes of bullets, numbering and emphasis stand before the first word.
fn marker(text: &str) -> usize {
    let bullets = text.len() - text.trim_start_matches([' ', '\t', '\n', '#', '-', '*', '+', '•', '>', '–']).len();
    let rest = &text[bullets..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let is_numbering = (1..=3).contains(&digits)
        && rest[digits..].strip_prefix(['.', ')']).is_some_and(|after| after.starts_with([' ', '\t', '\n']));
    if is_numbering { bullets + digits + 1 } else { bullets }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    pack: &'t Pack,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return };
        let literal = if self.at_word_start() { literal(rest) } else { None };
        if let Some(length) = literal {
            return self.push(length, Kind::Literal, rest[..length].to_owned());
        }
        if let Some(length) = self.at_word_start().then(|| reference::length(rest)).flatten() {
            return self.push(length, Kind::Reference, rest[..length].to_owned());
        }
        if first.is_ascii_digit() {
            self.number(rest);
        } else if first.is_alphanumeric() {
            self.word(rest);
        } else {
            let is_sign =
                !(first.is_whitespace() || matches!(first, '*' | '_' | '#' | '"' | '“' | '”' | '\'' | '’' | '|'));
            if is_sign {
                return self.push(first.len_utf8(), Kind::Sign, first.to_string());
            }
            self.at += first.len_utf8();
        }
    }

    fn at_word_start(&self) -> bool {
        !self.text[..self.at].ends_with(char::is_alphanumeric)
    }

    fn push(&mut self, length: usize, kind: Kind, text: String) {
        self.tokens.push(Token { range: self.at..self.at + length, text, kind });
        self.at += length;
    }

    fn number(&mut self, rest: &str) {
        let run = rest.len()
            - rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '/' | ':')).len();
        let run = rest[..run].trim_end_matches(['.', ',', '/', ':']).len();
        let digits = rest[..run].replace(',', "");
        let letters = rest[run..].chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        let value: Option<f64> = if is_grouped(&rest[..run]) { digits.parse().ok() } else { None };
        match (value, letters.as_str()) {
            (None, _) | (_, "st" | "nd" | "rd" | "th") => {
                self.push(run + letters.len(), Kind::Name, rest[..run].to_owned())
            }
            (Some(value), "k") => self.push(run + 1, Kind::Number(value * 1000.0), rest[..=run].to_lowercase()),
            (Some(value), unit) if unit.is_empty() || self.pack.measure(unit).is_some() => {
                self.push(run, Kind::Number(value), digits);
            }
            _ => {
                let length = name_length(rest);
                self.push(length, Kind::Name, rest[..length].to_lowercase());
            }
        }
    }

    fn word(&mut self, rest: &str) {
        let mut length = 0;
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let goes_on = chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            let joins = match c {
                '\'' | '’' | '_' => goes_on,
                '-' => goes_on && self.pack.number(&rest[..at].to_lowercase()).is_none(),
                '.' => goes_on && rest[..at].chars().any(|c| c.is_ascii_digit()),
                _ => c.is_alphanumeric(),
            };
            if !joins {
                break;
            }
            length = at + c.len_utf8();
        }
        let length = if length == 0 { rest.chars().next().map_or(1, char::len_utf8) } else { length };
        let text: String =
            rest[..length].chars().filter(|c| !matches!(c, '\'' | '’')).flat_map(char::to_lowercase).collect();
        let kind = if text.chars().any(|c| c.is_ascii_digit()) { Kind::Name } else { Kind::Word };
        self.push(length, kind, text);
    }
}

/// Whether commas stand between thousands only, and there is one point at most.
fn is_grouped(digits: &str) -> bool {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let commas = groups.clone().count() > 0;
    first.bytes().all(|byte| byte.is_ascii_digit())
        && (!commas || first.len() <= 3)
        && groups.all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()))
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

fn name_length(rest: &str) -> usize {
    rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')).len()
}

/// How long the code span, quotation or placeholder is that `rest` starts with.
fn literal(rest: &str) -> Option<usize> {
    let closed = |open: &str, close: &str| -> Option<usize> {
        let inner = rest.strip_prefix(open)?;
        let window = floor(inner, MAX_QUOTATION);
        let end = inner[..window].find(close)?;
        (end > 0).then_some(open.len() + end + close.len())
    };
    let single = || {
        let length = closed("'", "'")?;
        (!rest[length..].starts_with(char::is_alphanumeric) && !rest[1..].starts_with(' ')).then_some(length)
    };
    let braced = || closed("{", "}").filter(|length| !rest[..*length].contains(['\n', '"']));
    let tagged = || closed("<", ">").filter(|length| !rest[..*length].contains([' ', '\n']));
    let dollar = || {
        closed("$", "$").filter(|length| {
            rest[..*length].bytes().all(|byte| byte.is_ascii_uppercase() || b"$_0123456789'".contains(&byte))
        })
    };
    closed("`", "`")
        .or_else(|| closed("\"", "\""))
        .or_else(|| closed("“", "”"))
        .or_else(single)
        .or_else(|| closed("{{", "}}"))
        .or_else(braced)
        .or_else(tagged)
        .or_else(dollar)
}

fn floor(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};
    use crate::kinds::shared::directive::pack::english;

    fn lexed(text: &str) -> Vec<(String, char)> {
        let letter = |kind| match kind {
            Kind::Word => 'w',
            Kind::Number(_) => 'n',
            Kind::Name => 'x',
            Kind::Literal => 'l',
            Kind::Reference => 'r',
            Kind::Sign => 's',
        };
        tokens(text, english()).into_iter().map(|token| (token.text, letter(token.kind))).collect()
    }

    fn kinds(text: &str) -> String {
        lexed(text).into_iter().map(|(_, kind)| kind).collect()
    }

    #[test]
    fn numbers_names_and_references_are_told_apart() {
        assert_eq!(kinds("2. Use 15-30 words"), "wnsnw");
        assert_eq!(kinds("1,000 tokens, 4/5, 10:30, v1.2.3, gpt-4o, 2nd"), "nwsxsxsxsxsx");
        assert_eq!(kinds("See https://x.example/a?b=1, a@b.example or 2024-01-31."), "wrsrwrs");
        assert_eq!(kinds("a one-sentence, step-by-step answer in 30s"), "wwswswwwnw");
    }

    #[test]
    fn what_is_quoted_is_one_token() {
        assert_eq!(kinds("Say \"never ever\" in `at most 3` {{x}} <tag> $NAME$"), "wlwllll");
        assert_eq!(kinds("Don't say it's 'fine'"), "wwwl");
        assert_eq!(lexed("Don’t")[0].0, "dont");
    }
}
