//! The gates that a comparison owes, judged.

use std::collections::{BTreeMap, BTreeSet};

use super::commands::show;
use super::evidence::{self, Ledger};
use super::load::Session;
use super::released;
use super::shipped::{self, Shelf};
use super::sides::Sides;
use super::{Exit, relied};
use crate::classify::Classified;
use crate::domain::{ArtefactId, ChangeType, Class, Gate, KindName, Severity, Stage, Verdict, Waiver};
use crate::git::Snapshot;
use crate::release::checks::{Refused, evidence as checks, gate as gate_checks};
use crate::release::evidence::Tree;
use crate::release::gates::{self, Grounds, Judged, Owed, Recorded};
use crate::report::{self, Changes, FindingRow, Refusal, Row};

/// What the gates of a comparison come to.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    /// Every gate that is owed: worst first, then by artefact.
    pub(super) judged: Vec<Judged>,
    /// Evidence that is not what it was.
    pub(super) refusals: Vec<Refusal>,
    /// The evidence that the verdicts rest on, sorted by path.
    pub(super) relied: Vec<Recorded>,
}

/// Judges what `changes` owe at `stage`.
///
/// # Errors
/// When a release or the store cannot be read.
pub(super) fn judge(session: &Session, changes: &Changes, sides: &Sides, stage: Stage) -> miette::Result<Verdicts> {
    let pieces: Vec<Piece> = changes.artefacts.iter().map(Piece::of_row).collect();
    let (owed, renamed) = (all_owed(&pieces, session, stage), renamed(&pieces));
    let matter = Matter { owed: &owed, renamed: &renamed, base: Some(&sides.old).filter(|_| stage == Stage::Merge) };
    let present = match stage {
        Stage::Merge | Stage::Lock => None,
        Stage::Step | Stage::Promote => Some(show::present(session)?),
    };
    let mut verdicts = judged(session, &matter, sides, present.as_ref().unwrap_or(&sides.new))?;
    verdicts.refusals.extend(missed(session, changes, sides));
    Ok(verdicts)
}

/// Judges what is owed before a step of a rollout: by the artefacts that are `stepping` what their changes owe, by those
/// that are `exposed` already what their users make of them, and by what is `new` that somebody measured it at all.
///
/// # Errors
/// As for [`judge`].
pub(super) fn of_step(
    session: &Session,
    (changes, sides): (&Changes, &Sides),
    (stepping, exposed): (&BTreeSet<ArtefactId>, &BTreeSet<ArtefactId>),
    new: &BTreeSet<(ArtefactId, Gate)>,
) -> miette::Result<Verdicts> {
    let pieces: Vec<Piece> = changes.artefacts.iter().map(Piece::of_row).collect();
    let (mut owed, renamed) = (all_owed(&pieces, session, Stage::Promote), renamed(&pieces));
    owed.retain(|one| if one.gate == Gate::Feedback { exposed } else { stepping }.contains(&one.artefact));
    let known: BTreeSet<(ArtefactId, Gate)> = owed.iter().map(|one| (one.artefact.clone(), one.gate)).collect();
    let feedback: BTreeSet<_> = exposed.iter().map(|id| (id.clone(), Gate::Feedback)).collect();
    owed.extend(feedback.union(new).filter(|one| !known.contains(*one)).map(Owed::of_step));
    let matter = Matter { owed: &owed, renamed: &renamed, base: None };
    let mut verdicts = judged(session, &matter, sides, &show::present(session)?)?;
    let is_new = |one: &&mut Judged| new.contains(&(one.artefact.clone(), one.gate));
    verdicts.judged.iter_mut().filter(is_new).for_each(Judged::accept_alone);
    Ok(verdicts)
}

/// What is asked of one artefact that differs.
struct Piece {
    /// What it is called; of one that is gone, what it was called.
    id: ArtefactId,
    /// What it was called before, if it was there.
    was: Option<ArtefactId>,
    is_gone: bool,
    types: BTreeSet<ChangeType>,
    findings: Vec<FindingRow>,
}

impl Piece {
    fn of_row(row: &Row) -> Self {
        Self {
            id: row.id.clone(),
            was: row.was.clone(),
            is_gone: row.digest.new.is_none(),
            types: row.types.clone(),
            findings: row.findings.clone(),
        }
    }

    fn of_classified(one: &Classified) -> Option<Self> {
        Some(Self {
            id: one.diff.artefact()?.id.clone(),
            was: one.diff.before.as_ref().map(|before| before.id.clone()),
            is_gone: one.diff.after.is_none(),
            types: one.types.clone(),
            findings: one.findings.iter().map(FindingRow::of).collect(),
        })
    }
}

/// What renamed artefacts were called before.
fn renamed(pieces: &[Piece]) -> BTreeMap<ArtefactId, ArtefactId> {
    let pairs = pieces.iter().filter_map(|piece| Some((piece.id.clone(), piece.was.clone()?)));
    pairs.filter(|(id, was)| id != was).collect()
}

/// The gates that all of `pieces` owe. One that is gone owes none; what comes where another of its kind goes takes its
/// place, whatever it is called, and owes what an edit of it would.
fn all_owed(pieces: &[Piece], session: &Session, stage: Stage) -> Vec<Owed> {
    let gone: BTreeSet<KindName> = pieces.iter().filter(|piece| piece.is_gone).map(|piece| piece.id.kind).collect();
    let present = pieces.iter().filter(|piece| !piece.is_gone);
    let owed = present.flat_map(|piece| {
        let own: Vec<FindingRow> = piece.findings.iter().filter(|one| !follows(one, pieces)).cloned().collect();
        let mut owed = owed(&piece.id, &own, stage);
        if piece.was.is_none() && gone.contains(&piece.id.kind) {
            owed.extend(replacing(piece, session, stage, &owed));
        }
        owed
    });
    owed.collect()
}

/// Whether a finding only says that a feature goes on to the new version of what changes beside it: that owes its own gates.
fn follows(finding: &FindingRow, pieces: &[Piece]) -> bool {
    let is_upgrade = finding.rule.starts_with("feature/dependency-upgraded-");
    let Some(new) = finding.new.as_ref().filter(|_| is_upgrade) else { return false };
    let name = new.text.rsplit_once('@').map_or(new.text.as_str(), |(name, _)| name);
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name.trim());
    pieces.iter().any(|piece| piece.id.name == name && !piece.is_gone)
}

/// The gates of its change types that a replacement owes besides those of its findings.
fn replacing(piece: &Piece, session: &Session, stage: Stage, owed: &[Owed]) -> Vec<Owed> {
    let config = &session.config;
    let is_off = |gate: Gate| config.gates.iter().any(|policy| policy.gate == gate && policy.off.is_some());
    let gates: BTreeSet<Gate> =
        piece.types.iter().flat_map(|change_type| config.gates_for(*change_type)).copied().collect();
    let more = gates.into_iter().filter(|gate| stage.owes(*gate) && !is_off(*gate));
    let more = more.filter(|gate| owed.iter().all(|known| known.gate != *gate));
    let because: Vec<&'static str> = piece.findings.first().map(|finding| finding.rule).into_iter().collect();
    more.map(|gate| Owed { artefact: piece.id.clone(), gate, because: because.clone(), waived: None, open: Vec::new() })
        .collect()
}

/// Artefacts that are gone although others here still refer to them.
fn missed(session: &Session, changes: &Changes, sides: &Sides) -> Vec<Refusal> {
    let gone: Vec<&ArtefactId> =
        changes.artefacts.iter().filter(|row| row.digest.new.is_none()).map(|row| &row.id).collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let now = evidence::tree(&sides.new, &session.discovery());
    let users = |id: &ArtefactId| -> Vec<String> {
        let users = now.artefacts.iter().filter(|(_, standing)| standing.requires.contains(id));
        users.map(|(user, _)| user.to_string()).collect()
    };
    gone.into_iter().filter(|id| now.digest(id).is_none()).filter_map(|id| dangling(id, &users(id))).collect()
}

fn dangling(id: &ArtefactId, users: &[String]) -> Option<Refusal> {
    let message = format!("{id} is gone, and {} still refers to it", users.join(", "));
    let refused = Refused::by(&gate_checks::DEPENDENCY_REMOVED, message);
    let refusal = Refusal { refused, severity: Severity::Error, artefact: Some(id.clone()), place: None };
    (!users.is_empty()).then_some(refusal)
}

/// What is to be judged.
struct Matter<'a> {
    owed: &'a [Owed],
    /// What renamed artefacts were called before.
    renamed: &'a BTreeMap<ArtefactId, ArtefactId>,
    /// What a change is merged into; `None`: there is no such thing.
    base: Option<&'a Snapshot>,
}

/// Judges what `classified` owe before their release is cut, by the evidence that `holder` holds: the commit that it is cut
/// from, or a later one for what was recorded since. Evidence that stands in the worktree only and would count is named.
///
/// # Errors
/// As for [`judge`].
pub(super) fn of_release(
    session: &Session,
    classified: &[Classified],
    sides: &Sides,
    holder: &Snapshot,
) -> miette::Result<Verdicts> {
    let pieces: Vec<Piece> = classified.iter().filter_map(Piece::of_classified).collect();
    let (owed, renamed) = (all_owed(&pieces, session, Stage::Lock), renamed(&pieces));
    let matter = Matter { owed: &owed, renamed: &renamed, base: None };
    let mut verdicts = judged(session, &matter, sides, holder)?;
    let gone: BTreeSet<KindName> = pieces.iter().filter(|piece| piece.is_gone).map(|piece| piece.id.kind).collect();
    let new = pieces.iter().filter(|piece| piece.was.is_none() && !gone.contains(&piece.id.kind));
    let new: BTreeSet<&ArtefactId> = new.map(|piece| &piece.id).collect();
    verdicts.judged.iter_mut().filter(|one| new.contains(&one.artefact)).for_each(Judged::accept_alone);
    if !verdicts.conclude(Stage::Lock).passed && !session.repository.is_bare() {
        let edited = judged(session, &matter, sides, &session.snapshot("worktree")?)?;
        relied::name_uncommitted(&mut verdicts, &edited, holder);
    }
    Ok(verdicts)
}

/// Judges what is `owed` by the evidence that `holder` holds.
fn judged(session: &Session, matter: &Matter<'_>, sides: &Sides, holder: &Snapshot) -> miette::Result<Verdicts> {
    let owed = matter.owed;
    if owed.is_empty() {
        return Ok(Verdicts::default());
    }
    let former = owed.iter().filter_map(|owed| matter.renamed.get(&owed.artefact));
    let ids: Vec<ArtefactId> = owed.iter().map(|owed| &owed.artefact).chain(former).cloned().collect();
    let shelf = Shelf::of(&session.repository)?;
    let mut ledger =
        shelf.with_objects(|objects| evidence::ledger((holder, matter.base), objects, evidence::concerns(&ids)));
    let now =
        if ledger.recorded.is_empty() { Tree::default() } else { evidence::tree(&sides.new, &session.discovery()) };
    let before = if ledger.recorded.is_empty() { Vec::new() } else { before(session, &shelf, sides)? };
    let grounds = Grounds {
        now: &now,
        before: &before,
        recorded: &ledger.recorded,
        policy: &session.config.gates,
        renamed: matter.renamed,
        at: session.now,
    };
    let mut judged: Vec<Judged> = owed.iter().map(|owed| gates::judge(owed, &grounds)).collect();
    judged.sort_by(|a, b| (b.verdict, &a.artefact, a.gate).cmp(&(a.verdict, &b.artefact, b.gate)));
    let paths: BTreeSet<&str> = judged.iter().flat_map(Judged::relied).collect();
    let relied = std::mem::take(&mut ledger.recorded).into_iter().filter(|one| paths.contains(&*one.path)).collect();
    Ok(Verdicts { refusals: altered(ledger), relied, judged })
}

impl Verdicts {
    /// Whether a change may go on at `stage`, with the exit code that says so.
    pub(super) fn conclude(&self, stage: Stage) -> report::Verdict {
        let mut reasons = reasons(&self.judged, stage);
        reasons.extend(self.refusals.iter().map(|one| format!("{} ({})", one.refused.message, one.refused.check.id)));
        let exit = match (reasons.is_empty(), is_altered(&self.judged, &self.refusals)) {
            (true, _) => Exit::Pass,
            (_, true) => Exit::Integrity,
            _ if self.refusals.is_empty() && is_only_inconclusive(&self.judged, stage) => Exit::Inconclusive,
            _ => Exit::Refused,
        };
        report::Verdict { passed: reasons.is_empty(), exit: exit.code(), reasons }
    }
}

/// What to compare with: the live release first, then the base.
fn before(session: &Session, shelf: &Shelf, sides: &Sides) -> miette::Result<Vec<Tree>> {
    let live = released::lock_of(shelf, sides)?.and_then(|lock| {
        let name = lock.release.as_ref()?.name.to_string();
        let tree = Tree::shipped(format!("release {name}"), &lock);
        // Of what this clone does not have the bytes of, the digests are known all the same.
        let shipped = shipped::release(shelf, &name).ok().map(|shipped| evidence::tree(&shipped, &session.discovery()));
        Some(shipped.map_or(tree.clone(), |shipped| tree.with_signs_of(&shipped)))
    });
    let base = evidence::tree(&sides.old, &session.discovery());
    Ok(live.into_iter().chain([base]).collect())
}

fn altered(ledger: Ledger) -> Vec<Refusal> {
    let refusal =
        |(_, refused): (String, Refused)| Refusal { refused, severity: Severity::Error, artefact: None, place: None };
    ledger.altered.into_iter().map(refusal).collect()
}

/// The gates that an artefact owes at `stage` for what was found of it.
fn owed(artefact: &ArtefactId, findings: &[FindingRow], stage: Stage) -> Vec<Owed> {
    let gates: BTreeSet<Gate> = findings.iter().flat_map(|finding| finding.owes.iter().copied()).collect();
    gates.into_iter().filter(|gate| stage.owes(*gate)).map(|gate| of_gate(artefact, findings, gate)).collect()
}

fn of_gate(artefact: &ArtefactId, findings: &[FindingRow], gate: Gate) -> Owed {
    let findings: Vec<&FindingRow> = findings.iter().filter(|finding| finding.owes.contains(&gate)).collect();
    let waives = |finding: &FindingRow| finding.ack.as_ref().is_some_and(|ack| ack.waives(Waiver::Gate(gate)));
    let because: BTreeSet<&'static str> = findings.iter().map(|finding| finding.rule).collect();
    let waivers: BTreeSet<String> =
        findings.iter().filter(|finding| waives(finding)).filter_map(|one| waiver(one)).collect();
    let open = findings.iter().filter(|finding| !waives(finding) && is_open(finding, gate));
    Owed {
        artefact: artefact.clone(),
        gate,
        because: because.into_iter().collect(),
        open: open.map(|finding| format!("{} ({} {})", finding.message, finding.rule, finding.fingerprint)).collect(),
        waived: findings
            .iter()
            .all(|finding| waives(finding))
            .then(|| waivers.into_iter().collect::<Vec<_>>().join("; ")),
    }
}

/// Whether a finding stands against a gate that findings decide.
fn is_open(finding: &FindingRow, gate: Gate) -> bool {
    match gate {
        Gate::Schema => finding.class >= Class::Breaking && !finding.is_waived(),
        Gate::Review => finding.ack.as_ref().is_none_or(|ack| ack.approved_by.is_none()),
        _ => false,
    }
}

/// Who goes without the gate, and why.
fn waiver(finding: &FindingRow) -> Option<String> {
    let ack = finding.ack.as_ref()?;
    let who = ack.approved_by.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
    let until = ack.until.map(|until| format!(" until {until}")).unwrap_or_default();
    Some(format!("{}:{} waived{who}{until}: {}", ack.place.path, ack.place.line, ack.reason))
}

/// Why the gates stop a change at `stage`: one sentence each.
pub(super) fn reasons(judged: &[Judged], stage: Stage) -> Vec<String> {
    let blocking = judged.iter().filter(|one| one.verdict.blocks(stage));
    blocking.map(|one| format!("{} owes {}: {}", one.artefact, one.gate, first(one))).collect()
}

/// The first thing that stands against a gate, by its check.
fn first(judged: &Judged) -> String {
    let refused = judged.refused.first().map(|refused| refused.check.id);
    let failed = judged.checks.iter().find_map(|checked| checked.check);
    format!("{} ({})", judged.verdict, refused.or(failed).unwrap_or("gate/evidence-missing"))
}

/// Whether evidence, or the report that it was read from, is not what it was.
pub(super) fn is_altered(judged: &[Judged], refusals: &[Refusal]) -> bool {
    let of_gates = judged.iter().flat_map(|judged| &judged.refused);
    let refused = of_gates.chain(refusals.iter().map(|refusal| &refusal.refused));
    let is_altered = |id: &str| [&checks::FILE_ALTERED, &checks::REPORT_ALTERED].iter().any(|check| check.id == id);
    refused.map(|refused| refused.check.id).any(is_altered)
}

/// Whether nothing but inconclusive evidence stands in the way.
fn is_only_inconclusive(judged: &[Judged], stage: Stage) -> bool {
    judged.iter().filter(|one| one.verdict.blocks(stage)).all(|one| one.verdict == Verdict::Inconclusive)
}
