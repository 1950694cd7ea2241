//! Evidence as it stands in a repository: its files, read and checked against the reports that they were read from.

use std::collections::BTreeSet;

use crate::diff::{self, Discovery};
use crate::domain::{ArtefactId, Digest};
use crate::git::Snapshot;
use crate::release::checks::{Refused, evidence as checks};
use crate::release::evidence::{Binding, Evidence, ReportFile, Source, Tree, file};
use crate::release::formats::{self, Reading, Report};
use crate::release::gates::Recorded;
use crate::store::{ObjectSource, StoreError};

/// A report up to this many bytes is committed with its evidence, so that CI has it.
pub(super) const REPORTS_INLINE: u64 = 16 << 20;

/// An evidence file larger than this is none, in bytes.
pub(super) const LARGEST: u64 = 64 << 20;

/// All evidence of a snapshot that is about one of some artefacts.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// What could be read, sorted by path.
    pub(super) recorded: Vec<Recorded>,
    /// The files that are not what `pv gate add` wrote.
    pub(super) altered: Vec<(String, Refused)>,
}

/// The evidence that `snapshot` holds and `wanted` wants, checked against the reports in `objects`; and which of it `base`
/// holds already.
pub(super) fn ledger(
    (snapshot, base): (&Snapshot, Option<&Snapshot>),
    objects: &dyn ObjectSource,
    wanted: impl Fn(&Evidence) -> bool,
) -> Ledger {
    let mut ledger = Ledger::default();
    // A release keeps a copy of what it relied on: one run is one run. Its name says which one it is.
    let mut names = BTreeSet::new();
    for entry in snapshot.entries().iter().filter(|entry| entry.mode.is_file() && file::is_evidence(&entry.path)) {
        let path = &entry.path;
        let read = snapshot.read(entry, LARGEST).map_err(|error| error.to_string());
        let text = read.and_then(|bytes| String::from_utf8(bytes).map_err(|error| error.to_string()));
        let text = text.map_err(|why| Refused::by(&checks::FILE_ALTERED, format!("{path}: {why}")));
        match text.and_then(|text| file::decode(path, &text)) {
            Ok(evidence) if wanted(&evidence) && names.insert(name_of(path)) => {
                let (reading, faults) = match reread(path, &evidence, objects) {
                    Ok(reading) => (Some(reading), Vec::new()),
                    Err(refused) => (None, vec![refused]),
                };
                let is_in_base = base.is_none_or(|base| base.entry(path).is_some());
                ledger.recorded.push(Recorded { path: path.clone(), evidence, faults, reading, is_in_base });
            }
            Ok(_) => {}
            Err(refused) => ledger.altered.push((path.clone(), refused)),
        }
    }
    ledger
}

/// Whether evidence is about one of `ids`, or was run with it.
pub(super) fn concerns<'i>(ids: &'i [ArtefactId]) -> impl Fn(&Evidence) -> bool + 'i {
    move |evidence| ids.iter().any(|id| evidence.subjects.contains_key(id))
}

/// What the report that evidence was read from says.
fn reread(path: &str, evidence: &Evidence, objects: &dyn ObjectSource) -> Result<Reading, Refused> {
    let report = kept(&evidence.source, objects).map_err(|lost| lost.of(path))?;
    let altered = |why: String| Refused::by(&checks::REPORT_ALTERED, format!("{path}: {why}"));
    let reading = again(&evidence.source, &report)
        .map_err(|refused| altered(format!("its report cannot be read any more: {refused}")))?;
    if reading.run != evidence.run {
        return Err(altered("its cases and numbers are not those of its report".to_owned()));
    }
    let stated = evidence.subjects.iter().filter(|(_, subject)| subject.binding == Binding::Stated);
    match stated.into_iter().find(|(id, subject)| reading.stated.get(*id) != Some(&subject.digest)) {
        Some((id, _)) => Err(altered(format!("its report states another digest of {id}, or none"))),
        None => Ok(reading),
    }
}

/// The report that evidence was read from, as it was added.
fn kept(source: &Source, objects: &dyn ObjectSource) -> Result<Report, Lost> {
    let read = |one: &ReportFile| match objects.get(&one.digest) {
        Ok(bytes) => Ok((name_of(&one.path).to_owned(), bytes)),
        Err(error) => Err(Lost { path: one.path.clone(), digest: one.digest.clone(), error }),
    };
    Ok(Report { files: source.files.iter().map(read).collect::<Result<_, _>>()? })
}

/// A report that the store does not have.
struct Lost {
    path: String,
    digest: Digest,
    error: StoreError,
}

impl Lost {
    fn of(self, evidence: &str) -> Refused {
        let check = match self.error {
            StoreError::Corrupt { .. } => &checks::REPORT_ALTERED,
            _ => &checks::REPORT_MISSING,
        };
        let message =
            format!("{evidence}: its report {} ({}) is not in the store: {}", self.path, self.digest, self.error);
        Refused::by(check, message)
    }
}

/// Reads a report as it was read when it was added.
fn again(source: &Source, report: &Report) -> Result<Reading, Refused> {
    match formats::format(&source.format) {
        Some(format) => formats::read(format, report, &source.options),
        None => Err(Refused::by(
            &crate::release::checks::report::UNRECOGNISED,
            format!("this pv has no reader called `{}`", source.format),
        )),
    }
}

/// The last piece of a path.
pub(super) fn name_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The artefacts of a snapshot, and what each of them runs with.
pub(super) fn tree(snapshot: &Snapshot, discovery: &Discovery<'_>) -> Tree {
    Tree::of(snapshot.spec(), &diff::inventory(snapshot, discovery))
}
