//! One pass over the rows of tables, on all cores, a few pieces of them in memory at a time.

use super::key::KeyedBy;
use super::record::Record;
use super::source::{self, Found, Source};
use super::tally::{Counted, Purpose, Tally};
use super::{Hash, Profile, Row, Table};
use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::Settings;
use crate::kinds::shared::document::MAX_PROBLEMS;

/// How many rows are kept for a closer look.
const MAX_WATCHED: usize = 10_000;

/// How rows are read in one pass.
pub(super) struct Reading<'s> {
    pub(super) profile: &'s Profile,
    pub(super) settings: &'s Settings,
    pub(super) keyed_by: &'s KeyedBy,
    /// Whether each row's digest is wanted too.
    pub(super) digests: bool,
    /// Columns whose values are too many to be counted any further.
    pub(super) spent: Vec<String>,
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
pub(super) struct Pass {
    pub(super) rows: Vec<Row>,
    /// The print of what each row asks.
    pub(super) asked: Vec<u64>,
    /// The digest of each row, where it is wanted.
    pub(super) digests: Vec<Hash>,
    /// The rows that are worth a closer look.
    pub(super) watched: Vec<u32>,
    pub(super) tally: Tally,
    /// Of each table.
    pub(super) faults: Vec<Faults>,
}

impl Pass {
    pub(super) fn over(sources: &[Option<Source<'_>>], mut reading: Reading<'_>) -> Self {
        let mut all = Self::default();
        for (table, source) in (0_u16..).zip(sources) {
            all.faults.push(Faults::default());
            let Some(source) = source else { continue };
            let mut pieces = source.pieces();
            loop {
                let of_table = || Self { faults: vec![Faults::default()], ..Self::default() };
                let take = |pass: &mut Self, span, found: Found<'_>| pass.take(&reading, (table, span), found);
                let Some(passes) = pieces.fold(of_table, take) else { break };
                all.reserve(&passes);
                passes.into_iter().for_each(|pass| all.add(pass));
                reading.spent = all.tally.spent();
            }
        }
        all
    }

    fn take(&mut self, reading: &Reading<'_>, at: (u16, Span), found: Found<'_>) {
        match found {
            Ok(record) => self.row(reading, at, record),
            Err(fault) => {
                if let Some(faults) = self.faults.last_mut() {
                    faults.one(fault);
                }
            }
        }
    }

    fn row(&mut self, reading: &Reading<'_>, (table, span): (u16, Span), record: &mut Record) {
        let prints = self.tally.saw(record, |column| reading.purpose(column));
        let key = reading.keyed_by.of(record, prints.whole);
        self.asked.push(prints.asked);
        if reading.digests {
            self.digests.push(record.digest());
        }
        if self.watched.len() < MAX_WATCHED && (reading.profile.watch)(record.text()) {
            self.watched.push(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        }
        self.rows.push(Row {
            key: key.unwrap_or(prints.whole),
            whole: prints.whole.first_chunk().map_or(0, |half| u64::from_be_bytes(*half)),
            start: span.start,
            length: u32::try_from(span.len()).unwrap_or(u32::MAX),
            table,
            keyless: key.is_none(),
            repeated: false,
        });
    }

    /// Makes room for `passes`: twice as much as there is would be too much of millions of rows.
    fn reserve(&mut self, passes: &[Self]) {
        let more: usize = passes.iter().map(|pass| pass.rows.len()).sum();
        if self.rows.capacity() - self.rows.len() < more {
            let more = more.max(self.rows.len() / 8);
            self.rows.reserve_exact(more);
            self.asked.reserve_exact(more);
        }
    }

    /// Adds a pass over the rows after these.
    fn add(&mut self, other: Self) {
        let before = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.watched.extend(other.watched.into_iter().map(|at| before.saturating_add(at)));
        self.watched.truncate(MAX_WATCHED);
        self.rows.extend(other.rows);
        self.asked.extend(other.asked);
        self.digests.extend(other.digests);
        self.tally.add(other.tally);
        if let (Some(faults), Some(more)) = (self.faults.last_mut(), other.faults.into_iter().next()) {
            faults.add(more);
        }
    }
}

/// What `look` finds in the rows of `tables`, in order.
pub(super) fn each_row<T: Send>(tables: &[Table], look: impl Fn(&mut Record) -> Option<T> + Sync) -> Vec<T> {
    let mut all = Vec::new();
    for source in tables.iter().filter_map(|table| source::open(table).ok()) {
        let mut pieces = source.pieces();
        while let Some(found) =
            pieces.fold(Vec::new, |found: &mut Vec<T>, _, row| found.extend(row.ok().and_then(&look)))
        {
            all.extend(found.into_iter().flatten());
        }
    }
    all
}

/// The problems of one file: the first few in full, then how many more.
#[derive(Default)]
pub(super) struct Faults {
    pub(super) problems: Vec<Problem>,
    pub(super) more: usize,
}

impl Faults {
    fn one(&mut self, fault: source::Fault<'_>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.extend(fault());
        } else {
            self.more += 1;
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.problems.extend(other.problems);
        let kept = self.problems.len().min(MAX_PROBLEMS);
        self.more += other.more + self.problems.len() - kept;
        self.problems.truncate(kept);
    }

    pub(super) fn told(mut self, file: &SourceFile) -> Vec<Problem> {
        if self.more > 0 {
            let message = format!("and {} more problems in this file", self.more);
            self.problems.push(Problem::of_path(&file.path, "more-problems", message, "fix the ones above first"));
        }
        self.problems
    }
}
