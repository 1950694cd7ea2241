//! Model cards: what runs with a model showed, one number for each stratum.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::component;
use crate::domain::{ArtefactId, KindName};
use crate::lock::record::Shipped;
use crate::release::evidence::{Case, Evidence};
use crate::release::export::Shipment;
use crate::release::statistics;

/// The card of a model pin: its task, the sets that it was measured with, and what that showed.
pub(super) fn of(shipment: &Shipment<'_>, id: &ArtefactId, shipped: &Shipped) -> Value {
    let runs: Vec<&Evidence> = runs_with(shipment, id, shipped).collect();
    let mut card = json!({ "bom-ref": format!("card:{}", component::reference(id, shipped)) });
    let datasets = datasets(shipment, &runs);
    let metrics: Vec<Value> = runs.iter().flat_map(|run| metrics(run)).collect();
    if let Some(fields) = card.as_object_mut() {
        if !datasets.is_empty() {
            fields.insert("modelParameters".to_owned(), json!({ "datasets": datasets }));
        }
        if !metrics.is_empty() {
            fields.insert("quantitativeAnalysis".to_owned(), json!({ "performanceMetrics": metrics }));
        }
    }
    card
}

/// The evidence of the release that was run with exactly this pin.
fn runs_with<'a>(
    shipment: &Shipment<'a>,
    id: &'a ArtefactId,
    shipped: &'a Shipped,
) -> impl Iterator<Item = &'a Evidence> {
    let runs = shipment.evidence.values().map(|(_, evidence)| evidence);
    runs.filter(move |run| run.subjects.get(id).is_some_and(|subject| subject.digest == shipped.entry.digest))
}

/// The eval sets of those runs that are components of the release.
fn datasets(shipment: &Shipment<'_>, runs: &[&Evidence]) -> Vec<Value> {
    let subjects = runs.iter().flat_map(|run| &run.subjects).filter(|(id, _)| id.kind == KindName::Eval);
    let shipped = subjects.filter_map(|(id, subject)| {
        let shipped = shipment.history.record.artefacts.get(id)?;
        (shipped.entry.digest == subject.digest).then(|| component::reference(id, shipped))
    });
    shipped.collect::<BTreeSet<String>>().into_iter().map(|reference| json!({ "ref": reference })).collect()
}

/// Every metric of a run that is a share, over all cases and over each stratum, with its interval.
fn metrics(run: &Evidence) -> Vec<Value> {
    let cases = &run.run.cases;
    let names: BTreeSet<&String> = cases.iter().flat_map(|case| case.scores.keys()).collect();
    let slices = slices(cases);
    let of = |name: &str| -> Vec<Value> {
        slices.iter().filter_map(|(slice, cases)| metric((&run.about, name), slice, cases)).collect()
    };
    names.into_iter().flat_map(|name| of(name)).collect()
}

/// All cases, and those of each stratum.
fn slices(cases: &[Case]) -> BTreeMap<String, Vec<&Case>> {
    let mut slices: BTreeMap<String, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        slices.entry("overall".to_owned()).or_default().push(case);
        for (key, value) in &case.strata {
            slices.entry(format!("{key}={value}")).or_default().push(case);
        }
    }
    slices
}

/// One number, as text: the standard has it so. What is no share has no interval, and is left out.
fn metric((about, name): (&ArtefactId, &str), slice: &str, cases: &[&Case]) -> Option<Value> {
    let shares: Vec<f64> = cases.iter().filter_map(|case| case.scores.get(name)?.mean()).collect();
    let outcome = statistics::floor(&shares, 0.0);
    let (low, high) = outcome.interval?;
    let number = |number: f64| format!("{number:.4}");
    Some(json!({
        "type": format!("{name} of {about}"),
        "value": number(outcome.value),
        "slice": format!("{slice} (n={})", shares.len()),
        "confidenceInterval": { "lowerBound": number(low), "upperBound": number(high) },
    }))
}
