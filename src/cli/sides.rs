//! The two sides of a comparison, from what was typed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::classify;
use crate::diff::{self, Comparison, Status};
use crate::domain::{ArtefactId, ChangeType, SourceFile};
use crate::git::{Resolved, Snapshot};
use crate::lock;
use crate::report::{Changes, CodeChange, Endpoint, Inputs, SubmoduleChange, Unreadable};

use super::Context;
use super::base::{self, Found};
use super::load::Session;
use super::{released, shipped};

/// Old and new side, and whether they are about one artefact only.
#[derive(Debug)]
pub(super) struct Sides {
    /// The old side.
    pub(super) old: Snapshot,
    /// The new side.
    pub(super) new: Snapshot,
    only: Option<ArtefactId>,
    /// A side made of shipped objects holds artefacts alone: files beside them are no change.
    artefacts_only: bool,
}

impl Sides {
    /// The sides that `pv diff [A [B]] [--staged]` means.
    ///
    /// # Errors
    /// When a side cannot be resolved or read.
    pub(super) fn of(session: &Session, old: Option<&str>, new: Option<&str>, staged: bool) -> miette::Result<Self> {
        let edited = if staged { "index" } else { "worktree" };
        match (old, new) {
            (None, _) => Ok(Self::plain(session.head()?, session.snapshot(edited)?)),
            (Some(old), Some(new)) => Self::named(session, old, new),
            (Some(old), None) if shipped::Named::parse(old).is_some() => Self::named(session, old, edited),
            (Some(old), None) => match session.repository.resolve(old)? {
                Resolved::Range { old, new } => {
                    Ok(Self::plain(session.snapshot(&old.spec)?, session.snapshot(&new.spec)?))
                }
                Resolved::One(_) => Ok(Self::plain(session.snapshot(old)?, session.snapshot(edited)?)),
            },
        }
    }

    pub(super) fn plain(old: Snapshot, new: Snapshot) -> Self {
        Self { old, new, only: None, artefacts_only: false }
    }

    fn named(session: &Session, old: &str, new: &str) -> miette::Result<Self> {
        let (before, first) = shipped::side(session, old)?;
        let (after, second) = shipped::side(session, new)?;
        let artefacts_only = shipped::Named::parse(old).is_some() || shipped::Named::parse(new).is_some();
        Ok(Self { old: before, new: after, only: first.or(second), artefacts_only })
    }

    /// Leaves out what these sides are not about.
    pub(super) fn restrict(&self, comparison: &mut Comparison) {
        if let Some(only) = &self.only {
            comparison.retain(|artefact| artefact.id == *only);
            let paths: Vec<String> = comparison
                .artefacts
                .iter()
                .filter_map(|diff| diff.artefact())
                .map(|artefact| artefact.path.clone())
                .collect();
            comparison.problems.retain(|problem| paths.iter().any(|path| **path == *problem.place.path));
        }
        if self.artefacts_only {
            comparison.paths.clear();
        }
    }
}

/// The report of a comparison.
///
/// # Errors
/// When the lock cannot be read.
pub(super) fn changes(
    schema: &'static str,
    session: &Session,
    comparison: Comparison,
    sides: &Sides,
    context: &Context,
) -> miette::Result<Changes> {
    refuse_broken_lock(&comparison, sides)?;
    let released = released::versions(session, sides, &comparison)?;
    let (code, submodules, unmanaged) =
        (code(session, &comparison), submodules(&comparison), unmanaged(session, &comparison, sides));
    let policy = session.policy();
    let classified = classify::all(comparison.artefacts, &policy);
    let problems = [comparison.problems, classify::ack_faults(&classified, &policy)].concat();
    let mut changes = Changes::build(Inputs {
        schema,
        old: endpoint(&sides.old),
        new: endpoint(&sides.new),
        code,
        submodules,
        unmanaged,
        classified,
        released,
        today: context.now().date(),
        problems,
    });
    changes.summary.chunks_read = chunks_read(sides);
    Ok(changes)
}

/// How many chunks of row snapshots were read for either side.
fn chunks_read(sides: &Sides) -> u64 {
    let (old, new) = (sides.old.at_hand(), sides.new.at_hand());
    let is_one = matches!((&old, &new), (Some(old), Some(new)) if Arc::ptr_eq(old, new));
    old.filter(|_| !is_one).into_iter().chain(new).map(|at_hand| at_hand.reads()).sum()
}

/// A changed pv.lock that cannot be read (conflict markers, above all) stops what would otherwise pass over it.
fn refuse_broken_lock(comparison: &Comparison, sides: &Sides) -> miette::Result<()> {
    let is_changed = comparison.paths.iter().any(|change| change.path == lock::PATH);
    let Some(entry) = sides.new.entry(lock::PATH).filter(|_| is_changed) else { return Ok(()) };
    let bytes =
        sides.new.read(entry, shipped::LARGEST).map_err(|error| Unreadable::new(lock::PATH, vec![error.problem()]))?;
    let file = SourceFile::new(lock::PATH, String::from_utf8_lossy(&bytes).into_owned());
    lock::decode(&file).map(|_| ()).map_err(|problems| Unreadable::new(lock::PATH, problems).into())
}

/// Changed files that look like artefacts and are neither artefacts nor code here.
fn unmanaged(session: &Session, comparison: &Comparison, sides: &Sides) -> Vec<String> {
    let mut paths = diff::unmanaged(comparison, &sides.new, &session.discovery());
    paths.retain(|path| !session.config.is_code(path));
    paths
}

fn endpoint(snapshot: &Snapshot) -> Endpoint {
    Endpoint { spec: snapshot.spec().to_owned(), commit: snapshot.commit().map(ToString::to_string) }
}

fn code(session: &Session, comparison: &Comparison) -> Vec<CodeChange> {
    let changed = comparison.paths.iter().filter(|change| session.config.is_code(&change.path));
    changed
        .map(|change| CodeChange {
            path: change.path.clone(),
            status: match (change.in_old, change.in_new) {
                (false, _) => Status::Added,
                (_, false) => Status::Removed,
                _ => Status::Modified,
            },
            change_type: ChangeType::AgentCode,
        })
        .collect()
}

fn submodules(comparison: &Comparison) -> Vec<SubmoduleChange> {
    let moved = comparison.paths.iter().filter_map(|change| Some((&change.path, change.submodule.clone()?)));
    moved.map(|(path, (old, new))| SubmoduleChange { path: path.clone(), old, new }).collect()
}

impl Sides {
    /// What a release shipped against the files as they are.
    pub(super) fn shipped(old: Snapshot, new: Snapshot) -> Self {
        Self { old, new, only: None, artefacts_only: true }
    }

    /// The files of either side that are one of `units` or stand below one.
    pub(super) fn files_of<'s>(&'s self, units: &BTreeSet<&str>) -> BTreeSet<&'s str> {
        self.files_beside(&self.old, units)
    }

    /// The files of `old` and of the new side that are one of `units` or stand below one.
    pub(super) fn files_beside<'s>(&'s self, old: &'s Snapshot, units: &BTreeSet<&str>) -> BTreeSet<&'s str> {
        let is_in = |path: &str| {
            let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
            folders.chain([path]).any(|prefix| units.contains(prefix))
        };
        let entries = old.entries().iter().chain(self.new.entries());
        entries.map(|entry| entry.path.as_str()).filter(|path| is_in(path)).collect()
    }

    /// Where this branch parted from its base, against the worktree (in a bare repository, HEAD).
    ///
    /// The base: what was asked for, else what pre-commit or the CI service say, else the upstream or the default branch
    /// of the remote, else `HEAD`, which is said on standard error.
    ///
    /// # Errors
    /// When the base is unknown, or cut off by a shallow clone.
    pub(super) fn since_base(session: &Session, typed: Option<&str>, context: &Context) -> miette::Result<Self> {
        let edited = if session.repository.is_bare() { "HEAD" } else { "worktree" };
        match base::find(session, typed, context)? {
            Found::Base(base) => {
                Ok(Self::plain(session.snapshot(&base.parted)?.called(&base.spec), session.snapshot(edited)?))
            }
            found => {
                tell_of_head(&found, context);
                Ok(Self::plain(session.head()?, session.snapshot(edited)?))
            }
        }
    }
}

/// Says that nothing but uncommitted edits is checked. Where all commits have reached the base, only a CI run has to know.
fn tell_of_head(found: &Found, context: &Context) {
    let why = match found {
        Found::Reached(base) if context.variable("CI").is_some() => format!("{base} has every commit of HEAD"),
        Found::Base(_) | Found::Reached(_) => return,
        Found::Nothing => "no base is known here".to_owned(),
    };
    context.shell.note(&format!("pv: {why}, so only uncommitted edits are checked; name a base with --base REV"));
}
