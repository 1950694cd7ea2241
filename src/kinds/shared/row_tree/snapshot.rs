//! A row snapshot as its kind knows it: what the manifest tells, and where the chunks are.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{RowTree, decode, quote};
use crate::domain::{AtHand, Elsewhere, Event, Fact, Keeper, Place, Problem, Quote, SourceFile, Span, Unheld};
use crate::kinds::shared::part::Part;
use crate::kinds::shared::rows::{self, KeyedBy, Profile, Rows, Whole, Window};
use crate::kinds::{Settings, Unit};
use crate::tree::{TreeError, each_row};

/// Rows of no more bytes are held whenever their artefact is read; as much of a file of rows is held, too.
const HELD: u64 = 8 << 20;
/// The names of no more rows are held: 16 MiB of digests.
const NAMED: u64 = 1 << 20;

/// Rows that are kept as a tree of chunks.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(super) tree: RowTree,
    pub(super) settings: Settings,
    file: SourceFile,
    at_hand: Option<Arc<dyn AtHand>>,
}

impl Snapshot {
    /// The snapshot that `file`, of `unit`, tells of.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn read(file: &SourceFile, unit: &Unit) -> Result<Self, Vec<Problem>> {
        let tree = decode(file)?;
        Ok(Self { tree, settings: unit.settings.clone(), file: file.clone(), at_hand: unit.at_hand.clone() })
    }

    /// The rows, if they are few enough to be held whenever the artefact is read, and their chunks are at hand.
    pub fn held(&self, profile: &Profile) -> Option<Rows> {
        let mut window = (self.tree.bytes <= HELD).then(Window::default)?;
        let mut bytes = 0;
        self.each_row(&mut |_, row| {
            bytes += row.len() as u64;
            // What the manifest tells is not what the tree holds where somebody edited it.
            if bytes <= HELD {
                window.push(&String::from_utf8_lossy(row));
            }
        })
        .ok()?;
        (bytes <= HELD).then(|| rows::of_window(window, profile, &self.settings, &self.keyed_by()))
    }

    /// Digests of what the rows are called, as [`crate::kinds::Signs`] have them; `None` where no column names them, they
    /// are not all at hand or too many to be held.
    pub fn names(&self) -> Option<BTreeSet<[u8; 16]>> {
        let is_named = self.tree.key.len() == 1 && self.tree.rows <= NAMED;
        let mut names = is_named.then(BTreeSet::new)?;
        self.each_row(&mut |key, _| {
            names.insert(rows::digest(key));
        })
        .ok()?;
        Some(names)
    }

    /// Hands on every row, key and value.
    pub(super) fn each_row(&self, visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), TreeError> {
        each_row(&self.tree.root, self.at_hand()?, &mut |key, row| -> Result<(), TreeError> {
            visit(key, row);
            Ok(())
        })
    }

    /// Puts facts about its rows, which have no places of their own, where the manifest names the root.
    pub fn place_all(&self, facts: &mut [Fact]) {
        let place = self.place();
        let quotes = facts.iter_mut().flat_map(|fact| [&mut fact.old, &mut fact.new]);
        quotes.flatten().for_each(|quote| quote.place = place.clone());
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        usize::try_from(self.tree.rows).unwrap_or(usize::MAX)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.tree.rows == 0
    }

    /// The problem that rows stand in other files of the artefact, too.
    pub fn beside_others(&self) -> Problem {
        let help = "keep the rows in one of them: remove the files of rows, or this snapshot";
        let message = "this names rows, and files beside it hold rows, too";
        Problem::at(&self.file, Span::default(), "snapshot-beside-rows", message, help)
    }

    /// Where the manifest names the root.
    pub fn place(&self) -> Place {
        quote(&self.file, "root").map_or_else(|| self.file.place(0), |quote| quote.place)
    }

    /// What it stands for and the large objects hold.
    pub fn elsewhere(&self) -> Elsewhere {
        let (path, address) = (self.file.path.to_string(), self.tree.root.to_string());
        Elsewhere { path, keeper: Keeper::Rows, size: Some(self.tree.bytes), address }
    }

    /// Appends the canonical form. What the rows were read from is no part of it.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        let key = self.tree.key.iter().map(|name| format!("key {name:?}"));
        let columns = self.tree.schema.iter().map(|(name, column)| format!("column {name:?} {column}"));
        for line in [format!("rows {}", self.tree.root)].into_iter().chain(key).chain(columns) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }

    /// The fact that all the rows came or went together.
    pub fn all(&self, event: Event, profile: &Profile) -> Fact {
        let mut fact = Fact::new(profile.aspect, event, "every one").marked("folded");
        fact.count = self.len().max(1);
        let quote = Some(Quote { place: self.place(), text: String::new() });
        match event {
            Event::Removed => fact.old = quote,
            _ => fact.new = quote,
        }
        fact
    }

    /// What the manifest tells, as pieces for people to read.
    pub fn pieces(&self) -> Vec<Part> {
        let tree = &self.tree;
        let key = if tree.key.is_empty() { "the whole row".to_owned() } else { tree.key.join(" + ") };
        let schema: Vec<String> = tree.schema.iter().map(|(name, column)| format!("{name} {column}")).collect();
        let told = [("key", key), ("schema", schema.join(", ")), ("rows", tree.rows.to_string())];
        let told = told.into_iter().chain([("bytes", tree.bytes.to_string()), ("root", tree.root.to_string())]);
        let piece = |(name, text): (&str, String)| {
            let place = quote(&self.file, name).map_or_else(|| self.place(), |quote| quote.place);
            let quote = Quote { place, text };
            Part { aspect: PIECE, key: name.to_owned(), value: String::new(), quote, marks: Vec::new() }
        };
        told.map(piece).collect()
    }

    /// The first rows, at most `count`, as far as their chunks are at hand.
    pub fn first_rows(&self, count: usize) -> Vec<String> {
        let mut rows = Vec::new();
        let visit = &mut |_: &[u8], value: &[u8]| {
            rows.push(String::from_utf8_lossy(value).into_owned());
            if rows.len() < count { Ok(()) } else { Err(Enough) }
        };
        // Chunks that are not at hand show nothing.
        let _ = self.at_hand().map_err(|_| Enough).and_then(|at_hand| each_row(&self.tree.root, at_hand, visit));
        rows
    }

    /// Where its chunks are looked for.
    ///
    /// # Errors
    /// When they are looked for nowhere.
    pub(super) fn at_hand(&self) -> Result<&dyn AtHand, TreeError> {
        self.at_hand.as_deref().ok_or_else(|| Unheld::Absent(self.tree.root.clone()).into())
    }

    /// How its rows are told apart.
    pub(super) fn keyed_by(&self) -> KeyedBy {
        match self.tree.key.as_slice() {
            [] => KeyedBy::Row,
            [name] => KeyedBy::Column(name.clone()),
            names => KeyedBy::Columns(names.to_vec()),
        }
    }

    /// The set as a whole; `counts` tells how many rows have a column that not every row has.
    pub(super) fn whole(&self, counts: impl Fn(&str) -> usize) -> Whole {
        let whole = Whole::new(self.len(), Some(self.place()));
        self.tree.schema.iter().fold(whole, |whole, (name, column)| {
            let rows = if column.is_optional { counts(name) } else { self.len() };
            let sorts: Vec<String> = column.sorts().map(|sort| sort.to_string()).collect();
            whole.with_column(name, sorts.iter().map(String::as_str), rows)
        })
    }
}

/// The aspect of pieces that say how rows are kept.
pub const PIECE: &str = "snapshot";

/// So many rows were seen as were wanted.
struct Enough;

impl From<TreeError> for Enough {
    fn from(_: TreeError) -> Self {
        Self
    }
}
