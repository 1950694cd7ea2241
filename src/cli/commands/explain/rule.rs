//! The page of a rule: what it finds and why, its own example as pv tells it, and how to live with it.

use serde_json::{Map, Value, json};

use crate::classify::UNREADABLE;
use crate::cli::Context;
use crate::cli::commands::rules;
use crate::cli::example::{Example, Files};
use crate::domain::{Class, Rule};
use crate::report::render::{self, Layout};
use crate::report::{Changes, Page, Report};

/// The page of `rule`.
///
/// # Errors
/// When its example cannot be compared.
pub(super) fn page(rule: &'static Rule, context: &Context) -> miette::Result<Page> {
    let example = Example::of(rule);
    let told = told(example.changes()?, context)?;
    let mut page = Page::of(data(rule, &example, &told))
        .heading(rule.id)
        .paragraph(rule.summary)
        .table(judgement(rule))
        .heading("Why it matters")
        .paragraph(rule.why);
    if !example.is_empty() {
        page = page.heading("An example, as `pv diff` tells it").verbatim(&told);
    }
    let page = page.heading("What to do").paragraph(rule.remedy);
    Ok(if rule.id == UNREADABLE { page } else { ways_out(page, rule) })
}

fn ways_out(page: Page, rule: &Rule) -> Page {
    let page = page.heading("To let one finding pass").verbatim(way_out(rule.class));
    page.heading("To judge every finding otherwise").verbatim(level(rule))
}

fn judgement(rule: &Rule) -> Vec<Vec<String>> {
    let gates: Vec<&str> = rule.gates.iter().map(|gate| gate.as_str()).collect();
    let facts = [
        ("class", rule.class.as_str()),
        ("risk", rule.risk.as_str()),
        ("change type", rule.change_type.as_str()),
        ("bump", rule.demands(rule.class).as_str()),
        ("confidence", rule.confidence.as_str()),
        ("since", rule.since),
    ];
    let gates = Some(("gates of its own", gates.join(", "))).filter(|(_, gates)| !gates.is_empty());
    let facts = facts.into_iter().map(|(name, value)| (name, value.to_owned())).chain(gates);
    let (names, values) = facts.map(|(name, value)| (name.to_owned(), value)).unzip();
    vec![names, values]
}

/// What `pv diff` says, without colours.
pub(super) fn told(changes: Changes, context: &Context) -> miette::Result<String> {
    let layout = Layout { color: false, full: true, ..context.shell.layout() };
    let mut out = Vec::new();
    let format = render::format("text").ok_or_else(|| miette::miette!("there is no text format"))?;
    (format.render)(&Report::Changes(Box::new(changes)), &layout, &mut out).map_err(|error| miette::miette!("{error}"))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// The command that acknowledges a finding of `class`.
pub(super) fn way_out(class: Class) -> &'static str {
    match class {
        Class::Integrity => "pv ack FINGERPRINT [A [B]] --until YYYY-MM-DD --role ROLE --reason \"…\"",
        Class::Breaking => "pv ack FINGERPRINT [A [B]] --until YYYY-MM-DD --reason \"…\"",
        _ => "pv ack FINGERPRINT [A [B]] --reason \"…\"",
    }
}

/// The lines of `pv.toml` that set the level of a rule.
pub(super) fn level(rule: &Rule) -> String {
    format!("# pv.toml\n[classify.levels]\n\"{}\" = {{ class = \"…\", reason = \"…\" }}", rule.id)
}

fn data(rule: &Rule, example: &Example, told: &str) -> Value {
    let mut data = rules::data(rule);
    data["example"] =
        json!({ "old": texts(&example.old), "new": texts(&example.new), "config": example.config, "told": told });
    data
}

fn texts(files: &Files) -> Map<String, Value> {
    files.iter().map(|(path, bytes)| ((*path).to_owned(), String::from_utf8_lossy(bytes).into())).collect()
}
