//! `pv feature`: what features depend on, in which order that ships, and whether they may be exposed.

mod check;
mod graph;
mod order;
mod view;

use clap::Subcommand;

use crate::cli::{Context, Exit};

/// Show what each feature depends on, in which order that ships, and whether its flag may be on
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
A feature stands in a manifest:

  features:
    refund_explanation:
      flag: refund_explanation_v1
      rollout:
        canary_percentage: 5
      dependencies:
        - prompt: explain_refund@1.0.0
        - tool: lookup_refund_eligibility@1.0.0
        - retrieval_index: refund_policies@2026-05-20

Further kinds: model, agent, eval_set, feature. `requires_flags: [other_flag]` names flags that have to be on with its
own; `owner` says who answers for it."
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Order(order::Args),
    Graph(graph::Args),
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.command {
        Command::Check(args) => check::run(args, context),
        Command::Order(args) => order::run(args, context),
        Command::Graph(args) => graph::run(args, context),
    }
}
