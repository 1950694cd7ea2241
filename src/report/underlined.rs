//! Problems as miette diagnostics: the source line underlined.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::visible;
use crate::domain::Problem;

/// A problem with the one source line that is at hand; nothing in it can drive a terminal.
#[derive(Debug)]
pub struct Underlined {
    problem: Problem,
    /// The bytes of the line that are concerned.
    concerned: SourceSpan,
}

/// Input that stops a command: all its problems.
#[derive(Debug)]
pub struct Unreadable {
    what: String,
    problems: Vec<Underlined>,
}

impl Unreadable {
    /// `what` cannot be used because of `problems`.
    pub fn new(what: impl Into<String>, problems: Vec<Problem>) -> Self {
        Self { what: what.into(), problems: problems.into_iter().map(Underlined::new).collect() }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be used", self.what)
    }
}

impl std::error::Error for Unreadable {}

impl Diagnostic for Unreadable {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

impl Underlined {
    /// The problem as it is shown.
    pub fn new(mut problem: Problem) -> Self {
        let before = problem.place.column.saturating_sub(1 + problem.clipped);
        let at =
            |character| problem.line_text.char_indices().nth(character).map_or(problem.line_text.len(), |(at, _)| at);
        let (before, rest) = problem.line_text.split_at(at(before));
        let width = rest.char_indices().nth(problem.width).map_or(rest.len(), |(at, _)| at);
        let (concerned, after) = rest.split_at(width);
        let [mut before, concerned, after] = [before, concerned, after].map(visible::block);
        if problem.clipped > 0 {
            before.insert(0, '…');
        }
        let span = (before.len(), concerned.len()).into();
        problem.line_text = format!("{before}{concerned}{after}");
        problem.message = visible::block(&problem.message);
        problem.help = visible::block(&problem.help);
        problem.place.path = visible::line(&problem.place.path).into();
        Self { problem, concerned: span }
    }
}

impl fmt::Display for Underlined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { message, line_text, place, .. } = &self.problem;
        f.write_str(message)?;
        match (line_text.is_empty(), place.line, place.column) {
            (false, ..) => Ok(()),
            (true, 1, 1) => write!(f, " ({})", place.path),
            (true, line, column) => write!(f, " ({}:{line}:{column})", place.path),
        }
    }
}

impl std::error::Error for Underlined {}

impl Diagnostic for Underlined {
    fn severity(&self) -> Option<miette::Severity> {
        Some(if self.problem.is_error() { miette::Severity::Error } else { miette::Severity::Warning })
    }

    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.problem.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.problem.help.is_empty()).then(|| Box::new(&self.problem.help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.problem.line_text.is_empty()).then_some(self as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".to_owned()), self.concerned))))
    }
}

impl SourceCode for Underlined {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Problem { place, line_text, .. } = &self.problem;
        Ok(Box::new(MietteSpanContents::new_named(
            place.path.to_string(),
            line_text.as_bytes(),
            (0, line_text.len()).into(),
            place.line.saturating_sub(1),
            place.column.saturating_sub(1),
            1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::Underlined;
    use crate::domain::{Problem, SourceFile, Span};

    #[test]
    fn the_underline_stays_under_its_text_when_what_stands_before_is_escaped() {
        let file = SourceFile::new("a.md", "\u{1b}[2J bad");
        let shown = Underlined::new(Problem::at(&file, Span::new(5, 8), "code", "message", "help"));
        let (at, length) = (shown.concerned.offset(), shown.concerned.len());
        assert_eq!(shown.problem.line_text.get(at..at + length), Some("bad"));
        assert!(!shown.problem.line_text.contains('\u{1b}'));
    }
}
