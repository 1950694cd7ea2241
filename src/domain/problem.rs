//! Problems: input that could not be read, with its place and the way out.

use serde::Serialize;

use super::{Place, Quote, SourceFile, Span};

/// As many characters of a line are shown at most.
const SHOWN: usize = 200;

/// Something that could not be read or trusted. One problem never hides another file's findings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// A stable code: `yaml-syntax`, `json-duplicate-key`, …
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The source line it stands on, to underline; of a long one the part around the place.
    pub line_text: String,
    /// How many characters of the line stand before `line_text`.
    pub clipped: usize,
    /// How many characters of the line are concerned, at least 1.
    pub width: usize,
    /// Whether it stops a check and a release.
    pub severity: Severity,
}

/// Whether a problem stops a check and a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It does.
    Error,
    /// It is worth a look: the file was read all the same.
    Warning,
}

impl Problem {
    /// A problem at `span` of `file`.
    pub fn at(
        file: &SourceFile,
        span: Span,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let place = file.place(span.start);
        let (line_text, clipped) = around(&file.line(place.line), place.column);
        let width = first_line(file.slice(span));
        let severity = Severity::Error;
        Self { place, code, message: message.into(), help: help.into(), line_text, clipped, width, severity }
    }

    /// A problem with a whole file of which no text can be shown (missing, binary, too large).
    pub fn of_path(path: &str, code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            place: Place { path: path.into(), line: 1, column: 1 },
            code,
            message: message.into(),
            help: help.into(),
            line_text: String::new(),
            clipped: 0,
            width: 1,
            severity: Severity::Error,
        }
    }

    /// The same problem as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Whether it stops a check and a release.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The same problem at `quote`, a place of `file` that no one span of it is (a text put together from several).
    pub fn moved_to(mut self, file: &SourceFile, quote: Quote) -> Self {
        (self.line_text, self.clipped) = around(&file.line(quote.place.line), quote.place.column);
        self.width = first_line(&quote.text);
        self.place = quote.place;
        self
    }
}

/// How many characters of the first line of `text` are underlined.
fn first_line(text: &str) -> usize {
    text.lines().next().map_or(1, |line| line.chars().take(SHOWN).count()).max(1)
}

/// The part of `line` that shows what stands at `column`, and how many characters stand before that part.
fn around(line: &str, column: usize) -> (String, usize) {
    let clipped = if column < SHOWN / 2 { 0 } else { column - SHOWN / 4 };
    (line.chars().skip(clipped).take(SHOWN).collect(), clipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_kept() {
        let file = SourceFile::new("a.json", "é".repeat(5000) + "!" + &"x".repeat(5000));
        let problem = Problem::at(&file, Span::new(10_000, 10_001), "code", "message", "help");
        assert_eq!(problem.place.column, 5001);
        assert_eq!(problem.line_text.chars().nth(5000 - problem.clipped), Some('!'));
        assert_eq!(problem.line_text.chars().count(), SHOWN);
    }
}
