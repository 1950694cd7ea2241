//! What is wrong with a `pv.toml`: every fault with its place, reported together.

use std::fmt;

use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, NamedSource, SourceCode, SourceSpan, SpanContents,
};

use crate::domain::Span;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where in the file.
    pub span: Span,
    /// A stable code: `unknown-key`, `wrong-type`, `bad-pattern`, …
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("config/{}", self.code)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let length = self.span.len().min(MOST_SHOWN);
        let label = LabeledSpan::new(Some(self.code.replace('-', " ")), self.span.start, length);
        Some(Box::new(std::iter::once(label)))
    }
}

/// A `pv.toml` that cannot be used: all its faults, in the order of the file.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be used: {}", counted(.faults.len(), *.hidden))]
pub struct ConfigError {
    /// The file as it was named to the reader.
    pub path: String,
    /// What is wrong with it, in the order of the file; never empty, at most [`MOST_FAULTS`].
    pub faults: Vec<Fault>,
    /// How many further faults were left out.
    pub hidden: usize,
    source_text: Box<Excerpts>,
}

/// How many faults are told at once.
pub const MOST_FAULTS: usize = 50;

impl ConfigError {
    /// The error that tells `faults` of the file at `path` whose content is `text`.
    pub(super) fn new(path: &str, text: &str, mut faults: Vec<Fault>) -> Self {
        faults.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
        let hidden = faults.len().saturating_sub(MOST_FAULTS);
        faults.truncate(MOST_FAULTS);
        let source = NamedSource::new(path, text.to_owned()).with_language("TOML");
        let source_text = Box::new(Excerpts { source, path: path.to_owned() });
        Self { path: path.to_owned(), faults, hidden, source_text }
    }
}

impl Diagnostic for ConfigError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("config"))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.source_text)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.faults.iter().map(|fault| fault as &dyn Diagnostic)))
    }
}

/// A source of which at most the surroundings of a place are shown: miette panics on lines of 65,536 columns.
#[derive(Debug)]
struct Excerpts {
    source: NamedSource<String>,
    path: String,
}

/// How many bytes of a source are shown around a place, and of a fault are underlined.
const MOST_SHOWN: usize = 300;

impl SourceCode for Excerpts {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.source.inner();
        let whole = self.source.read_span(span, before, after)?;
        if whole.data().len() <= 4 * MOST_SHOWN {
            return Ok(whole);
        }
        let line_start = text.get(..span.offset()).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
        let from = text.floor_char_boundary(span.offset().saturating_sub(MOST_SHOWN / 4).max(line_start));
        let rest = text.get(from..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let shown = line.get(..line.floor_char_boundary(MOST_SHOWN)).unwrap_or_default();
        let place = self.source.read_span(span, 0, 0)?;
        let (line, column) = (place.line(), place.column());
        let window = (from, shown.len()).into();
        Ok(Box::new(MietteSpanContents::new_named(self.path.clone(), shown.as_bytes(), window, line, column, 1)))
    }
}

fn counted(shown: usize, hidden: usize) -> String {
    match (shown, hidden) {
        (1, 0) => "1 fault".to_owned(),
        (_, 0) => format!("{shown} faults"),
        _ => format!("{} faults, the first {shown} are shown", shown + hidden),
    }
}
