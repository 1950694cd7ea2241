//! `pv rollback`: the way back.

mod asked;
mod plan;
mod rehearse;
mod run;
mod splice;
mod start;
mod told;
mod written;

use clap::Subcommand;

use crate::cli::{Context, Exit};

/// Take a release back: what would move, a rehearsal of it, and doing it
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Plan(plan::Args),
    Rehearse(rehearse::Args),
    Run(run::Args),
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.command {
        Command::Plan(args) => plan::run(args, context),
        Command::Rehearse(args) => rehearse::run(args, context),
        Command::Run(args) => run::run(args, context),
    }
}
