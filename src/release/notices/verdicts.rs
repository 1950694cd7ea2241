//! What gates came to, as notes tell it.

use std::collections::BTreeMap;

use crate::domain::{ArtefactId, Digest};
use crate::lock::record::Record;
use crate::release::evidence::Evidence;
use crate::release::gates::Judged;
use crate::release::statistics;

/// What gates came to, by artefact: the verdict, and what each check saw with its interval.
pub fn gate_words(judged: &[Judged]) -> BTreeMap<ArtefactId, Vec<String>> {
    let mut words: BTreeMap<ArtefactId, Vec<String>> = BTreeMap::new();
    for one in judged {
        let seen = one.checks.iter().map(|check| format!("{} {}: {}", check.metric, check.scope, check.message));
        let seen: Vec<String> = seen.chain(one.notes.iter().cloned()).collect();
        let seen = if seen.is_empty() { String::new() } else { format!(": {}", seen.join("; ")) };
        words.entry(one.artefact.clone()).or_default().push(format!("{} {}{seen}", one.gate, one.verdict));
    }
    words
}

/// The same from what a release recorded: the evidence that it relied on, by its digest. A release is cut only when its
/// gates are met, or under an exception that its record names.
pub fn evidence_words(record: &Record, evidence: &[(Digest, Evidence)]) -> BTreeMap<ArtefactId, Vec<String>> {
    let mut words: BTreeMap<ArtefactId, Vec<String>> = BTreeMap::new();
    for (id, shipped) in &record.artefacts {
        let relied = evidence.iter().filter(|(digest, _)| shipped.evidence.contains(digest));
        // What it was compared with was run on another content.
        let own = relied.filter(|(_, one)| one.subjects.get(id).is_some_and(|it| it.digest == shipped.entry.digest));
        let said: Vec<String> =
            own.map(|(_, one)| format!("{} {}: {}", one.gate, verdict(record), seen(one))).collect();
        if !said.is_empty() {
            words.insert(id.clone(), said);
        }
    }
    words
}

fn verdict(record: &Record) -> String {
    let overrides: Vec<&str> = record.overrides.iter().map(String::as_str).collect();
    if overrides.is_empty() { "pass".to_owned() } else { format!("under override {}", overrides.join(", ")) }
}

/// The metrics of a run: shares with their interval, and over how many cases.
fn seen(evidence: &Evidence) -> String {
    let mut shares: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for case in &evidence.run.cases {
        for (metric, tally) in &case.scores {
            shares.entry(metric).or_default().extend(tally.mean());
        }
    }
    let told: Vec<String> = shares.iter().filter_map(|(metric, shares)| share(metric, shares)).collect();
    if told.is_empty() { "no share of cases was measured".to_owned() } else { told.join("; ") }
}

/// `pass_rate 94 % of 100 cases [88.9 %, 96.9 %]`; of a quantity that is no share, nothing.
fn share(metric: &str, shares: &[f64]) -> Option<String> {
    let outcome = statistics::floor(shares, 0.0);
    let (low, high) = outcome.interval?;
    let percent = |share: f64| format!("{} %", format!("{:.1}", share * 100.0).trim_end_matches(".0"));
    Some(format!(
        "{metric} {} of {} cases [{}, {}]",
        percent(outcome.value),
        outcome.cases,
        percent(low),
        percent(high)
    ))
}
