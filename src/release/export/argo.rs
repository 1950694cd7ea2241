//! Argo Rollouts: one `Rollout` for each change that goes live by shares of the traffic, with its canary steps.

use serde_json::{Value, json};

use super::{Shipment, names, yaml};
use crate::domain::Weight;
use crate::release::checks::{Refused, export as checks};
use crate::release::plan::PlannedStep;

pub(super) fn render(shipment: &Shipment<'_>) -> Result<String, Refused> {
    let record = &shipment.history.record;
    let steps: Vec<&PlannedStep> = shipment.history.plan.iter().flat_map(|plan| &plan.step).collect();
    let by_share = steps.into_iter().filter(|step| step.partition.is_none()).collect::<Vec<_>>();
    let ladders: Vec<&[&PlannedStep]> = by_share
        .chunk_by(|one, next| (&one.flag, &one.artefacts) == (&next.flag, &next.artefacts))
        // What is only registered, at weight 0, shifts nothing.
        .filter(|ladder| ladder.iter().any(|step| step.exposes()))
        .collect();
    if ladders.is_empty() {
        let message = format!("release {} has no step that gives a share of the traffic to something new", record.name);
        return Err(Refused::by(&checks::STEPS_MISSING, message));
    }
    let documents = ladders.iter().map(|ladder| rollout(shipment, ladder)).collect::<Result<Vec<_>, _>>()?;
    Ok(documents.join("---\n"))
}

/// The controller shifts the pods of one workload: it is named after what goes live, for whoever applies it to rename.
fn rollout(shipment: &Shipment<'_>, ladder: &[&PlannedStep]) -> Result<String, Refused> {
    let (release, what) = (&shipment.history.record.name, subject(ladder));
    let name = names::label(&what);
    let steps = ladder.iter().map(|step| steps(step)).collect::<Result<Vec<_>, _>>()?.concat();
    let comments = [
        format!("Canary steps of {what} in release {release}, exported by pv."),
        "Set workloadRef.name to the Deployment that serves it.".to_owned(),
    ];
    let document = json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {
            "name": name,
            "annotations": {
                "pv/release": release.as_str(),
                "pv/lock": shipment.history.lock.as_str(),
                "pv/subject": what,
            },
        },
        "spec": {
            "workloadRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": name },
            "strategy": { "canary": { "steps": steps } },
        },
    });
    Ok(yaml::document(&comments, &document))
}

/// The flag, or the artefacts.
fn subject(ladder: &[&PlannedStep]) -> String {
    let Some(step) = ladder.first() else { return String::new() };
    let artefacts = || step.artefacts.iter().map(|id| id.name.as_str()).collect::<Vec<_>>().join("-");
    step.flag.clone().unwrap_or_else(artefacts)
}

/// A step is a weight, and a pause for its hold; at 100 % there is nothing to wait for.
fn steps(step: &PlannedStep) -> Result<Vec<Value>, Refused> {
    let share = step.weight.hundredths();
    if !share.is_multiple_of(100) {
        let message = format!("Argo Rollouts counts in whole percents, and step {} is at {}", step.n, step.weight);
        return Err(Refused::by(&checks::SHARE_UNSPELLABLE, message));
    }
    let weight = json!({ "setWeight": share / 100 });
    let is_over = step.hold == 0 || step.weight == Weight::FULL;
    let pause = (!is_over).then(|| json!({ "pause": { "duration": format!("{}s", step.hold) } }));
    Ok(std::iter::once(weight).chain(pause).collect())
}
