//! `pv feature order`.

use serde_json::json;

use super::view::View;
use crate::cli::{Context, Exit};
use crate::release::coordination::{Operation, Operations, operations, state};
use crate::report::Page;

/// Show in which order a feature goes live: its foundations, its prompts at weight 0, and its flag last
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The order is computed: whatever something needs comes before it; what is free goes by kind: indexes, tools, eval sets,
models, prompts, agents, flags. Eval sets that measure the feature are in it though no manifest lists them.

Examples:
  pv feature order
  pv feature order refund_explanation")]
pub(super) struct Args {
    /// Only this feature
    #[arg(value_name = "FEATURE")]
    feature: Option<String>,
    /// The features as a revision has them
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let view = View::of(args.rev.as_deref(), context)?;
    let graph = view.graph(args.feature.as_deref())?;
    let operations = operations(&graph, &view.session.config)?;
    let page = Page::of(data(&operations));
    if operations.todo.is_empty() {
        context.show_page(page.outcome(true, "there is no feature here; `pv feature --help` shows how one is written"))?;
        return Ok(Exit::Pass);
    }
    let live: Vec<String> = operations.live.iter().map(|(id, _)| id.to_string()).collect();
    let live = if live.is_empty() { String::new() } else { format!("Already live: {}.", live.join(", ")) };
    context.show_page(page.table(table(&operations.todo)).paragraph(live).paragraph(view.basis()))?;
    Ok(Exit::Pass)
}

fn table(todo: &[Operation]) -> Vec<Vec<String>> {
    let mut rows = vec![["", "operation", "version", "weight", "gates", "now"].map(str::to_owned).to_vec()];
    rows.extend(todo.iter().zip(1..).map(|(operation, n)| {
        let gates: Vec<&str> = operation.gates.iter().map(|gate| gate.as_str()).collect();
        vec![
            format!("{n}."),
            operation.words(),
            operation.node.version().map(ToString::to_string).unwrap_or_default(),
            operation.weight.map_or("-".to_owned(), |weight| weight.to_string()),
            gates.join(", "),
            now(operation),
        ]
    }));
    rows
}

fn now(operation: &Operation) -> String {
    match &operation.node.flag {
        Some(_) => String::new(),
        None => state(&operation.artefact, &operation.node),
    }
}

fn data(operations: &Operations) -> serde_json::Value {
    let todo = operations.todo.iter().zip(1..).map(|(operation, n)| {
        json!({
            "n": n, "id": operation.artefact, "operation": operation.words(), "flag": operation.node.flag,
            "version": operation.node.version().map(ToString::to_string), "weight": operation.weight,
            "gates": operation.gates.iter().map(|gate| gate.as_str()).collect::<Vec<_>>(), "done": operation.is_done(),
            "now": now(operation),
        })
    });
    json!({
        "schema": "pv/feature-order/1", "order": todo.collect::<Vec<_>>(),
        "live": operations.live.iter().map(|(id, _)| id).collect::<Vec<_>>(),
    })
}
