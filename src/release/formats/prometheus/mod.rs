//! Prometheus: the answer of `/api/v1/query` or `/api/v1/query_range`. The query and its window are not in it.

mod points;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use self::points::{Point, Points};
use super::json::{self, Entries, Number, Rows, Text};
use super::{Format, Reading, Report, instant};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Measure, Options, Run};

/// The answer to an instant or range query.
pub(super) const FORMAT: Format = Format {
    name: "prometheus",
    summary: "Prometheus: the JSON of an instant or range query, with --query and --window",
    gate: Gate::Feedback,
    detect,
    belongs: |_, _| false,
    read,
};

/// The label that holds a series' own name.
const NAME: &str = "__name__";
/// What a series is called that has lost its name to a function or an operator.
const NAMELESS: &str = "query";

#[derive(Deserialize)]
struct Answer<T> {
    status: String,
    data: Option<Data<T>>,
    #[serde(rename = "errorType")]
    error_type: Option<String>,
    error: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    infos: Vec<String>,
}

#[derive(Deserialize)]
struct Data<T> {
    #[serde(rename = "resultType")]
    kind: String,
    result: T,
}

#[derive(Deserialize)]
struct Series {
    metric: Entries<String>,
    value: Option<Point>,
    values: Option<Points>,
    histogram: Option<IgnoredAny>,
    histograms: Option<IgnoredAny>,
}

fn detect(report: &Report) -> bool {
    let (_, bytes) = report.main();
    let keys = json::keys(bytes, &["status", "data", "errorType"]);
    let is_answer = || keys.contains("data") && json::mentions(bytes, "\"resultType\"");
    keys.contains("status") && (keys.contains("errorType") || is_answer())
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let (name, bytes) = report.main();
    let file = Text::of(name, bytes)?;
    let head: Answer<IgnoredAny> = file.read()?;
    let kind = answered(&head)?;
    let query = asked(options)?;
    let (measures, made) = match kind {
        "scalar" => scalar(&file.read::<Answer<Point>>()?),
        "vector" | "matrix" => series(file.read()?)?,
        other => {
            let message = format!("the answer is of the type `{other}`; pv reads vector, matrix and scalar");
            return Err(Refused::by(&report::UNREADABLE, message).remedy("Ask for a number."));
        }
    };
    if measures.is_empty() {
        let message = format!("the query had no data: the {kind} that it answers with is empty");
        return Err(Refused::by(&report::EMPTY, message).remedy("Check the query's labels and its window."));
    }
    let run = Run { tool: Some("prometheus".to_owned()), made, measures, ..Run::default() };
    let told = head.warnings.into_iter().map(|text| format!("warning: {text}"));
    let told = told.chain(head.infos.into_iter().map(|text| format!("info: {text}")));
    Ok(Reading { run, names: told.chain([query]).collect(), ..Reading::default() })
}

/// The type of a successful answer.
fn answered<T>(answer: &Answer<T>) -> Result<&str, Refused> {
    match &answer.data {
        Some(data) if answer.status == "success" => Ok(&data.kind),
        _ => {
            let kind = answer.error_type.as_deref().unwrap_or("no error type");
            let error = answer.error.as_deref().unwrap_or("no message");
            let message = format!("the query's status is `{}` ({kind}: {error})", answer.status);
            Err(Refused::by(&report::INCOMPLETE, message).remedy("Ask again, and add the answer that succeeds."))
        }
    }
}

/// The query that was asked; without it and its window the numbers mean nothing.
fn asked(options: &Options) -> Result<String, Refused> {
    let missing = match (&options.query, &options.window) {
        (Some(query), Some(_)) => return Ok(query.clone()),
        (None, Some(_)) => "--query",
        (Some(_), None) => "--window",
        (None, None) => "--query and --window",
    };
    let message = format!("the answer does not say what was asked: {missing} is missing");
    let remedy = "Give the query as it was asked and the time that it looks at: --query 'PROMQL' --window 24h.";
    Err(Refused::by(&report::AMBIGUOUS, message).remedy(remedy))
}

fn scalar(answer: &Answer<Point>) -> (Vec<Measure>, Option<String>) {
    let Some(Data { result: point, .. }) = &answer.data else { return (Vec::new(), None) };
    let measure = Measure { metric: NAMELESS.to_owned(), labels: BTreeMap::new(), value: point.value, events: None };
    (vec![measure], instant::of(point.at))
}

fn series(answer: Answer<Rows<Series>>) -> Result<(Vec<Measure>, Option<String>), Refused> {
    let (mut measures, mut last) = (BTreeMap::new(), Number::Missing);
    for one in answer.data.map(|data| data.result.0).unwrap_or_default() {
        let (measure, at) = measure(one)?;
        last = points::later(last, at);
        let name = called(&measure);
        if measures.insert((measure.metric.clone(), measure.labels.clone()), measure).is_some() {
            let message = format!("the series {name} stands in the answer twice");
            return Err(Refused::by(&report::DUPLICATED, message).remedy("Add the answer as Prometheus gave it."));
        }
    }
    Ok((measures.into_values().collect(), instant::of(last)))
}

/// One series: the value of a vector's, the mean of a matrix's finite ones, and its last instant.
fn measure(series: Series) -> Result<(Measure, Number), Refused> {
    let mut labels: BTreeMap<String, String> = series.metric.0.into_iter().collect();
    let metric = labels.remove(NAME).unwrap_or_else(|| NAMELESS.to_owned());
    let (value, at) = match (series.value, series.values) {
        (Some(point), _) => (point.value, point.at),
        (None, Some(points)) => (points.mean(), points.last),
        (None, None) => (None, Number::Missing),
    };
    let measure = Measure { metric, labels, value, events: None };
    if series.histogram.is_some() || series.histograms.is_some() {
        let message = format!("the series {} is a histogram, which is many numbers", called(&measure));
        let remedy = "Ask for one number: histogram_quantile, histogram_avg or histogram_fraction.";
        return Err(Refused::by(&report::AMBIGUOUS, message).remedy(remedy));
    }
    Ok((measure, at))
}

fn called(measure: &Measure) -> String {
    let labels: Vec<String> = measure.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!("{}{{{}}}", measure.metric, labels.join(","))
}
