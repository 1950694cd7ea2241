//! What shows that a gate which was left out is made good.

use super::Office;
use crate::cli::cut;
use crate::cli::shipped::Shelf;
use crate::domain::{Digest, Stage, Verdict};
use crate::release::checks::Refused;
use crate::release::checks::obligation::PROOF_MISSING;
use crate::release::log::EventKind;
use crate::release::overrides::Obligation;
use crate::release::standing::History;
use crate::release::{evidence, records};

/// A file that is said to show something.
#[derive(Debug)]
pub(super) struct Proof {
    /// Its path, from the repository's root.
    pub(super) path: String,
    /// Digest of its text.
    pub(super) digest: Digest,
    text: String,
}

/// The file at `path` of the worktree.
///
/// # Errors
/// When it is not there, or is no text.
pub(super) fn read(path: &str, office: &Office<'_>) -> miette::Result<Proof> {
    let path = crate::cli::load::in_repository(&office.session.repository, std::path::Path::new(path));
    let text = crate::cli::load::read_text(office.session.root()?, &path)?.ok_or_else(|| {
        miette::miette!(code = "override::no_file", help = "name a file of this repository", "{path}: there is no such file")
    })?;
    Ok(Proof { digest: records::digest(&text), path, text })
}

/// Refuses to call a gate made good that nothing shows.
///
/// # Errors
/// A [`Refused`] that says what would show it.
pub(super) fn must_show(obligation: &Obligation<'_>, proof: Option<&Proof>, office: &Office<'_>) -> miette::Result<()> {
    let release = obligation.release();
    let history = office.situation.histories.iter().find(|history| history.record.name == *release);
    let Some(history) = history else { return Ok(()) };
    if was_taken_back(history) || has_passed(history, obligation) {
        return Ok(());
    }
    let rule = &obligation.bypass.rule;
    let open = open_gates(history, office)?;
    let message = match proof {
        _ if open.as_ref().is_some_and(Vec::is_empty) => return Ok(()),
        _ if open.is_some() => {
            format!("release {release} left out `{rule}`, and by the evidence in HEAD: {}", open.unwrap_or_default().join("; "))
        }
        None => format!("release {release} left out `{rule}`, and no evidence shows that it is made good"),
        Some(proof) => match about(proof, history) {
            Some(true) => return Ok(()),
            Some(false) => format!("{} is about other bytes than those of release {release}", proof.path),
            None => format!("{} is no evidence as `pv gate add` records it", proof.path),
        },
    };
    Err(Refused::by(&PROOF_MISSING, message).into())
}

/// What stands against the gates of a release now, by the evidence that HEAD holds; `None` where HEAD holds other bytes
/// than the release shipped, so that they cannot be asked.
fn open_gates(history: &History, office: &Office<'_>) -> miette::Result<Option<Vec<String>>> {
    let Some(previous) = &history.record.previous else { return Ok(None) };
    let (session, shelf) = (&office.session, Shelf::of(&office.session.repository)?);
    let next = cut::plan(session, session.snapshot("HEAD")?, Some(shelf.record(previous)?.lock()), office.context)?;
    let shipped = history.record.artefacts.iter().map(|(id, shipped)| (id, &shipped.entry.digest));
    let is_same = shipped.eq(next.plan.artefacts.iter().map(|(id, entry)| (id, &entry.digest)));
    Ok(is_same.then(|| next.gates.conclude(Stage::Lock).reasons))
}

fn was_taken_back(history: &History) -> bool {
    history.events.iter().any(|event| event.kind == EventKind::Rollback)
}

/// Whether a gate passed after the exception was made.
fn has_passed(history: &History, obligation: &Obligation<'_>) -> bool {
    let asked = &obligation.exception.record.requested_at;
    let passed = |event: &&crate::release::log::Event| event.kind == EventKind::Gate && event.verdict == Some(Verdict::Pass);
    history.events.iter().filter(passed).any(|event| event.at >= *asked)
}

/// Whether the evidence is about what the release shipped; `None`: it is no evidence.
fn about(proof: &Proof, history: &History) -> Option<bool> {
    let evidence = evidence::file::decode(&proof.path, &proof.text).ok()?;
    let shipped = history.record.artefacts.get(&evidence.about)?;
    let subject = evidence.subjects.get(&evidence.about)?;
    Some(subject.digest == shipped.entry.digest)
}
