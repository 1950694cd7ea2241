//! `pv explain`: the page of a rule, of a check, or of one finding.

mod check;
mod finding;
mod rule;

use crate::classify;
use crate::cli::found::{self, Revisions};
use crate::cli::{Context, Exit};
use crate::release::checks;

/// Explain a rule, with an example; a check; or one finding, with its evidence and what would silence it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
`pv rules` lists every rule and every check.

Examples:
  pv explain prompt/variable-removed
  pv explain report/run-incomplete
  pv explain a3f8c21b9d04             a finding of `pv diff`
  pv explain a3f8c21b9d04 main...     a finding of `pv diff main...`")]
pub struct Args {
    /// The id of a rule or a check, or a finding's fingerprint: what stands in brackets behind a sentence
    #[arg(value_name = "RULE|CHECK|FINGERPRINT")]
    what: String,
    #[command(flatten)]
    revisions: Revisions,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let page = match (classify::rule(&args.what), checks::check(&args.what)) {
        (Some(rule), _) => rule::page(rule, context)?,
        (None, Some(check)) => check::page(check),
        (None, None) if found::is_fingerprint(&args.what) => finding::page(&args.what, &args.revisions, context)?,
        (None, None) => return Err(unknown(&args.what)),
    };
    context.show_page(page)?;
    Ok(Exit::Pass)
}

fn unknown(id: &str) -> miette::Report {
    let rules = classify::rules().into_iter().map(|rule| rule.id);
    let ids: Vec<&str> = rules.chain(checks::all().into_iter().map(|check| check.id)).collect();
    let likeness = |known: &&&str| strsim::jaro_winkler(known, id);
    let nearest = ids.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let help = nearest.map_or(String::new(), |id| format!("did you mean `{id}`? `pv rules` lists them all"));
    miette::miette!(code = "cli::unknown_rule", help = help, "there is no rule and no check `{id}`")
}
