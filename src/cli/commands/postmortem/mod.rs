//! `pv postmortem`: what went wrong, why nothing caught it, and what is done about it.

pub(super) mod lint;
mod new;

use clap::Subcommand;

use crate::cli::{Context, Exit};

/// Begin a postmortem from what is known of a release, and say what it leaves open
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Sections: timeline, root cause, contributing factors (eval gate, feedback gate, canary, rollback, window, communication,
versioning), blast, response assessment, action items, eval delta. The cause is one of prompt, model, retrieval, data,
tooling, gateway, upstream, apparatus. It is closed when every action item is done.

Examples:
  pv postmortem new 2026.11.21 --incident INC-481
  pv postmortem lint                                every postmortem there is: exit 1 when one leaves something open
  pv postmortem lint 2026.11.21 --at 2026-12-01T00:00Z")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write releases/NAME/postmortem.md, filled in as far as record, log and gates tell; one that is there stays
    New(new::Args),
    /// Say what postmortems leave open, by file and line: exit 1 when there is anything
    Lint(lint::Args),
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.action {
        Action::New(args) => new::run(args, context),
        Action::Lint(args) => lint::run(args, context),
    }
}
