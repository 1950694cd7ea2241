//! What the artefacts of a comparison were called when they last shipped, and what the next release must call them.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify;
use crate::diff::{self, Comparison};
use crate::domain::{ArtefactId, Bump, SourceFile};
use crate::lock::{self, Lock};
use crate::report::Released;

use super::load::Session;
use super::shipped::{self, Named, Shelf};
use super::sides::Sides;

/// The labels of the old side's own release. An artefact that was edited between that release and the old side owes
/// what its change since the release owes.
///
/// # Errors
/// When the lock or the release cannot be read.
pub(super) fn versions(
    session: &Session,
    sides: &Sides,
    comparison: &Comparison,
) -> miette::Result<BTreeMap<ArtefactId, Released>> {
    if comparison.artefacts.is_empty() {
        return Ok(BTreeMap::new());
    }
    if let Some(Named::Artefact(id, version)) = Named::parse(sides.old.spec()) {
        return Ok(BTreeMap::from([(id, Released { version, bump: None })]));
    }
    let shelf = Shelf::of(&session.repository)?;
    let Some(lock) = lock_of(&shelf, sides)? else { return Ok(BTreeMap::new()) };
    let edited: BTreeSet<&str> = comparison
        .artefacts
        .iter()
        .filter_map(|diff| diff.before.as_ref())
        .filter(|old| lock.artefacts.get(&old.id).is_some_and(|entry| entry.digest != old.digest))
        .map(|old| old.path.as_str())
        .collect();
    let bumps = since_release(session, &shelf, &lock, sides, &edited)?;
    let released = lock.artefacts.into_iter().map(|(id, entry)| {
        let bump = bumps.get(&id).copied();
        (id, Released { version: entry.version, bump })
    });
    Ok(released.collect())
}

/// The lock that the old side holds; of a shipped side, its release's.
pub(super) fn lock_of(shelf: &Shelf, sides: &Sides) -> miette::Result<Option<Lock>> {
    match Named::parse(sides.old.spec()) {
        Some(Named::Release(name)) => Ok(Some(shelf.named_record(&name)?.lock())),
        _ => Ok(sides.old.entry(lock::PATH).and_then(|entry| {
            let bytes = sides.old.read(entry, shipped::LARGEST).ok()?;
            lock::decode(&SourceFile::new(lock::PATH, String::from_utf8(bytes).ok()?)).ok()
        })),
    }
}

/// The bump that each of the `edited` artefacts owes since the release.
fn since_release(
    session: &Session,
    shelf: &Shelf,
    lock: &Lock,
    sides: &Sides,
    edited: &BTreeSet<&str>,
) -> miette::Result<BTreeMap<ArtefactId, Bump>> {
    let Some(release) = lock.release.as_ref().filter(|_| !edited.is_empty()) else { return Ok(BTreeMap::new()) };
    if !shelf.releases().contains(&release.name) {
        return Ok(BTreeMap::new());
    }
    let shipped = shipped::release(shelf, release.name.as_str())?;
    let files = sides.files_beside(&shipped, edited);
    let (artefacts, _) = diff::among(&shipped, &sides.new, &files, &session.discovery());
    let judged = classify::all(artefacts, &session.policy());
    Ok(judged.iter().filter_map(|one| Some((one.diff.artefact()?.id.clone(), one.bump))).collect())
}
