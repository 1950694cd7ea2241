//! Model cards: what runs with a model showed, one number for each stratum.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::component;
use crate::domain::{ArtefactId, Digest, KindName};
use crate::lock::record::Shipped;
use crate::release::evidence::{Case, Evidence};
use crate::release::export::Shipment;
use crate::release::statistics;

/// The card of a model pin: its task, the sets that it was measured with, and what that showed.
pub(super) fn of(shipment: &Shipment<'_>, id: &ArtefactId, shipped: &Shipped) -> Value {
    let runs: Vec<&Evidence> = runs_with(shipment, id, shipped).collect();
    let mut card = json!({ "bom-ref": format!("card:{}", component::reference(id, shipped)) });
    let datasets = datasets(shipment, &runs);
    let about: BTreeSet<&ArtefactId> = runs.iter().map(|run| &run.about).collect();
    let metrics: Vec<Value> = runs.iter().flat_map(|run| metrics(run, about.len() > 1)).collect();
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

/// The evidence of the release that was run with exactly this pin, and with nothing that the release does not ship: what
/// the gates compared it with shows what was there before.
fn runs_with<'a>(
    shipment: &Shipment<'a>,
    id: &'a ArtefactId,
    shipped: &'a Shipped,
) -> impl Iterator<Item = &'a Evidence> {
    let artefacts = &shipment.history.record.artefacts;
    let ships = |id: &ArtefactId, digest: &Digest| artefacts.get(id).is_some_and(|one| one.entry.digest == *digest);
    let runs = shipment.evidence.values().map(|(_, evidence)| evidence);
    let runs = runs.filter(move |run| run.subjects.iter().all(|(id, subject)| ships(id, &subject.digest)));
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

/// Every metric of a run that is a share, over all cases and over each stratum, with its interval. Where the model has
/// several users, the slice says whose it is.
fn metrics(run: &Evidence, names_user: bool) -> Vec<Value> {
    let cases = &run.run.cases;
    let names: BTreeSet<&String> = cases.iter().flat_map(|case| case.scores.keys()).collect();
    let user = if names_user { format!("{}: ", run.about) } else { String::new() };
    let slices = slices(cases);
    let of = |name: &str| -> Vec<Value> {
        slices.iter().filter_map(|(slice, cases)| metric(name, &format!("{user}{slice}"), cases)).collect()
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
fn metric(name: &str, slice: &str, cases: &[&Case]) -> Option<Value> {
    let shares: Vec<f64> = cases.iter().filter_map(|case| case.scores.get(name)?.mean()).collect();
    let outcome = statistics::floor(&shares, 0.0);
    let (low, high) = outcome.interval?;
    let number = |number: f64| format!("{number:.4}");
    Some(json!({
        "type": name,
        "value": number(outcome.value),
        "slice": slice,
        "confidenceInterval": { "lowerBound": number(low), "upperBound": number(high) },
    }))
}
