//! `pv rules`: every rule there is.

use clap::builder::PossibleValuesParser;
use serde_json::{Value, json};

use crate::classify;
use crate::cli::{Context, Exit};
use crate::domain::{KindName, Rule};
use crate::report::Page;

/// List the rules: what each finds, of which class, and what it asks for
#[derive(Debug, clap::Args)]
#[command(after_help = "\
`pv explain RULE` is the page of one of them, with an example.

Examples:
  pv rules
  pv rules --kind tool
  pv rules --format json")]
pub struct Args {
    /// Only the rules of this kind (`meta`: those about files and identities, the same for every kind)
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<String>,
}

fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(KindName::ALL.map(KindName::as_str).into_iter().chain(["meta"]))
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let mut rules = classify::rules();
    rules.retain(|rule| args.kind.as_deref().is_none_or(|kind| rule.kind() == kind));
    let mut rows = vec![["rule", "class", "risk", "bump", "type", "finds"].map(str::to_owned).to_vec()];
    rows.extend(rules.iter().map(|rule| row(rule)));
    let data = rules.into_iter().map(data).collect();
    context.show_page(Page::of(data).table(rows))?;
    Ok(Exit::Pass)
}

fn row(rule: &Rule) -> Vec<String> {
    let cells = [rule.id, rule.class.as_str(), rule.risk.as_str(), rule.demands(rule.class).as_str()];
    let more = [rule.change_type.as_str(), rule.summary];
    cells.into_iter().chain(more).map(str::to_owned).collect()
}

/// A rule as data.
pub(super) fn data(rule: &Rule) -> Value {
    json!({
        "id": rule.id, "kind": rule.kind(), "class": rule.class, "risk": rule.risk, "bump": rule.demands(rule.class),
        "type": rule.change_type, "gates": rule.gates, "confidence": rule.confidence, "since": rule.since,
        "summary": rule.summary, "why": rule.why, "remedy": rule.remedy,
    })
}
