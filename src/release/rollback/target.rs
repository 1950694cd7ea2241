//! Whether a release is one to go back to.

use std::collections::BTreeMap;

use crate::domain::{ArtefactId, Instant};
use crate::lock::Entry;
use crate::release::standing::{History, Standing};

/// The dependencies of a release that lead to nothing in it.
pub fn unmet<'a>(
    artefacts: impl Iterator<Item = (&'a ArtefactId, &'a Entry)> + Clone,
) -> Vec<(ArtefactId, ArtefactId)> {
    let there: BTreeMap<&ArtefactId, &Entry> = artefacts.clone().collect();
    let edges = artefacts.flat_map(|(id, entry)| entry.requires.iter().map(move |needed| (id, needed)));
    let open = edges.filter(|(_, needed)| !there.contains_key(needed));
    open.map(|(id, needed)| (id.clone(), needed.clone())).collect()
}

/// Since when `target` is no longer the latest release, where that is longer ago than `retention` seconds. What is live is
/// as young as now, however long ago it was cut.
pub fn is_expired(
    target: &History,
    histories: &[History],
    (standing, at): (&Standing, &Instant),
    retention: u64,
) -> Option<Instant> {
    if standing.live.as_ref() == Some(&target.record.name) {
        return None;
    }
    let cut = target.cut()?;
    let later =
        histories.iter().filter_map(|history| history.cut().filter(|other| *other > cut && other <= at)).min()?;
    let age = at.timestamp().duration_since(later.timestamp()).as_secs();
    (age > i64::try_from(retention).unwrap_or(i64::MAX)).then_some(later)
}
