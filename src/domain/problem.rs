//! Problems: input that could not be read, with its place and the way out.

use super::{Place, SourceFile, Span};

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
    /// The source line it stands on (clipped), to underline.
    pub line_text: String,
    /// How many characters of the line are concerned, at least 1.
    pub width: usize,
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
        let line_text: String = file.line(place.line).chars().take(400).collect();
        let width = file.slice(span).lines().next().map_or(1, |line| line.chars().count()).clamp(1, 400);
        Self { place, code, message: message.into(), help: help.into(), line_text, width }
    }

    /// A problem with a whole file of which no text can be shown (missing, binary, too large).
    pub fn of_path(path: &str, code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            place: Place { path: path.into(), line: 1, column: 1 },
            code,
            message: message.into(),
            help: help.into(),
            line_text: String::new(),
            width: 1,
        }
    }
}
