//! The terminal: where output goes, whether it is coloured, how wide it is.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use clap::ValueEnum;
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::progress::Progress;
use super::{Exit, Global};
use crate::domain::Content;
use crate::release::checks::{Judgement, Refused};
use crate::report::Report;
use crate::report::render::{Format, Layout};
use crate::store::{StoreError, opened};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set; always when `CLICOLOR_FORCE` is.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Standard output and standard error.
#[derive(Debug)]
pub struct Shell {
    color: bool,
    width: usize,
    quiet: bool,
    progress: Mutex<Option<Progress>>,
}

impl Shell {
    /// The shell that this process was started from.
    pub fn new(global: &Global) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let is_terminal = io::stdout().is_terminal();
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => set("CLICOLOR_FORCE") || (!set("NO_COLOR") && is_terminal),
        };
        let terminal = is_terminal.then(terminal_size::terminal_size).flatten();
        let columns = terminal.map_or(100, |(width, _)| usize::from(width.0));
        let progress = if global.no_progress || global.quiet { None } else { Progress::start() };
        Self { color, width: columns.clamp(40, 160), quiet: global.quiet, progress: Mutex::new(progress) }
    }

    /// Ends the sign of life, before anything else is written.
    fn settle(&self) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Shows, where somebody watches, what `says` gives while the command is at work.
    pub fn watch(&self, says: impl Fn() -> String + Send + 'static) {
        if let Some(progress) = self.progress.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            progress.watch(says);
        }
    }

    /// The layout for this terminal.
    pub fn layout(&self) -> Layout {
        Layout { color: self.color, width: self.width, full: false, stat: false }
    }

    /// Writes a report to standard output. A reader that has gone away is no error.
    pub fn print(&self, report: &Report, format: &Format, layout: &Layout) -> io::Result<()> {
        self.settle();
        let mut out = io::BufWriter::new(io::stdout().lock());
        unbroken((format.render)(report, layout, &mut out).and_then(|()| out.flush()))
    }

    /// Writes bytes to standard output as they are.
    pub fn write_raw(&self, bytes: &[u8]) -> io::Result<()> {
        self.settle();
        let mut out = io::stdout().lock();
        unbroken(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Writes content to standard output as it is, piece by piece.
    pub fn write_content(&self, content: &dyn Content) -> io::Result<()> {
        self.settle();
        let mut out = io::stdout().lock();
        unbroken(opened::copy(content, &mut out).and_then(|()| out.flush()))
    }

    /// Tells why a command could not run, and gives the exit code that says so.
    pub fn fail(&self, failure: &miette::Report) -> Exit {
        self.explain(failure);
        if failure.downcast_ref::<StoreError>().is_some_and(StoreError::is_integrity) {
            Exit::Integrity
        } else if let Some(refused) = failure.downcast_ref::<Refused>() {
            Exit::of_judgements(&[Judgement::error(refused.clone())])
        } else {
            Exit::Usage
        }
    }

    /// Tells on standard error what is wrong, underlined.
    pub fn explain(&self, failure: &miette::Report) {
        self.settle();
        let color = self.color && io::stderr().is_terminal();
        let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(self.width).with_links(false);
        let mut text = String::new();
        let rendered = handler.render_report(&mut text, failure.as_ref());
        // Nobody can be told that standard error is closed.
        let _ = write!(io::stderr(), "{}", if rendered.is_ok() { text } else { format!("error: {failure}\n") });
    }

    /// A remark on standard error; nothing when quiet.
    pub fn note(&self, text: &str) {
        self.settle();
        if !self.quiet {
            // Nobody can be told that standard error is closed.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }
}

fn unbroken(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Standard output cannot be written: the disk is full, say.
pub(super) fn unwritable(error: io::Error) -> miette::Report {
    miette::miette!(
        code = "cli::output",
        help = "check that there is room where it goes",
        "cannot write the output: {error}"
    )
}
