//! `pv pull`.

use crate::cli::transferred::Wanted;
use crate::cli::{Context, Exit, transfer};

/// Fetch the large objects that releases need from the remote
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Fetches what this clone lacks, and verifies every byte before it is kept: what the remote lost or altered is told with its
key (exit 5), and nothing of it stays. A pull that was cut off goes on where it stopped. Afterwards `pv verify`,
`pv restore` and `pv diff` work offline.

Examples:
  pv pull                 the latest release, and the snapshots of the worktree
  pv pull 2026.11.02      a release to restore or to compare with
  pv pull origin/main     the snapshots of the other side of a diff
  pv pull --all")]
pub struct Args {
    #[command(flatten)]
    wanted: Wanted,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    transfer::pull(&args.wanted, context)
}
