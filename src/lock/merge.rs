//! Merging locks entry by entry: for git's merge driver, and for `pv lock` on a file with conflict markers.

use std::collections::{BTreeMap, BTreeSet};

use super::encode::{SENTINEL, begin, by_spelling, entry_table, release_table};
use super::next::{Refusal, refuse_to_drop};
use super::{Entry, Lock, Release, conflict, decode};
use crate::domain::{ArtefactId, Problem, SourceFile};

/// What one part of a lock is after a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged<T> {
    /// Both sides agree, or only one changed it. `None`: it is gone.
    Clean(Option<T>),
    /// Both sides changed it, each in its own way (`None`: removed it).
    Conflict {
        /// The current branch's.
        ours: Option<T>,
        /// The merged branch's.
        theirs: Option<T>,
    },
}

/// A merge of two locks, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The release.
    pub release: Merged<Release>,
    /// Every artefact of either side.
    pub artefacts: BTreeMap<ArtefactId, Merged<Entry>>,
    /// Keys of either side that this pv does not know; writing the merged lock would drop them.
    pub unknown: Vec<String>,
}

/// Merges `ours` and `theirs`, which both come from `base`. Without a base, what only one side has is taken.
pub fn merge(base: Option<&Lock>, ours: &Lock, theirs: &Lock) -> Merge {
    let release = |lock: &Lock| lock.release.clone();
    let ids: BTreeSet<&ArtefactId> = ours.artefacts.keys().chain(theirs.artefacts.keys()).collect();
    let entry = |lock: &Lock, id: &ArtefactId| lock.artefacts.get(id).cloned();
    let artefacts = ids.into_iter().map(|id| {
        let merged = part(base.map(|base| entry(base, id)), entry(ours, id), entry(theirs, id));
        (id.clone(), merged)
    });
    let unknown: BTreeSet<&String> = ours.unknown.iter().chain(&theirs.unknown).collect();
    Merge {
        release: part(base.map(release), release(ours), release(theirs)),
        artefacts: artefacts.collect(),
        unknown: unknown.into_iter().cloned().collect(),
    }
}

/// Reads a lock with conflict markers and merges its sides.
///
/// # Errors
/// What is wrong with the markers or with a side; places are those of the side's text.
pub fn conflicted(file: &SourceFile) -> Result<Merge, Vec<Problem>> {
    let sides = conflict::split(file)?;
    let side = |text: &str| decode(&SourceFile::new(file.path.clone(), text));
    // The base of a criss-cross merge may have conflicts itself; the merge then does without.
    let base = sides.base.and_then(|base| side(&base).ok());
    Ok(merge(base.as_ref(), &side(&sides.ours)?, &side(&sides.theirs)?))
}

impl Merge {
    /// The merged lock; `None` when something is in conflict.
    pub fn clean(&self) -> Option<Lock> {
        let mut artefacts = BTreeMap::new();
        for (id, merged) in &self.artefacts {
            artefacts.extend(merged.clean()?.clone().map(|entry| (id.clone(), entry)));
        }
        Some(Lock { release: self.release.clean()?.clone(), artefacts, unknown: self.unknown.clone() })
    }

    /// What is in conflict: `the release`, and artefacts by their identities.
    pub fn conflicts(&self) -> impl Iterator<Item = String> {
        let release = self.release.clean().is_none().then(|| "the release".to_owned());
        let artefacts = self.artefacts.iter().filter(|(_, merged)| merged.clean().is_none());
        release.into_iter().chain(artefacts.map(|(id, _)| id.to_string()))
    }

    /// Why the merged lock may not be written: it would lose keys of a newer pv.
    pub fn refusal(&self) -> Option<Refusal> {
        let lost = Lock { unknown: self.unknown.clone(), ..Lock::default() };
        refuse_to_drop(&lost)
    }

    /// The text of the merged lock, with conflict markers around just the tables in conflict. `labels` name the sides.
    pub fn text(&self, labels: (&str, &str)) -> String {
        let mut out = begin();
        out.raw(&self.release.text(labels, release_table));
        for (id, merged) in by_spelling(&self.artefacts) {
            out.raw(&merged.text(labels, |entry| entry_table(id, entry)));
        }
        out.finish(SENTINEL)
    }
}

impl<T> Merged<T> {
    fn clean(&self) -> Option<&Option<T>> {
        match self {
            Self::Clean(value) => Some(value),
            Self::Conflict { .. } => None,
        }
    }

    fn text(&self, (ours_label, theirs_label): (&str, &str), table: impl Fn(&T) -> String) -> String {
        let text = |side: &Option<T>| side.as_ref().map(&table).unwrap_or_default();
        match self {
            Self::Clean(value) => text(value),
            Self::Conflict { ours, theirs } => {
                let (ours, theirs) = (text(ours), text(theirs));
                format!("<<<<<<< {ours_label}\n{ours}=======\n{theirs}>>>>>>> {theirs_label}\n")
            }
        }
    }
}

fn part<T: PartialEq>(base: Option<Option<T>>, ours: Option<T>, theirs: Option<T>) -> Merged<T> {
    match base {
        _ if ours == theirs => Merged::Clean(ours),
        Some(base) if base == ours => Merged::Clean(theirs),
        Some(base) if base == theirs => Merged::Clean(ours),
        None if ours.is_none() || theirs.is_none() => Merged::Clean(ours.or(theirs)),
        _ => Merged::Conflict { ours, theirs },
    }
}
