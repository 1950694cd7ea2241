//! Items 4 to 7: gates and exceptions from them.

use super::{Answer, Inputs, POLICY, steps};
use crate::domain::{ChangeType, Gate, Verdict};
use crate::release::log::{self, EventKind};
use crate::release::standing::History;

/// CI runs the check, and the policy owes an eval.
pub(super) fn enforced(inputs: &Inputs<'_>) -> Answer {
    if let Some(gap) = gap(inputs, &[(ChangeType::Prompt, Gate::Eval), (ChangeType::Model, Gate::Eval)]) {
        return Answer::fail(POLICY, gap);
    }
    match inputs.ci {
        Some(path) => Answer::pass(path, "CI runs pv, and prompts and models owe an eval"),
        None => Answer::unknown("no file of a CI system here runs `pv check` or `pv gate run`"),
    }
}

/// Each step but the last was judged before the next was taken.
pub(super) fn feedback(inputs: &Inputs<'_>) -> Answer {
    let mut proof = None;
    for history in inputs.histories.iter().rev().filter(|history| history.plan.is_some()) {
        match unjudged(history) {
            Some(n) => {
                let folder = log::folder(&history.record.name);
                let message = format!(
                    "release {}: a step was taken after step {n}, whose feedback did not pass",
                    history.record.name
                );
                return Answer::fail(folder, message);
            }
            None if steps(history).count() > 1 => {
                proof.get_or_insert_with(|| log::folder(&history.record.name));
            }
            None => {}
        }
    }
    proof.map_or_else(
        || Answer::unknown("no release has gone past its first step yet"),
        |folder| Answer::pass(folder, "each step's feedback passed before the next step"),
    )
}

/// The first step that shows something to somebody and was followed by another without a passing verdict.
fn unjudged(history: &History) -> Option<u32> {
    let mut open: Option<u32> = None;
    for event in &history.events {
        match event.kind {
            EventKind::Step | EventKind::Promote => {
                if open.is_some() {
                    return open;
                }
                let plan = history.plan.as_ref()?;
                let shown = plan.step(event.step?).filter(|step| plan.shows(step));
                open = shown.map(|step| step.n);
            }
            EventKind::Gate if matches!(event.verdict, Some(Verdict::Pass | Verdict::Waived)) => open = None,
            _ => {}
        }
    }
    None
}

/// The gates that only some types owe.
pub(super) fn of_types(inputs: &Inputs<'_>) -> Answer {
    let owed =
        [(ChangeType::Model, Gate::Cost), (ChangeType::Data, Gate::Schema), (ChangeType::AgentCode, Gate::Integration)];
    match gap(inputs, &owed) {
        Some(gap) => Answer::fail(POLICY, gap),
        None => inputs.by_policy("cost for models, schema for data, integration tests for agent code"),
    }
}

/// A gate that a type does not owe here, or that is switched off.
fn gap(inputs: &Inputs<'_>, owed: &[(ChangeType, Gate)]) -> Option<String> {
    let config = inputs.config;
    owed.iter().find_map(|(change_type, gate)| {
        let off = config.gates.iter().find(|policy| policy.gate == *gate).and_then(|policy| policy.off.as_ref());
        match off {
            Some(why) => Some(format!("the gate {gate} is off: {why}")),
            None if !config.gates_for(*change_type).contains(gate) => {
                Some(format!("{change_type} changes owe no {gate} gate"))
            }
            None => None,
        }
    })
}

/// Every exception that a release used stands beside it.
pub(super) fn exceptions(inputs: &Inputs<'_>) -> Answer {
    let used =
        inputs.histories.iter().rev().flat_map(|history| history.record.overrides.iter().map(move |id| (history, id)));
    let mut proof = None;
    for (history, id) in used {
        let path = format!("{}/overrides/{id}.toml", history.record.name.folder());
        if !inputs.papers.contains_key(&path) {
            return Answer::fail(
                history.record.name.record_path(),
                format!("it used the override {id}, and there is no {path}"),
            );
        }
        proof.get_or_insert(path);
    }
    match (proof, inputs.planned()) {
        (Some(path), _) => {
            Answer::pass(path, "every exception stands beside its release; `pv override audit` counts them")
        }
        (None, Some((history, _))) => Answer::pass(
            history.record.name.record_path(),
            "no release used an exception; `pv override audit` counts them",
        ),
        (None, None) => Answer::unknown("nothing was released that could have used an exception"),
    }
}
