//! `pv status`: the artefacts, and what changed since the last release.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cli::load::{self, Session};
use crate::cli::sides::{self, Sides};
use crate::cli::{Context, Exit};
use crate::domain::KindName;
use crate::report::render::Layout;
use crate::report::{Changes, Report};

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
    let (changes, inventory) = since_release(&session, &paths, context)?;
    let mut changes = changes;
    changes.summary.inventory = inventory;
    let layout = Layout { stat: !args.full, full: args.full, ..context.shell.layout() };
    context.show(&Report::Changes(Box::new(changes)), &layout)?;
    Ok(Exit::Pass)
}

fn since_release(
    session: &Session,
    paths: &[String],
    context: &Context,
) -> miette::Result<(Changes, BTreeMap<KindName, usize>)> {
    let sides = Sides::since_release(session, edited(session))?;
    let discovery = session.discovery();
    let mut comparison = crate::diff::between(&sides.old, &sides.new, &discovery);
    let inventory = crate::diff::inventory(&sides.new, &discovery);
    sides.restrict(&mut comparison);
    comparison.problems.extend(inventory.problems.iter().cloned());
    comparison.problems.sort();
    comparison.problems.dedup();
    comparison.retain(|artefact| load::is_below(&artefact.path, paths));
    comparison.problems.retain(|problem| load::is_below(&problem.place.path, paths));
    let mut counts = BTreeMap::new();
    for artefact in inventory.artefacts.iter().filter(|artefact| load::is_below(&artefact.path, paths)) {
        *counts.entry(artefact.id.kind).or_default() += 1;
    }
    Ok((sides::changes("pv/status/1", session, comparison, &sides, context)?, counts))
}

fn edited(session: &Session) -> &'static str {
    if session.repository.is_bare() { "HEAD" } else { "worktree" }
}
