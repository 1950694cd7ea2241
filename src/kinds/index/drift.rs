//! What several pieces of a manifest say together: counts that drift, mixes that shift, a stage that comes or goes.

use std::collections::BTreeMap;

use super::Snapshot;
use crate::domain::{Event, Fact, Quote};
use crate::kinds::shared::part::Part;
use crate::kinds::{Basis, Thresholds};

/// Changes of fewer documents are no churn, whatever their share.
const FEW: usize = 10;

/// The facts, with what they say together told as one, and marked where a threshold is passed.
pub(super) fn told(facts: Vec<Fact>, old: &Snapshot, new: &Snapshot, basis: &Basis) -> Vec<Fact> {
    let thresholds = &basis.thresholds;
    let facts = mixes(reranking(facts, old, new), old, new, thresholds);
    let per_document = (ratio(&old.parts), ratio(&new.parts));
    let mut facts: Vec<Fact> = facts.into_iter().map(|fact| measured(fact, per_document, thresholds)).collect();
    facts.extend(churn(&facts, old, new, thresholds));
    facts
}

/// A reranking stage that comes or goes as a whole is one fact.
fn reranking(facts: Vec<Fact>, old: &Snapshot, new: &Snapshot) -> Vec<Fact> {
    let has = |snapshot: &Snapshot| snapshot.parts.iter().any(|part| part.aspect == "reranker");
    if has(old) == has(new) {
        return facts;
    }
    let (stage, mut rest): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|fact| fact.aspect == "reranker");
    rest.extend(stage.into_iter().next().map(|fact| fact.marked("stage")));
    rest
}

fn measured(fact: Fact, per_document: (Option<f64>, Option<f64>), thresholds: &Thresholds) -> Fact {
    let change = |old: f64, new: f64| (new - old).abs() / old.abs().max(f64::MIN_POSITIVE) * 100.0;
    let number = |text: &str| text.parse::<f64>().ok();
    let (old, new) = (number(fact.old_text()), number(fact.new_text()));
    match (fact.aspect, old, new) {
        ("count", Some(old), Some(new)) => {
            let drifts = change(old.max(1.0), new.max(1.0)) >= thresholds.count_drift_pct;
            let cut = matches!(per_document, (Some(was), Some(is)) if change(was, is) >= thresholds.count_drift_pct);
            match (counts_chunks(&fact.subject) && cut, drifts) {
                (true, _) => fact.marked("per-document"),
                (false, true) => fact.marked("drift"),
                (false, false) => fact,
            }
        }
        ("empty", _, Some(new)) if new > 0.0 => fact.marked("some"),
        ("overlap", _, Some(new)) if new < thresholds.nn_overlap => fact.marked("below"),
        _ => fact,
    }
}

/// Chunks a document, where both are declared.
fn ratio(parts: &[Part]) -> Option<f64> {
    let count = |is_wanted: &dyn Fn(&str) -> bool| {
        let part = parts.iter().find(|part| part.aspect == "count" && is_wanted(&part.key))?;
        part.quote.text.parse::<f64>().ok().filter(|count| *count > 0.0)
    };
    Some(count(&counts_chunks)? / count(&counts_documents)?)
}

/// Whether the count called `key` is of chunks.
pub(super) fn counts_chunks(key: &str) -> bool {
    last(key).contains("chunk")
}

/// Whether the count called `key` is of documents.
pub(super) fn counts_documents(key: &str) -> bool {
    last(key).contains("doc")
}

fn last(key: &str) -> String {
    key.rsplit('.').next().unwrap_or(key).to_ascii_lowercase()
}

/// A mix of languages or lengths whose shares changed is one fact, marked where it shifted by more than `mix_shift`.
fn mixes(facts: Vec<Fact>, old: &Snapshot, new: &Snapshot, thresholds: &Thresholds) -> Vec<Fact> {
    let (shares, mut rest): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|fact| fact.aspect == "mix");
    let mut mixes: BTreeMap<String, Fact> = BTreeMap::new();
    for share in shares {
        let name = mix_of(&share.subject).to_owned();
        mixes.entry(name.clone()).or_insert(Fact { subject: name, event: Event::Changed, ..share });
    }
    rest.extend(mixes.into_values().map(|fact| {
        let shift = distance(&shares_of(&fact.subject, &old.parts), &shares_of(&fact.subject, &new.parts));
        if shift.is_some_and(|shift| shift > thresholds.mix_shift) { fact.marked("shifted") } else { fact }
    }));
    rest
}

fn mix_of(key: &str) -> &str {
    key.rsplit_once('.').map_or(key, |(mix, _)| mix)
}

fn shares_of(mix: &str, parts: &[Part]) -> BTreeMap<String, f64> {
    let shares = parts.iter().filter(|part| part.aspect == "mix" && mix_of(&part.key) == mix);
    shares.filter_map(|part| Some((part.key.clone(), part.quote.text.parse().ok()?))).collect()
}

/// Half the sum of the differences of the shares: 0 for the same mix, 1 for nothing in common.
fn distance(old: &BTreeMap<String, f64>, new: &BTreeMap<String, f64>) -> Option<f64> {
    let total = |mix: &BTreeMap<String, f64>| Some(mix.values().sum::<f64>()).filter(|total| *total > 0.0);
    let (before, after) = (total(old)?, total(new)?);
    let share =
        |mix: &BTreeMap<String, f64>, key: &String, total: f64| mix.get(key).copied().unwrap_or_default() / total;
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    Some(keys.iter().map(|key| (share(old, key, before) - share(new, key, after)).abs()).sum::<f64>() / 2.0)
}

/// How many of the listed documents came, went or changed, where that is much.
fn churn(facts: &[Fact], old: &Snapshot, new: &Snapshot, thresholds: &Thresholds) -> Option<Fact> {
    let (before, after) = (old.rows()?, new.rows()?);
    let is_churn = |fact: &&Fact| fact.aspect == "document" && fact.event != Event::Moved && !fact.has("timestamp");
    let changed: usize = facts.iter().filter(is_churn).map(|fact| fact.count).sum();
    let total = before.len().max(after.len());
    let percent = f64::from(u32::try_from(changed).ok()?) / f64::from(u32::try_from(total.max(1)).ok()?) * 100.0;
    if changed < FEW || percent < thresholds.churn_pct {
        return None;
    }
    let place = after.place().or_else(|| before.place())?;
    let text = format!("{changed} of {total} documents");
    Some(Fact::new("churn", Event::Changed, text.clone()).is(Quote { place, text }))
}
