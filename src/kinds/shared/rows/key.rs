//! Which columns tell the rows apart: the one that is set, else inferred, else the content, else the whole row.

use std::collections::{BTreeSet, HashSet};

use super::matching;
use super::record::{Cell, Record};
use super::{Hash, Profile, Row, Sort};
use crate::kinds::shared::print;

/// Columns that by their name alone are the key, even where a few rows repeat it: then the repeats are the fault.
const IDENTITIES: [&str; 4] = ["id", "case_id", "uuid", "key"];
/// Other names of columns that number or name their rows.
const NUMBERS: [&str; 10] = ["no", "nr", "num", "number", "slug", "code", "ref", "row", "seq", "hash"];
/// Ends of names of such columns.
const ENDS: [&str; 7] = ["_id", "Id", "_no", "_number", "_key", "_uuid", "_slug"];
/// How many columns are tried together, and how long their values may be.
const COMBINED: usize = 8;
const SHORT: usize = 64;

/// How rows are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyedBy {
    /// By the value of this column.
    Column(String),
    /// By the values of these columns together.
    Columns(Vec<String>),
    /// By the digest of this column's value.
    Content(String),
    /// By the digest of the whole row.
    Row,
}

impl KeyedBy {
    /// For people: what tells the rows apart.
    pub fn phrase(&self) -> String {
        match self {
            Self::Column(name) => format!("the column `{name}`"),
            Self::Columns(names) => format!("the columns `{}` together", names.join("`, `")),
            Self::Content(name) => format!("the content of `{name}`"),
            Self::Row => "the whole row".to_owned(),
        }
    }

    /// Whether the key is what a row is called, and not what it says.
    pub(super) fn is_name(&self) -> bool {
        matches!(self, Self::Column(_) | Self::Columns(_))
    }

    /// Whether `column` belongs to the key.
    pub(super) fn has(&self, column: &str) -> bool {
        match self {
            Self::Column(name) => name == column,
            Self::Columns(names) => names.iter().any(|name| name == column),
            Self::Content(_) | Self::Row => false,
        }
    }

    /// The key of a row; `None`: it has none.
    pub(super) fn of(&self, record: &Record, whole: Hash) -> Option<Hash> {
        match self {
            Self::Column(name) => text_of(record, name).map(|name| print::long(name.as_bytes())),
            Self::Columns(_) => self.name_of(record).map(|name| print::long(name.as_bytes())),
            Self::Content(name) => record.get(name).map(|cell| print::long(cell.value.as_bytes())),
            Self::Row => Some(whole),
        }
    }

    /// What a row is called, where the key is a name.
    pub(super) fn name_of(&self, record: &Record) -> Option<String> {
        match self {
            Self::Column(name) => text_of(record, name).map(str::to_owned),
            Self::Columns(names) => {
                let values: Option<Vec<&str>> = names.iter().map(|name| text_of(record, name)).collect();
                values.map(|values| values.join(" / "))
            }
            Self::Content(_) | Self::Row => None,
        }
    }
}

/// The text of a column that is a scalar and not empty.
fn text_of<'r>(record: &'r Record, name: &str) -> Option<&'r str> {
    record.get(name).and_then(Cell::scalar).filter(|text| !text.is_empty())
}

/// A way to tell rows apart that is worth a try.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) keyed_by: KeyedBy,
    /// How many rows in ten may lack the key or repeat it.
    tolerance: usize,
}

impl Candidate {
    fn new(keyed_by: KeyedBy, tolerance: usize) -> Self {
        Self { keyed_by, tolerance }
    }

    /// Whether it tells the rows apart well enough: so many of them, so many with a key, so many different keys.
    fn is_fit(&self, rows: usize, present: usize, different: usize) -> bool {
        let unfit = rows - different;
        let is_identity = matches!(&self.keyed_by, KeyedBy::Column(name) if IDENTITIES.contains(&name.as_str()));
        unfit * 10 <= rows * self.tolerance || (is_identity && present == rows && (unfit == 1 || unfit * 3 <= rows))
    }

    /// Whether it tells `rows` apart well enough, whose repeated keys are marked.
    pub(super) fn fits(&self, rows: &[Row]) -> bool {
        let present = rows.iter().filter(|row| !row.keyless).count();
        self.is_fit(rows.len(), present, rows.iter().filter(|row| !row.keyless && !row.repeated).count())
    }

    fn fits_sample(&self, sample: &[Record]) -> bool {
        let mut keys: Vec<Hash> = sample.iter().filter_map(|row| self.keyed_by.of(row, Hash::default())).collect();
        let present = keys.len();
        keys.sort_unstable();
        keys.dedup();
        self.is_fit(sample.len(), present, keys.len())
    }
}

/// The ways that are worth a try by what a sample of the rows shows, best first.
pub(super) fn candidates(sample: &[Record], profile: &Profile, declared: Option<&str>) -> Vec<Candidate> {
    if let Some(name) = declared {
        return vec![Candidate::new(KeyedBy::Column(name.to_owned()), 10)];
    }
    let named = named(sample, profile).into_iter().take(3);
    let parts = components(sample, profile);
    let (numbers, others): (Vec<&str>, Vec<&str>) = parts.iter().partition(|name| is_number(name));
    let content = profile.content_names.iter().copied().find(|name| sample.iter().any(|row| row.get(name).is_some()));
    let one = |name: &str| Candidate::new(KeyedBy::Column(name.to_owned()), 0);
    let all = named
        .chain(numbers.into_iter().map(one))
        .chain(content.map(|name| Candidate::new(KeyedBy::Content(name.to_owned()), 1)))
        .chain(others.into_iter().filter(|_| sample.len() > COMBINED).map(one))
        .chain(combined(&parts).filter(|_| sample.len() > COMBINED));
    all.filter(|candidate| candidate.fits_sample(sample)).take(3).collect()
}

fn named(sample: &[Record], profile: &Profile) -> Vec<Candidate> {
    let is_scalar = |name: &str| sample.iter().any(|row| row.get(name).is_some_and(|cell| cell.scalar().is_some()));
    let known = profile.key_names.iter().copied().filter(|name| is_scalar(name)).map(|name| (name, 1));
    let by_end: BTreeSet<&str> =
        sample.iter().flat_map(Record::cells).map(|cell| cell.name).filter(|name| name.ends_with("_id")).collect();
    let by_end = by_end.into_iter().filter(|name| is_scalar(name)).map(|name| (name, 0));
    let found = known.chain(by_end);
    found.map(|(name, tolerance)| Candidate::new(KeyedBy::Column(name.to_owned()), tolerance)).collect()
}

fn is_number(name: &str) -> bool {
    NUMBERS.contains(&name.to_ascii_lowercase().as_str()) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Columns whose values are short and in every row, and that are not what is asked, expected or noted.
fn components<'s>(sample: &'s [Record], profile: &Profile) -> Vec<&'s str> {
    let Some(first) = sample.first() else { return Vec::new() };
    let is_content = |name: &str| {
        profile.content_names.contains(&name)
            || matches!((profile.role)(name), "input" | "expected" | "rubric" | "weight" | "metadata" | "timestamp")
    };
    let is_short = |cell: Cell<'_>| {
        let is_whole = cell.sort == Sort::TEXT || (cell.sort == Sort::NUMBER && !cell.value.contains(['.', 'e']));
        is_whole && cell.value.len() <= SHORT
    };
    let is_component = |name: &str| sample.iter().all(|row| row.get(name).is_some_and(is_short));
    let names = first.cells().map(|cell| cell.name);
    names.filter(|name| !is_content(name) && is_component(name)).take(COMBINED).collect()
}

/// Pairs of columns, then threes.
fn combined<'n>(names: &'n [&'n str]) -> impl Iterator<Item = Candidate> + 'n {
    let of =
        |names: &[&str]| Candidate::new(KeyedBy::Columns(names.iter().map(|name| (*name).to_owned()).collect()), 0);
    let after = |at: usize| names.iter().enumerate().skip(at + 1);
    let pairs = names.iter().enumerate().flat_map(move |(i, a)| after(i).map(move |(_, b)| of(&[a, b])));
    let threes = names
        .iter()
        .enumerate()
        .flat_map(move |(i, a)| after(i).flat_map(move |(j, b)| after(j).map(move |(_, c)| of(&[a, b, c]))));
    pairs.chain(threes)
}

/// Marks the rows whose key an earlier row has.
pub(super) fn mark_repeated(rows: &mut [Row]) {
    let order = matching::by_head(0, rows, |row| row.key);
    let alike = order.chunk_by(|one, other| one.0 == other.0).filter(|alike| alike.len() > 1);
    let mut repeated: Vec<u32> = Vec::new();
    for alike in alike {
        let mut seen: HashSet<Hash> = HashSet::new();
        let key = |at: u32| rows.get(at as usize).map(|row| row.key).unwrap_or_default();
        repeated.extend(alike.iter().map(|(_, at)| *at).filter(|&at| !seen.insert(key(at))));
    }
    drop(order);
    for &at in &repeated {
        if let Some(row) = rows.get_mut(at as usize) {
            row.repeated = true;
        }
    }
}
