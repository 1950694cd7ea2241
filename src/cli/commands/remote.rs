//! `pv remote`.

use crate::cli::transferred::Pace;
use crate::cli::{Context, Exit, transfer};

/// Ask the remote what it guarantees, and whether it holds what releases need
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Try what the remote guarantees, and look for every object that releases need
    #[command(after_help = "\
Writes, reads, lists and deletes a few small keys below v1/check/, and says which guarantees held; pv relies on few of
them. Then looks for every object that a release inside the retention needs: exit 5, with the list, when one is missing or
has another length. In CI, that is the check before a release is tagged, and the nightly one.

Examples:
  pv remote check
  pv remote check --format json")]
    Check(Pace),
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.what {
        What::Check(pace) => transfer::check(pace, context),
    }
}
