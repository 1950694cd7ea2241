//! `pv rollout plan`: the steps of a release.

use super::rolling::Rolling;
use super::told;
use crate::cli::{Context, Exit};
use crate::lock::ReleaseName;

/// Show the steps of a release: what each exposes, for how long it is held, what it asks for
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pv rollout plan
  pv rollout plan 2026.11.21 --format markdown")]
pub(super) struct Args {
    /// The release; default the one that is under way, or else the newest
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let rolling = Rolling::open(args.release.as_ref(), None, context)?;
    context.show_page(told::plan(&rolling)?)?;
    Ok(Exit::Pass)
}
