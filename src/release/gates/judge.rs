//! From a gate that is owed to its verdict.

use std::cmp::Reverse;

use super::ask::{self, Runs};
use super::baseline::{self, Baseline};
use super::judged::{Checked, Judged};
use super::ledger;
use super::owed::{Grounds, Owed, Recorded};
use super::scope;
use super::words::percent;
use crate::config::{Check, GatePolicy};
use crate::domain::{ArtefactId, Gate, KindName, Verdict};
use crate::release::checks::{Refused, evidence as evidence_checks, gate as checks};
use crate::release::evidence::{Binding, Claims, Standing, bind};

/// What `owed` comes to.
pub fn judge(owed: &Owed, grounds: &Grounds<'_>) -> Judged {
    if let Some(waived) = &owed.waived {
        return Judged { verdict: Verdict::Waived, notes: vec![waived.clone()], ..blank(owed) };
    }
    match owed.gate {
        Gate::Schema => drift(owed),
        Gate::Review => review(owed),
        Gate::Baseline => renewed(owed, grounds),
        _ => measured(owed, grounds),
    }
}

fn blank(owed: &Owed) -> Judged {
    Judged {
        artefact: owed.artefact.clone(),
        gate: owed.gate,
        verdict: Verdict::Pass,
        because: owed.because.clone(),
        evidence: None,
        against: None,
        baseline: None,
        checks: Vec::new(),
        refused: Vec::new(),
        notes: Vec::new(),
    }
}

fn failed(judged: Judged, refused: Refused) -> Judged {
    Judged { verdict: Verdict::Fail, refused: vec![refused], ..judged }
}

/// Decided by the diff itself: no report is needed.
fn drift(owed: &Owed) -> Judged {
    if owed.open.is_empty() {
        let notes = vec!["decided from the diff: nothing that consumers were built for is gone".to_owned()];
        return Judged { notes, ..blank(owed) };
    }
    failed(blank(owed), Refused::by(&checks::SCHEMA_DRIFTED, owed.open.join("; ")))
}

fn review(owed: &Owed) -> Judged {
    if owed.open.is_empty() {
        return Judged { notes: vec!["acknowledged by a named person".to_owned()], ..blank(owed) };
    }
    failed(blank(owed), Refused::by(&checks::REVIEW_MISSING, owed.open.join("; ")))
}

/// A changed eval set: the version before the change must have been measured with it.
fn renewed(owed: &Owed, grounds: &Grounds<'_>) -> Judged {
    let Some((run, what)) = baseline::renewed(&owed.artefact, grounds) else {
        let live = grounds.before.first().map_or("the base", |tree| tree.name.as_str());
        let message = format!("nothing of {live} was run on {} as it stands now", owed.artefact);
        let remedy =
            format!("run {} as it stands now on what {live} holds, then: pv gate add REPORT --rev REV", owed.artefact);
        return failed(blank(owed), Refused::by(&checks::BASELINE_MISSING, message).remedy(remedy));
    };
    let judged = Judged { evidence: Some(run.path.clone()), notes: vec![rebaselined(run, &what)], ..blank(owed) };
    standing(judged, run, grounds)
}

fn rebaselined(run: &Recorded, what: &str) -> String {
    use crate::release::evidence::PASS_RATE;
    let cases = &run.evidence.run.cases;
    let shares: Vec<f64> = cases.iter().filter_map(|case| case.scores.get(PASS_RATE)?.mean()).collect();
    let mean = shares.iter().sum::<f64>() / super::words::count(shares.len().max(1));
    let told = if shares.is_empty() { String::new() } else { format!(": {PASS_RATE} {}", percent(mean)) };
    format!("{what} was run on it, {} cases{told}", cases.len())
}

/// Everything that a run decides.
fn measured(owed: &Owed, grounds: &Grounds<'_>) -> Judged {
    let run = match ledger::current(&owed.artefact, owed.gate, grounds) {
        Ok(run) => run,
        Err(refused) => return failed(blank(owed), refused),
    };
    let policy = grounds.policy(owed.gate);
    let judged = Judged { evidence: Some(run.path.clone()), notes: notes(run, owed, grounds), ..blank(owed) };
    let judged = standing(judged, run, grounds);
    let Some(policy) = policy.filter(|policy| !policy.checks.is_empty()) else {
        let message = format!("no check says what the gate {} must show", owed.gate);
        let remedy = format!("add a [[gate]] with name = \"{}\" and its checks to pv.toml.", owed.gate);
        return failed(judged, Refused::by(&checks::METRIC_MISSING, message).remedy(remedy));
    };
    checked(judged, run, policy, grounds)
}

/// With what stands against the evidence as a whole, whatever it shows.
fn standing(mut judged: Judged, run: &Recorded, grounds: &Grounds<'_>) -> Judged {
    let none = GatePolicy::silent(judged.gate);
    judged.refused.extend(against(run, grounds.policy(judged.gate).unwrap_or(&none), grounds));
    if !judged.refused.is_empty() {
        judged.verdict = Verdict::Fail;
    }
    judged
}

/// What stands against a run, be it the candidate's or the baseline's.
fn against(run: &Recorded, policy: &GatePolicy, grounds: &Grounds<'_>) -> Vec<Refused> {
    let faults = run.faults.iter().cloned();
    let found =
        [forbidden(run, policy), unbound(run, policy), errored(run, policy), unfinished(run), unproven(run, grounds)];
    faults.chain(found.into_iter().flatten()).collect()
}

/// Whether the report, read again, still shows what the evidence says that it shows.
fn unproven(run: &Recorded, grounds: &Grounds<'_>) -> Option<Refused> {
    let (evidence, reading) = (&run.evidence, run.reading.as_ref()?);
    let of = |binding: Binding| evidence.subjects.iter().filter(move |(_, subject)| subject.binding == binding);
    let claims = Claims {
        artefact: Some(evidence.about.clone()),
        also: evidence.subjects.keys().cloned().collect(),
        declared: of(Binding::Declared).map(|(id, _)| id.clone()).collect(),
        set: evidence.subjects.keys().find(|id| id.kind == KindName::Eval).cloned(),
    };
    let is_revision = of(Binding::Revision).next().is_some();
    let trees = std::iter::once(grounds.now).chain(grounds.before);
    let tree = trees.into_iter().find(|tree| ledger::moved_but_sets(evidence, tree).is_empty() && tree.has_signs())?;
    let tree = tree.with_sets(&evidence.subjects, grounds.now);
    let why = match bind(reading, &tree, &claims, is_revision) {
        Ok(bound) if bound.subjects == evidence.subjects => return None,
        Ok(_) => "it is bound otherwise than its report shows".to_owned(),
        Err(refused) => refused.message,
    };
    Some(Refused::by(&evidence_checks::REPORT_ALTERED, format!("{}: {why}", run.path)))
}

fn forbidden(run: &Recorded, policy: &GatePolicy) -> Option<Refused> {
    let declared = run.evidence.subjects.iter().filter(|(_, subject)| subject.binding == Binding::Declared);
    let names: Vec<String> = declared.filter(|_| !policy.takes_declared).map(|(id, _)| id.to_string()).collect();
    let message = || format!("{}: {} are only declared", run.path, names.join(", "));
    (!names.is_empty()).then(|| Refused::by(&checks::BINDING_FORBIDDEN, message()))
}

fn unbound(run: &Recorded, policy: &GatePolicy) -> Option<Refused> {
    let set = policy.set.as_ref().filter(|set| !run.evidence.subjects.contains_key(set))?;
    let message = format!("{} is no run of {set}, which the policy names", run.path);
    Some(
        Refused::by(&checks::SET_UNBOUND, message)
            .remedy(format!("run {set}, then: pv gate add REPORT --declare {set}")),
    )
}

fn unfinished(run: &Recorded) -> Option<Refused> {
    let held = run.evidence.run.cases.len() as u64;
    let planned = run.evidence.run.planned.filter(|planned| *planned > held)?;
    let message = format!("{}: {held} of {planned} cases were run", run.path);
    Some(Refused::by(&crate::release::checks::report::INCOMPLETE, message))
}

fn errored(run: &Recorded, policy: &GatePolicy) -> Option<Refused> {
    let cases = &run.evidence.run.cases;
    let attempts: u64 = cases.iter().map(|case| u64::from(case.attempts)).sum();
    let errors: u64 = cases.iter().map(|case| u64::from(case.errors)).sum();
    let most = policy.max_error_rate;
    let is_exceeded = errors as f64 > most * attempts as f64;
    let message =
        || format!("{}: {errors} of {attempts} attempts ended in an error; {} are allowed", run.path, percent(most));
    is_exceeded.then(|| Refused::by(&checks::ERRORS_EXCEEDED, message()))
}

fn checked(mut judged: Judged, run: &Recorded, policy: &GatePolicy, grounds: &Grounds<'_>) -> Judged {
    let (old, is_new) = match baseline_for(run, policy, grounds) {
        Ok(Some(Baseline::Run(old, name))) => (Some((old, name)), false),
        Ok(Some(Baseline::New)) => (None, true),
        Ok(None) => (None, false),
        Err(refused) => {
            judged.refused.push(refused);
            (None, false)
        }
    };
    let old = old.filter(|(old, _)| compares(policy) || against(old, policy, grounds).is_empty());
    if let Some((old, _)) = old.as_ref().filter(|_| compares(policy)) {
        judged.refused.extend(against(old, policy, grounds));
        judged.notes.extend((!old.is_in_base).then(|| "the baseline was recorded by this change itself".to_owned()));
    }
    judged.against = old.as_ref().map(|(_, name)| name.clone());
    judged.baseline = old.as_ref().map(|(old, _)| old.path.clone());
    // What is new has nothing to be compared with: where another check decides, it need not be.
    let is_new = is_new && !policy.checks.iter().any(Check::decides_alone);
    let runs = Runs { new: &run.evidence.run, old: old.as_ref().map(|(old, _)| &old.evidence.run), is_new };
    for check in &policy.checks {
        match ask::ask(check, runs, policy.max_error_rate) {
            Ok(checked) => judged.checks.extend(checked),
            Err(refused) => judged.refused.push(refused),
        }
    }
    judged.checks.sort_by_key(|check| Reverse(check.verdict));
    judged.verdict = worst(&judged);
    judged
}

fn worst(judged: &Judged) -> Verdict {
    let of_checks = judged.checks.iter().map(|check: &Checked| check.verdict).max();
    if judged.refused.is_empty() { of_checks.unwrap_or(Verdict::Fail) } else { Verdict::Fail }
}

/// What there is to compare with. Where no check compares, an earlier run still says which cases there were.
fn baseline_for<'a>(
    run: &Recorded,
    policy: &GatePolicy,
    grounds: &Grounds<'a>,
) -> Result<Option<Baseline<'a>>, Refused> {
    match baseline::find(run, policy.gate, grounds) {
        Ok(baseline) => Ok(Some(baseline)),
        Err(refused) if compares(policy) => Err(refused),
        Err(_) => Ok(None),
    }
}

/// Whether a check of the policy compares with the live version.
fn compares(policy: &GatePolicy) -> bool {
    policy.checks.iter().any(Check::compares)
}

fn notes(run: &Recorded, owed: &Owed, grounds: &Grounds<'_>) -> Vec<String> {
    let subjects = &run.evidence.subjects;
    let declared: Vec<String> = subjects
        .iter()
        .filter(|(_, subject)| subject.binding == Binding::Declared)
        .map(|(id, _)| id.to_string())
        .collect();
    let about = (run.evidence.about != owed.artefact).then(|| format!("as part of a run of {}", run.evidence.about));
    let declared = (!declared.is_empty()).then(|| format!("declared, not proven: {}", declared.join(", ")));
    about.into_iter().chain(declared).chain(unrun(owed, grounds)).collect()
}

/// The other users of an artefact that nothing was run of: one run of one user meets the gate, and says nothing of them.
fn unrun(owed: &Owed, grounds: &Grounds<'_>) -> Option<String> {
    let is_run = |id: &ArtefactId| {
        let about = grounds.recorded.iter().filter(|one| one.evidence.about == *id);
        about.map(|one| &one.evidence).any(|evidence| ledger::moved(evidence, grounds.now).is_empty())
    };
    let uses = |standing: &Standing| standing.requires.contains(&owed.artefact) && !standing.signs.texts.is_empty();
    let users = grounds.now.artefacts.iter().filter(|(_, standing)| uses(standing)).map(|(id, _)| id);
    let unrun: Vec<String> = users.filter(|id| !is_run(id)).map(ToString::to_string).collect();
    let names: Vec<&str> = unrun.iter().map(String::as_str).collect();
    (!names.is_empty()).then(|| format!("not run, and use it too: {}", scope::some(&names)))
}
