//! The reports of eval tools, from disk.

use std::path::{Path, PathBuf};

use super::evidence::name_of;
use crate::release::checks::{Refused, report as checks};
use crate::release::evidence::Options;
use crate::release::formats::{self, Format, LARGEST, Reading, Report};
use crate::store::bounded;

/// A report as it was given, and the files that it was read from.
#[derive(Debug)]
pub(super) struct Given {
    /// The files: those that belong to the named one behind it.
    pub(super) paths: Vec<PathBuf>,
    /// Their bytes.
    pub(super) report: Report,
    /// What can read it.
    pub(super) format: &'static Format,
}

impl Given {
    /// What its format's reader makes of it.
    ///
    /// # Errors
    /// As [`formats::read`].
    pub(super) fn reading(&self, options: &Options) -> Result<Reading, Refused> {
        formats::read(self.format, &self.report, options)
    }
}

/// The report at `path`, with the files beside it that belong to it; of the format `from` where that is said.
///
/// # Errors
/// When it cannot be read, is too large, or is no report.
pub(super) fn read(path: &Path, from: Option<&str>) -> miette::Result<Given> {
    let main = file(path, LARGEST)?;
    let alone = Report::of(name(path), main);
    let format = match from.and_then(formats::format) {
        Some(format) => format,
        None => formats::detect(&alone)?,
    };
    let mut paths = vec![path.to_owned()];
    let mut report = alone;
    let mut left = LARGEST - report.main().1.len();
    for other in beside(path) {
        if (format.belongs)(&name(path), &name(&other)) {
            let bytes = file(&other, left)?;
            left -= bytes.len();
            report.files.push((name(&other), bytes));
            paths.push(other);
        }
    }
    Ok(Given { paths, report, format })
}

fn name(path: &Path) -> String {
    name_of(&path.to_string_lossy()).to_owned()
}

/// The bytes of one file of a report, of which `left` may still be read.
fn file(path: &Path, left: usize) -> miette::Result<Vec<u8>> {
    if std::fs::metadata(path).is_ok_and(|found| found.len() > left as u64) {
        let message = format!("with {} the report is larger than the {LARGEST} bytes that pv reads", path.display());
        return Err(Refused::by(&checks::TOO_LARGE, message).into());
    }
    bounded::read(path, left as u64).map_err(|error| {
        let help = "name the file that the eval tool wrote";
        miette::miette!(code = "gate::unreadable", help = help, "{}: {error}", path.display())
    })
}

/// The other files of the same folder, sorted.
fn beside(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(read) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut others: Vec<PathBuf> = read.filter_map(|entry| Some(entry.ok()?.path())).collect();
    others.retain(|other| other.is_file() && other.file_name() != path.file_name());
    others.sort();
    others
}
