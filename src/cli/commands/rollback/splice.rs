//! Artefacts that are parts of one file, and move apart: the file that holds each as the new release ships it.

use std::collections::{BTreeMap, BTreeSet};

use super::start::Start;
use crate::diff::{self, Inventory};
use crate::domain::{ArtefactId, Digest};
use crate::git::Snapshot;
use crate::lock::record::Shipped;
use crate::release::rollback::Way;

/// Gives the parts of each file that were taken from two releases one file in common. The bytes of the new files.
pub(super) fn joined(start: &Start, way: &Way, artefacts: &mut BTreeMap<ArtefactId, Shipped>) -> Vec<Vec<u8>> {
    let parts = || artefacts.iter().filter(|(_, shipped)| shipped.file.is_some());
    let moved: BTreeSet<String> =
        parts().filter(|(id, _)| way.moves.contains_key(*id)).map(|(_, shipped)| shipped.entry.path.clone()).collect();
    let mut files = Vec::new();
    for path in moved {
        let held = artefacts.iter().filter(|(_, shipped)| shipped.entry.path == path && shipped.file.is_some());
        let held: BTreeMap<ArtefactId, Shipped> = held.map(|(id, shipped)| (id.clone(), shipped.clone())).collect();
        let sources: BTreeSet<Option<&Digest>> = held.values().map(|shipped| shipped.file.as_ref()).collect();
        // Where no file can hold them all, each keeps the one that it shipped in.
        let file = if sources.len() > 1 { file(start, way, &path, &held) } else { None };
        if let Some(bytes) = file {
            let digest = Digest::of(&bytes);
            let ids = artefacts.iter_mut().filter(|(id, _)| held.contains_key(*id));
            ids.for_each(|(_, shipped)| shipped.file = Some(digest.clone()));
            files.push(bytes);
        }
    }
    files
}

/// The file of the artefacts that stay, with every one that moves put in its place; `None` when that cannot be.
fn file(start: &Start, way: &Way, path: &str, held: &BTreeMap<ArtefactId, Shipped>) -> Option<Vec<u8>> {
    let (_, stays) = held.iter().find(|(id, _)| !way.moves.contains_key(*id))?;
    let around = inventory(start, stays)?;
    let mut text = start.shelf.files_of(stays).ok()?.into_iter().next().and_then(|file| String::from_utf8(file.bytes().ok()?).ok())?;
    let mut places = Vec::new();
    for (id, shipped) in held.iter().filter(|(id, _)| way.moves.contains_key(*id)) {
        let old = inventory(start, shipped)?;
        places.push((around.get(id)?.part?, old.get(id)?.as_text().to_owned()));
    }
    places.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    for (span, part) in places {
        text.get(span.start..span.end)?;
        text.replace_range(span.start..span.end, &part);
    }
    let bytes = text.into_bytes();
    let snapshot = Snapshot::of_files(vec![(path.to_owned(), bytes.clone())]);
    let now = diff::inventory(&snapshot, &start.session.discovery());
    let is_as_shipped = |(id, shipped): (&ArtefactId, &Shipped)| {
        now.get(id).is_some_and(|artefact| artefact.digest == shipped.entry.digest)
    };
    held.iter().all(is_as_shipped).then_some(bytes)
}

fn inventory(start: &Start, shipped: &Shipped) -> Option<Inventory> {
    Some(diff::inventory(&start.shelf.snapshot_of(shipped).ok()?, &start.session.discovery()))
}
