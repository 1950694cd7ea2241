//! `pv rules`: every rule there is, and every check.

use clap::builder::PossibleValuesParser;
use serde_json::{Value, json};

use crate::classify;
use crate::cli::{Context, Exit};
use crate::domain::{KindName, Rule};
use crate::release::checks::{self, Check};
use crate::report::Page;

/// List the rules: what each finds, of which class, and what it asks for; and the checks: what is refused
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Rules judge what changed. Checks refuse reports, evidence, gates and intents that do not hold.
`pv explain RULE` is the page of one of them, with an example.

Examples:
  pv rules
  pv rules --kind tool
  pv rules --kind report
  pv rules --format json")]
pub struct Args {
    /// Only the rules of this kind (`meta`: those about files and identities, the same for every kind), or the checks
    /// whose ids begin with it
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<String>,
}

fn kinds() -> PossibleValuesParser {
    let mut families: Vec<&str> = checks::all().into_iter().map(family).collect();
    families.dedup();
    PossibleValuesParser::new(KindName::ALL.map(KindName::as_str).into_iter().chain(["meta"]).chain(families))
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let is_wanted = |kind: &str| args.kind.as_deref().is_none_or(|wanted| wanted == kind);
    let mut rules = classify::rules();
    rules.retain(|rule| is_wanted(rule.kind()));
    let mut checks = checks::all();
    checks.retain(|check| is_wanted(family(check)));
    let data = rules.iter().map(|rule| data(rule)).chain(checks.iter().map(|check| check_data(check))).collect();
    context.show_page(Page::of(data).table(rule_table(&rules)).table(check_table(&checks)))?;
    Ok(Exit::Pass)
}

fn rule_table(rules: &[&Rule]) -> Vec<Vec<String>> {
    let head = ["rule", "class", "risk", "bump", "type", "finds"].map(str::to_owned).to_vec();
    [head].into_iter().chain(rules.iter().map(|rule| row(rule))).collect()
}

fn check_table(checks: &[&Check]) -> Vec<Vec<String>> {
    let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
    let rows = checks.iter().map(|check| row([check.id, check.summary]));
    [row(["check", "refuses"])].into_iter().chain(rows).collect()
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

/// What the id of a check begins with.
fn family(check: &Check) -> &'static str {
    check.id.split_once('/').map_or(check.id, |(family, _)| family)
}

/// A check as data.
pub(super) fn check_data(check: &Check) -> Value {
    json!({
        "id": check.id, "kind": family(check), "summary": check.summary, "why": check.why, "remedy": check.remedy,
    })
}
