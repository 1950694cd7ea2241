//! Problems, each with its source line underlined by miette.

use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};

use crate::domain::Problem;
use crate::report::render::Layout;

/// Problems shown before the rest is counted.
const SHOWN: usize = 20;

pub(super) fn write_all(problems: &[Problem], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let shown = if layout.full { usize::MAX } else { SHOWN };
    for problem in problems.iter().take(shown) {
        writeln!(out, "\n{}", rendered(problem, layout).trim_end())?;
    }
    if problems.len() > shown {
        writeln!(out, "\n… and {} more problems (--full shows all)", problems.len() - shown)?;
    }
    Ok(())
}

fn rendered(problem: &Problem, layout: &Layout) -> String {
    let theme = if layout.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(layout.width).with_links(false);
    let mut text = String::new();
    let underlined = Underlined::of(problem);
    match handler.render_report(&mut text, &underlined) {
        Ok(()) => text,
        Err(_) => format!("{}: {problem}", problem.code, problem = problem.message),
    }
}

/// A problem as miette shows it.
#[derive(Debug)]
struct Underlined<'a> {
    problem: &'a Problem,
    line: Line<'a>,
}

/// The one source line that is at hand, which knows its number.
#[derive(Debug)]
struct Line<'a>(&'a Problem);

impl<'a> Underlined<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self { problem, line: Line(problem) }
    }
}

impl std::fmt::Display for Underlined<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.problem.message)?;
        if self.problem.line_text.is_empty() {
            write!(f, " ({})", self.problem.place.path)?;
        }
        Ok(())
    }
}

impl std::error::Error for Underlined<'_> {}

impl Diagnostic for Underlined<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn std::fmt::Display + 'b>> {
        Some(Box::new(self.problem.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'b>(&'b self) -> Option<Box<dyn std::fmt::Display + 'b>> {
        (!self.problem.help.is_empty()).then(|| Box::new(&self.problem.help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.problem.line_text.is_empty()).then_some(&self.line as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.line.concerned();
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".to_owned()), span))))
    }
}

impl Line<'_> {
    /// The bytes of the line that are concerned.
    fn concerned(&self) -> SourceSpan {
        let text = &self.0.line_text;
        let from = byte_of(text, self.0.place.column.saturating_sub(1));
        let to = byte_of(text, self.0.place.column.saturating_sub(1) + self.0.width);
        (from, to.saturating_sub(from)).into()
    }
}

fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

impl SourceCode for Line<'_> {
    fn read_span<'b>(
        &'b self,
        _span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let Problem { place, line_text, .. } = self.0;
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
