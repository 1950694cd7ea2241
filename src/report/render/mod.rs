//! Output formats: one file each, one table of them, one [`Report`] in.

mod fingerprint;
mod gates;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
pub mod notes;
mod paint;
mod phrase;
mod readable;
mod remedy;
#[cfg(test)]
mod sample;
mod sarif;
mod spans;
mod text;
mod words;

use std::io::{self, Write};

use super::Report;

/// How a report is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Whether to colour (a terminal that wants it).
    pub color: bool,
    /// Columns to fill.
    pub width: usize,
    /// Nothing folded.
    pub full: bool,
    /// One line an artefact.
    pub stat: bool,
}

/// An output format.
#[derive(Debug)]
pub struct Format {
    /// As written after `--format`.
    pub name: &'static str,
    /// What it is for, in one line.
    pub summary: &'static str,
    /// Whether it can render pages (the commands that do not compare).
    pub renders_pages: bool,
    /// Writes the report.
    pub render: fn(&Report, &Layout, &mut dyn Write) -> io::Result<()>,
}

/// Every output format.
pub const FORMATS: &[Format] = &[
    Format { name: "text", summary: "for people", renders_pages: true, render: text::render },
    Format { name: "json", summary: "for programs; see `pv schema`", renders_pages: true, render: json::render },
    Format { name: "markdown", summary: "for a pull request", renders_pages: true, render: markdown::render },
    Format { name: "github", summary: "annotations of a workflow run", renders_pages: false, render: github::render },
    Format { name: "gitlab", summary: "a Code Quality report", renders_pages: false, render: gitlab::render },
    Format { name: "junit", summary: "a test report", renders_pages: false, render: junit::render },
    Format { name: "sarif", summary: "for code scanning", renders_pages: false, render: sarif::render },
];

/// The format called `name`.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
