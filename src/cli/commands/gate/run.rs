//! `pv gate run`: what the gates say at a stage.

use clap::builder::PossibleValuesParser;

use crate::cli::gates::Verdicts;
use crate::cli::load::Session;
use crate::cli::shipped::{self, Shelf};
use crate::cli::sides::{self, Sides};
use crate::cli::{Context, Exit, gates, policy, since};
use crate::diff::{self, Comparison};
use crate::domain::Stage;
use crate::lock::Lock;
use crate::report::render::Layout;
use crate::report::{Changes, Report};

/// Ask the gates of a stage: what is owed, which evidence counts, what it shows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
merge     what changed since the base: as `pv check`, the gates alone
lock      what changed since the latest release; what is inconclusive stops, too (exit 3)
step      the latest release against the one before it, before its first canary step
promote   the same, before every further step: the feedback gate is owed as well

Examples:
  pv gate run --stage merge --base origin/main
  pv gate run --stage lock")]
pub(super) struct Args {
    /// The stage
    #[arg(long, value_name = "STAGE", default_value = "merge", value_parser = stages())]
    stage: String,
    /// With merge: compare with where this branch parted from REV
    #[arg(long, value_name = "REV")]
    base: Option<String>,
}

fn stages() -> PossibleValuesParser {
    PossibleValuesParser::new(Stage::ALL.map(Stage::as_str))
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let stage = Stage::ALL.into_iter().find(|stage| stage.as_str() == args.stage).unwrap_or(Stage::Merge);
    let changes = match stage {
        Stage::Merge => merge(session, args, context)?,
        Stage::Lock => lock(&committed(session, context)?, context)?,
        Stage::Step | Stage::Promote => rollout(&committed(session, context)?, stage, context)?,
    };
    let exit = changes.verdict.as_ref().map_or(Exit::Pass, Exit::of);
    let layout = Layout { stat: true, ..context.shell.layout() };
    context.show(&Report::Changes(Box::new(changes)), &layout)?;
    Ok(exit)
}

/// The session under the policy and the acknowledgements that the commit `HEAD` holds: a release is judged by nothing else.
fn committed(session: Session, context: &Context) -> miette::Result<Session> {
    let head = session.head()?;
    session.judging(&head, context)
}

fn merge(session: Session, args: &Args, context: &Context) -> miette::Result<Changes> {
    let sides = Sides::since_base(&session, args.base.as_deref(), context)?;
    let judging = policy::of_base(session, &sides, None, context)?;
    let comparison = diff::between(&sides.old, &sides.new, &judging.session.discovery());
    let mut changes = judged(&judging.session, comparison, &sides, Stage::Merge, context)?;
    changes.policy = Some(judging.source);
    Ok(changes)
}

fn lock(session: &Session, context: &Context) -> miette::Result<Changes> {
    let latest = Shelf::of(&session.repository)?.lock()?.unwrap_or_default();
    let present = session.snapshot(if session.repository.is_bare() { "HEAD" } else { "worktree" })?;
    let census = session.census(&present);
    let (sides, comparison) = since::release(session, &latest, present, &census)?;
    if latest.release.is_none() {
        context.shell.note("pv: the first release owes no gate: there is no live version to compare it with");
        let mut changes = sides::changes("pv/check/1", session, comparison, &sides, context)?;
        changes.verdict = Some(Verdicts::default().conclude(Stage::Lock));
        return Ok(changes);
    }
    judged(session, comparison, &sides, Stage::Lock, context)
}

fn rollout(session: &Session, stage: Stage, context: &Context) -> miette::Result<Changes> {
    let shelf = Shelf::of(&session.repository)?;
    let Some(release) = shelf.lock()?.and_then(|lock: Lock| lock.release) else {
        return Err(miette::miette!(
            code = "gate::unreleased",
            help = "`pv lock --name NAME --write` cuts the first release",
            "nothing was released yet, so there is no step to take"
        ));
    };
    let new = shipped::release(&shelf, release.name.as_str())?;
    let old = match &release.previous {
        Some(previous) => shipped::release(&shelf, previous.as_str())?,
        None => session.repository.snapshot(&crate::git::Source::Empty)?,
    };
    let sides = Sides::shipped(old, new);
    let mut comparison = diff::between(&sides.old, &sides.new, &session.discovery());
    sides.restrict(&mut comparison);
    judged(session, comparison, &sides, stage, context)
}

/// What differs, one line an artefact, and the gates that it owes.
fn judged(
    session: &Session,
    comparison: Comparison,
    sides: &Sides,
    stage: Stage,
    context: &Context,
) -> miette::Result<Changes> {
    let mut changes = sides::changes("pv/check/1", session, comparison, sides, context)?;
    let verdicts = gates::judge(session, &changes, sides, stage)?;
    changes.verdict = Some(verdicts.conclude(stage));
    changes.gates = verdicts.judged;
    changes.refusals.extend(verdicts.refusals);
    Ok(changes)
}
