//! `pv gate`: evidence and what it shows.

mod add;
mod calibrate;
mod list;
mod run;
mod subjects;
mod told;
mod verify;

use clap::Subcommand;

use crate::cli::{Context, Exit};

/// Record what an eval or a test run showed, and ask whether it meets what a change owes
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(add::Args),
    List(list::Args),
    Verify(verify::Args),
    Run(run::Args),
    Subjects(subjects::Args),
    Calibrate(calibrate::Args),
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.command {
        Command::Add(args) => add::run(args, context),
        Command::List(args) => list::run(args, context),
        Command::Verify(args) => verify::run(args, context),
        Command::Run(args) => run::run(args, context),
        Command::Subjects(args) => subjects::run(args, context),
        Command::Calibrate(args) => calibrate::run(args, context),
    }
}
