//! The gates that a comparison owes, judged.

use std::collections::BTreeSet;

use super::evidence::{self, Ledger};
use super::load::Session;
use super::released;
use super::shipped::Shelf;
use super::sides::Sides;
use crate::domain::{ArtefactId, Class, Gate, Severity, Stage, Verdict, Waiver};
use crate::release::checks::{Refused, evidence as checks};
use crate::release::evidence::Tree;
use crate::release::gates::{self, Grounds, Judged, Owed};
use crate::report::{Changes, FindingRow, Refusal, Row};

/// What the gates of a comparison come to.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    /// Every gate that is owed: worst first, then by artefact.
    pub(super) judged: Vec<Judged>,
    /// Evidence that is not what it was.
    pub(super) refusals: Vec<Refusal>,
}

/// Judges what `changes` owe at `stage`.
///
/// # Errors
/// When a release or the store cannot be read.
pub(super) fn judge(session: &Session, changes: &Changes, sides: &Sides, stage: Stage) -> miette::Result<Verdicts> {
    let owed: Vec<Owed> = changes.artefacts.iter().flat_map(|row| owed(row, stage)).collect();
    if owed.is_empty() {
        return Ok(Verdicts::default());
    }
    let ids: Vec<ArtefactId> = owed.iter().map(|owed| owed.artefact.clone()).collect();
    let shelf = Shelf::of(&session.repository)?;
    let ledger = shelf.with_objects(|objects| evidence::ledger(&sides.new, objects, evidence::concerns(&ids)));
    let now =
        if ledger.recorded.is_empty() { Tree::default() } else { evidence::tree(&sides.new, &session.discovery()) };
    let before = if ledger.recorded.is_empty() { Vec::new() } else { before(session, &shelf, sides)? };
    let grounds = Grounds { now: &now, before: &before, recorded: &ledger.recorded, policy: &session.config.gates };
    let mut judged: Vec<Judged> = owed.iter().map(|owed| gates::judge(owed, &grounds)).collect();
    judged.sort_by(|a, b| (b.verdict, &a.artefact, a.gate).cmp(&(a.verdict, &b.artefact, b.gate)));
    Ok(Verdicts { judged, refusals: altered(ledger) })
}

/// What to compare with: the live release first, then the base.
fn before(session: &Session, shelf: &Shelf, sides: &Sides) -> miette::Result<Vec<Tree>> {
    let live = released::lock_of(shelf, sides)?.and_then(|lock| {
        let name = lock.release.as_ref()?.name.to_string();
        Some(Tree::shipped(format!("release {name}"), &lock))
    });
    let base = evidence::tree(&sides.old, &session.discovery());
    Ok(live.into_iter().chain([base]).collect())
}

fn altered(ledger: Ledger) -> Vec<Refusal> {
    let refusal =
        |(_, refused): (String, Refused)| Refusal { refused, severity: Severity::Error, artefact: None, place: None };
    ledger.altered.into_iter().map(refusal).collect()
}

/// The gates that a changed artefact owes at `stage`. One that is gone owes none: whoever used it has changed, too.
fn owed(row: &Row, stage: Stage) -> Vec<Owed> {
    if row.digest.new.is_none() {
        return Vec::new();
    }
    let gates: BTreeSet<Gate> = row.findings.iter().flat_map(|finding| finding.owes.iter().copied()).collect();
    gates.into_iter().filter(|gate| stage.owes(*gate)).map(|gate| of_gate(row, gate)).collect()
}

fn of_gate(row: &Row, gate: Gate) -> Owed {
    let findings: Vec<&FindingRow> = row.findings.iter().filter(|finding| finding.owes.contains(&gate)).collect();
    let waives = |finding: &FindingRow| finding.ack.as_ref().is_some_and(|ack| ack.waives(Waiver::Gate(gate)));
    let because: BTreeSet<&'static str> = findings.iter().map(|finding| finding.rule).collect();
    let waivers: BTreeSet<String> =
        findings.iter().filter(|finding| waives(finding)).filter_map(|one| waiver(one)).collect();
    let open = findings.iter().filter(|finding| !waives(finding) && is_open(finding, gate));
    Owed {
        artefact: row.id.clone(),
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
pub(super) fn is_altered(changes: &Changes) -> bool {
    let of_gates = changes.gates.iter().flat_map(|judged| &judged.refused);
    let refused = of_gates.chain(changes.refusals.iter().map(|refusal| &refusal.refused));
    let is_altered = |id: &str| [&checks::FILE_ALTERED, &checks::REPORT_ALTERED].iter().any(|check| check.id == id);
    refused.map(|refused| refused.check.id).any(is_altered)
}

/// Whether nothing but inconclusive evidence stands in the way.
pub(super) fn is_only_inconclusive(judged: &[Judged], stage: Stage) -> bool {
    judged.iter().filter(|one| one.verdict.blocks(stage)).all(|one| one.verdict == Verdict::Inconclusive)
}
