//! The evidence that a release relies on: named by its record, kept beside it.

use std::collections::BTreeSet;
use std::path::Path;

use super::evidence;
use super::gates::Verdicts;
use crate::domain::{ArtefactId, Digest, Stage};
use crate::git::Snapshot;
use crate::lock::ReleaseName;
use crate::release::checks::{Refused, gate as checks};
use crate::release::evidence::file;
use crate::release::gates::{Judged, Recorded};
use crate::store::{StoreError, write_below};

/// The digests of the evidence files by which the gates of `artefact` were met: the runs, and what they are compared with.
pub(super) fn digests(verdicts: &Verdicts, artefact: &ArtefactId) -> BTreeSet<Digest> {
    let own = verdicts.judged.iter().filter(|judged| judged.artefact == *artefact);
    let paths: BTreeSet<&str> = own.flat_map(Judged::relied).collect();
    let relied = verdicts.relied.iter().filter(|one| paths.contains(&*one.path));
    relied.map(|one| Digest::of(file::encode(&one.evidence).as_bytes())).collect()
}

/// Writes the evidence beside the record of the release `name`. What stands in `.pv/evidence` stays there.
///
/// # Errors
/// When the system refuses.
pub(super) fn keep(verdicts: &Verdicts, root: &Path, name: &ReleaseName) -> Result<(), StoreError> {
    let paths: Vec<&str> = verdicts.relied.iter().map(|one| one.path.as_str()).collect();
    keep_some(verdicts, &paths, (root, name)).map(drop)
}

/// The same of the evidence at `paths`; gives where it stands now.
///
/// # Errors
/// When the system refuses.
pub(super) fn keep_some(
    verdicts: &Verdicts,
    paths: &[&str],
    (root, name): (&Path, &ReleaseName),
) -> Result<Vec<String>, StoreError> {
    let wanted = verdicts.relied.iter().filter(|one| paths.contains(&one.path.as_str()));
    let keep = |one: &Recorded| {
        let path = format!("{}/{}", name.evidence_folder(), evidence::name_of(&one.path));
        write_below(root, &path, file::encode(&one.evidence).as_bytes())?;
        Ok(path)
    };
    wanted.map(keep).collect()
}

/// Says of every gate in the way which evidence would count were it in the `commit`: what `edited`, judged by the
/// worktree's evidence, rests on.
pub(super) fn name_uncommitted(verdicts: &mut Verdicts, edited: &Verdicts, commit: &Snapshot) {
    for one in verdicts.judged.iter_mut().filter(|one| one.verdict.blocks(Stage::Lock)) {
        let there = edited.judged.iter().filter(|there| (&there.artefact, there.gate) == (&one.artefact, one.gate));
        let missing: Vec<&str> = there.flat_map(Judged::relied).filter(|path| commit.entry(path).is_none()).collect();
        if !missing.is_empty() {
            let message = format!("{} would count, and is not committed", missing.join(" and "));
            one.refused.insert(0, Refused::by(&checks::EVIDENCE_UNCOMMITTED, message));
        }
    }
}
