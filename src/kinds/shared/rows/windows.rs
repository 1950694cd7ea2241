//! Rows that come in windows: of two sets too large to be held, a few rows of both sides at a time.

use std::collections::BTreeSet;

use super::compare::{How, Scope, window};
use super::detail::Details;
use super::fold::{FOLDED, Fold};
use super::record::Record;
use super::{Hash, KeyedBy, Layout, Profile, Rows, Table, Whole, aggregate, columns, hash, pass, quick, read};
use crate::domain::{Event, Fact, Place, Quote, SourceFile};
use crate::kinds::Settings;
use crate::kinds::shared::print;

/// Rows of a window, one canonical JSON object a line.
#[derive(Debug, Default)]
pub struct Window {
    text: String,
    rows: usize,
}

impl Window {
    /// No window has more rows.
    pub const ROWS: usize = 20_000;
    /// A window ends after this many bytes.
    const BYTES: usize = 16 << 20;

    /// Adds a row.
    pub fn push(&mut self, row: &str) {
        self.text.push_str(row);
        self.text.push('\n');
        self.rows += 1;
    }

    /// Whether it has room for no more.
    pub fn is_full(&self) -> bool {
        self.rows >= Self::ROWS || self.text.len() >= Self::BYTES
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The rows.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Adds the rows of another.
    pub fn append(&mut self, other: Self) {
        self.text.push_str(&other.text);
        self.rows += other.rows;
    }
}

/// How the rows of windows are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'r> {
    /// What `pv.toml` says.
    pub settings: &'r Settings,
    /// How rows are told apart.
    pub keyed_by: &'r KeyedBy,
    /// What is unfit about rows, each for itself.
    pub unfit: fn(&Rows) -> Vec<Fact>,
}

/// A comparison of two sets of which windows come one after the other.
pub struct Windows<'r> {
    how: &'r How<'r>,
    reading: Reading<'r>,
    told_once: BTreeSet<String>,
    size: Option<Fact>,
    fold: Fold,
}

impl<'r> Windows<'r> {
    /// Of sets that are known as a whole.
    pub fn of((old, new): (&Whole, &Whole), how: &'r How<'r>, reading: Reading<'r>) -> Self {
        let mut fold = Fold::default();
        columns::facts(old, new, how.profile, &mut fold);
        let told_once = columns::told_once(old, new, how.profile);
        Self { how, reading, told_once, size: aggregate::size(old, new, how.thresholds), fold }
    }

    /// Compares all rows that differ.
    pub fn only(&mut self, old: Window, new: Window) {
        self.add((old, new), Scope::Differing);
    }

    /// Compares some of the rows that differ.
    pub fn some(&mut self, old: Window, new: Window) {
        self.add((old, new), Scope::Some);
    }

    /// Tells what is unfit about rows.
    pub fn inspect(&mut self, rows: Window) {
        let rows = self.read(rows);
        (self.reading.unfit)(&rows).into_iter().for_each(|fact| self.fold.take(fact));
    }

    /// What is unfit about rows is told where the old ones were not unfit in that way.
    fn add(&mut self, (old, new): (Window, Window), scope: Scope) {
        if old.is_empty() && new.is_empty() {
            return;
        }
        let (old, new) = (self.read(old), self.read(new));
        self.fold = window((&old, &new), self.how, &self.told_once, scope, std::mem::take(&mut self.fold));
        let had = (self.reading.unfit)(&old);
        let alike = |one: &Fact, other: &Fact| {
            one.aspect == other.aspect && one.subject == other.subject && one.marks == other.marks
        };
        let found = (self.reading.unfit)(&new).into_iter();
        found.filter(|fact| !had.iter().any(|old| alike(old, fact))).for_each(|fact| self.fold.take(fact));
    }

    /// Tells that `count` rows go by another name, this one among them.
    pub fn renamed(&mut self, old: &str, new: &str, count: usize) {
        let quote =
            |text: &str| Some(Quote { place: Place { path: "".into(), line: 1, column: 1 }, text: text.to_owned() });
        let fact = Fact::new(self.how.profile.aspect, Event::Renamed, old);
        let fact = Fact { old: quote(old), new: quote(new), count, ..fact };
        self.fold.take(if count > 1 { fact.marked(FOLDED) } else { fact });
    }

    /// Tells a fact about the sets as a whole.
    pub fn tell(&mut self, fact: Fact) {
        self.fold.take(fact);
    }

    /// What differs.
    pub fn finish(self) -> Vec<Fact> {
        let mut facts = self.fold.finish();
        facts.extend(self.size);
        facts
    }

    /// The rows of a window. Lines stand for nothing: a caller knows where the set is.
    fn read(&mut self, window: Window) -> Rows {
        let count = window.rows;
        let rows = of_window(window, self.how.profile, self.reading.settings, self.reading.keyed_by);
        if let Some(more @ 1..) = count.checked_sub(rows.len()) {
            self.fold.take(Fact { count: more, ..Fact::new("rows", Event::Unfit, "what is no JSON object") });
        }
        rows
    }
}

/// The digest of a row in canonical JSON: two rows have the same when they say the same.
pub fn digest(row: &[u8]) -> [u8; 16] {
    hash(row)
}

/// The print of what a row is called, as [`Rows::keys`] have it.
pub fn print_of_name(name: &str) -> [u8; 16] {
    print::long(name.as_bytes())
}

/// The rows of a window, which has no places of its own.
pub fn of_window(window: Window, profile: &Profile, settings: &Settings, keyed_by: &KeyedBy) -> Rows {
    let table = Table { file: SourceFile::new("", window.text), layout: Layout::JsonLines };
    read::keyed(vec![table], profile, settings, keyed_by)
}

/// Names the columns of a row in canonical JSON.
pub fn each_column(row: &str, mut visit: impl FnMut(&str)) {
    let mut record = Record::default();
    if quick::read(row, &mut record).is_some() {
        record.cells().for_each(|cell| visit(cell.name));
    }
}

/// The digest of what a row in canonical JSON says beside its key.
pub fn content(row: &str, keyed_by: &KeyedBy) -> [u8; 16] {
    let mut record = Record::default();
    if quick::read(row, &mut record).is_none() {
        return hash(row.as_bytes());
    }
    record.retain(|name| !keyed_by.has(name));
    record.digest()
}

impl Rows {
    /// The set as a whole.
    pub fn whole(&self) -> Whole {
        Whole::of(self)
    }

    /// The digest of each row, in order.
    pub fn digests(&self) -> Vec<[u8; 16]> {
        let read = || pass::each_row(&self.tables, |record| Some(record.digest()));
        self.digests.clone().unwrap_or_else(read)
    }

    /// Hands on the canonical JSON of the rows whose digest is `wanted`, in order.
    pub fn pick(&self, mut wanted: impl FnMut(&Hash) -> bool, mut visit: impl FnMut(&str)) {
        let mut details = Details::new(self);
        let digests = self.digests();
        for (row, _) in self.rows.iter().zip(&digests).filter(|(_, digest)| wanted(digest)) {
            if let Some(detail) = details.of(row) {
                visit(&detail.node.canonical());
            }
        }
    }
}
