//! `pv status`: the artefacts, and what changed since the last release.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::classify::ACKS;
use crate::cli::load::{self, Session};
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit, sides, since};
use crate::diff::Census;
use crate::domain::KindName;
use crate::report::render::Layout;
use crate::report::Report;

/// Show the artefacts, what changed since the last release, and what each change owes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Before the first release, everything is compared with HEAD.

Examples:
  pv status
  pv status prompts/
  pv status --format json")]
pub struct Args {
    /// Only artefacts at or below these paths
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Show every finding, not a line each
    #[arg(long)]
    full: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let paths: Vec<String> = args.paths.iter().map(|path| load::in_repository(&session.repository, path)).collect();
    let edited = session.snapshot(if session.repository.is_bare() { "HEAD" } else { "worktree" })?;
    let census = session.census(&edited);
    let inventory = counts(&census, &paths);
    let lock = Shelf::of(&session.repository)?.lock()?.unwrap_or_default();
    let (sides, mut comparison) = since::release(&session, &lock, edited, &census)?;
    comparison.problems.extend(census.problems);
    comparison.problems.sort();
    comparison.problems.dedup();
    comparison.retain(|artefact| load::is_below(&artefact.path, &paths));
    comparison.problems.retain(|problem| load::is_below(&problem.place.path, &paths));
    let mut changes = sides::changes("pv/status/1", &session, comparison, &sides, context)?;
    // An acknowledgement is about an edit, not about all that happened since a release.
    changes.problems.retain(|problem| &*problem.place.path != ACKS);
    changes.summary.inventory = inventory;
    let layout = Layout { stat: !args.full, full: args.full, ..context.shell.layout() };
    context.show(&Report::Changes(Box::new(changes)), &layout)?;
    Ok(Exit::Pass)
}

fn counts(census: &Census, paths: &[String]) -> BTreeMap<KindName, usize> {
    let mut counts = BTreeMap::new();
    for artefact in census.artefacts.iter().filter(|artefact| load::is_below(&artefact.path, paths)) {
        *counts.entry(artefact.id.kind).or_default() += 1;
    }
    counts
}
