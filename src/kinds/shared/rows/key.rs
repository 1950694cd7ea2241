//! Which column tells the rows apart: the one that is set, else inferred, else the content.

use std::collections::{HashMap, HashSet};

use super::{Hash, KeyedBy, Profile, Row, hash, hash_without, hex};
use crate::kinds::shared::node::Node;

/// Columns that by their name alone are the key, even where a few rows repeat it: then the repeats are the fault.
const IDENTITIES: [&str; 4] = ["id", "case_id", "uuid", "key"];

/// The columns that might be the key, with every row's value of each.
pub(super) struct Candidates {
    key_names: &'static [&'static str],
    content_names: &'static [&'static str],
    declared: Option<String>,
    columns: Option<Vec<Candidate>>,
}

struct Candidate {
    keyed_by: KeyedBy,
    /// How many rows in ten may lack the key or repeat it.
    tolerance: usize,
    keys: Vec<Option<Box<str>>>,
    contents: Vec<Hash>,
}

/// What a candidate makes of a row: its key, and the digest of the rest.
pub(super) struct Value {
    key: Option<Box<str>>,
    content: Option<Hash>,
}

impl Candidates {
    pub(super) fn new(profile: &Profile, declared: Option<&str>) -> Self {
        Self {
            key_names: profile.key_names,
            content_names: profile.content_names,
            declared: declared.map(str::to_owned),
            columns: None,
        }
    }

    /// The first row says which columns are candidates.
    pub(super) fn settle(&mut self, first: &Node) {
        if self.columns.is_none() {
            self.columns = Some(self.of_first(first));
        }
    }

    /// The row's value of every candidate.
    pub(super) fn values_of(&self, row: &Node) -> Vec<Value> {
        self.columns.iter().flatten().map(|column| column.value_of(row)).collect()
    }

    /// Takes the values of the next row.
    pub(super) fn take(&mut self, values: Vec<Value>) {
        for (column, value) in self.columns.iter_mut().flatten().zip(values) {
            column.keys.push(value.key);
            column.contents.extend(value.content);
        }
    }

    fn of_first(&self, row: &Node) -> Vec<Candidate> {
        if let Some(declared) = &self.declared {
            return vec![Candidate::new(KeyedBy::Column(declared.clone()), 10)];
        }
        let is_scalar = |name: &str| row.get(name).is_some_and(|node| node.scalar().is_some());
        let known = self.key_names.iter().copied().filter(|name| is_scalar(name)).map(|name| (name, 1));
        let by_suffix = row.entries().iter().map(|entry| entry.key.as_str());
        let by_suffix = by_suffix.filter(|name| name.ends_with("_id") && is_scalar(name)).map(|name| (name, 0));
        let keys = known.chain(by_suffix).take(3);
        let mut found: Vec<Candidate> =
            keys.map(|(name, tolerance)| Candidate::new(KeyedBy::Column(name.to_owned()), tolerance)).collect();
        if found.is_empty() {
            let content = self.content_names.iter().find(|name| row.get(name).is_some());
            found.extend(content.map(|name| Candidate::new(KeyedBy::Content((*name).to_owned()), 0)));
        }
        found
    }

    /// Gives every row its key, and says how the rows are told apart.
    pub(super) fn decide(self, rows: &mut [Row]) -> KeyedBy {
        let chosen = self.columns.into_iter().flatten().find(Candidate::is_fit);
        let keyed_by = chosen.as_ref().map_or(KeyedBy::Row, |candidate| candidate.keyed_by.clone());
        match chosen {
            Some(candidate) => candidate.give(rows),
            None => rows.iter_mut().for_each(|row| row.key = hex(row.whole)),
        }
        number_repeated(rows);
        keyed_by
    }
}

impl Candidate {
    fn new(keyed_by: KeyedBy, tolerance: usize) -> Self {
        Self { keyed_by, tolerance, keys: Vec::new(), contents: Vec::new() }
    }

    fn value_of(&self, row: &Node) -> Value {
        match &self.keyed_by {
            KeyedBy::Column(name) => {
                let key = row.get(name).and_then(Node::scalar).filter(|key| !key.is_empty());
                Value { key: key.map(String::into), content: Some(hash_without(row, name)) }
            }
            KeyedBy::Content(name) => {
                Value { key: row.get(name).map(|node| hex(hash(&node.canonical()))), content: None }
            }
            KeyedBy::Row => Value { key: None, content: None },
        }
    }

    fn is_fit(&self) -> bool {
        let distinct: HashSet<&str> = self.keys.iter().flatten().map(|key| &**key).collect();
        let unfit = self.keys.len() - distinct.len();
        unfit * 10 <= self.keys.len() * self.tolerance
            || (self.is_identity() && (unfit == 1 || unfit * 3 <= self.keys.len()))
    }

    /// Whether the column is called an identity and every row has it.
    fn is_identity(&self) -> bool {
        matches!(&self.keyed_by, KeyedBy::Column(name) if IDENTITIES.contains(&name.as_str()))
            && self.keys.iter().all(Option::is_some)
    }

    fn give(self, rows: &mut [Row]) {
        let contents = self.contents.into_iter().map(Some).chain(std::iter::repeat(None));
        for ((row, key), content) in rows.iter_mut().zip(self.keys).zip(contents) {
            row.keyless = key.is_none();
            row.key = key.unwrap_or_else(|| hex(row.whole));
            row.content = content.unwrap_or(row.whole);
        }
    }
}

fn number_repeated(rows: &mut [Row]) {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let mut numbers = Vec::with_capacity(rows.len());
    for row in rows.iter() {
        let count = seen.entry(&row.key).or_default();
        numbers.push(*count);
        *count += 1;
    }
    rows.iter_mut().zip(numbers).for_each(|(row, nth)| row.nth = nth);
}
