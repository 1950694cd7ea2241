//! `pv rollback plan`: what a rollback would do, and in which order to go about it.

use super::asked::Asked;
use super::start::Start;
use super::{told, written};
use crate::cli::{Context, Exit};

/// Show what a rollback would move, why, by what and in what time; writes nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Contain first, isolate second: where a flag switches what is to go back, the flag to 0 is the fastest way, and nothing
else moves. What has to go back along with an artefact is computed: whoever requires it, and never shipped with the
version that it goes back to.

Examples:
  pv rollback plan --change tool:lookup_refund_eligibility
  pv rollback plan --to 2026.11.02
  pv rollback plan --flag refund_explanation_v1")]
pub(super) struct Args {
    #[command(flatten)]
    asked: Asked,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let start = Start::of(context)?;
    let way = args.asked.way(&start)?;
    if way.is_empty() {
        context.show_page(told::nothing(&args.asked, &start))?;
        return Ok(Exit::Refused);
    }
    written::refuse_lost(&start, &way)?;
    context.show_page(told::planned(&args.asked, &start, &way))?;
    Ok(Exit::Pass)
}
