//! `pv window`: when releases may ship.

mod asked;
mod check;
mod import;
mod lint;
mod list;
mod next;

use clap::Subcommand;

use crate::cli::{Context, Exit};

/// Ask the calendar: is it open, when is it next, what is odd about it; take over the calendars of other tools
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Windows and freezes stand in pv.toml. A freeze beats a window; every step of a plan is taken in a window, and the hold of a
canary neither reaches into days without on-call cover nor leaves it standing in a freeze. A rollback is never stopped.

Examples:
  pv window check                                   is it open now, for the ladder of a prompt?
  pv window check --release 2026.11.23              for what is left of a release's plan
  pv window next --steps '1% 96h' --steps '100% 24h'
  pv window lint
  pv window import appproject.yaml >> pv.toml")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Is it open now (or --at) for a plan: exit 4 when it is not, with every reason and the next opening that fits
    Check(check::Check),
    /// The next openings that fit a plan
    Next(next::Next),
    /// The windows, and the freezes to come, in order
    List(list::List),
    /// What is odd about the calendar: exit 1 when a window never opens
    Lint,
    /// Print the windows and freezes of another tool's calendar as TOML for pv.toml
    Import(import::Import),
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.action {
        Action::Check(check) => check::run(check, context),
        Action::Next(next) => next::run(next, context),
        Action::List(list) => list::run(list, context),
        Action::Lint => lint::run(context),
        Action::Import(import) => import::run(import, context),
    }
}
