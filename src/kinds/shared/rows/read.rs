//! Tables to rows: which columns are the key, and then all rows by it.

use super::key::{self, Candidate, KeyedBy};
use super::pass::{Faults, Pass, Reading};
use super::record::Record;
use super::source::{self, Source};
use super::{Layout, Profile, Row, Rows, Table};
use crate::domain::{Problem, SourceFile};
use crate::kinds::Settings;

/// How many rows say which columns may be the key.
const SAMPLE: usize = 4096;

/// The layout that the extension of `path` announces, when it is one of rows only.
pub fn layout_of(path: &str) -> Option<Layout> {
    match path.rsplit('.').next()?.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => Some(Layout::JsonLines),
        "csv" => Some(Layout::Csv(b',')),
        "tsv" => Some(Layout::Csv(b'\t')),
        _ => None,
    }
}

/// Reads the rows of `tables`. A row that cannot be read is a problem; the others are read all the same.
pub fn read(tables: Vec<Table>, profile: &Profile, settings: &Settings) -> (Rows, Vec<Problem>) {
    let mut problems = Vec::new();
    let sources: Vec<Option<Source<'_>>> = tables
        .iter()
        .map(|table| source::open(table).map_err(|found| problems.extend(first_few(found, &table.file))).ok())
        .collect();
    let sample = sample(sources.iter().flatten());
    let mut candidates = key::candidates(&sample, profile, settings.key.as_deref()).into_iter();
    drop(sample);
    let digests = tables.iter().all(|table| !table.file.is_large());
    let (keyed_by, pass) = loop {
        let candidate = candidates.next();
        let keyed_by = candidate.as_ref().map_or(KeyedBy::Row, |candidate| candidate.keyed_by.clone());
        let reading = Reading { profile, settings, keyed_by: &keyed_by, digests, spent: Vec::new() };
        let mut pass = Pass::over(&sources, reading);
        key::mark_repeated(&mut pass.rows);
        if candidate.is_none_or(|candidate: Candidate| candidate.fits(&pass.rows)) {
            break (keyed_by, pass);
        }
    };
    let Pass { rows, asked, digests: found, watched, tally, faults } = pass;
    drop(sources);
    for (table, faults) in tables.iter().zip(faults) {
        problems.extend(faults.told(&table.file));
    }
    let (is_inferred, strata_declared) = (settings.key.is_none(), !settings.strata.is_empty());
    let (tolerance, digests) = (settings.tolerance.clone(), digests.then_some(found));
    (Rows { tables, rows, asked, digests, watched, keyed_by, is_inferred, tally, strata_declared, tolerance }, problems)
}

/// The rows of `tables`, told apart by what is known to; the problems of rows that are none are left out.
pub(super) fn keyed(tables: Vec<Table>, profile: &Profile, settings: &Settings, keyed_by: &KeyedBy) -> Rows {
    let sources: Vec<Option<Source<'_>>> = tables.iter().map(|table| source::open(table).ok()).collect();
    let pass = Pass::over(&sources, Reading { profile, settings, keyed_by, digests: true, spent: Vec::new() });
    drop(sources);
    let Pass { mut rows, asked, digests, watched, tally, .. } = pass;
    key::mark_repeated(&mut rows);
    let (keyed_by, strata_declared) = (keyed_by.clone(), !settings.strata.is_empty());
    let (tolerance, digests) = (settings.tolerance.clone(), Some(digests));
    let is_inferred = false;
    Rows { tables, rows, asked, digests, watched, keyed_by, is_inferred, tally, strata_declared, tolerance }
}

/// The same rows with keys of another sort.
pub(super) fn again(rows: &Rows, profile: &Profile, keyed_by: &KeyedBy) -> Vec<Row> {
    let sources: Vec<Option<Source<'_>>> = rows.tables.iter().map(|table| source::open(table).ok()).collect();
    let settings = &Settings::default();
    Pass::over(&sources, Reading { profile, settings, keyed_by, digests: false, spent: Vec::new() }).rows
}

fn first_few(problems: Vec<Problem>, file: &SourceFile) -> Vec<Problem> {
    let mut faults = Faults::default();
    faults.add(Faults { problems, more: 0 });
    faults.told(file)
}

/// The first rows.
fn sample<'t>(sources: impl Iterator<Item = &'t Source<'t>>) -> Vec<Record> {
    let mut rows = Vec::new();
    for source in sources {
        source.each(&mut |_, found| {
            rows.extend(found.ok().cloned());
            rows.len() < SAMPLE
        });
    }
    rows
}
