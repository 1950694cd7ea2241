//! `pv rollout status`: where a release is.

use super::asked;
use super::rolling::Rolling;
use super::told;
use crate::cli::{Context, Exit};
use crate::lock::ReleaseName;

/// Say where a release is, since when, and what the next step needs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pv rollout status
  pv rollout status --at 2026-11-24T10:00:00+05:30     what would stand against the next step then")]
pub(super) struct Args {
    /// The release; default the one that is under way, or else the newest
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let mut rolling = Rolling::open(args.release.as_ref(), None, context)?;
    if rolling.history()?.plan.is_none() {
        context.show_page(told::unplanned(&rolling)?)?;
        return Ok(Exit::Pass);
    }
    let asked = asked::next(&mut rolling, context)?;
    context.show_page(told::status(&rolling, &asked.judgements)?)?;
    Ok(Exit::Pass)
}
