//! What changed since the latest release; before the first one, since `HEAD`.

use std::collections::{BTreeSet, HashSet};

use crate::diff::{self, Census, Comparison, Counted};
use crate::domain::ArtefactId;
use crate::git::{Snapshot, Source};
use crate::lock::{Lock, Release};

use super::load::Session;
use super::shipped::{self, Shelf};
use super::sides::Sides;

/// What differs between what `lock` says and `edited`, whose artefacts are `present`. Only what has other digests is read.
///
/// # Errors
/// When the release or a snapshot cannot be read.
pub(super) fn release(
    session: &Session,
    lock: &Lock,
    edited: Snapshot,
    present: &Census,
) -> miette::Result<(Sides, Comparison)> {
    let Some(release) = &lock.release else {
        let sides = Sides::plain(session.head()?, edited);
        let comparison = diff::between(&sides.old, &sides.new, &session.discovery());
        return Ok((sides, comparison));
    };
    let units = units(lock, present);
    let sides = Sides::shipped(shipped(session, release, units.is_empty())?, edited);
    let touched = sides.files_of(&units);
    let (artefacts, problems) = diff::among(&sides.old, &sides.new, &touched, &session.discovery());
    drop(touched);
    Ok((sides, Comparison { artefacts, problems, paths: Vec::new() }))
}

/// The paths of the artefacts that are not what `lock` says, or gone.
fn units<'a>(lock: &'a Lock, present: &'a Census) -> BTreeSet<&'a str> {
    let is_shipped = |it: &&Counted| {
        lock.artefacts.get(&it.id).is_some_and(|entry| entry.path == it.path && entry.digest == it.digest)
    };
    let changed = present.artefacts.iter().filter(|it| !is_shipped(it)).map(|it| it.path.as_str());
    let here: HashSet<&ArtefactId> = present.artefacts.iter().map(|it| &it.id).collect();
    let gone = lock.artefacts.iter().filter(|(id, _)| !here.contains(id)).map(|(_, entry)| entry.path.as_str());
    changed.chain(gone).collect()
}

/// The files of a release. Where none of them is needed, its record is not even opened.
fn shipped(session: &Session, release: &Release, is_unneeded: bool) -> miette::Result<Snapshot> {
    let name = release.name.as_str();
    if is_unneeded {
        return Ok(session.repository.snapshot(&Source::Empty)?.called(&format!("release:{name}")));
    }
    shipped::release(&Shelf::of(&session.repository)?, name)
}
