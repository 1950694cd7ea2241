//! Which evidence counts: for which gate it was recorded, and whether it is about the content as it stands.

use std::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::owed::{Grounds, Recorded};
use crate::config::GatePolicy;
use crate::domain::{ArtefactId, Gate, KindName};
use crate::release::checks::{Refused, gate as checks, shell_word};
use crate::release::evidence::{Binding, Evidence, Tree};
use crate::release::formats;

/// The evidence that counts for `gate` of `artefact`: the newest of what is about the content as it stands.
///
/// # Errors
/// When there is none, or only stale evidence: then the artefacts that moved are named.
pub(super) fn current<'a>(artefact: &ArtefactId, gate: Gate, grounds: &Grounds<'a>) -> Result<&'a Recorded, Refused> {
    let able: Vec<&Recorded> = grounds
        .recorded
        .iter()
        .filter(|one| one.evidence.subjects.contains_key(artefact) && serves(&one.evidence, gate, grounds.policy(gate)))
        .filter(|one| !grounds.was_there(artefact) || grounds.was_there(&one.evidence.about))
        .collect();
    let fresh = able.iter().copied().filter(|one| moved(&one.evidence, grounds.now).is_empty());
    if let Some(newest) = fresh.max_by_key(|one| age(one, grounds)) {
        return Ok(newest);
    }
    // What is about the version before the change is a baseline; nobody took it for a run of the change.
    let is_baseline = |one: &Recorded| grounds.before.iter().any(|tree| moved_but_sets(&one.evidence, tree).is_empty());
    let stale_ones = able.into_iter().filter(|one| !is_baseline(one));
    let nearest = stale_ones.min_by_key(|one| (moved(&one.evidence, grounds.now).len(), Reverse(age(one, grounds))));
    Err(nearest.map_or_else(|| missing(artefact, gate, grounds.policy(gate)), |one| stale(one, grounds.now)))
}

/// The newest is the last. What does not say when it was made, or says that it will be, is older than what does.
pub(super) fn age<'r>(recorded: &'r Recorded, grounds: &Grounds<'_>) -> (Option<Timestamp>, &'r str) {
    let made = recorded.evidence.run.made.as_deref().and_then(instant);
    (made.filter(|made| *made <= grounds.at), &recorded.path)
}

/// When a report says that it was made. Without an offset, or with a day alone, it is taken as UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let civil = || Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    text.parse().ok().or_else(civil)
}

/// Whether evidence can meet `gate`: what was recorded for it; and a whole eval run holds the smaller questions, too,
/// that of safety only where the policy says which eval set asks it.
pub(super) fn serves(evidence: &Evidence, gate: Gate, policy: Option<&GatePolicy>) -> bool {
    let is_eval = evidence.gate == Gate::Eval;
    let has_set =
        || policy.and_then(|policy| policy.set.as_ref()).is_some_and(|set| evidence.subjects.contains_key(set));
    evidence.gate == gate
        || match gate {
            Gate::Smoke | Gate::Baseline => is_eval,
            Gate::Cost => is_eval || evidence.gate == Gate::Smoke,
            Gate::Safety => is_eval && has_set(),
            _ => false,
        }
}

/// What of the content that the evidence is about is no longer so in `tree`; empty: it is current.
pub fn moved(evidence: &Evidence, tree: &Tree) -> Vec<String> {
    moved_among(evidence, tree, |_| true)
}

/// The same, eval sets aside: what was run, whatever it was measured with.
pub(super) fn moved_but_sets(evidence: &Evidence, tree: &Tree) -> Vec<String> {
    moved_among(evidence, tree, |id| id.kind != KindName::Eval)
}

fn moved_among(evidence: &Evidence, tree: &Tree, counts: impl Fn(&ArtefactId) -> bool) -> Vec<String> {
    let edited =
        evidence.subjects.iter().filter(|(id, _)| counts(id)).filter_map(|(id, subject)| match tree.digest(id) {
            Some(digest) if *digest == subject.digest => None,
            Some(digest) => Some(format!("{id} moved from {} to {}", short(subject.digest.hex()), short(digest.hex()))),
            None => Some(format!("{id} is gone")),
        });
    let closure = tree.closure(&evidence.about);
    let unseen = closure.into_iter().filter(|id| counts(id) && !evidence.subjects.contains_key(id));
    edited.chain(unseen.map(|id| format!("{id} was not part of the run"))).collect()
}

/// The eval sets that a run is bound to.
pub(super) fn sets(evidence: &Evidence) -> Vec<(&ArtefactId, &str)> {
    let subjects = evidence.subjects.iter().filter(|(id, _)| id.kind == KindName::Eval);
    subjects.map(|(id, subject)| (id, subject.digest.as_str())).collect()
}

/// Enough of a digest to tell two apart.
pub(super) fn short(hex: &str) -> String {
    hex.chars().take(12).collect()
}

fn missing(artefact: &ArtefactId, gate: Gate, policy: Option<&GatePolicy>) -> Refused {
    let run = match policy.and_then(|policy| policy.set.as_ref()) {
        Some(set) => format!("run {set} on {artefact} as it stands"),
        None => format!("run the {gate} check on {artefact} as it stands"),
    };
    let flag = if matches!(gate, Gate::Eval | Gate::Smoke | Gate::Cost | Gate::Baseline) {
        String::new()
    } else {
        format!(" --gate {gate}")
    };
    let message = format!("no evidence of a run of {artefact} for the gate {gate}");
    Refused::by(&checks::EVIDENCE_MISSING, message).remedy(format!("{run}, then: pv gate add REPORT{flag}"))
}

fn stale(recorded: &Recorded, tree: &Tree) -> Refused {
    let message = format!("{}: {}", recorded.path, moved(&recorded.evidence, tree).join("; "));
    let remedy = format!("run it again on the files as they stand, then: {}", refresh(&recorded.evidence));
    Refused::by(&checks::EVIDENCE_STALE, message).remedy(remedy)
}

/// The command line that records such evidence anew.
pub fn refresh(evidence: &Evidence) -> String {
    let (source, options) = (&evidence.source, &evidence.source.options);
    let mut words = vec!["pv", "gate", "add"].into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut add = |flag: &str, value: &str| {
        words.extend([flag, value].into_iter().filter(|word| !word.is_empty()).map(shell_word))
    };
    add("", source.files.first().map_or("REPORT", |file| file.path.as_str()));
    if formats::format(&source.format).is_none_or(|format| format.gate != evidence.gate) {
        add("--gate", evidence.gate.as_str());
    }
    let declared = evidence.subjects.iter().filter(|(_, subject)| subject.binding == Binding::Declared);
    let declared: Vec<String> = declared.map(|(id, _)| id.to_string()).collect();
    if declared.contains(&evidence.about.to_string()) {
        add("--artefact", &evidence.about.to_string());
    }
    declared.iter().for_each(|id| add("--declare", id));
    options.strata.iter().for_each(|key| add("--strata", key));
    let prompt = options.prompt.map(|prompt| prompt.to_string());
    let rest = [("--prompt", &prompt), ("--provider", &options.provider), ("--case", &options.case)];
    let rest = rest.into_iter().chain([("--query", &options.query), ("--window", &options.window)]);
    rest.for_each(|(flag, value)| value.iter().for_each(|value| add(flag, value)));
    words.join(" ")
}
