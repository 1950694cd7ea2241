//! Acknowledgements meet findings: which of them hold, and what is wrong with the others.

use std::collections::BTreeSet;

use crate::diff::ArtefactDiff;
use crate::domain::{Ack, ArtefactId, Class, Digest, Finding, Gate, Problem, Waiver};

use super::{Classified, Policy, owed};

/// Where a project keeps its acknowledgements.
pub const ACKS: &str = ".pv/acks.toml";

/// Gives every finding the acknowledgement that holds for it.
pub(super) fn acknowledge(findings: &mut [Finding], diff: &ArtefactDiff, policy: &Policy) {
    for finding in findings {
        let holds = |ack: &&Ack| ack.fingerprint == finding.fingerprint && fault(ack, finding, diff, policy).is_none();
        finding.ack = policy.acks.iter().find(holds).cloned();
    }
}

/// Why an acknowledgement does not hold, or not for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Its last day is over.
    Expired,
    /// It is about another edit.
    Mismatch,
    /// It says less than one for such a finding must.
    Open(&'static str),
}

fn fault(ack: &Ack, finding: &Finding, diff: &ArtefactDiff, policy: &Policy) -> Option<Fault> {
    if !is_of_edit(ack, diff) {
        return Some(Fault::Mismatch);
    }
    if policy.today.is_some_and(|today| ack.is_expired(today)) {
        return Some(Fault::Expired);
    }
    missing(ack, finding.class).map(Fault::Open)
}

/// What an acknowledgement of a finding of `class` must say and this one does not.
pub fn missing(ack: &Ack, class: Class) -> Option<&'static str> {
    let is_named = ack.role.is_some();
    let waives_gate = ack.waives.iter().any(|waiver| matches!(waiver, Waiver::Gate(_)));
    match class {
        _ if waives_gate && ack.approved_by.is_none() => Some("approved_by"),
        _ if waives_gate && ack.until.is_none() => Some("until"),
        Class::Integrity if !is_named => Some("role"),
        Class::Integrity | Class::Breaking if ack.until.is_none() => Some("until"),
        _ => None,
    }
}

fn is_of_edit(ack: &Ack, diff: &ArtefactDiff) -> bool {
    let (before, after) = (&diff.before, &diff.after);
    let digest = |side: &Option<crate::diff::Artefact>| side.as_ref().map(|artefact| artefact.digest.clone());
    ack.from == digest(before) && ack.to == digest(after)
}

/// What is wrong with the acknowledgements that concern these findings: expired or about another edit (errors), wider
/// than what they cover (warnings).
pub fn faults(classified: &[Classified], policy: &Policy) -> Vec<Problem> {
    let findings = classified.iter().flat_map(|one| one.findings.iter().map(move |finding| (one, finding)));
    findings
        .flat_map(|(one, finding)| {
            let of_finding = policy.acks.iter().filter(|ack| ack.fingerprint == finding.fingerprint);
            of_finding.filter_map(|ack| problem(ack, finding, one, policy))
        })
        .collect()
}

fn problem(ack: &Ack, finding: &Finding, one: &Classified, policy: &Policy) -> Option<Problem> {
    let again = format!("look at the finding anew, then `pv ack {}` again or take the entry out", ack.fingerprint);
    match fault(ack, finding, &one.diff, policy) {
        Some(Fault::Mismatch) => {
            Some(at(ack, "ack-digest-mismatch", "it is about another edit of this artefact", &again))
        }
        Some(Fault::Expired) => Some(at(ack, "ack-expired", "its last day is over", &again)),
        Some(Fault::Open(key)) => {
            let message = format!("{} finding needs `{key}`, so it does not hold", article(finding.class));
            Some(at(ack, "ack-too-broad", &message, &format!("add `{key}`")).as_warning())
        }
        None => idle_gate(ack, finding, policy).map(|gate| {
            let message = format!("it waives gate:{gate}, which the finding does not owe");
            at(ack, "ack-too-broad", &message, "waive what the finding owes and nothing else").as_warning()
        }),
    }
}

/// A gate that is waived and not owed.
fn idle_gate(ack: &Ack, finding: &Finding, policy: &Policy) -> Option<Gate> {
    let owed = owed(finding, policy);
    ack.waives.iter().find_map(|waiver| match waiver {
        Waiver::Gate(gate) if !owed.contains(gate) => Some(*gate),
        _ => None,
    })
}

fn article(class: Class) -> &'static str {
    match class {
        Class::Integrity => "an acknowledgement of an integrity",
        _ => "an acknowledgement of a breaking",
    }
}

/// The acknowledgements that cover nothing any more: none of the findings, which are called `fingerprints`, is theirs, and
/// their artefact is no longer what they led to. `digest_of` gives an artefact's digest as it is now.
pub fn unused(
    acks: &[Ack],
    fingerprints: &BTreeSet<&str>,
    digest_of: impl Fn(&ArtefactId) -> Option<Digest>,
) -> Vec<Problem> {
    let is_current = |ack: &Ack| ack.artefact.parse().is_ok_and(|id| digest_of(&id) == ack.to);
    let unused = acks.iter().filter(|ack| !fingerprints.contains(ack.fingerprint.as_str()) && !is_current(ack));
    let message = "no finding is its own, and the artefact has moved on";
    unused.map(|ack| at(ack, "ack-unused", message, "take the entry out").as_warning()).collect()
}

fn at(ack: &Ack, code: &'static str, message: &str, help: &str) -> Problem {
    let name = format!("the acknowledgement {} of `{}` on {}", ack.fingerprint, ack.rule, ack.artefact);
    let mut problem = Problem::of_path(&ack.place.path, code, format!("{name}: {message}"), help);
    problem.place = ack.place.clone();
    problem
}
