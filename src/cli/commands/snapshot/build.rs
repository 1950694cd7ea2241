//! From rows to a tree: straight on while they come in the order of their keys, else sorted first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::source::{Input, faulty};
use crate::domain::{Digest, Problem};
use crate::kinds::shared::row_tree::KEY_SEPARATOR;
use crate::kinds::shared::rows::stream::Columns;
use crate::store::StoreError;
use crate::store::sorting::Sorter;
use crate::store::staging::{Staged, Staging};
use crate::tree::{Builder, Built, TreeError, Visit};

/// Once so many problems are known, nothing more is read.
const MAX_PROBLEMS: usize = 10;
/// So many repeated keys are told.
const MAX_REPEATED: usize = 5;
/// Rows with more different columns are no table.
const MAX_COLUMNS: usize = 4096;

/// A tree whose chunks are on their way to the large objects.
pub(super) struct Tree {
    pub(super) built: Built,
    pub(super) columns: Columns,
    staging: Staging,
}

impl Tree {
    /// Gives the chunks their names among the large objects.
    pub(super) fn settle(self) -> miette::Result<Staged> {
        Ok(self.staging.settle()?)
    }
}

/// Why rows do not become a tree.
enum Stop {
    /// They do not come in the order of their keys.
    Unordered,
    Problems(Vec<Problem>),
    Failed(miette::Report),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<TreeError> for Stop {
    fn from(error: TreeError) -> Self {
        let help = "check that the disk is not full and that you may write to the repository's directory";
        Self::Failed(miette::miette!(code = "snapshot::tree", help = help, "{error}"))
    }
}

/// The tree of the rows of `inputs`, keyed by the columns `key`; its chunks are staged in `large`.
///
/// # Errors
/// What is wrong with the rows, and when the disk refuses. Nothing is kept then.
pub(super) fn build(inputs: &[Input], key: &[String], large: &Path) -> miette::Result<Tree> {
    let building = Building { inputs, key, large };
    let built = match building.straight() {
        Err(Stop::Unordered) => building.sorted(),
        built => built,
    };
    built.map_err(|stop| match stop {
        Stop::Problems(problems) => faulty(&building.names(), problems),
        Stop::Failed(report) => report,
        Stop::Unordered => miette::miette!("the rows changed while they were read"),
    })
}

struct Building<'b> {
    inputs: &'b [Input],
    key: &'b [String],
    large: &'b Path,
}

impl Building<'_> {
    fn names(&self) -> String {
        self.inputs.iter().map(|input| input.path.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The tree, if the rows come in the order of their keys. Digests never do.
    fn straight(&self) -> Result<Tree, Stop> {
        if self.key.is_empty() {
            return Err(Stop::Unordered);
        }
        let mut staging = Staging::below(self.large)?;
        let mut builder = Builder::new(|digest: &Digest, bytes| kept(&mut staging, digest, &bytes));
        let columns = self.each(&mut |key, row| match builder.push(key, row) {
            Err(TreeError::Unordered { .. }) => Err(Stop::Unordered),
            pushed => Ok(pushed?),
        })?;
        let built = builder.finish()?;
        Ok(Tree { built, columns, staging })
    }

    fn sorted(&self) -> Result<Tree, Stop> {
        let mut staging = Staging::below(self.large)?;
        let mut sorter = Sorter::new(self.large);
        let columns = self.each(&mut |key, row| Ok(sorter.push(key, row)?))?;
        let mut builder = Builder::new(|digest: &Digest, bytes| kept(&mut staging, digest, &bytes));
        let mut repeats = Repeats { by_content: self.key.is_empty(), ..Repeats::default() };
        sorter.finish(&mut |key, row| -> Result<(), Stop> {
            match repeats.key(key) {
                Some(key) => Ok(builder.push(key, row)?),
                None => Ok(()),
            }
        })?;
        if !repeats.found.is_empty() {
            return Err(Stop::Problems(self.repeated(&repeats.found)));
        }
        let built = builder.finish()?;
        Ok(Tree { built, columns, staging })
    }

    /// Hands on every row, unless something is wrong with one.
    fn each(&self, visit: &mut Visit<'_, Stop>) -> Result<Columns, Stop> {
        let (mut columns, mut problems, mut stopped) = (Columns::default(), Vec::new(), Ok(()));
        for input in self.inputs {
            input.read(self.key, &mut |batch| {
                columns.add(&batch.columns);
                problems.extend(batch.problems.iter().cloned());
                if columns.len() > MAX_COLUMNS {
                    problems.push(too_many_columns(&input.path));
                }
                if problems.is_empty() {
                    stopped = batch.rows().try_for_each(|row| visit(row.key.as_bytes(), row.row.as_bytes()));
                }
                stopped.is_ok() && problems.len() < MAX_PROBLEMS && columns.len() <= MAX_COLUMNS
            });
            if stopped.is_err() || problems.len() >= MAX_PROBLEMS {
                break;
            }
        }
        if problems.is_empty() { stopped.map(|()| columns) } else { Err(Stop::Problems(few(problems))) }
    }

    /// Where the rows are that have these keys.
    fn repeated(&self, keys: &BTreeSet<Vec<u8>>) -> Vec<Problem> {
        let mut places: BTreeMap<&[u8], Vec<(&Input, usize)>> = BTreeMap::new();
        for input in self.inputs {
            input.read(self.key, &mut |batch| {
                for row in batch.rows() {
                    if let Some(key) = keys.get(row.key.as_bytes()) {
                        places.entry(key).or_default().push((input, row.at));
                    }
                }
                true
            });
        }
        places.into_iter().filter_map(|(key, places)| self.repeat(key, &places)).collect()
    }

    fn repeat(&self, key: &[u8], places: &[(&Input, usize)]) -> Option<Problem> {
        let ((first, at), (second, other)) = (*places.first()?, *places.get(1)?);
        let place = first.place(at);
        let names = self.key.join("`, `");
        let shown = String::from_utf8_lossy(key).replace(KEY_SEPARATOR, ", ");
        let message = format!(
            "{} rows have `{names}` {shown}; the first is {}:{}",
            places.len(),
            place.path,
            place.line
        );
        let help = "make it unique, name further columns that tell the rows apart (--key A,B), or tell them apart by all that stands in them (--by-content)";
        Some(second.problem(other, "repeated-key", message, help))
    }
}

/// The first few problems, and that there may be more.
fn few(mut problems: Vec<Problem>) -> Vec<Problem> {
    if problems.len() > MAX_PROBLEMS {
        problems.truncate(MAX_PROBLEMS);
    }
    if let Some(last) = problems.last().filter(|_| problems.len() == MAX_PROBLEMS).cloned() {
        let message = "no further than to here was read: there may be more problems";
        problems.push(Problem::of_path(&last.place.path, "more-problems", message, "fix the ones above first"));
    }
    problems
}

fn too_many_columns(path: &str) -> Problem {
    let message = format!("the rows have more than {MAX_COLUMNS} different columns");
    let help = "put what differs from row to row under one column, as a map";
    Problem::of_path(path, "too-many-columns", message, help)
}

fn kept(staging: &mut Staging, digest: &Digest, bytes: &[u8]) -> Result<(), String> {
    staging.keep(digest, bytes).map_err(|error| {
        let cause = std::error::Error::source(&error).map_or_else(String::new, |source| format!(": {source}"));
        format!("{error}{cause}")
    })
}

/// Tells rows with the same key apart, where that is the digest of their content: by an ordinal behind it.
#[derive(Default)]
struct Repeats {
    by_content: bool,
    /// The key of the row before, and how many rows have had it.
    last: Vec<u8>,
    count: u64,
    key: Vec<u8>,
    /// Some keys that more than one row has.
    found: BTreeSet<Vec<u8>>,
}

impl Repeats {
    /// The key of the next row in the tree; `None`: another row has it.
    fn key<'k>(&'k mut self, key: &'k [u8]) -> Option<&'k [u8]> {
        if self.count == 0 || self.last != key {
            key.clone_into(&mut self.last);
            self.count = 1;
            return Some(key);
        }
        self.count += 1;
        if !self.by_content {
            if self.found.len() < MAX_REPEATED {
                self.found.insert(key.to_owned());
            }
            return None;
        }
        key.clone_into(&mut self.key);
        self.key.extend(format!("{KEY_SEPARATOR}{:010}", self.count).into_bytes());
        Some(&self.key)
    }
}
