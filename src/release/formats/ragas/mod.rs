//! Ragas: the rows of an experiment, as CSV (`to_pandas().to_csv(…)`) or as JSON Lines (`experiments/<name>.jsonl`).
//!
//! A row holds no verdict, so there is no pass rate: each column of numbers is a metric. An empty cell or `NaN` is a judge
//! that failed, never a zero.

mod csv;
mod rows;

use self::rows::{Row, Table};
use super::cases::{self, Cases};
use super::json::{self, Number, Text};
use super::{Format, Reading, Report, without_mark};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Options, Run};

/// Rows of an experiment.
pub(super) const FORMAT: Format = Format {
    name: "ragas",
    summary: "Ragas: the CSV of `to_pandas()`, or experiments/<name>.jsonl",
    gate: Gate::Eval,
    detect,
    belongs: |_, _| false,
    read,
};

/// What a row of it has beside the question, in this version of Ragas and in those before 0.2.
const SHAPES: [(&str, &[&str]); 2] = [
    ("user_input", &["response", "retrieved_contexts", "reference"]),
    ("question", &["answer", "contexts", "ground_truth"]),
];

fn detect(report: &Report) -> bool {
    let (_, bytes) = report.main();
    let known: Vec<&str> = SHAPES.iter().flat_map(|(input, others)| [&[*input], *others].concat()).collect();
    let columns = if is_json(bytes) {
        json::keys(json::first_line(bytes), &known)
    } else {
        let header = csv::header(bytes);
        known.into_iter().filter(|name| header.iter().any(|column| column == name)).collect()
    };
    SHAPES.iter().any(|(input, others)| columns.contains(input) && others.iter().any(|name| columns.contains(name)))
}

fn is_json(bytes: &[u8]) -> bool {
    without_mark(bytes).trim_ascii_start().first() == Some(&b'{')
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let (name, bytes) = report.main();
    let mut table = Table::new(options, if is_json(bytes) { rows::number } else { csv::number });
    if is_json(bytes) {
        let file = Text::python(name, bytes)?;
        for line in file.lines() {
            table.add(&file, &line.to_string(), line.read()?)?;
        }
    } else {
        csv::read(name, bytes, &mut table)?;
    }
    let metrics = table.metrics();
    if metrics.is_empty() && !table.rows.is_empty() {
        let message = format!("{name} has no column of numbers");
        return Err(Refused::by(&report::EMPTY, message).remedy("Give the result of the evaluation, not its dataset."));
    }
    cases::few(metrics.len())?;
    let mut cases = Cases::default();
    for row in table.rows {
        add(&mut cases, row, &metrics)?;
    }
    let run = Run { tool: Some("ragas".to_owned()), cases: cases.finish(name)?, ..Run::default() };
    Ok(Reading { run, ..Reading::default() })
}

/// One attempt: a metric without a number has a tally of nothing, and an attempt without any number is an error.
fn add(cases: &mut Cases, row: Row, metrics: &[(usize, String)]) -> Result<(), Refused> {
    let case = cases.attempt(&row.id, &row.question, row.strata)?;
    let mut scored = false;
    for (column, metric) in metrics {
        let tally = case.scores.entry(metric.clone()).or_default();
        if let Some(Number::Finite(score)) = row.numbers.get(column) {
            tally.add(*score);
            scored = true;
        }
    }
    case.errors += u32::from(!scored);
    Ok(())
}
