//! Rows that only one of two trees has. A few are held until all are known; of many only what they say is remembered, so
//! that those which only got another name are found among them.

use std::collections::BTreeMap;

use super::compare::text;
use crate::kinds::shared::rows::{self, KeyedBy, Window, Windows};
use crate::tree::{Change, TreeError};

/// Of no more rows a side it is remembered what they say: 64 MiB.
const REMEMBERED: usize = 4 << 20;
/// As many rows that got another name are named.
const NAMED: usize = 20;

/// What a row says beside its key.
type Content = [u8; 16];

/// The rows that came and went.
pub(super) struct Strays<'k> {
    keyed_by: &'k KeyedBy,
    went: Window,
    came: Window,
    /// What those that went and came say, once there are too many to be held.
    many: Option<[Vec<Content>; 2]>,
}

/// Too many rows to be held.
pub(super) struct Many<'k> {
    keyed_by: &'k KeyedBy,
    renamed: BTreeMap<Content, u32>,
}

impl<'k> Strays<'k> {
    pub(super) fn told_apart_by(keyed_by: &'k KeyedBy) -> Self {
        Self { keyed_by, went: Window::default(), came: Window::default(), many: None }
    }

    pub(super) fn went(&mut self, row: &str, windows: &mut Windows<'_>) {
        self.stray(row, 0, windows);
    }

    pub(super) fn came(&mut self, row: &str, windows: &mut Windows<'_>) {
        self.stray(row, 1, windows);
    }

    fn stray(&mut self, row: &str, side: usize, windows: &mut Windows<'_>) {
        let is_named = *self.keyed_by != KeyedBy::Row;
        match &mut self.many {
            Some(contents) if is_named => remember(contents, side, (row, self.keyed_by)),
            _ => {
                let window = if side == 0 { &mut self.went } else { &mut self.came };
                window.push(row);
            }
        }
        if !(self.went.is_full() || self.came.is_full()) {
            return;
        }
        let (went, came) = (std::mem::take(&mut self.went), std::mem::take(&mut self.came));
        let contents = self.many.get_or_insert_default();
        if is_named {
            went.lines().for_each(|row| remember(contents, 0, (row, self.keyed_by)));
            came.lines().for_each(|row| remember(contents, 1, (row, self.keyed_by)));
        } else {
            // Rows without names are told apart by all they say: there is nothing to find out later.
            windows.some(went, came);
        }
    }

    /// All of them, if they are few.
    pub(super) fn few(self) -> Result<(Window, Window), Many<'k>> {
        let Some([mut went, mut came]) = self.many else { return Ok((self.went, self.came)) };
        if *self.keyed_by == KeyedBy::Row {
            return Ok((self.went, self.came));
        }
        let mut renamed = BTreeMap::new();
        if went.len() < REMEMBERED && came.len() < REMEMBERED {
            went.sort_unstable();
            came.sort_unstable();
            renamed = shared(&went, &came);
        }
        Err(Many { keyed_by: self.keyed_by, renamed })
    }
}

fn remember(contents: &mut [Vec<Content>; 2], side: usize, (row, keyed_by): (&str, &KeyedBy)) {
    if let Some(contents) = contents.get_mut(side).filter(|contents| contents.len() < REMEMBERED) {
        contents.push(rows::content(row, keyed_by));
    }
}

/// What stands in both of two sorted lists, and how often.
fn shared(ones: &[Content], others: &[Content]) -> BTreeMap<Content, u32> {
    let (mut ones, mut others) = (ones.iter().peekable(), others.iter().peekable());
    let mut shared = BTreeMap::new();
    while let (Some(one), Some(other)) = (ones.peek(), others.peek()) {
        match one.cmp(other) {
            std::cmp::Ordering::Less => drop(ones.next()),
            std::cmp::Ordering::Greater => drop(others.next()),
            std::cmp::Ordering::Equal => {
                *shared.entry(**one).or_default() += 1;
                ones.next();
                others.next();
            }
        }
    }
    shared
}

impl Many<'_> {
    /// Tells of all the rows, which `again` hands on once more.
    pub(super) fn tell(
        self,
        windows: &mut Windows<'_>,
        again: impl FnOnce(&mut dyn FnMut(Change<'_>)) -> Result<(), TreeError>,
    ) -> Result<(), TreeError> {
        let mut went = Side::of(&self.renamed);
        let mut came = Side::of(&self.renamed);
        again(&mut |change| match change {
            Change::Removed(key, row) if went.takes(key, &text(row), self.keyed_by) => {
                windows.some(std::mem::take(&mut went.window), Window::default());
            }
            Change::Added(key, row) if came.takes(key, &text(row), self.keyed_by) => {
                windows.some(Window::default(), std::mem::take(&mut came.window));
            }
            _ => {}
        })?;
        renames(&went, &came, windows);
        windows.some(went.window, Window::default());
        windows.some(Window::default(), came.window);
        Ok(())
    }
}

/// The rows of one side, seen once more.
struct Side {
    /// How often a content is still to be found as a row with another name.
    renamed: BTreeMap<Content, u32>,
    /// How many rows got another name.
    count: usize,
    /// The names of rows with the first contents.
    names: BTreeMap<Content, Vec<String>>,
    window: Window,
}

impl Side {
    fn of(renamed: &BTreeMap<Content, u32>) -> Self {
        let names = renamed.keys().take(NAMED).map(|content| (*content, Vec::new())).collect();
        Self { renamed: renamed.clone(), count: 0, names, window: Window::default() }
    }

    /// Takes a row; whether the window is full.
    fn takes(&mut self, key: &[u8], row: &str, keyed_by: &KeyedBy) -> bool {
        let content = if self.renamed.is_empty() { None } else { Some(rows::content(row, keyed_by)) };
        let left = content.and_then(|content| self.renamed.get_mut(&content)).filter(|left| **left > 0);
        match (left, content) {
            (Some(left), Some(content)) => {
                *left -= 1;
                self.count += 1;
                if let Some(names) = self.names.get_mut(&content).filter(|names| names.len() < NAMED) {
                    names.push(text(key).replace(super::KEY_SEPARATOR, " / "));
                }
                false
            }
            _ => {
                self.window.push(row);
                self.window.is_full()
            }
        }
    }
}

/// Tells of the rows that got another name: the first by their names, the others by their number.
fn renames(went: &Side, came: &Side, windows: &mut Windows<'_>) {
    let pairs = went.names.values().zip(came.names.values()).flat_map(|(old, new)| old.iter().zip(new));
    let named: Vec<(&String, &String)> = pairs.take(NAMED).collect();
    for (old, new) in &named {
        windows.renamed(old, new, 1);
    }
    if let (more @ 1.., Some((old, new))) = (went.count - named.len(), named.last()) {
        windows.renamed(old, new, more);
    }
}
