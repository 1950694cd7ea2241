//! The samples file of one task: a line for each document and filter.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::results::Metric;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Case, Options, PASS_RATE, Tally};
use crate::release::formats::cases;
use crate::release::formats::json::{self, Entries, Line, Number};

/// The stratum that every case has.
const TASK: &str = "task";
/// The metrics of which one may be the pass rate.
const VERDICTS: [&str; 2] = ["acc", "exact_match"];

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    doc_id: &'a RawValue,
    filter: Option<String>,
    doc_hash: Option<String>,
    prompt_hash: Option<String>,
    target_hash: Option<String>,
}

#[derive(Deserialize)]
struct WithDoc<'a> {
    #[serde(borrow)]
    doc: Entries<&'a RawValue>,
}

/// The documents of one task.
#[derive(Default)]
pub(super) struct Documents {
    documents: BTreeMap<String, Document>,
    /// Metrics that are no number per document; they have an aggregate only.
    pub(super) aggregated: BTreeSet<Metric>,
    /// SHA-256 over the hashes of every line, as the tool takes it.
    hasher: Sha256,
    /// How many lines have no hashes.
    unhashed: u64,
}

struct Document {
    case: Case,
    hash: Option<String>,
    filters: BTreeSet<String>,
}

impl Document {
    /// Holds a line about it against those before.
    fn take(&mut self, line: &Line<'_>, row: &Row<'_>, filter: &str) -> Result<(), Refused> {
        let id = &row.doc_id;
        if self.hash != row.doc_hash {
            let message = format!("{line}: doc_id {id} is another document than before (doc_hash differs)");
            return Err(Refused::by(&report::CONTRADICTORY, message));
        }
        if !self.filters.insert(filter.to_owned()) {
            let message = format!("{line}: doc_id {id} with the filter {filter} stands in the file twice");
            return Err(Refused::by(&report::DUPLICATED, message));
        }
        Ok(())
    }
}

fn id(line: &Line<'_>, row: &Row<'_>) -> Result<String, Refused> {
    let message = || format!("{line}: the doc_id is neither number nor text");
    json::label(row.doc_id).ok_or_else(|| Refused::by(&report::UNREADABLE, message()))
}

/// A task of a report, and how to read it.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) name: &'a str,
    pub(super) metrics: &'a [Metric],
    pub(super) options: &'a Options,
}

impl Documents {
    /// Takes in one line.
    pub(super) fn add(&mut self, line: &Line<'_>, task: Task<'_>) -> Result<(), Refused> {
        let row: Row<'_> = line.read()?;
        self.hash(&row);
        cases::few_rows(self.documents.len())?;
        let document = match self.documents.entry(id(line, &row)?) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let document = document(line, task, entry.key(), row.doc_hash.clone())?;
                entry.insert(document)
            }
        };
        let filter = row.filter.as_deref().unwrap_or("none");
        document.take(line, &row, filter)?;
        let values: Entries<&RawValue> = line.read()?;
        for metric in task.metrics.iter().filter(|metric| metric.filter == filter) {
            let number = values.get(&metric.metric).map_or(Number::Missing, |value| Number::of(value));
            if number == Number::Other {
                self.aggregated.insert(metric.clone());
                continue;
            }
            let tally = document.case.scores.entry(metric.name()).or_default();
            if let Some(score) = number.score(format_args!("{line}: {}", metric.name()))? {
                tally.add(score);
            }
        }
        Ok(())
    }

    fn hash(&mut self, row: &Row<'_>) {
        let hashes = [&row.doc_hash, &row.prompt_hash, &row.target_hash];
        self.unhashed += u64::from(hashes.iter().any(|hash| hash.is_none()));
        hashes.into_iter().flatten().for_each(|hash| self.hasher.update(hash));
    }

    /// The hash that the results file should have of these lines; `None` where not every line has its hashes.
    pub(super) fn task_hash(&self) -> Option<String> {
        let bytes = (self.unhashed == 0).then(|| self.hasher.clone().finalize())?;
        Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// How many documents there are.
    pub(super) fn count(&self) -> u64 {
        self.documents.len() as u64
    }

    /// The mean of `metric` over the documents that have it.
    pub(super) fn mean(&self, metric: &Metric) -> Option<f64> {
        let tallies = self.documents.values().filter_map(|document| document.case.scores.get(&metric.name()));
        tallies.sum::<Tally>().mean()
    }

    /// The only accuracy or exact match that is 0 or 1 in every document; two of them are a choice that is not ours.
    pub(super) fn verdict(&self, metrics: &[Metric]) -> Option<String> {
        let is_binary = |name: &String| {
            let tallies = self.documents.values().map(|document| document.case.scores.get(name));
            tallies.flatten().all(|tally| tally.n == 0 || [0.0, 1.0].contains(&tally.sum))
        };
        let able = metrics.iter().filter(|one| VERDICTS.contains(&&*one.metric) && !self.aggregated.contains(*one));
        let mut able = able.map(Metric::name).filter(is_binary);
        able.next().filter(|_| able.next().is_none())
    }

    /// The cases; `verdict` is the metric that is their pass rate. A document without any number is an error.
    pub(super) fn cases(self, verdict: Option<&str>) -> impl Iterator<Item = Case> {
        let aggregated: Vec<String> = self.aggregated.iter().map(Metric::name).collect();
        self.documents.into_values().map(move |Document { mut case, .. }| {
            case.scores.retain(|name, _| !aggregated.contains(name));
            case.errors = u32::from(case.scores.values().all(|tally| tally.n == 0));
            let passed = verdict.and_then(|name| case.scores.get(name)).copied();
            case.scores.extend(passed.map(|tally| (PASS_RATE.to_owned(), tally)));
            case
        })
    }
}

/// The document's text is read only when a stratum or the case's name is in it.
fn document(line: &Line<'_>, task: Task<'_>, key: &str, hash: Option<String>) -> Result<Document, Refused> {
    let asks = task.options.case.is_some() || task.options.strata.iter().any(|key| key != TASK);
    let doc = if asks { line.read::<WithDoc<'_>>()?.doc } else { Entries::default() };
    let label = |key: &str| doc.get(key).and_then(|value| json::label(value));
    let own = match &task.options.case {
        None => key.to_owned(),
        Some(case) => cases::asked("--case", case, format_args!("the document at {line}"), label(case))?,
    };
    let id = format!("{}/{own}", task.name);
    let find = |key: &str| if key == TASK { Some(task.name.to_owned()) } else { label(key) };
    let mut strata = cases::strata(task.options, format_args!("case `{id}`"), find)?;
    strata.insert(TASK.to_owned(), task.name.to_owned());
    Ok(Document { case: Case { id, strata, attempts: 1, ..Case::default() }, hash, filters: BTreeSet::new() })
}
