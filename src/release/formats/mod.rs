//! Readers of eval and metric reports: one file a tool, one table of them, one [`Reading`] out.

mod braintrust;
mod cases;
mod deepeval;
mod inspect;
mod instant;
mod json;
mod junit;
mod lm_eval;
mod normal;
mod openai_evals;
mod prometheus;
mod promptfoo;
mod ragas;
mod stated;
mod totals;

use std::collections::{BTreeMap, BTreeSet};

use super::checks::{Refused, report as checks};
use super::evidence::{Options, Run};
use crate::domain::{ArtefactId, Digest, Gate};

/// A report of this many bytes is read; a larger one is refused.
pub const LARGEST: usize = 256 << 20;

/// A report as it was given: one file, or several that belong together.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// File names (without folders) and their bytes; the first is the one that was named.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Report {
    /// A report of one file.
    pub fn of(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { files: vec![(name.into(), bytes.into())] }
    }

    /// The file that was named.
    pub fn main(&self) -> (&str, &[u8]) {
        self.files.first().map_or(("", &[]), |(name, bytes)| (name, bytes))
    }
}

/// What a reader makes of a report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The run, in the normal form.
    pub run: Run,
    /// The artefact that the report says it is about: in pv's own form.
    pub about: Option<ArtefactId>,
    /// The texts of the prompt that was run (the template, not a filled-in one), as the report holds them.
    pub prompts: Vec<String>,
    /// Digests that the report itself names: under the key `pv.subjects` of its free metadata, or in pv's own form.
    pub stated: BTreeMap<ArtefactId, Digest>,
    /// What else the report names that could tell what was run: models, datasets, tasks.
    pub names: BTreeSet<String>,
}

/// A tool's report format.
#[derive(Debug)]
pub struct Format {
    /// Its name, as evidence and `--from` write it.
    pub name: &'static str,
    /// What is read, for `--help`: tool and file.
    pub summary: &'static str,
    /// The gate that its reports are evidence for, unless `--gate` says otherwise.
    pub gate: Gate,
    /// Whether a report looks like one of it; cheap, and never true for another tool's.
    pub detect: fn(&Report) -> bool,
    /// Which further files in the named file's folder belong to it, by name; most formats have none.
    pub belongs: fn(main: &str, other: &str) -> bool,
    /// Reads it.
    pub read: fn(&Report, &Options) -> Result<Reading, Refused>,
}

/// Every format. A new one is a file and a line here.
pub const FORMATS: &[&Format] = &[
    &braintrust::FORMAT,
    &deepeval::FORMAT,
    &inspect::FORMAT,
    &junit::FORMAT,
    &lm_eval::FORMAT,
    &normal::NORMAL,
    &openai_evals::FORMAT,
    &prometheus::FORMAT,
    &promptfoo::FORMAT,
    &ragas::FORMAT,
];

/// The format of `report`.
///
/// # Errors
/// When none or more than one of them knows it, and when it is too large.
pub fn detect(report: &Report) -> Result<&'static Format, Refused> {
    bounded(report)?;
    let able: Vec<&Format> = FORMATS.iter().copied().filter(|format| (format.detect)(report)).collect();
    match able.as_slice() {
        [format] => Ok(format),
        [] => {
            let known: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
            let message = format!("{} is no report of {}", report.main().0, known.join(", "));
            Err(Refused::by(&checks::UNRECOGNISED, message))
        }
        several => {
            let names: Vec<&str> = several.iter().map(|format| format.name).collect();
            let message = format!("{} could be a report of {}", report.main().0, names.join(" or "));
            Err(Refused::by(&checks::AMBIGUOUS, message).remedy("Say which with --from NAME."))
        }
    }
}

/// Reads `report` as one of `format`: the only way in, so that no choice of a format gets round the limit.
///
/// # Errors
/// When it is too large, and as the format's reader says.
pub fn read(format: &Format, report: &Report, options: &Options) -> Result<Reading, Refused> {
    bounded(report)?;
    (format.read)(report, options)
}

/// Refuses a report of more than [`LARGEST`] bytes in all its files.
fn bounded(report: &Report) -> Result<(), Refused> {
    let size: usize = report.files.iter().map(|(_, bytes)| bytes.len()).sum();
    if size <= LARGEST {
        return Ok(());
    }
    let message =
        format!("{} has {size} bytes, with the files that belong to it; pv reads up to {LARGEST}", report.main().0);
    Err(Refused::by(&checks::TOO_LARGE, message))
}

/// Without the mark that some editors and spreadsheets put at the beginning of UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The format called `name`.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}
