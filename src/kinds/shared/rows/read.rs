//! Tables to rows: one pass over the source, a few pieces of it in memory at a time.

use rayon::prelude::*;

use super::key::{self, Candidate, KeyedBy};
use super::lines::{Piece, Pieces};
use super::record::Record;
use super::source::{self, Source};
use super::tally::{Counted, Purpose, Tally};
use super::{Hash, Layout, Profile, Row, Rows, Table};
use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::Settings;
use crate::kinds::shared::document::MAX_PROBLEMS;

/// How many pieces are digested at once.
const AT_ONCE: usize = 16;

/// How many rows are kept for a closer look.
const MAX_WATCHED: usize = 10_000;

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
    let (keyed_by, pass) = loop {
        let candidate = candidates.next();
        let keyed_by = candidate.as_ref().map_or(KeyedBy::Row, |candidate| candidate.keyed_by.clone());
        let pass = Pass::over(&sources, &mut Reading { profile, settings, keyed_by: &keyed_by, spent: Vec::new() });
        if candidate.is_none_or(|candidate: Candidate| candidate.fits(&pass.rows)) {
            break (keyed_by, pass);
        }
    };
    let Pass { mut rows, asked, watched, tally, faults } = pass;
    drop(sources);
    for (table, faults) in tables.iter().zip(faults) {
        problems.extend(faults.told(&table.file));
    }
    rows.shrink_to_fit();
    let distinct = key::mark_repeated(&mut rows);
    let (is_inferred, strata_declared) = (settings.key.is_none(), !settings.strata.is_empty());
    let tolerance = settings.tolerance.clone();
    (
        Rows { tables, rows, asked, watched, keyed_by, distinct, is_inferred, tally, strata_declared, tolerance },
        problems,
    )
}

/// The rows of `tables`, told apart by what is known to; the problems of rows that are none are left out.
pub(super) fn keyed(tables: Vec<Table>, profile: &Profile, settings: &Settings, keyed_by: &KeyedBy) -> Rows {
    let sources: Vec<Option<Source<'_>>> = tables.iter().map(|table| source::open(table).ok()).collect();
    let pass = Pass::over(&sources, &mut Reading { profile, settings, keyed_by, spent: Vec::new() });
    drop(sources);
    let Pass { mut rows, asked, watched, tally, .. } = pass;
    let distinct = key::mark_repeated(&mut rows);
    let (keyed_by, strata_declared) = (keyed_by.clone(), !settings.strata.is_empty());
    let tolerance = settings.tolerance.clone();
    let is_inferred = false;
    Rows { tables, rows, asked, watched, keyed_by, distinct, is_inferred, tally, strata_declared, tolerance }
}

/// The same rows with keys of another sort.
pub(super) fn again(rows: &Rows, profile: &Profile, keyed_by: &KeyedBy) -> Vec<Row> {
    let sources: Vec<Option<Source<'_>>> = rows.tables.iter().map(|table| source::open(table).ok()).collect();
    Pass::over(&sources, &mut Reading { profile, settings: &Settings::default(), keyed_by, spent: Vec::new() }).rows
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

/// How rows are read in one pass.
struct Reading<'s> {
    profile: &'s Profile,
    settings: &'s Settings,
    keyed_by: &'s KeyedBy,
    /// Columns whose values are too many to be counted any further.
    spent: Vec<String>,
}

impl Reading<'_> {
    fn purpose(&self, column: &str) -> Purpose {
        let role = (self.profile.role)(column);
        let counted = match &*self.settings.strata {
            _ if self.spent.iter().any(|name| name == column) => Counted::Not,
            _ if role == "expected" => Counted::Label,
            [] if role == "stratum" => Counted::Stratum,
            declared if declared.iter().any(|name| name == column) => Counted::Stratum,
            _ => Counted::Not,
        };
        let asks = !self.keyed_by.has(column) && !matches!(role, "expected" | "metadata");
        Purpose { counted, asks }
    }
}

/// What came out of a pass over some rows.
#[derive(Default)]
struct Pass {
    rows: Vec<Row>,
    /// A short digest of what each row asks.
    asked: Vec<u64>,
    /// The rows that are worth a closer look.
    watched: Vec<u32>,
    tally: Tally,
    /// Of each table.
    faults: Vec<Faults>,
}

impl Pass {
    fn over(sources: &[Option<Source<'_>>], reading: &mut Reading<'_>) -> Self {
        let mut whole = Self::default();
        for (table, source) in (0_u16..).zip(sources) {
            whole.faults.push(Faults::default());
            match source {
                None => {}
                Some(Source::Lines(file)) => whole.lines(file, table, reading),
                Some(source) => {
                    let mut pass = Self::of_table();
                    source.each(&mut |span, found| pass.take(reading, (table, span), found));
                    whole.add(pass);
                }
            }
        }
        whole
    }

    fn of_table() -> Self {
        Self { faults: vec![Faults::default()], ..Self::default() }
    }

    /// Digests lines on all cores, and takes the rows in order.
    fn lines(&mut self, file: &SourceFile, table: u16, reading: &mut Reading<'_>) {
        let mut pieces = Pieces::of(file);
        loop {
            let batch: Vec<Piece> = pieces.by_ref().take(AT_ONCE).collect();
            if batch.is_empty() {
                return;
            }
            reading.spent = self.tally.spent();
            let reading = &*reading;
            let digest = |piece: &Piece| {
                let mut pass = Self::of_table();
                source::each_line(file, piece, &mut |span, found| pass.take(reading, (table, span), found));
                pass
            };
            let digested: Vec<Self> = batch.par_iter().map(digest).collect();
            digested.into_iter().for_each(|pass| self.add(pass));
        }
    }

    fn take(
        &mut self,
        reading: &Reading<'_>,
        (table, span): (u16, Span),
        found: Result<&mut Record, source::Fault<'_>>,
    ) -> bool {
        match found {
            Ok(record) => self.row(reading, (table, span), record),
            Err(fault) => {
                if let Some(faults) = self.faults.last_mut() {
                    faults.one(fault);
                }
            }
        }
        true
    }

    fn row(&mut self, reading: &Reading<'_>, (table, span): (u16, Span), record: &mut Record) {
        let whole: Hash = record.digest();
        let key = reading.keyed_by.of(record, whole);
        self.asked.push(self.tally.saw(record, |column| reading.purpose(column)));
        if self.watched.len() < MAX_WATCHED && (reading.profile.watch)(record.text()) {
            self.watched.push(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        }
        let length = u32::try_from(span.len()).unwrap_or(u32::MAX);
        let (start, keyless) = (span.start, key.is_none());
        self.rows.push(Row { key: key.unwrap_or(whole), whole, start, length, table, keyless, repeated: false });
    }

    /// Adds a pass over the rows after these.
    fn add(&mut self, other: Self) {
        let before = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.watched.extend(other.watched.into_iter().map(|at| before.saturating_add(at)));
        self.watched.truncate(MAX_WATCHED);
        self.rows.extend(other.rows);
        self.asked.extend(other.asked);
        self.tally.add(other.tally);
        if let (Some(faults), Some(more)) = (self.faults.last_mut(), other.faults.into_iter().next()) {
            faults.add(more);
        }
    }
}

/// The problems of one file: the first few in full, then how many more.
#[derive(Default)]
struct Faults {
    problems: Vec<Problem>,
    more: usize,
}

impl Faults {
    fn one(&mut self, fault: source::Fault<'_>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.extend(fault());
        } else {
            self.more += 1;
        }
    }

    fn add(&mut self, other: Self) {
        self.problems.extend(other.problems);
        let kept = self.problems.len().min(MAX_PROBLEMS);
        self.more += other.more + self.problems.len() - kept;
        self.problems.truncate(kept);
    }

    fn told(mut self, file: &SourceFile) -> Vec<Problem> {
        if self.more > 0 {
            let message = format!("and {} more problems in this file", self.more);
            self.problems.push(Problem::of_path(&file.path, "more-problems", message, "fix the ones above first"));
        }
        self.problems
    }
}
