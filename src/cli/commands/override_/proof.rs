//! What shows that a gate which was left out is made good.

use std::collections::BTreeSet;

use super::Office;
use crate::cli::cut;
use crate::cli::gates;
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::domain::{ArtefactId, Digest, Gate, Stage, Verdict};
use crate::release::checks::Refused;
use crate::release::checks::obligation::PROOF_MISSING;
use crate::release::evidence::file;
use crate::release::gates::Judged;
use crate::release::overrides::Obligation;
use crate::release::records;
use crate::release::standing::History;

/// A file that is said to show something.
#[derive(Debug)]
pub(super) struct Proof {
    /// Its path, from the repository's root.
    pub(super) path: String,
    /// Digest of its text.
    pub(super) digest: Digest,
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
    Ok(Proof { digest: records::digest(&text), path })
}

/// Refuses to call a gate made good that does not pass.
///
/// # Errors
/// A [`Refused`] that says what would show it.
pub(super) fn must_show(obligation: &Obligation<'_>, proof: Option<&Proof>, office: &Office<'_>) -> miette::Result<()> {
    let (release, rule) = (obligation.release(), &obligation.bypass.rule);
    let history = office.situation.histories.iter().find(|history| history.record.name == *release);
    let Some(history) = history else { return Ok(()) };
    let meant = judged(history, rule, office)?;
    let open: Vec<Judged> = meant.iter().filter(|one| is_open(one)).cloned().collect();
    if !open.is_empty() {
        let reasons = gates::reasons(&open, Stage::Lock).join("; ");
        let message = format!("release {release} left out `{rule}`, and by the evidence in HEAD: {reasons}");
        return Err(Refused::by(&PROOF_MISSING, message).into());
    }
    match proof.filter(|proof| file::is_evidence(&proof.path) && !is_relied(proof, &meant)) {
        Some(other) => {
            let message = format!("{} is not what makes good that release {release} left out `{rule}`", other.path);
            Err(Refused::by(&PROOF_MISSING, message).into())
        }
        None => Ok(()),
    }
}

/// Whether a gate is still not made good: a later waiver is no run. What the diff decides is made good by whoever answers
/// for it, since no run could.
fn is_open(one: &Judged) -> bool {
    let is_of_the_diff = matches!(one.gate, Gate::Schema | Gate::Review);
    one.verdict.blocks(Stage::Lock) || one.verdict == Verdict::Waived && !is_of_the_diff
}

/// The gates of a release that stood against it by `rule` when it was cut, as they stand now: asked for what it shipped, by
/// the policy that it was cut under, and the evidence and the acks that HEAD holds. Where the rule stood against none of
/// them, all that were not waived then. What was taken back since owes nothing.
fn judged(history: &History, rule: &str, office: &Office<'_>) -> miette::Result<Vec<Judged>> {
    let record = &history.record;
    let Some(previous) = &record.previous else { return Ok(Vec::new()) };
    let previous = Shelf::of(&office.session.repository)?.record(previous)?.lock();
    let source = || source(history, office);
    let session = Session::open(office.context)?.judging(&source()?, office.context)?;
    let then = cut::gates(&session, source()?, &previous, &source()?)?.judged;
    let since = Session { acks: office.session.acks.clone(), ..session };
    let now = cut::gates(&since, source()?, &previous, &since.snapshot("HEAD")?)?.judged;
    let meant = meant(&then, rule);
    let is_meant = |one: &Judged| meant.contains(&(&one.artefact, one.gate));
    let is_back = |one: &Judged| {
        let shipped = record.artefacts.get(&one.artefact).map(|shipped| &shipped.entry.digest);
        shipped.is_some_and(|digest| is_taken_back(office, &one.artefact, digest))
    };
    Ok(now.into_iter().filter(|one| is_meant(one) && !is_back(one)).collect())
}

/// The gates that `rule` stood against; where it stood against none, all that were not waived.
fn meant<'j>(judged: &'j [Judged], rule: &str) -> BTreeSet<(&'j ArtefactId, Gate)> {
    let stood = |one: &&Judged| one.verdict.blocks(Stage::Lock) && one.rules().contains(rule);
    let not_waived = |one: &&Judged| one.verdict != Verdict::Waived;
    let named = |one: &'j Judged| (&one.artefact, one.gate);
    match judged.iter().any(|one| stood(&one)) {
        true => judged.iter().filter(stood).map(named).collect(),
        false => judged.iter().filter(not_waived).map(named).collect(),
    }
}

/// The commit that a release was cut from.
fn source(history: &History, office: &Office<'_>) -> miette::Result<crate::git::Snapshot> {
    let record = &history.record;
    let found = record.commit.as_ref().and_then(|commit| office.session.snapshot(commit).ok());
    let refused = || {
        let commit = record.commit.as_deref().unwrap_or("unknown");
        let message = format!("release {} was cut from commit {commit}, which is not in this clone, so its gates cannot be judged", record.name);
        Refused::by(&PROOF_MISSING, message).remedy(format!("git fetch --unshallow, or git fetch origin {commit}; then close again"))
    };
    found.ok_or_else(|| refused().into())
}

/// Whether a content was taken back, and is not served again since.
fn is_taken_back(office: &Office<'_>, id: &ArtefactId, digest: &Digest) -> bool {
    let standing = &office.situation.standing;
    standing.is_rolled_back(id, digest).is_some() && standing.weight_of(id, digest).is_none()
}

/// Whether the evidence is what one of the gates rests on, here or where a release keeps it.
fn is_relied(proof: &Proof, judged: &[Judged]) -> bool {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    judged.iter().flat_map(Judged::relied).any(|path| name(path) == name(&proof.path))
}
