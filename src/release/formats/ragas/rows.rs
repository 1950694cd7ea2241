//! The rows of a table: of each its case, its strata, and what stands in its columns as numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use crate::release::checks::{Refused, report};
use crate::release::evidence::Options;
use crate::release::formats::cases;
use crate::release::formats::json::{self, Entries, Fingerprint, Number, Text};

/// What tells one question from another.
const INPUTS: [&str; 6] =
    ["user_input", "question", "reference", "ground_truth", "ground_truths", "reference_contexts"];
/// What else a sample has that is no metric, though it may look like a number or be empty; the index of pandas has no name.
const OTHERS: [&str; 16] = [
    "",
    "Unnamed: 0",
    "response",
    "answer",
    "multi_responses",
    "retrieved_contexts",
    "contexts",
    "retrieved_context_ids",
    "reference_context_ids",
    "reference_tool_calls",
    "reference_topics",
    "rubrics",
    "persona_name",
    "query_style",
    "query_length",
    "synthesizer_name",
];

/// The rows that were read so far.
#[derive(Debug)]
pub(super) struct Table<'a> {
    options: &'a Options,
    number: fn(&RawValue) -> Number,
    columns: BTreeMap<String, usize>,
    /// Columns in which something stands that is no number.
    textual: BTreeSet<usize>,
    pub(super) rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    /// A fingerprint of what it asks.
    pub(super) question: String,
    pub(super) strata: BTreeMap<String, String>,
    /// What its columns hold as numbers, by column.
    pub(super) numbers: BTreeMap<usize, Number>,
}

impl<'a> Table<'a> {
    /// No rows, to be read as `options` say, with what makes a value a number.
    pub(super) fn new(options: &'a Options, number: fn(&RawValue) -> Number) -> Self {
        Self { options, number, columns: BTreeMap::new(), textual: BTreeSet::new(), rows: Vec::new() }
    }

    /// Adds the row at `place`.
    ///
    /// # Errors
    /// When its case cannot be told, or a stratum is missing.
    pub(super) fn add(&mut self, file: &Text<'_>, place: &str, cells: Entries<&RawValue>) -> Result<(), Refused> {
        cases::few_rows(self.rows.len())?;
        let question = question(file, &cells)?;
        let label = |key: &str| cells.get(key).and_then(|value| json::label(value));
        let id = match &self.options.case {
            Some(key) => cases::asked("--case", key, place, label(key))?,
            None if INPUTS[..2].iter().any(|column| is_given(&cells, column)) => question.clone(),
            None => {
                let message = format!("{place}: there is no user_input to tell the case by");
                return Err(Refused::by(&report::AMBIGUOUS, message)
                    .remedy("Name the column that tells cases apart: --case KEY."));
            }
        };
        let strata = cases::strata(self.options, format_args!("case `{id}`"), label)?;
        let mut numbers = BTreeMap::new();
        for (column, value) in cells.0 {
            let next = self.columns.len();
            let at = *self.columns.entry(column).or_insert(next);
            match (self.number)(value) {
                Number::Other => _ = self.textual.insert(at),
                number => _ = numbers.insert(at, number),
            }
        }
        self.rows.push(Row { id, question, strata, numbers });
        Ok(())
    }

    /// The columns that are metrics: they hold numbers or nothing, and nobody asked for them as something else.
    pub(super) fn metrics(&self) -> Vec<(usize, String)> {
        let is_other = |name: &str| INPUTS.contains(&name) || OTHERS.contains(&name);
        let is_asked = |name: &String| self.options.strata.contains(name) || self.options.case.as_ref() == Some(name);
        let columns =
            self.columns.iter().filter(|(name, at)| !is_other(name) && !is_asked(name) && !self.textual.contains(at));
        columns.map(|(name, at)| (*at, name.clone())).collect()
    }
}

/// A value as a number. The verdicts of a discrete metric, by the names that Ragas' own examples give them, are 1 and 0.
pub(super) fn number(value: &RawValue) -> Number {
    match json::label(value).as_deref() {
        Some("pass") => Number::Finite(1.0),
        Some("fail") => Number::Finite(0.0),
        _ => Number::of(value),
    }
}

fn is_given(cells: &Entries<&RawValue>, column: &str) -> bool {
    cells.get(column).is_some_and(|value| value.get() != "null")
}

/// A fingerprint of the inputs that a row has.
fn question(file: &Text<'_>, cells: &Entries<&RawValue>) -> Result<String, Refused> {
    let mut question = Fingerprint::default();
    for column in INPUTS.iter().filter(|column| is_given(cells, column)) {
        question.add_text(column);
        question.add(file, cells.get(column).copied())?;
    }
    Ok(question.finish())
}
