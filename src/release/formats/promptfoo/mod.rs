//! promptfoo: the JSON that `promptfoo eval -o report.json` writes, `results.version` 3.

mod column;
mod document;
mod plan;
mod row;

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use self::column::Column;
use self::document::{Document, Version};
use super::json::{self, Text};
use super::stated::{self, Stated};
use super::{Format, Reading, Report};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Options, Run};

/// The reader.
pub(super) const FORMAT: Format = Format {
    name: "promptfoo",
    summary: "promptfoo: `promptfoo eval -o report.json`",
    gate: Gate::Eval,
    detect,
    belongs: |_, _| false,
    read,
};

/// What promptfoo writes instead of a prompt's text where it is told to keep that to itself.
const STRIPPED: &str = "[prompt stripped]";

fn detect(report: &Report) -> bool {
    let (_, bytes) = report.main();
    is_whole(bytes) || is_lines(bytes)
}

fn is_whole(bytes: &[u8]) -> bool {
    json::has_keys(bytes, &["evalId", "results"])
}

/// Whether the first line is a row of `-o report.jsonl`.
fn is_lines(bytes: &[u8]) -> bool {
    json::has_keys(json::first_line(bytes), &["promptId", "promptIdx", "testIdx", "testCase"])
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let (name, bytes) = report.main();
    let file = &Text::of(name, bytes)?;
    known_version(file, bytes)?;
    let document: Document = file.read()?;
    row::told_once(file, &document.results.results.0)?;
    column::totals_agree(file, &document.results)?;
    let column = column::select(file, &document.results, options)?;
    let planned = plan::complete(file, &document, &column)?;
    let cases = row::cases(file, &document, &column, options)?;
    plan::all_there(file, planned, cases.len() as u64)?;
    let run = Run {
        tool: Some(
            document.metadata.promptfoo_version.as_deref().map_or("promptfoo".into(), |v| format!("promptfoo {v}")),
        ),
        made: document.results.timestamp.clone(),
        model: Some(column.provider.to_owned()),
        planned,
        cases,
        ..Run::default()
    };
    let stated = stated(file, &document)?;
    let (prompts, names) = (prompts(&document, &column), names(&document, &column));
    Ok(Reading { run, about: None, prompts, stated, names })
}

/// Refuses what is no report of version 3.
fn known_version(file: &Text<'_>, bytes: &[u8]) -> Result<(), Refused> {
    if !is_whole(bytes) && is_lines(bytes) {
        let message = format!("{file}: promptfoo's JSONL holds neither the prompt's text nor any totals");
        return Err(Refused::by(&report::UNRECOGNISED, message)
            .remedy("Export the run as JSON: `promptfoo export eval latest -o report.json`."));
    }
    let version = file.read::<Version>()?.results.version;
    match version.map(RawValue::get) {
        Some("3") => Ok(()),
        other => {
            let seen = other.unwrap_or("missing");
            let message = format!("{file}: `results.version` is {seen}; pv reads version 3 of promptfoo's reports");
            Err(Refused::by(&report::UNRECOGNISED, message).remedy("Run the eval with a current promptfoo."))
        }
    }
}

/// The template of the prompt that was run. Never `promptId` or `label`: a label that a user sets says nothing of the text.
fn prompts(document: &Document<'_>, column: &Column<'_, '_>) -> Vec<String> {
    let chosen = document.results.prompts.0.get(column.index);
    chosen.map(|prompt| prompt.raw.to_string()).filter(|text| text != STRIPPED).into_iter().collect()
}

fn stated(file: &Text<'_>, document: &Document<'_>) -> Result<Stated, Refused> {
    let config = &document.config;
    let default = file.entry(config.default_test, "metadata")?;
    let mut stated = Stated::new();
    for holder in [config.metadata, config.tags, default] {
        stated::add_from(&mut stated, file, holder)?;
    }
    Ok(stated)
}

fn names(document: &Document<'_>, column: &Column<'_, '_>) -> BTreeSet<String> {
    let described = document.config.description.and_then(json::label);
    let label = column.rows.first().and_then(|row| row.provider.label.as_deref()).map(ToOwned::to_owned);
    let names = [described, label, Some(column.provider.to_owned())];
    names.into_iter().flatten().filter(|name| !name.is_empty()).collect()
}
