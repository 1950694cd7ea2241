//! `pv push`.

use crate::cli::transferred::Wanted;
use crate::cli::{Context, Exit, transfer};

/// Send the large objects that releases need to the remote
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What git does not hold goes to the remote that pv.toml names under [store]: objects above inline-limit, and the chunks of
row snapshots. Only what the remote lacks is sent; of a snapshot that changed, the chunks that changed. Nothing at the
remote is ever deleted. A push that was cut off is completed by running it again. Credentials come from the
environment (docs/remotes.md).

With --all, everything is looked for anew, also below what is known to be there, and what has another length at the remote
is put right: that mends a remote from which something was deleted, or that kept half of what was sent.

Examples:
  pv push                 the latest release, and the snapshots of the worktree
  pv push 2026.11.21
  pv push --all -j 16")]
pub struct Args {
    #[command(flatten)]
    wanted: Wanted,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    transfer::push(&args.wanted, context)
}
