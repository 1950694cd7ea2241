//! What is asked before a step: the whole discipline, the gates, and the feedback on the step before.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::rolling::Rolling;
use crate::cli::gates::{self, Verdicts};
use crate::cli::shipped::{self, Shelf};
use crate::cli::sides::{self, Sides};
use crate::cli::{Context, discipline, relied};
use crate::diff;
use crate::domain::{ArtefactId, Digest, Gate, KindName, Severity, Stage, Verdict};
use crate::git::Source;
use crate::release::checks::{self, Judgement, Refused, gate as gate_checks, rollout as rollout_checks};
use crate::release::gates::Judged;
use crate::release::ground::Ground;
use crate::release::log::EventKind;
use crate::release::overrides;
use crate::release::plan::{Plan, PlannedChange, PlannedStep};
use crate::release::rollout;

/// What stands against the next step, and what the feedback came to.
pub(super) struct Asked {
    /// Errors first.
    pub(super) judgements: Vec<Judgement>,
    /// What reports say of the feedback on the step that was taken last.
    pub(super) feedback: Option<Feedback>,
    /// What the gates said.
    pub(super) verdicts: Verdicts,
}

/// What reports of tools say of the feedback on a step.
#[derive(Debug, Clone)]
pub(super) struct Feedback {
    /// What they come to: the worst.
    pub(super) verdict: Verdict,
    /// Digests of the evidence.
    pub(super) evidence: BTreeSet<Digest>,
}

/// Asks everything before the step that is next.
///
/// # Errors
/// When a release or the store cannot be read.
pub(super) fn next(rolling: &mut Rolling, context: &Context) -> miette::Result<Asked> {
    let plan = rolling.plan()?.clone();
    let position = rolling.position()?;
    let (Some(next), taken) = (position.next.cloned(), position.taken.cloned()) else {
        let ground = rolling.situation.ground(&rolling.session, &plan, Stage::Promote);
        return Ok(Asked { judgements: rollout::judge(&ground), feedback: None, verdicts: Verdicts::default() });
    };
    let stage = rollout::stage(&plan, &next);
    let ground = rolling.situation.ground(&rolling.session, &plan, stage);
    let watched = taken.as_ref().filter(|_| rollout::owes_feedback(&ground, &position));
    let watched = watched.map(|taken| rollout::watched(&ground, taken)).unwrap_or_default();
    let new = unmeasured(&ground, &next);
    let verdicts = verdicts(rolling, &plan, (&next.artefacts, &watched, &new), context)?;
    let (feedback, silent) = feedback(rolling, taken.as_ref(), &verdicts);
    settle(rolling, taken.as_ref(), feedback.as_ref());
    let ground = rolling.situation.ground(&rolling.session, &plan, stage);
    let mut judgements = discipline::judge(&ground);
    judgements.iter_mut().for_each(|one| explain(one, &silent));
    judgements.extend(overrides::waived(&ground, of_gates(&verdicts, stage)));
    judgements.sort_by_key(|one| one.severity);
    Ok(Asked { judgements, feedback, verdicts })
}

/// What reports say of the feedback on the step that was taken last, whatever comes next.
///
/// # Errors
/// As for [`next`].
pub(super) fn of_taken(rolling: &Rolling, context: &Context) -> miette::Result<(Option<Feedback>, Vec<String>)> {
    let (plan, position) = (rolling.plan()?, rolling.position()?);
    let Some(taken) = position.taken else { return Ok((None, Vec::new())) };
    let watched = rollout::watched(&rolling.situation.ground(&rolling.session, plan, Stage::Promote), taken);
    let verdicts = verdicts(rolling, plan, (&BTreeSet::new(), &watched, &BTreeSet::new()), context)?;
    Ok(feedback(rolling, Some(taken), &verdicts))
}

/// What a step would expose of which no earlier version was measured: a new prompt owes the gates of the step, although
/// it changed nothing.
fn unmeasured(ground: &Ground<'_>, next: &PlannedStep) -> BTreeSet<(ArtefactId, Gate)> {
    let is_off = |gate: Gate| ground.config.gates.iter().any(|policy| policy.gate == gate && policy.off.is_some());
    let is_run = |gate: Gate| !matches!(gate, Gate::Feedback | Gate::Schema | Gate::Baseline | Gate::Review);
    let changes = next.artefacts.iter().filter_map(|id| ground.plan.change_of(id)).filter(|_| next.exposes());
    let new = changes.filter(|change| change.from.is_none() && change.artefact.kind == KindName::Prompt);
    let owed = |change: &PlannedChange| {
        let of_types: BTreeSet<Gate> = change.types.iter().flat_map(|one| ground.config.gates_for(*one)).copied().collect();
        let owed: Vec<Gate> = of_types.intersection(&next.gates).copied().filter(|gate| is_run(*gate) && !is_off(*gate)).collect();
        owed.into_iter().map(|gate| (change.artefact.clone(), gate)).collect::<Vec<_>>()
    };
    new.flat_map(owed).collect()
}

/// What the gates say of the artefacts that step and of those that are exposed already.
fn verdicts(
    rolling: &Rolling,
    plan: &Plan,
    (stepping, watched, unmeasured): (&BTreeSet<ArtefactId>, &BTreeSet<ArtefactId>, &BTreeSet<(ArtefactId, Gate)>),
    context: &Context,
) -> miette::Result<Verdicts> {
    let session = &rolling.session;
    let shelf = Shelf::of(&session.repository)?;
    let new = shipped::release(&shelf, plan.release.as_str())?;
    let old = match &plan.previous {
        Some(previous) => shipped::release(&shelf, previous.as_str())?,
        None => session.repository.snapshot(&Source::Empty)?,
    };
    let sides = Sides::shipped(old, new);
    let mut comparison = diff::between(&sides.old, &sides.new, &session.discovery());
    sides.restrict(&mut comparison);
    let changes = sides::changes("pv/check/1", session, comparison, &sides, context)?;
    gates::of_step(session, (&changes, &sides), (stepping, watched), unmeasured)
}

/// What the reports come to, where every artefact has one that was made since the step; and why one has none.
fn feedback(rolling: &Rolling, taken: Option<&PlannedStep>, verdicts: &Verdicts) -> (Option<Feedback>, Vec<String>) {
    let since = taken.and_then(|_| since(rolling));
    let judged: Vec<&Judged> = verdicts.judged.iter().filter(|one| one.gate == Gate::Feedback).collect();
    let silent: Vec<String> = judged.iter().filter_map(|one| silence(one, verdicts, since)).collect();
    let worst = judged.iter().map(|one| one.verdict).max().filter(|_| silent.is_empty());
    let evidence = |id: &ArtefactId| relied::digests(verdicts, id);
    let evidence = judged.iter().flat_map(|one| evidence(&one.artefact)).collect();
    (worst.map(|verdict| Feedback { verdict, evidence }), silent)
}

fn since(rolling: &Rolling) -> Option<Timestamp> {
    let rollout = rolling.situation.standing.rollouts.get(&rolling.release)?;
    Some(rollout.since.as_ref()?.timestamp())
}

/// Why no report says anything of this step's users.
fn silence(judged: &Judged, verdicts: &Verdicts, since: Option<Timestamp>) -> Option<String> {
    if judged.verdict == Verdict::Waived {
        return None;
    }
    let Some(path) = &judged.evidence else {
        return Some(judged.refused.first().map_or_else(|| format!("{} has no report", judged.artefact), |one| one.message.clone()));
    };
    let made = verdicts.relied.iter().find(|one| one.path == *path).and_then(|one| one.evidence.run.made.clone());
    let moment: Option<Timestamp> = made.as_deref().and_then(|made| made.parse().ok());
    match (moment, since) {
        (Some(moment), Some(since)) if moment < since => Some(format!("{path} was made at {moment}, before the step was taken")),
        (None, Some(_)) => Some(format!("{path} does not say when it was made")),
        _ => None,
    }
}

/// What counts from here on: the worse of what reports say and what somebody decided.
fn settle(rolling: &mut Rolling, taken: Option<&PlannedStep>, feedback: Option<&Feedback>) {
    let release = rolling.release.clone();
    let decided = taken.and_then(|taken| decision(rolling, taken.n));
    let Some(rollout) = rolling.situation.standing.rollouts.get_mut(&release) else { return };
    if let Some(feedback) = feedback {
        rollout.feedback = decided.into_iter().chain([feedback.verdict]).max();
    }
}

/// What somebody decided last on the feedback of the step that was taken last.
fn decision(rolling: &Rolling, step: u32) -> Option<Verdict> {
    let own = rolling.situation.standing.events.iter().rev().filter(|event| event.release == rolling.release);
    let since = own.take_while(|event| !matches!(event.kind, EventKind::Step | EventKind::Promote));
    let decided = since.filter(|event| event.kind == EventKind::Gate && event.step == Some(step) && event.subject.is_some());
    decided.filter_map(|event| event.verdict).next()
}

/// Says why no report shows the feedback.
fn explain(judgement: &mut Judgement, silent: &[String]) {
    if judgement.refused.check.id == rollout_checks::FEEDBACK_MISSING.id && !silent.is_empty() {
        judgement.refused.message = format!("{}: {}", judgement.refused.message, silent.join("; "));
    }
}

/// What the other gates hold against the step.
fn of_gates(verdicts: &Verdicts, stage: Stage) -> Vec<Judgement> {
    let owed = verdicts.judged.iter().filter(|one| one.gate != Gate::Feedback && one.verdict.blocks(stage));
    let of_gates = owed.flat_map(|judged| {
        let named = move |refused: Refused| {
            let message = format!("owes {}: {}", judged.gate, refused.message);
            Judgement::error(Refused { message, ..refused }).about(&judged.artefact)
        };
        against(judged).into_iter().map(named)
    });
    let altered = verdicts.refusals.iter().filter(|one| one.severity == Severity::Error);
    of_gates.chain(altered.map(|one| Judgement::error(one.refused.clone()))).collect()
}

/// Everything that stands against a gate, each by its check.
fn against(judged: &Judged) -> Vec<Refused> {
    let failed = judged.checks.iter().filter(|checked| checked.verdict.blocks(Stage::Step)).map(|checked| {
        let named = checked.check.filter(|_| checked.verdict == Verdict::Fail).and_then(checks::check);
        let what = format!("{} {}, {}: {}", checked.metric, checked.scope, checked.asks, checked.message);
        Refused::by(named.unwrap_or(&gate_checks::EVIDENCE_INCONCLUSIVE), what)
    });
    judged.refused.iter().cloned().chain(failed).collect()
}
