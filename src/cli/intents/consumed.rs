//! Intents move with the release that consumes them: `changes/x.md` becomes `releases/<name>/changes/x.md`.

use std::collections::BTreeSet;
use std::path::Path;

use super::LARGEST;
use crate::cli::load::Session;
use crate::git::{Entry, Snapshot};
use crate::lock::ReleaseName;
use crate::release::intents::{self, Intent};
use crate::store::below::remove_below;
use crate::store::write_below;

/// Writes what `source` holds of `intents` beside the record of the release `name`.
///
/// # Errors
/// When one cannot be read or written.
pub(in crate::cli) fn copy(
    intents: &[Intent],
    source: &Snapshot,
    root: &Path,
    name: &ReleaseName,
) -> miette::Result<()> {
    for intent in intents {
        let Some(entry) = source.entry(&intent.path) else { continue };
        let bytes = source.read(entry, LARGEST).map_err(|error| miette::miette!("{error}"))?;
        write_below(root, &format!("releases/{name}/{}", intent.path), &bytes)?;
    }
    Ok(())
}

/// Removes `intents` from the worktree, once they stand beside the record; what is gone already is no fault.
///
/// # Errors
/// When one was edited since it was committed in `source`: it stays. When the system refuses.
pub(in crate::cli) fn consume(intents: &[Intent], source: &Snapshot, session: &Session) -> miette::Result<()> {
    if intents.is_empty() {
        return Ok(());
    }
    let worktree = session.snapshot("worktree")?;
    for intent in intents {
        let (Some(committed), Some(there)) = (source.entry(&intent.path), worktree.entry(&intent.path)) else {
            continue;
        };
        if !is_same((source, committed), (&worktree, there)) {
            return Err(miette::miette!(
                code = "lock::uncommitted",
                help = "commit the edit or take it back, then run `pv lock` again: it continues",
                "{} was edited while the release was written, and stays where it is",
                intent.path
            ));
        }
        remove_below(session.root()?, &intent.path)?;
    }
    Ok(())
}

/// The intents whose edits are not committed. One that an interrupted release has moved is none.
pub(in crate::cli) fn uncommitted(head: &Snapshot, worktree: &Snapshot) -> Vec<String> {
    let entries = head.entries().iter().chain(worktree.entries());
    let paths: BTreeSet<&str> =
        entries.map(|entry| entry.path.as_str()).filter(|path| intents::is_intent(path)).collect();
    let is_edited = |path: &&str| match (head.entry(path), worktree.entry(path)) {
        (Some(committed), Some(edited)) => !is_same((head, committed), (worktree, edited)),
        (Some(committed), None) => !has_moved(committed, head, worktree),
        _ => true,
    };
    paths.into_iter().filter(is_edited).map(str::to_owned).collect()
}

/// Whether two files are the same bytes.
pub(super) fn is_same((one, old): (&Snapshot, &Entry), (other, new): (&Snapshot, &Entry)) -> bool {
    match (old.oid, new.oid) {
        (Some(old), Some(new)) => old == new,
        _ => one.read(old, LARGEST).is_ok_and(|bytes| other.read(new, LARGEST).is_ok_and(|others| bytes == others)),
    }
}

/// Whether the very bytes of an intent that `head` holds stand beside some release's record.
fn has_moved(committed: &Entry, head: &Snapshot, worktree: &Snapshot) -> bool {
    let entries = worktree.entries().iter();
    let mut copies = entries.filter(|entry| intents::origin(&entry.path) == Some(&committed.path));
    copies.any(|copy| is_same((head, committed), (worktree, copy)))
}
