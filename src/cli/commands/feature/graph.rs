//! `pv feature graph`.

use serde_json::json;

use super::view::View;
use crate::cli::{Context, Exit, shell};
use crate::release::coordination::{Graph, dot, mermaid, state};
use crate::report::Page;

/// Draw what features depend on
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pv feature graph
  pv feature graph --mermaid refund_explanation
  pv feature graph --dot | dot -Tsvg > features.svg
  pv feature graph --format json")]
pub(super) struct Args {
    /// Only this feature
    #[arg(value_name = "FEATURE")]
    feature: Option<String>,
    /// As what
    #[arg(long = "as", value_name = "DRAWING", default_value = "text")]
    drawing: Drawing,
    /// The same as --as mermaid
    #[arg(long, conflicts_with_all = ["drawing", "dot"])]
    mermaid: bool,
    /// The same as --as dot
    #[arg(long, conflicts_with = "drawing")]
    dot: bool,
    /// The features as a revision has them
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Drawing {
    /// Lines for a person
    Text,
    /// A Mermaid flowchart
    Mermaid,
    /// Graphviz
    Dot,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let view = View::of(args.rev.as_deref(), context)?;
    let graph = view.graph(args.feature.as_deref())?;
    let drawn = match args.drawing {
        _ if args.mermaid => mermaid(&graph),
        _ if args.dot => dot(&graph),
        Drawing::Mermaid => mermaid(&graph),
        Drawing::Dot => dot(&graph),
        Drawing::Text => {
            context.show_page(page(&graph))?;
            return Ok(Exit::Pass);
        }
    };
    context.shell.write_raw(drawn.as_bytes()).map_err(shell::unwritable)?;
    Ok(Exit::Pass)
}

fn page(graph: &Graph) -> Page {
    let mut rows = vec![["artefact", "version", "now", "needs"].map(str::to_owned).to_vec()];
    rows.extend(graph.nodes.iter().map(|(id, node)| {
        let version = node.version().map(ToString::to_string).unwrap_or_default();
        let now = match &node.flag {
            Some(flag) => format!("flag {flag} at {}", node.weight),
            None => state(id, node),
        };
        let needs = graph.edges().filter(|(from, _)| *from == id).map(|(_, to)| to.to_string());
        let tested = graph.measures.iter().filter(|(set, _)| set == id).map(|(_, to)| format!("(measures) {to}"));
        vec![id.to_string(), version, now, needs.chain(tested).collect::<Vec<_>>().join(", ")]
    }));
    let page = Page::of(data(graph));
    if graph.nodes.is_empty() {
        return page.outcome(true, "there is no feature here; `pv feature --help` shows how one is written");
    }
    page.table(rows)
}

fn data(graph: &Graph) -> serde_json::Value {
    let nodes = graph.nodes.iter().map(|(id, node)| {
        json!({
            "id": id, "version": node.version().map(ToString::to_string),
            "locked": node.locked.as_ref().map(ToString::to_string), "weight": node.weight, "flag": node.flag,
        })
    });
    json!({
        "schema": "pv/feature-graph/1",
        "nodes": nodes.collect::<Vec<_>>(),
        "edges": graph.edges().map(|(from, to)| json!({"from": from, "to": to, "is": "needs"}))
            .chain(graph.measures.iter().map(|(set, to)| json!({"from": set, "to": to, "is": "measures"})))
            .collect::<Vec<_>>(),
    })
}
