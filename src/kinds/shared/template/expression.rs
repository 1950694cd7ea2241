//! Free names of a Jinja-like expression, found by its tokens alone.

use std::collections::BTreeSet;

/// A free name in an expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FreeName<'t> {
    /// The name, without attributes.
    pub(super) name: &'t str,
    /// Whether a `default` filter or a `… if name else …` covers it.
    pub(super) has_default: bool,
}

const WORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "elif",
    "true",
    "false",
    "none",
    "True",
    "False",
    "None",
    "loop",
    "recursive",
    "ignore",
    "missing",
    "with",
    "without",
    "context",
    "as",
    "import",
    "null",
    "undefined",
    "end",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Name(&'t str),
    Symbol(char),
    Literal,
}

/// The free names of `expression`, in order, those of `locals` left out.
pub(super) fn free_names<'t>(expression: &'t str, locals: &BTreeSet<String>) -> Vec<FreeName<'t>> {
    let tokens = tokens(expression);
    let conditional = tokens.contains(&Token::Name("if")) && tokens.contains(&Token::Name("else"));
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Name(name) = *token else { continue };
        if WORDS.contains(&name) || locals.contains(name) || !is_free(&tokens, at) {
            continue;
        }
        let has_default = conditional || default_filter_follows(&tokens, at);
        found.push(FreeName { name, has_default });
    }
    found
}

/// Whether the name at `at` is neither an attribute, a filter, a test, a function nor a keyword argument.
fn is_free(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let after = tokens.get(at + 1);
    let is_test = matches!(before, Some(Token::Name("is")))
        || (matches!(before, Some(Token::Name("not")))
            && at.checked_sub(2).is_some_and(|before| tokens.get(before) == Some(&Token::Name("is"))));
    let is_keyword = after == Some(&Token::Symbol('=')) && tokens.get(at + 2) != Some(&Token::Symbol('='));
    !is_test && !is_keyword && !matches!(before, Some(Token::Symbol('.' | '|'))) && after != Some(&Token::Symbol('('))
}

fn default_filter_follows(tokens: &[Token<'_>], at: usize) -> bool {
    let rest = tokens.get(at + 1..).unwrap_or_default();
    let filter = rest.iter().position(|token| *token == Token::Symbol('|'));
    filter.is_some_and(|bar| {
        rest[..bar].iter().all(|token| matches!(token, Token::Symbol('.') | Token::Name(_)))
            && matches!(rest.get(bar + 1), Some(Token::Name("default" | "d")))
    })
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => {
                tokens.push(Token::Literal);
                string_length(rest, first)
            }
            c if c.is_alphabetic() || c == '_' => {
                let length = run(rest, |c| c.is_alphanumeric() || c == '_');
                tokens.push(Token::Name(&rest[..length]));
                length
            }
            c if c.is_numeric() => {
                tokens.push(Token::Literal);
                run(rest, |c| c.is_alphanumeric() || c == '.')
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(Token::Symbol(c));
                }
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn string_length(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::free_names;

    #[test]
    fn attributes_filters_tests_calls_and_keywords_are_not_free() {
        let text = "a.b | join(sep=c) and d is defined and f(e, key=\"x y\") and 3 and item";
        let locals = BTreeSet::from(["item".to_owned()]);
        let names: Vec<&str> = free_names(text, &locals).into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["a", "c", "d", "e"]);
    }

    #[test]
    fn a_default_filter_and_a_conditional_are_defaults() {
        let locals = BTreeSet::new();
        assert!(free_names("x.y | default('a')", &locals)[0].has_default);
        assert!(free_names("x if x else 'a'", &locals)[0].has_default);
        assert!(!free_names("x | upper", &locals)[0].has_default);
    }
}
