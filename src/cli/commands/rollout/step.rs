//! `pv rollout step`: take the next step.

use super::asked::{self, Asked};
use super::rolling::{self, Rolling};
use super::told;
use crate::cli::{Context, Exit, policy, relied, verified};
use crate::domain::{Gate, Instant, Severity};
use crate::lock::ReleaseName;
use crate::release::checks::{Refused, rollout as checks};
use crate::release::log::{Event, EventKind};
use crate::release::plan::PlannedStep;
use crate::release::rollout::{self, Position};
use crate::release::standing::Phase;

/// Take the next step of the plan, and record it: refused while anything stands against it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asked are the gates, the feedback on the step before, its hold, the windows and freezes, notices, rehearsals and the
exposure of features. What stands against it is printed, and nothing is written. An exception is a record: `pv override`.

With --step, running it again does nothing: for scripts.

Examples:
  pv rollout step
  pv rollout step 2026.11.21 --step 2 --commit
  pv rollout step --happened 2026-11-23T10:00:00+05:30 --reason 'taken by hand, recorded after the outage'")]
pub(super) struct Args {
    /// The release; default the one that is under way, or else the newest
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Take this step: another one that is next is refused, one that was taken already is left alone
    #[arg(long, value_name = "N")]
    step: Option<u32>,
    /// When it was taken, where that is earlier than now
    #[arg(long, value_name = "INSTANT")]
    happened: Option<Instant>,
    /// Why, where it goes on after it was held
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    policy::refuse_own(true, context)?;
    let _guard = rolling::guard(context)?;
    let mut rolling = Rolling::open(args.release.as_ref(), args.happened.as_ref(), context)?;
    if let Some(event) = already(&rolling, args)? {
        return again(&rolling, &event, args, context);
    }
    rolling.unaltered()?;
    rolling.in_order()?;
    if let Some(exit) = verified::unfit(&rolling.session, &rolling.concerned()?, context)? {
        return Ok(exit);
    }
    let (next, held) = {
        let position = rolling.position()?;
        (position.next.cloned(), unexplained(&position, args))
    };
    skipped(next.as_ref(), args)?;
    let asked = asked::next(&mut rolling, context)?;
    let exit = Exit::of_judgements(&asked.judgements);
    match next.filter(|_| exit == Exit::Pass) {
        None => {
            context.show_page(told::refused(&rolling, &asked.judgements)?)?;
            Ok(exit)
        }
        Some(_) if held.is_some() => Err(held.map_or_else(|| miette::miette!("held"), Into::into)),
        Some(next) => take(&rolling, &next, &asked, (args, context)),
    }
}

/// The event of the step that is asked for, when it was recorded already: of the number that was given, or of the very
/// instant that was given.
fn already(rolling: &Rolling, args: &Args) -> miette::Result<Option<Event>> {
    let position = rolling.position()?;
    let Some(taken) = position.taken.filter(|_| !position.is_again) else { return Ok(None) };
    let is_same_moment = taken.hold > 0 && position.rollout.since.as_ref().is_some_and(|at| at.timestamp() == rolling.at().timestamp());
    let wanted = args.step.unwrap_or(taken.n);
    let is_taken = args.step.is_some() && position.rollout.taken.contains(&wanted) || is_same_moment && wanted == taken.n;
    let step = rolling.plan()?.step(wanted).filter(|_| is_taken);
    let events = &rolling.history()?.events;
    Ok(step.and_then(|step| events.iter().rev().find(|event| rollout::is_about(event, step))).cloned())
}

/// An interrupted run may have written the event, and not committed it.
fn again(rolling: &Rolling, event: &Event, args: &Args, context: &Context) -> miette::Result<Exit> {
    let is_committed = rolling.session.head()?.entry(&event.path()).is_some();
    if args.commit && !is_committed {
        rolling.commit(&[event.path()], &message(event))?;
    }
    context.show_page(told::already(rolling, event)?)?;
    Ok(Exit::Pass)
}

/// The step that was asked for is not the next one.
fn skipped(next: Option<&PlannedStep>, args: &Args) -> Result<(), Refused> {
    match (args.step, next) {
        (Some(wanted), Some(next)) if wanted != next.n => {
            let refused = Refused::by(&checks::STEP_SKIPPED, format!("step {wanted} was asked for, and step {} is the next", next.n));
            Err(refused.remedy(format!("pv rollout step --step {}", next.n)))
        }
        _ => Ok(()),
    }
}

/// A rollout that somebody stopped does not go on without a word.
fn unexplained(position: &Position<'_>, args: &Args) -> Option<Refused> {
    let is_silent = args.reason.as_deref().is_none_or(|reason| reason.trim().is_empty());
    let is_stopped = position.rollout.phase == Phase::Held;
    let step = position.rollout.step.unwrap_or_default();
    let message = format!("the rollout was stopped at step {step}, and nothing says why it goes on");
    (is_stopped && is_silent).then(|| Refused::by(&checks::REASON_MISSING, message))
}

fn take(rolling: &Rolling, next: &PlannedStep, asked: &Asked, (args, context): (&Args, &Context)) -> miette::Result<Exit> {
    let plan = rolling.plan()?;
    let mut paths = feedback(rolling, asked)?;
    let event = rolling.told(rollout::step(plan, next, rolling.at().clone()), args.reason.as_deref());
    let message = message(&event);
    let is_late = event.recorded.is_some();
    paths.push(rolling.record(event)?);
    if args.commit {
        rolling.commit(&paths, &message)?;
    }
    let warnings: Vec<_> = asked.judgements.iter().filter(|one| one.severity != Severity::Error).cloned().collect();
    context.show_page(told::taken(plan, next, &warnings, (&paths, args.commit, is_late, rolling.at())))?;
    Ok(Exit::Pass)
}

/// Records what the feedback came to, with the evidence that it rests on, unless the log says so already.
fn feedback(rolling: &Rolling, asked: &Asked) -> miette::Result<Vec<String>> {
    let position = rolling.position()?;
    let (Some(feedback), Some(taken)) = (&asked.feedback, position.taken) else { return Ok(Vec::new()) };
    let known = rolling.history()?.events.iter().rev().find(|event| event.kind == EventKind::Gate && event.step == Some(taken.n));
    if known.is_some_and(|event| event.evidence == feedback.evidence && event.verdict == Some(feedback.verdict)) {
        return Ok(Vec::new());
    }
    let mut paths = kept(rolling, asked)?;
    let history = rolling.history()?;
    let event = Event {
        step: Some(taken.n),
        verdict: Some(feedback.verdict),
        evidence: feedback.evidence.clone(),
        ..Event::new(EventKind::Gate, rolling.release.clone(), history.lock.clone(), rolling.at().clone())
    };
    paths.push(rolling.record(rolling.told(event, None))?);
    Ok(paths)
}

/// Keeps the evidence of the feedback beside the release; gives its paths.
fn kept(rolling: &Rolling, asked: &Asked) -> miette::Result<Vec<String>> {
    let of_feedback = asked.verdicts.judged.iter().filter(|one| one.gate == Gate::Feedback);
    let paths: Vec<&str> = of_feedback.flat_map(|one| one.relied()).collect();
    Ok(relied::keep_some(&asked.verdicts, &paths, (rolling.session.root()?, &rolling.release))?)
}

/// What a commit of it says.
fn message(event: &Event) -> String {
    let step = event.step.map(|step| format!(" {step}")).unwrap_or_default();
    format!("Release {}: {}{step}", event.release, event.kind)
}
