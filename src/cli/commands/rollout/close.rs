//! `pv rollout close`: the release is mature.

use super::rolling::{self, Rolling};
use super::told;
use crate::cli::{Context, Exit};
use crate::domain::{Instant, Stage};
use crate::lock::ReleaseName;
use crate::release::checks::Judgement;
use crate::release::log::{Event, EventKind};
use crate::release::{notices, overrides, rollout};

/// Close a release when the monitoring after its last step has ended
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pv rollout close
  pv rollout close 2026.11.21 --reason 'no regression in 48 hours' --commit")]
pub(super) struct Args {
    /// The release; default the one that is under way, or else the newest
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// What came of it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// When it was closed, where that is earlier than now
    #[arg(long, value_name = "INSTANT")]
    happened: Option<Instant>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let _guard = rolling::guard(context)?;
    let rolling = Rolling::open(args.release.as_ref(), args.happened.as_ref(), context)?;
    rolling.unaltered()?;
    rolling.in_order()?;
    let judgements = if is_begun(&rolling)? { Vec::new() } else { against(&rolling)? };
    if Exit::of_judgements(&judgements) != Exit::Pass {
        context.show_page(told::unclosed(&rolling, &judgements))?;
        return Ok(Exit::of_judgements(&judgements));
    }
    let lock = rolling.history()?.lock.clone();
    let event = Event::new(EventKind::Close, rolling.release.clone(), lock, rolling.at().clone());
    let paths = [rolling.record(rolling.told(event, args.reason.as_deref()))?];
    if args.commit {
        rolling.commit(&paths, &format!("Release {}: close", rolling.release))?;
    }
    let text = format!("release {} is closed", rolling.release);
    context.show_page(told::recorded("close", &rolling, (&paths, args.commit), text))?;
    Ok(Exit::Pass)
}

/// Whether an interrupted run closed it at this very instant, and may not have committed that.
fn is_begun(rolling: &Rolling) -> miette::Result<bool> {
    let last = rolling.history()?.events.last();
    Ok(last.is_some_and(|event| event.kind == EventKind::Close && event.at == *rolling.at()))
}

/// What stands against closing it.
fn against(rolling: &Rolling) -> miette::Result<Vec<Judgement>> {
    rollout::close(rolling.plan()?, &rolling.situation.standing, rolling.at())?;
    let ground = rolling.situation.ground(&rolling.session, rolling.plan()?, Stage::Promote);
    Ok(overrides::waived(&ground, notices::may_close(&ground)))
}
