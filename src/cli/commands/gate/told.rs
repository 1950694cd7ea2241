//! Evidence in words.

use serde_json::{Value, json};

use crate::domain::Digest;
use crate::release::evidence::{Evidence, file};
use crate::release::gates::Recorded;
use crate::report::Page;

/// The page of evidence that was just recorded at `path`, about the state called `tree`.
pub(super) fn added(path: &str, evidence: &Evidence, tree: &str) -> Page {
    let mut page = Page::of(data(path, evidence))
        .heading(path)
        .paragraph(format!("A run of {} as it stands in {tree}, for the gate {}.", evidence.about, evidence.gate))
        .table(subjects(evidence))
        .paragraph(counts(evidence))
        .table(metrics(evidence));
    let declared = evidence.subjects.values().any(|subject| subject.binding == crate::release::evidence::Binding::Declared);
    if declared {
        page = page.paragraph("What is declared rests on your word; the policy may refuse it.");
    }
    page.paragraph("Commit .pv, and ask again: pv check")
}

/// Evidence as data.
pub(super) fn data(path: &str, evidence: &Evidence) -> Value {
    let statement: Value = serde_json::from_str(&file::encode(evidence)).unwrap_or_default();
    json!({ "schema": "pv/evidence/1", "path": path, "evidence": statement })
}

fn subjects(evidence: &Evidence) -> Vec<Vec<String>> {
    let mut rows = vec![["subject", "digest", "shown by"].map(str::to_owned).to_vec()];
    rows.extend(evidence.subjects.iter().map(|(id, subject)| {
        vec![id.to_string(), short(&subject.digest), subject.binding.as_str().to_owned()]
    }));
    rows
}

fn short(digest: &Digest) -> String {
    digest.hex().chars().take(12).collect()
}

/// `48 cases, 144 attempts, 2 of them errors · promptfoo 0.120.19 · 2026-11-21T23:31:51Z`
pub(super) fn counts(evidence: &Evidence) -> String {
    let run = &evidence.run;
    let attempts: u64 = run.cases.iter().map(|case| u64::from(case.attempts)).sum();
    let errors: u64 = run.cases.iter().map(|case| u64::from(case.errors)).sum();
    let errors = if errors > 0 { format!(", {errors} of them errors") } else { String::new() };
    let cases = match (run.cases.len(), run.measures.len()) {
        (0, measures) => format!("{measures} measures"),
        (cases, _) => format!("{cases} cases, {attempts} attempts{errors}"),
    };
    let more = [run.tool.as_ref(), run.model.as_ref(), run.made.as_ref()];
    std::iter::once(cases).chain(more.into_iter().flatten().cloned()).collect::<Vec<_>>().join(" · ")
}

fn metrics(evidence: &Evidence) -> Vec<Vec<String>> {
    let mut rows = vec![["metric", "scope", "value", "n"].map(str::to_owned).to_vec()];
    rows.extend(file::metrics(&evidence.run).into_iter().map(|metric| {
        let labels: Vec<String> = metric.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let scope = if labels.is_empty() { metric.scope } else { labels.join(",") };
        let number = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{}", (number * 1e6).round() / 1e6));
        vec![metric.name, scope, number(metric.value), number(metric.n)]
    }));
    rows
}

/// One line of a list of evidence.
pub(super) fn row(recorded: &Recorded, standing: String) -> Vec<String> {
    let evidence = &recorded.evidence;
    vec![recorded.path.clone(), evidence.gate.to_string(), evidence.about.to_string(), standing, counts(evidence)]
}
