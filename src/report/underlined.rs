//! Problems as miette diagnostics: the source line underlined.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::domain::Problem;

/// A problem with the one source line that is at hand.
#[derive(Debug)]
pub struct Underlined(pub Problem);

/// Input that stops a command: all its problems.
#[derive(Debug)]
pub struct Unreadable {
    what: String,
    problems: Vec<Underlined>,
}

impl Unreadable {
    /// `what` cannot be used because of `problems`.
    pub fn new(what: impl Into<String>, problems: Vec<Problem>) -> Self {
        Self { what: what.into(), problems: problems.into_iter().map(Underlined).collect() }
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

impl fmt::Display for Underlined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if self.0.line_text.is_empty() { write!(f, " ({})", self.0.place.path) } else { Ok(()) }
    }
}

impl std::error::Error for Underlined {}

impl Diagnostic for Underlined {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.0.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.0.help.is_empty()).then(|| Box::new(&self.0.help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.0.line_text.is_empty()).then_some(self as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".to_owned()), self.concerned()))))
    }
}

impl Underlined {
    /// The bytes of the line that are concerned.
    fn concerned(&self) -> SourceSpan {
        let first = self.0.place.column.saturating_sub(1);
        let (from, to) = (self.byte_of(first), self.byte_of(first + self.0.width));
        (from, to.saturating_sub(from)).into()
    }

    fn byte_of(&self, character: usize) -> usize {
        self.0.line_text.char_indices().nth(character).map_or(self.0.line_text.len(), |(at, _)| at)
    }
}

impl SourceCode for Underlined {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Problem { place, line_text, .. } = &self.0;
        Ok(Box::new(MietteSpanContents::new_named(
            place.path.to_string(),
            line_text.as_bytes(),
            (0, line_text.len()).into(),
            place.line.saturating_sub(1),
            0,
            1,
        )))
    }
}
