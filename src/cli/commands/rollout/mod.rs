//! `pv rollout`: a release on its way to everybody, step by step.

mod abort;
mod asked;
mod close;
mod gate;
mod hold;
mod plan;
mod rolling;
mod status;
mod step;
mod told;

use clap::Subcommand;

use crate::cli::{Context, Exit};

/// Take a release to everybody step by step: record each step, hold it, look at the feedback, take it back
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
pv routes no traffic: it says what may be exposed next, refuses what may not yet, and records what was. `pv export`
writes what your flag service or gateway reads.

Examples:
  pv rollout status                                  where it is, and what the next step needs
  pv rollout step --commit                           take the next step of the plan
  pv gate add feedback.json --gate feedback          what the users of the canary make of it
  pv rollout abort --reason 'complaints doubled'     nobody new sees it any more"
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Plan(plan::Args),
    Status(status::Args),
    Step(step::Args),
    Gate(gate::Args),
    Hold(hold::Args),
    Abort(abort::Args),
    Close(close::Args),
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.command {
        Command::Plan(args) => plan::run(args, context),
        Command::Status(args) => status::run(args, context),
        Command::Step(args) => step::run(args, context),
        Command::Gate(args) => gate::run(args, context),
        Command::Hold(args) => hold::run(args, context),
        Command::Abort(args) => abort::run(args, context),
        Command::Close(args) => close::run(args, context),
    }
}
