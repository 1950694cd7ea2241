//! What is wrong with a `pv.toml`: every fault with its place, reported together.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

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
        let label = LabeledSpan::new(Some(self.code.replace('-', " ")), self.span.start, self.span.len());
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
    source_text: Box<NamedSource<String>>,
}

/// How many faults are told at once.
pub const MOST_FAULTS: usize = 50;

impl ConfigError {
    /// The error that tells `faults` of the file at `path` whose content is `text`.
    pub(super) fn new(path: &str, text: &str, mut faults: Vec<Fault>) -> Self {
        faults.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
        let hidden = faults.len().saturating_sub(MOST_FAULTS);
        faults.truncate(MOST_FAULTS);
        let source_text = Box::new(NamedSource::new(path, text.to_owned()).with_language("TOML"));
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

fn counted(shown: usize, hidden: usize) -> String {
    match (shown, hidden) {
        (1, 0) => "1 fault".to_owned(),
        (_, 0) => format!("{shown} faults"),
        _ => format!("{} faults, the first {shown} are shown", shown + hidden),
    }
}
