//! Items 8 to 11: steps, and the way back.

use super::{Answer, Inputs, POLICY, unplanned};
use crate::config::{Discipline, Share};
use crate::domain::{ChangeType, Severity};
use crate::release::plan::{Plan, PlannedChange};

/// The longest that a prompt may take to go back, in seconds: the course's.
const PROMPT: u64 = 5 * 60;
/// The same of a model.
const MODEL: u64 = 10 * 60;

/// No release shows a change to everybody at once, unless it used an exception.
pub(super) fn by_canary(inputs: &Inputs<'_>) -> Answer {
    let Some((newest, _)) = inputs.planned() else { return unplanned() };
    for (history, plan) in inputs.all_planned() {
        let at_once = plan.change.iter().find(|change| is_stepped(inputs, change) && goes_at_once(plan, change));
        if let Some(change) = at_once.filter(|_| history.record.overrides.is_empty()) {
            let message = format!("release {}: {} goes to everybody in its first step", plan.release, change.artefact);
            return Answer::fail(Plan::path(&plan.release), message);
        }
    }
    Answer::pass(
        Plan::path(&newest.record.name),
        "every change goes by steps, or by an exception that its release names",
    )
}

/// Whether the policy steps a change of such a type.
fn is_stepped(inputs: &Inputs<'_>, change: &PlannedChange) -> bool {
    let mut disciplines = change.types.iter().filter_map(|change_type| inputs.config.types.get(change_type));
    disciplines.any(|discipline| !discipline.steps.is_empty())
}

fn goes_at_once(plan: &Plan, change: &PlannedChange) -> bool {
    let mut steps = plan.step.iter().filter(|step| plan.shows(step) && step.artefacts.contains(&change.artefact));
    steps.next().is_some_and(|step| step.weight.is_full() && step.partition.is_none())
}

/// Models begin smaller than prompts, data goes by partition.
pub(super) fn fitting(inputs: &Inputs<'_>) -> Answer {
    let first = |change_type: ChangeType| inputs.config.types.get(&change_type).and_then(first_share);
    match (first(ChangeType::Prompt), first(ChangeType::Model), first(ChangeType::Data)) {
        (Some(Share::Percent(prompt)), Some(Share::Percent(model)), _) if model > prompt => Answer::fail(
            POLICY,
            format!("models begin at {model}, prompts at {prompt}: the larger blast has the larger step"),
        ),
        (Some(_), Some(_), Some(Share::EachPartition)) => {
            inputs.by_policy("models begin smaller than prompts, data goes by partition")
        }
        (Some(_), Some(_), _) => Answer::fail(POLICY, "data does not go by partition"),
        _ => Answer::fail(POLICY, "prompts or models have no steps"),
    }
}

fn first_share(discipline: &Discipline) -> Option<Share> {
    discipline.steps.first().map(|step| step.share)
}

/// The newest release's way back stands the judgement of the rollback, and was rehearsed.
pub(super) fn rehearsed(inputs: &Inputs<'_>) -> Answer {
    let Some((history, plan)) = inputs.planned() else { return unplanned() };
    let folder = format!("{}/rehearsals/", history.record.name.folder());
    if let Some(judgement) = inputs.rollback.iter().find(|one| one.severity == Severity::Error) {
        return Answer::fail("`pv rollback plan`", judgement.refused.message.clone());
    }
    match inputs.papers.keys().find(|path| path.starts_with(&folder)) {
        Some(path) => Answer::pass(path, format!("release {} was taken back in rehearsal", plan.release)),
        None => Answer::fail(folder, format!("release {} has no rehearsal", plan.release)),
    }
}

/// Prompts and models have a target, and it is the course's or less.
pub(super) fn fast(inputs: &Inputs<'_>) -> Answer {
    for (change_type, most) in [(ChangeType::Prompt, PROMPT), (ChangeType::Model, MODEL)] {
        let within = inputs.config.types.get(&change_type).and_then(|discipline| discipline.rollback.within);
        match within {
            Some(within) if within.seconds <= most => {}
            Some(within) => return Answer::fail(POLICY, format!("a {change_type} may take {within} to go back")),
            None => return Answer::fail(POLICY, format!("a {change_type} may take any time to go back")),
        }
    }
    match inputs.papers.keys().rev().find(|path| path.contains("/rehearsals/")) {
        Some(path) => Answer::pass(path, "the targets are set, and a rehearsal measured the way back"),
        None => Answer::unknown("the targets are set, and no rehearsal has measured the way back"),
    }
}
