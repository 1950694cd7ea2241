//! What differs between two sets of rows: added, removed, changed by field, renamed, moved; and what is unfit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::detail::{Details, clipped, readable};
use super::fold::Fold;
use super::{Column, Hash, KeyedBy, Profile, Row, Rows};
use crate::domain::{Event, Fact, Quote};
use crate::kinds::shared::node::{Entry, Node};

/// How much of a field is quoted, in characters.
const QUOTED: usize = 400;

/// What differs between `old` and `new`. Facts beyond twenty of a sort are folded into one that counts them.
///
/// Aspects: the profile's for rows, `column` for columns, `stratum` for strata that lost their last row, `key` for
/// another way of telling rows apart. A changed row's fact carries the role of the changed columns as its mark; the
/// subject is the row's key. Unfit rows (`duplicate`, `keyless`) are told of the new side.
pub fn compare(old: &Rows, new: &Rows, profile: &Profile) -> Vec<Fact> {
    let mut comparison = Comparison {
        profile,
        old,
        new,
        old_details: Details::new(old),
        new_details: Details::new(new),
        fold: Fold::default(),
    };
    comparison.run();
    comparison.fold.finish()
}

struct Comparison<'r> {
    profile: &'r Profile,
    old: &'r Rows,
    new: &'r Rows,
    old_details: Details<'r>,
    new_details: Details<'r>,
    fold: Fold,
}

/// Rows of both sides, matched.
struct Matched<'r> {
    both: Vec<(&'r Row, &'r Row)>,
    /// Where the new row of each pair stands.
    order: Vec<usize>,
    removed: Vec<&'r Row>,
    added: Vec<&'r Row>,
}

impl<'r> Comparison<'r> {
    fn run(&mut self) {
        let same_key = self.old.keyed_by == self.new.keyed_by || self.old.is_empty() || self.new.is_empty();
        if !same_key {
            self.key_changed();
        }
        self.columns();
        self.strata();
        let mut matched = if same_key { by_key(self.old, self.new) } else { by_content(self.old, self.new) };
        self.renamed(&mut matched);
        for &(old, new) in &matched.both {
            if old.whole != new.whole {
                self.changed(old, new);
            }
        }
        matched.removed.iter().for_each(|row| self.gone(row));
        matched.added.iter().for_each(|row| self.came(row));
        self.moved(&matched.order);
        self.unfit();
    }

    fn key_changed(&mut self) {
        let (was, is) = (self.old.keyed_by.phrase(), self.new.keyed_by.phrase());
        let (old, new) = (self.old.first_place(), self.new.first_place());
        self.fold.add(("key", Event::Changed, vec![]), |fact| Fact {
            subject: is.clone(),
            old: old.map(|place| Quote { place, text: was }),
            new: new.map(|place| Quote { place, text: is }),
            ..fact
        });
    }

    fn columns(&mut self) {
        let (old, new) = (self.old, self.new);
        if old.is_empty() || new.is_empty() {
            return;
        }
        for name in old.columns.keys().filter(|name| !new.columns.contains_key(*name)) {
            let quote = old.first_place().map(|place| Quote { place, text: name.clone() });
            let sort = ("column", Event::Removed, vec![(self.profile.role)(name)]);
            self.fold.add(sort, |fact| Fact { subject: name.clone(), old: quote, ..fact });
        }
        for name in new.columns.keys().filter(|name| !old.columns.contains_key(*name)) {
            let quote = new.first_place().map(|place| Quote { place, text: name.clone() });
            let sort = ("column", Event::Added, vec![(self.profile.role)(name)]);
            self.fold.add(sort, |fact| Fact { subject: name.clone(), new: quote, ..fact });
        }
        for (name, was) in &old.columns {
            if let Some(is) = new.columns.get(name).filter(|is| retyped(was, is)) {
                let quote = |rows: &Rows, column: &Column| {
                    rows.first_place().map(|place| Quote { place, text: column.types() })
                };
                let (old, new) = (quote(old, was), quote(new, is));
                let sort = ("column", Event::Changed, vec![(self.profile.role)(name)]);
                self.fold.add(sort, |fact| Fact { subject: name.clone(), old, new, ..fact });
            }
        }
    }

    /// Strata that have no row left. Unless declared, a column with hardly two rows a value names no strata.
    fn strata(&mut self) {
        let old = self.old;
        let names_strata = |values: &BTreeMap<String, usize>| old.strata_declared || values.len() * 2 <= old.len();
        for (column, values) in old.strata.iter().filter(|(_, values)| names_strata(values)) {
            let Some(left) = self.new.strata.get(column) else { continue };
            for (value, rows) in values.iter().filter(|(value, _)| !left.contains_key(*value)) {
                let place = self.old.first_place();
                self.fold.add(("stratum", Event::Removed, vec![]), |fact| Fact {
                    subject: format!("{column} = {value}"),
                    old: place.map(|place| Quote { place, text: format!("{rows} rows") }),
                    ..fact
                });
            }
        }
    }

    /// Rows with the same content under another key are the same rows.
    fn renamed(&mut self, matched: &mut Matched<'r>) {
        if !matches!(self.new.keyed_by, KeyedBy::Column(_)) || self.old.keyed_by != self.new.keyed_by {
            return;
        }
        let mut gone: HashMap<Hash, Vec<&Row>> = HashMap::new();
        for row in matched.removed.iter().rev().filter(|row| !row.keyless) {
            gone.entry(row.content).or_default().push(row);
        }
        let mut found = Vec::new();
        for new in matched.added.iter().filter(|row| !row.keyless) {
            if let Some(old) = gone.get_mut(&new.content).and_then(Vec::pop) {
                found.push((old, *new));
            }
        }
        let is_renamed: BTreeSet<(&str, u32)> =
            found.iter().flat_map(|(old, new)| [(&*old.key, old.nth), (&*new.key, new.nth)]).collect();
        let stays = |row: &&Row| !is_renamed.contains(&(&*row.key, row.nth));
        matched.removed.retain(stays);
        matched.added.retain(stays);
        for (old, new) in found {
            let (was, is) = (self.quote_old(old, &old.key), self.quote_new(new, &new.key));
            self.fold.add((self.profile.aspect, Event::Renamed, vec![]), |fact| Fact {
                subject: old.key.to_string(),
                old: Some(was),
                new: Some(is),
                ..fact
            });
        }
    }

    /// One fact for each role of the columns that changed; columns that all rows lost or gained are told once.
    fn changed(&mut self, old: &Row, new: &Row) {
        let (Some(was), Some(is)) = (self.old_details.node(old), self.new_details.node(new)) else { return };
        let mut by_role: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
        for name in differing(&was, &is) {
            let told_once = !self.old.columns.contains_key(name) || !self.new.columns.contains_key(name);
            if !told_once {
                by_role.entry((self.profile.role)(name)).or_default().push(name);
            }
        }
        let label = self.new_details.label(new);
        for (role, names) in by_role {
            let (old, new) = (quote(self.old, old, &was, &names), quote(self.new, new, &is, &names));
            self.fold.add((self.profile.aspect, Event::Changed, vec![role]), |fact| Fact {
                subject: label.clone(),
                old: Some(old),
                new: Some(new),
                ..fact
            });
        }
    }

    fn gone(&mut self, row: &Row) {
        let (rows, details) = (self.old, &mut self.old_details);
        self.fold.add((self.profile.aspect, Event::Removed, vec![]), |fact| {
            let text = details.node(row).map(|node| readable(&node)).unwrap_or_default();
            let quote = Quote { place: rows.place(row), text: clipped(&text, QUOTED) };
            Fact { subject: details.label(row), old: Some(quote), ..fact }
        });
    }

    fn came(&mut self, row: &Row) {
        let (rows, details) = (self.new, &mut self.new_details);
        self.fold.add((self.profile.aspect, Event::Added, vec![]), |fact| {
            let text = details.node(row).map(|node| readable(&node)).unwrap_or_default();
            let quote = Quote { place: rows.place(row), text: clipped(&text, QUOTED) };
            Fact { subject: details.label(row), new: Some(quote), ..fact }
        });
    }

    fn moved(&mut self, order: &[usize]) {
        let count = order.len() - longest_rise(order);
        if count == 0 {
            return;
        }
        let place = self.new.first_place();
        self.fold.add((self.profile.aspect, Event::Moved, vec![]), |fact| Fact {
            subject: "order".to_owned(),
            new: place.map(|place| Quote { place, text: String::new() }),
            count,
            ..fact
        });
    }

    fn unfit(&mut self) {
        if !matches!(self.new.keyed_by, KeyedBy::Column(_)) {
            return;
        }
        for row in &self.new.rows {
            let mark = match (row.keyless, row.nth) {
                (true, _) => "keyless",
                (false, 0) => continue,
                (false, _) => "duplicate",
            };
            let (rows, details) = (self.new, &mut self.new_details);
            self.fold.add((self.profile.aspect, Event::Unfit, vec![mark]), |fact| {
                let subject = details.label(row);
                let quote = Quote { place: rows.place(row), text: subject.clone() };
                Fact { subject, new: Some(quote), ..fact }
            });
        }
    }

    fn quote_old(&self, row: &Row, text: &str) -> Quote {
        Quote { place: self.old.place(row), text: text.to_owned() }
    }

    fn quote_new(&self, row: &Row, text: &str) -> Quote {
        Quote { place: self.new.place(row), text: text.to_owned() }
    }
}

impl KeyedBy {
    /// For people: what tells the rows apart.
    pub fn phrase(&self) -> String {
        match self {
            Self::Column(name) => format!("the column `{name}`"),
            Self::Content(name) => format!("the content of `{name}`"),
            Self::Row => "the whole row".to_owned(),
        }
    }
}

/// Matches by key; what stands the same at the head and the tail of both sides needs no look-up.
fn by_key<'r>(old: &'r Rows, new: &'r Rows) -> Matched<'r> {
    let same = |(old, new): &(&Row, &Row)| old.whole == new.whole && old.key == new.key && old.nth == new.nth;
    let head = old.rows.iter().zip(&new.rows).take_while(same).count();
    let (old, new) = (&old.rows[head..], &new.rows[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    matched(&old[..old.len() - tail], &new[..new.len() - tail], |row| (&*row.key, row.nth))
}

/// Matches by the whole content, for sides that tell rows apart differently.
fn by_content<'r>(old: &'r Rows, new: &'r Rows) -> Matched<'r> {
    matched(&old.rows, &new.rows, |row| row.whole)
}

fn matched<'r, K: Eq + std::hash::Hash>(old: &'r [Row], new: &'r [Row], key: impl Fn(&'r Row) -> K) -> Matched<'r> {
    let mut waiting: HashMap<K, usize> = new.iter().enumerate().rev().map(|(at, row)| (key(row), at)).collect();
    let mut found = Matched { both: Vec::new(), order: Vec::new(), removed: Vec::new(), added: Vec::new() };
    for row in old {
        match waiting.remove(&key(row)).and_then(|at| Some((at, new.get(at)?))) {
            Some((at, twin)) => {
                found.both.push((row, twin));
                found.order.push(at);
            }
            None => found.removed.push(row),
        }
    }
    let mut left: Vec<usize> = waiting.into_values().collect();
    left.sort_unstable();
    found.added = left.into_iter().filter_map(|at| new.get(at)).collect();
    found
}

/// Whether every value changed its type: the two columns have none in common.
fn retyped(old: &Column, new: &Column) -> bool {
    old.types != 0 && new.types != 0 && old.types & new.types == 0
}

fn differing<'n>(old: &'n Node, new: &'n Node) -> Vec<&'n str> {
    let was: BTreeMap<&str, &Entry> = old.entries().iter().map(|entry| (entry.key.as_str(), entry)).collect();
    let is: BTreeMap<&str, &Entry> = new.entries().iter().map(|entry| (entry.key.as_str(), entry)).collect();
    let names: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let value = |side: &BTreeMap<&str, &Entry>, name: &str| side.get(name).map(|entry| entry.node.canonical());
    names.into_iter().filter(|name| value(&was, name) != value(&is, name)).collect()
}

/// The named fields of a row, at the first of them that the row has.
fn quote(rows: &Rows, row: &Row, node: &Node, names: &[&str]) -> Quote {
    let field = names.iter().find_map(|name| node.entry(name));
    let place = match (rows.file(row), field) {
        (Some(file), Some(field)) => file.place(field.key_span.start),
        _ => rows.place(row),
    };
    Quote { place, text: fields(node, names) }
}

/// The named fields of a row, as a person reads them.
fn fields(row: &Node, names: &[&str]) -> String {
    let field = |name: &&str| row.get(name).map(|node| format!("{name}: {}", clipped(&readable(node), QUOTED)));
    names.iter().filter_map(field).collect::<Vec<_>>().join("\n")
}

/// The length of the longest rising subsequence.
fn longest_rise(order: &[usize]) -> usize {
    let mut tails: Vec<usize> = Vec::new();
    for &at in order {
        let place = tails.partition_point(|&tail| tail < at);
        match tails.get_mut(place) {
            Some(tail) => *tail = at,
            None => tails.push(at),
        }
    }
    tails.len()
}
