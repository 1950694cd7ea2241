//! `pv rollout hold`: stay where it is.

use super::rolling::{self, Rolling};
use super::told;
use crate::cli::{Context, Exit};
use crate::domain::Instant;
use crate::lock::ReleaseName;
use crate::release::checks::{Refused, rollout as checks};
use crate::release::log::{Event, EventKind};

/// Stop a rollout where it is: the next step needs a reason to go on
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Those who have the change keep it; nobody else gets it.

Examples:
  pv rollout hold --reason 'waiting for more feedback from the German tenants'")]
pub(super) struct Args {
    /// The release; default the one that is under way
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// When it was stopped, where that is earlier than now
    #[arg(long, value_name = "INSTANT")]
    happened: Option<Instant>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let _guard = rolling::guard(context)?;
    let rolling = Rolling::open(args.release.as_ref(), args.happened.as_ref(), context)?;
    rolling.in_order()?;
    let position = rolling.position()?;
    if !position.rollout.phase.is_under_way() {
        let why = format!("release {} is not under way ({}): there is nothing to stop", rolling.release, position.rollout.phase);
        return Err(Refused::by(&checks::RELEASE_ENDED, why).remedy("`pv rollout status` says where it is.").into());
    }
    let lock = rolling.history()?.lock.clone();
    let event = Event::new(EventKind::Hold, rolling.release.clone(), lock, rolling.at().clone());
    let event = Event { step: position.rollout.step, ..event };
    let paths = [rolling.record(rolling.told(event, Some(&args.reason)))?];
    if args.commit {
        rolling.commit(&paths, &format!("Release {}: hold", rolling.release))?;
    }
    let text = format!("release {} stays at step {}", rolling.release, position.rollout.step.unwrap_or_default());
    let more = "It goes on with `pv rollout step --reason …`, or is taken back with `pv rollout abort --reason …`.";
    context.show_page(told::recorded("hold", &rolling, (&paths, args.commit), text).paragraph(more))?;
    Ok(Exit::Pass)
}
