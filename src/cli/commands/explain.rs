//! `pv explain`: the page of a rule.

use serde_json::json;

use crate::classify;
use crate::cli::{Context, Exit};
use crate::domain::Rule;
use crate::report::Page;

/// Explain a rule: what it finds, why it matters, what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pv explain prompt/variable-removed\n  pv explain --list")]
pub struct Args {
    /// The rule's id, as findings show it in brackets
    #[arg(required_unless_present = "list")]
    rule: Option<String>,
    /// List every rule
    #[arg(long, conflicts_with = "rule")]
    list: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let page = match &args.rule {
        Some(id) => page_of(find(id)?),
        None => list(),
    };
    context.show_page(page)?;
    Ok(Exit::Pass)
}

fn find(id: &str) -> miette::Result<&'static Rule> {
    classify::rule(id).ok_or_else(|| {
        let nearest = classify::rules().into_iter().max_by(|a, b| {
            strsim::jaro_winkler(a.id, id).total_cmp(&strsim::jaro_winkler(b.id, id))
        });
        let help = nearest.map_or(String::new(), |rule| format!("did you mean `{}`? `pv explain --list` shows all", rule.id));
        miette::miette!(code = "cli::unknown_rule", help = help, "there is no rule `{id}`")
    })
}

fn page_of(rule: &Rule) -> Page {
    let gates: Vec<&str> = rule.gates.iter().map(|gate| gate.as_str()).collect();
    let mut facts = vec![
        vec!["class".to_owned(), "risk".to_owned(), "change type".to_owned(), "bump".to_owned(), "since".to_owned()],
        vec![
            rule.class.to_string(),
            format!("{:?}", rule.risk).to_lowercase(),
            rule.change_type.to_string(),
            rule.class.bump().to_string(),
            rule.since.to_owned(),
        ],
    ];
    if !gates.is_empty() {
        for (row, cell) in facts.iter_mut().zip(["gates".to_owned(), gates.join(", ")]) {
            row.push(cell);
        }
    }
    Page::of(data(rule))
        .heading(rule.id)
        .paragraph(rule.summary)
        .table(facts)
        .heading("Why it matters")
        .paragraph(rule.why)
        .heading("What to do")
        .paragraph(rule.remedy)
        .heading("To judge it otherwise")
        .verbatim(format!(
            "# pv.toml\n[classify.levels]\n\"{}\" = {{ class = \"…\", reason = \"…\" }}",
            rule.id
        ))
}

fn list() -> Page {
    let rules = classify::rules();
    let mut rows = vec![["rule", "class", "type", "finds"].map(str::to_owned).to_vec()];
    for rule in &rules {
        rows.push(vec![rule.id.to_owned(), rule.class.to_string(), rule.change_type.to_string(), rule.summary.to_owned()]);
    }
    Page::of(rules.into_iter().map(data).collect()).table(rows)
}

fn data(rule: &Rule) -> serde_json::Value {
    json!({
        "id": rule.id, "class": rule.class, "risk": rule.risk, "type": rule.change_type, "gates": rule.gates,
        "since": rule.since, "summary": rule.summary, "why": rule.why, "remedy": rule.remedy,
    })
}
