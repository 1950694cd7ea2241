//! `pv hook`: pv in git's hooks.

mod install;
mod managers;
mod place;
mod run;
mod script;

use clap::Subcommand;

use crate::cli::{Context, Exit};

/// Install, remove or run pv as a git hook
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The hook checks what is staged, never the worktree, and prints only what matters. PV_SKIP=1 skips it once.

Examples:
  pv hook install
  pv hook run pre-commit        what the hook itself calls")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make `git commit` check what is staged. Where pre-commit, lefthook or husky manage the hooks, print the lines to
    /// add there and write nothing
    Install,
    /// Take out what install wrote
    Uninstall,
    /// Run a hook's check
    Run {
        /// The hook
        #[arg(value_parser = ["pre-commit", "pre-merge-commit", "pre-push"])]
        stage: String,
    },
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.action {
        Action::Install => install::install(context),
        Action::Uninstall => install::uninstall(context),
        Action::Run { stage } => run::run(stage, context),
    }
}
