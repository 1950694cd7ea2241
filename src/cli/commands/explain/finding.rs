//! The page of one finding: its evidence, what it owes, and what would silence it.

use serde_json::json;

use super::rule;
use crate::cli::Context;
use crate::cli::commands::rules;
use crate::cli::found::{self, Found, Revisions};
use crate::cli::load::Session;
use crate::domain::{Finding, Quote};
use crate::report::{Changes, Endpoint, Inputs, Page};

/// The page of the finding whose fingerprint begins with `typed`.
///
/// # Errors
/// When there is no such finding, or more than one.
pub(super) fn page(typed: &str, revisions: &Revisions, context: &Context) -> miette::Result<Page> {
    let session = Session::open(context)?;
    let found = found::find(&session, typed, revisions)?;
    let finding = found.finding().clone();
    let alone = alone(found, context);
    let data = json!({ "artefact": alone.artefacts.first(), "rule": rules::data(finding.rule) });
    Ok(Page::of(data)
        .heading(format!("{} {}", finding.rule.id, finding.fingerprint))
        .paragraph(finding.message.clone())
        .table(judgement(&finding))
        .heading("Evidence")
        .table(places(&finding))
        .verbatim(rule::told(alone, context)?)
        .heading("Why it matters")
        .paragraph(finding.rule.why)
        .heading("What to do")
        .paragraph(finding.rule.remedy)
        .heading("What would silence it")
        .paragraph(acknowledged(&finding))
        .verbatim(ack(&finding, revisions))
        .verbatim(rule::level(finding.rule)))
}

/// A report of the finding and nothing else.
fn alone(found: Found, context: &Context) -> Changes {
    let side = |spec: &str| Endpoint { spec: spec.to_owned(), commit: None };
    Changes::build(Inputs {
        schema: "pv/diff/1",
        old: side(&found.old),
        new: side(&found.new),
        classified: vec![found.alone()],
        released: Default::default(),
        today: context.now().date(),
        code: Vec::new(),
        submodules: Vec::new(),
        unmanaged: Vec::new(),
        problems: Vec::new(),
    })
}

fn judgement(finding: &Finding) -> Vec<Vec<String>> {
    let names = ["class", "risk", "change type", "bump", "confidence", "stands for"];
    let values = [
        finding.class.to_string(),
        finding.rule.risk.as_str().to_owned(),
        finding.change_type.to_string(),
        finding.bump().to_string(),
        finding.confidence.as_str().to_owned(),
        format!("{} change{}", finding.count, if finding.count == 1 { "" } else { "s" }),
    ];
    vec![names.map(str::to_owned).to_vec(), values.to_vec()]
}

/// Where it was and where it is.
fn places(finding: &Finding) -> Vec<Vec<String>> {
    let row = |side: &str, quote: &Quote| {
        let place = &quote.place;
        vec![side.to_owned(), format!("{}:{}:{}", place.path, place.line, place.column)]
    };
    let sides = [("was", finding.old.as_ref()), ("is", finding.new.as_ref())];
    let rows = sides.into_iter().filter_map(|(side, quote)| Some(row(side, quote?)));
    [vec!["side".to_owned(), "place".to_owned()]].into_iter().chain(rows).collect()
}

fn acknowledged(finding: &Finding) -> String {
    finding.ack.as_ref().map_or_else(String::new, |ack| format!("It is acknowledged: {}", ack.reason))
}

/// The command line that acknowledges it.
fn ack(finding: &Finding, revisions: &Revisions) -> String {
    let typed = [revisions.old.as_deref(), revisions.new.as_deref(), revisions.staged.then_some("--staged")];
    let typed: Vec<&str> = [Some(finding.fingerprint.as_str())].into_iter().chain(typed).flatten().collect();
    rule::way_out(finding.class).replace("FINGERPRINT [A [B]]", &typed.join(" "))
}
