//! JSON with comments and trailing commas, from the tokens of `jsonc-parser`.

use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use super::document::Document;
use super::node::{Node, Value};
use super::tree::Builder;
use crate::domain::{Problem, SourceFile, Span};

const STRICT: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// What may stand next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

impl Expect {
    fn phrase(self) -> &'static str {
        match self {
            Self::Value => "a value",
            Self::ValueOrEnd => "a value or `]`",
            Self::KeyOrEnd => "a key in double quotes or `}`",
            Self::Colon => "`:` and a value",
            Self::CommaOrEnd => "`,` or the closing bracket",
            Self::Nothing => "the end of the document",
        }
    }
}

/// Reads `region` of `file` as one JSON value.
pub(super) fn read(file: &SourceFile, region: Span) -> Document {
    let mut reader = Reader {
        file,
        region,
        scanner: Scanner::new(file.slice(region), &STRICT),
        tree: Builder::new(file, "json-duplicate-key"),
        brackets: Vec::new(),
        expect: Expect::Value,
    };
    match reader.run() {
        Ok(()) => reader.tree.finish(region),
        Err(problem) => reader.tree.fail(problem),
    }
}

struct Reader<'f> {
    file: &'f SourceFile,
    region: Span,
    scanner: Scanner<'f>,
    tree: Builder<'f>,
    /// The closing brackets that are owed.
    brackets: Vec<char>,
    expect: Expect,
}

impl<'f> Reader<'f> {
    fn run(&mut self) -> Result<(), Problem> {
        while let Some(token) = self.scanner.scan().map_err(|error| self.scan_problem(&error))? {
            let span = self.span();
            match token {
                Token::CommentLine(_) | Token::CommentBlock(_) => {}
                Token::String(text) => self.string(text.into_owned(), span)?,
                Token::Number(text) => self.scalar(Value::Number(text.to_owned()), span)?,
                Token::Boolean(value) => self.scalar(Value::Bool(value), span)?,
                Token::Null => self.scalar(Value::Null, span)?,
                Token::OpenBrace | Token::OpenBracket => self.open(token == Token::OpenBrace, span)?,
                Token::CloseBrace => self.close('}', span)?,
                Token::CloseBracket => self.close(']', span)?,
                Token::Comma => self.comma(span)?,
                Token::Colon if self.expect == Expect::Colon => self.expect = Expect::Value,
                Token::Colon | Token::Word(_) => return Err(self.unexpected(span)),
            }
        }
        if self.expect == Expect::Nothing { Ok(()) } else { Err(self.truncated()) }
    }

    fn span(&self) -> Span {
        Span::new(self.region.start + self.scanner.token_start(), self.region.start + self.scanner.token_end())
    }

    fn string(&mut self, text: String, span: Span) -> Result<(), Problem> {
        if let Some(at) = self.file.slice(span).bytes().position(|byte| byte < b' ') {
            let span = Span::new(span.start + at, span.start + at + 1);
            let message = "a raw control character stands inside a string";
            let help = r"write it as an escape, such as \n or \t";
            return Err(Problem::at(self.file, span, "json-syntax", message, help));
        }
        if self.expect != Expect::KeyOrEnd {
            return self.scalar(Value::Text(text), span);
        }
        self.tree.key(text, span);
        self.expect = Expect::Colon;
        Ok(())
    }

    fn scalar(&mut self, value: Value, span: Span) -> Result<(), Problem> {
        self.expect_value(span)?;
        self.tree.value(Node { span, value });
        self.after_value();
        Ok(())
    }

    fn open(&mut self, is_map: bool, span: Span) -> Result<(), Problem> {
        self.expect_value(span)?;
        if is_map {
            self.tree.begin_map(span)?;
            self.expect = Expect::KeyOrEnd;
        } else {
            self.tree.begin_list(span)?;
            self.expect = Expect::ValueOrEnd;
        }
        self.brackets.push(if is_map { '}' } else { ']' });
        Ok(())
    }

    fn close(&mut self, bracket: char, span: Span) -> Result<(), Problem> {
        let may_end = matches!(self.expect, Expect::ValueOrEnd | Expect::KeyOrEnd | Expect::CommaOrEnd);
        if !may_end || self.brackets.pop() != Some(bracket) {
            return Err(self.unexpected(span));
        }
        if let Some(node) = self.tree.end(Some(span.end)) {
            self.tree.value(node);
        }
        self.after_value();
        Ok(())
    }

    fn comma(&mut self, span: Span) -> Result<(), Problem> {
        self.expect = match (self.expect, self.brackets.last()) {
            (Expect::CommaOrEnd, Some('}')) => Expect::KeyOrEnd,
            (Expect::CommaOrEnd, Some(_)) => Expect::ValueOrEnd,
            _ => return Err(self.unexpected(span)),
        };
        Ok(())
    }

    fn expect_value(&self, span: Span) -> Result<(), Problem> {
        let fits = matches!(self.expect, Expect::Value | Expect::ValueOrEnd);
        if fits { Ok(()) } else { Err(self.unexpected(span)) }
    }

    fn after_value(&mut self) {
        self.expect = if self.brackets.is_empty() { Expect::Nothing } else { Expect::CommaOrEnd };
    }

    fn unexpected(&self, span: Span) -> Problem {
        let found: String = self.file.slice(span).chars().take(40).collect();
        let message = format!("found `{found}` where {} should stand", self.expect.phrase());
        Problem::at(self.file, span, "json-syntax", message, "fix the JSON here; comments and trailing commas are fine")
    }

    fn truncated(&self) -> Problem {
        let end = Span::new(self.region.end, self.region.end);
        let message = format!("the document ends where {} should stand", self.expect.phrase());
        let help = match self.brackets.last() {
            Some(bracket) => format!(
                "the file looks cut off; {} bracket(s) are open, the next to close is `{bracket}`",
                self.brackets.len()
            ),
            None => "write a JSON value, or remove the file".to_owned(),
        };
        Problem::at(self.file, end, "json-syntax", message, help)
    }

    fn scan_problem(&self, error: &ParseError) -> Problem {
        let range = error.range();
        let end = self.region.start + range.end.max(range.start);
        let span = Span::new((self.region.start + range.start).min(end), end.min(self.region.end));
        let message = lower_first(&error.kind().to_string());
        let help = match error.kind() {
            ParseErrorKind::String(_) => {
                r#"close the string with `"`, and write escapes as JSON has them (\", \\, \n, \u0041)"#
            }
            ParseErrorKind::SingleQuotedStringsNotAllowed => "write strings in double quotes",
            ParseErrorKind::UnterminatedCommentBlock => "close the comment with `*/`",
            _ => "write the value as JSON has it",
        };
        Problem::at(self.file, span, "json-syntax", message, help)
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::super::document::{Syntax, parse};
    use super::*;

    fn read(text: &str) -> Result<Node, Vec<Problem>> {
        let file = SourceFile::new("a.json", text);
        parse(&file, file.whole(), Syntax::Json)
    }

    fn first_problem(text: &str) -> (&'static str, usize, usize) {
        let problem = read(text).expect_err(text).remove(0);
        (problem.code, problem.place.line, problem.place.column)
    }

    #[test]
    fn comments_and_trailing_commas_are_tolerated() {
        let node = read("// head\n{\"a\": [1, 2,], /* b */ \"c\": \"d\",}\n").expect("tolerated");
        assert_eq!(node.canonical(), r#"{"a":[1,2],"c":"d"}"#);
    }

    #[test]
    fn problems_stand_where_the_fault_is() {
        assert_eq!(first_problem("{\"a\": 1,\n \"b\" 2}"), ("json-syntax", 2, 6));
        assert_eq!(first_problem("{\"a\": 'x'}"), ("json-syntax", 1, 7));
        assert_eq!(first_problem("[1, 2"), ("json-syntax", 1, 6));
        assert_eq!(first_problem("[1 2]"), ("json-syntax", 1, 4));
        assert_eq!(first_problem("{]"), ("json-syntax", 1, 2));
        assert_eq!(first_problem("1 2"), ("json-syntax", 1, 3));
        assert_eq!(first_problem(""), ("json-syntax", 1, 1));
        assert_eq!(first_problem("{\"a\": NaN}"), ("json-syntax", 1, 7));
        assert_eq!(first_problem("\"a\nb\""), ("json-syntax", 1, 3));
    }

    #[test]
    fn a_key_that_stands_twice_names_both_places() {
        let problem = read("{\"a\": 1,\n\"a\": 2}").expect_err("twice").remove(0);
        assert_eq!((problem.code, problem.place.line), ("json-duplicate-key", 2));
        assert!(problem.message.contains("line 1, column 2"), "{}", problem.message);
    }

    #[test]
    fn hostile_depth_is_a_problem_and_costs_no_stack() {
        assert_eq!(first_problem(&"[".repeat(100_000)).0, "too-deep");
        assert_eq!(first_problem(&"{\"a\":".repeat(100_000)).0, "too-deep");
        assert!(read(&format!("{}{}", "[".repeat(256), "]".repeat(256))).is_ok());
    }
}
