//! What `pv push`, `pv pull` and `pv gc --remote` are asked for.

use std::collections::HashSet;

use crate::domain::Digest;

/// Which objects, and how many at once.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// Releases, or revisions of git of which the snapshots are meant; default the latest release and the worktree
    #[arg(value_name = "RELEASE|REV")]
    pub(super) named: Vec<String>,
    /// Every release that has a record or a tag
    #[arg(long, conflicts_with = "named")]
    pub(super) all: bool,
    #[command(flatten)]
    pub(super) pace: Pace,
}

/// How many at once.
#[derive(Debug, clap::Args)]
pub(super) struct Pace {
    /// How many requests at once; each may hold a piece of 8 MiB in memory
    #[arg(long, short, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(super) jobs: u8,
}

/// What is to go from the remote, and what to stay.
#[derive(Debug)]
#[cfg_attr(not(feature = "remote"), expect(dead_code, reason = "without remotes nothing is collected there"))]
pub(super) struct Collection<'c> {
    /// Everything that is named.
    pub(super) keep: &'c HashSet<Digest>,
    /// What was put later stays: seconds since 1970.
    pub(super) before: i64,
    /// Whether to delete, or only to say what would be deleted.
    pub(super) write: bool,
    /// How many requests at once.
    pub(super) pace: &'c Pace,
}
