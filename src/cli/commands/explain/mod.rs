//! `pv explain`: the page of a rule, or of one finding.

mod finding;
mod rule;

use crate::classify;
use crate::cli::found::{self, Revisions};
use crate::cli::{Context, Exit};
use crate::domain::Rule;

/// Explain a rule, with an example; or one finding, with its evidence and what would silence it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
`pv rules` lists every rule.

Examples:
  pv explain prompt/variable-removed
  pv explain a3f8c21b9d04             a finding of `pv diff`
  pv explain a3f8c21b9d04 main...     a finding of `pv diff main...`")]
pub struct Args {
    /// A rule's id, or a finding's fingerprint; findings show both in brackets
    #[arg(value_name = "RULE|FINGERPRINT")]
    what: String,
    #[command(flatten)]
    revisions: Revisions,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let page = match classify::rule(&args.what) {
        Some(rule) => rule::page(rule, context)?,
        None if found::is_fingerprint(&args.what) => finding::page(&args.what, &args.revisions, context)?,
        None => return Err(unknown(&args.what)),
    };
    context.show_page(page)?;
    Ok(Exit::Pass)
}

fn unknown(id: &str) -> miette::Report {
    let likeness = |rule: &&Rule| strsim::jaro_winkler(rule.id, id);
    let nearest = classify::rules().into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let help = nearest.map_or(String::new(), |rule| format!("did you mean `{}`? `pv rules` lists them all", rule.id));
    miette::miette!(code = "cli::unknown_rule", help = help, "there is no rule `{id}`")
}
