//! `pv feature check`.

use serde_json::json;

use super::view::View;
use crate::cli::{Context, Exit, intents, judged};
use crate::domain::Severity;
use crate::release::checks::Judgement;
use crate::release::coordination::{Feature, Graph, Land, state};
use crate::report::Page;

/// Check that everything is there that exposed features depend on: exit 1 when something is not
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The features are those of the files as they stand; what is deployed is what the releases say at --at (now).

Examples:
  pv feature check
  pv feature check --rev origin/main
  pv --at 2026-11-23T10:00+05:30[Asia/Kolkata] feature check")]
pub struct Args {
    /// The features as a revision has them
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let view = View::of(args.rev.as_deref(), context)?;
    let land = view.land();
    let manifest = view.manifest(&land);
    let mut judgements = manifest.judge();
    judgements.sort_by_key(|one| one.severity);
    let graph = view.graph(None)?;
    let data = json!({
        "schema": "pv/feature-check/1",
        "features": view.features.iter().map(|one| feature_data(one, &graph, &land)).collect::<Vec<_>>(),
        "refusals": judgements.iter().cloned().map(intents::refusal).collect::<Vec<_>>(),
    });
    let mut page = Page::of(data).paragraph(if view.features.is_empty() { String::new() } else { view.basis() });
    for feature in &view.features {
        page = told(page, feature, &graph);
    }
    page = judgements.iter().fold(page, |page, one| page.verbatim(judged::line(one)));
    context.show_page(conclude(page, &view.features, &judgements))?;
    Ok(Exit::of_judgements(&judgements))
}

fn told(page: Page, feature: &Feature, graph: &Graph) -> Page {
    let exposure = feature.settings.weight().map_or("not said".to_owned(), |weight| weight.to_string());
    let owner = feature.owner.as_ref().map(|owner| format!("; owner {owner}")).unwrap_or_default();
    let required: Vec<&str> = feature.settings.requires_flags.iter().map(|flag| flag.text.as_str()).collect();
    let required = if required.is_empty() { String::new() } else { format!("; requires {}", required.join(", ")) };
    let mut rows = vec![["dependency", "version", "weight", "state"].map(str::to_owned).to_vec()];
    rows.extend(feature.needs().filter_map(|(id, _)| {
        let node = graph.nodes.get(id)?;
        let version = node.version().map(ToString::to_string).unwrap_or_default();
        Some(vec![id.to_string(), version, node.weight.to_string(), state(id, node)])
    }));
    page.heading(feature.id.to_string())
        .paragraph(format!("flag {} at {exposure}{required}{owner}", feature.flag()))
        .table(rows)
}

fn conclude(page: Page, features: &[Feature], judgements: &[Judgement]) -> Page {
    let errors = judgements.iter().filter(|one| one.severity == Severity::Error).count();
    match (features.len(), errors) {
        (0, _) => page.outcome(true, "there is no feature here; `pv feature --help` shows how one is written"),
        (n, 0) => page.outcome(true, format!("{n} {} what {} on", word(n, "feature finds", "features find"), word(n, "it depends", "they depend"))),
        (_, n) => page.outcome(false, format!("{n} {}", word(n, "thing stands against it", "things stand against it"))),
    }
}

fn word<'w>(n: usize, one: &'w str, many: &'w str) -> &'w str {
    if n == 1 { one } else { many }
}

fn feature_data(feature: &Feature, graph: &Graph, land: &Land<'_>) -> serde_json::Value {
    let needs = feature.settings.needs.iter().map(|need| {
        let node = need.id.as_ref().and_then(|id| graph.nodes.get(id));
        json!({
            "id": need.id, "wanted": need.version.as_ref().map(ToString::to_string), "written": need.said.text,
            "locked": node.and_then(|node| node.locked.as_ref()).map(ToString::to_string),
            "weight": node.map(|node| node.weight),
            "place": need.said.place.as_ref().map(|place| format!("{}:{}", place.path, place.line)),
        })
    });
    json!({
        "id": feature.id, "flag": feature.flag(), "exposure": feature.settings.weight(),
        "live": land.flag(feature.flag()), "owner": feature.owner,
        "requires_flags": feature.settings.requires_flags.iter().map(|flag| &flag.text).collect::<Vec<_>>(),
        "dependencies": needs.collect::<Vec<_>>(),
    })
}
