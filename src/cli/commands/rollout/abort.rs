//! `pv rollout abort`: nobody new sees it any more.

use super::rolling::{self, Rolling};
use super::told;
use crate::cli::{Context, Exit};
use crate::domain::Instant;
use crate::lock::ReleaseName;
use crate::release::checks::{Refused, rollout as checks};
use crate::release::log::{Event, EventKind};
use crate::release::rollout;
use crate::release::standing::Phase;

/// Take back what of a release only some have, and end its rollout: nothing but a damaged log stands in the way
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Versions in a canary or in partitions go to 0 and are marked as taken back: the next lock refuses them until their bytes
change. Flags that are on for some are switched off. What everybody has stays as it is: `pv rollback` takes that back.

Examples:
  pv rollout abort --reason 'complaint rate doubled at 5 %'")]
pub(super) struct Args {
    /// The release; default the one that is under way, or else the newest
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// When it was taken back, where that is earlier than now
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
    ended(&rolling)?;
    let history = rolling.history()?;
    let back = rollout::aborted(history, &rolling.situation.standing, rolling.at().clone());
    let is_over = back.as_ref().is_some_and(|event| !event.rolled_back.is_empty());
    let close = Event::new(EventKind::Close, rolling.release.clone(), history.lock.clone(), rolling.at().clone());
    // Where no version is taken back, nothing but a last event says that it is over.
    let events: Vec<Event> = back.clone().into_iter().chain((!is_over).then_some(close)).collect();
    let record = |event: Event| rolling.record(rolling.told(event, Some(&args.reason)));
    let paths = events.into_iter().map(record).collect::<miette::Result<Vec<String>>>()?;
    if args.commit {
        rolling.commit(&paths, &format!("Release {}: abort", rolling.release))?;
    }
    context.show_page(told::aborted(&rolling, back.as_ref(), (&paths, args.commit)))?;
    Ok(Exit::Pass)
}

/// There is nothing to abort.
fn ended(rolling: &Rolling) -> miette::Result<()> {
    let release = &rolling.release;
    let phase = rolling.situation.standing.rollouts.get(release).map(|rollout| rollout.phase);
    let why = match phase {
        Some(Phase::Done) => "everybody has it: nothing of it is in a canary any more",
        Some(Phase::RolledBack) => "it was taken back already",
        Some(Phase::Closed) => "it was closed already",
        _ => return Ok(()),
    };
    let refused = Refused::by(&checks::RELEASE_ENDED, format!("release {release}: {why}"));
    Err(match phase {
        Some(Phase::Done) => refused.remedy("To take back what everybody has: `pv rollback plan`, then `pv rollback run --reason …`."),
        _ => refused.remedy("Nothing is left to take back; `pv at` says what is live."),
    }
    .into())
}
