//! Items 1 to 3: what sort of change it is.

use super::{Answer, Inputs, unplanned};
use crate::release::plan::Plan;

/// Every change that shipped has a type.
pub(super) fn typed(inputs: &Inputs<'_>) -> Answer {
    let changed = inputs.histories.iter().rev().flat_map(|history| {
        let shipped = history.record.artefacts.iter().filter(|(_, shipped)| shipped.class.is_some());
        shipped.map(move |(id, shipped)| (history.record.name.record_path(), id, shipped))
    });
    let (mut proof, mut count) = (None, 0_usize);
    for (path, id, shipped) in changed {
        if shipped.types.is_empty() {
            return Answer::fail(path, format!("{id} shipped a change without a type"));
        }
        proof.get_or_insert(path);
        count += 1;
    }
    match proof {
        Some(path) => Answer::pass(path, format!("shipped changes: {count}, each with its type")),
        None => Answer::unknown("no change was released yet"),
    }
}

/// The four differences show in what was released.
pub(super) fn different(inputs: &Inputs<'_>) -> Answer {
    let Some((history, plan)) = inputs.planned() else { return unplanned() };
    let path = Plan::path(&history.record.name);
    let has_evidence = history.record.artefacts.values().any(|shipped| !shipped.evidence.is_empty());
    let is_stepped = plan.step.iter().any(|step| step.exposes() && !step.weight.is_full());
    let has_way_back = plan.change.iter().any(|change| change.rollback.to.is_some());
    let seen = [
        (has_evidence, "evidence over cases"),
        (is_stepped, "a step below everybody"),
        (has_way_back, "a version to go back to"),
    ];
    let missing: Vec<&str> = seen.iter().filter(|(is_there, _)| !is_there).map(|(_, what)| *what).collect();
    if missing.is_empty() {
        return Answer::pass(path, "versions of data, evidence over cases, exposure by steps, a version to go back to");
    }
    Answer::unknown(format!(
        "whether people know the difference is not in a file; {path} shows no {}",
        missing.join(", no ")
    ))
}

/// The newest plan says of each change whether it is material.
pub(super) fn material(inputs: &Inputs<'_>) -> Answer {
    let Some((history, plan)) = inputs.planned() else { return unplanned() };
    let material = plan.change.iter().filter(|change| change.material).count();
    let said = format!("release {}: {material} of {} changes are material", plan.release, plan.change.len());
    Answer::pass(Plan::path(&history.record.name), said)
}
