//! What `pv push` and `pv pull` are asked for.

/// Which objects, and how many at once.
#[derive(Debug, clap::Args)]
#[cfg_attr(not(feature = "remote"), expect(dead_code, reason = "without remotes nobody asks what was wanted"))]
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
#[cfg_attr(not(feature = "remote"), expect(dead_code, reason = "without remotes nothing is asked at once"))]
pub(super) struct Pace {
    /// How many requests at once; each may hold a piece of 8 MiB in memory
    #[arg(long, short, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(super) jobs: u8,
}
