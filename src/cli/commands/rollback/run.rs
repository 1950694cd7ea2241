//! `pv rollback run`: take back.

use super::asked::Asked;
use super::start::Start;
use super::written::{self, Written};
use super::told;
use crate::cli::{Context, Exit};
use crate::lock::ReleaseName;
use crate::release::rollback::Way;
use crate::store::flock;

/// Take back a flag, an artefact or everything: now, with a reason and nothing else
#[derive(Debug, clap::Args)]
#[command(after_help = "\
No window, freeze, canary cap or missing eval stops a rollback; only bytes that are not there do (exit 5). It writes a
new release from the stored objects, offline and whatever the worktree holds: its record, its log, pv.lock. What was
taken back is refused by the next `pv lock` until its bytes change. An interrupted run is completed by running it again.

Files of the worktree stay as they are unless --restore is given.

Examples:
  pv rollback run --flag refund_explanation_v1 --reason 'complaints doubled'
  pv rollback run --change prompt:explain_refund --reason 'promises refunds' --commit
  pv rollback run --to 2026.11.02 --reason 'cause unknown' --restore --commit")]
pub(super) struct Args {
    #[command(flatten)]
    asked: Asked,
    /// Why; it stands in the log
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// The new release's name; default the date, 2026.11.21
    #[arg(long, value_name = "NAME")]
    name: Option<ReleaseName>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
    /// Bring the files of the worktree back, too: refused where one has uncommitted edits
    #[arg(long)]
    restore: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let start = Start::of(context)?;
    let guard = flock::acquire(&start.session.repository.common_dir().join("pv").join("lock"))?;
    let outcome = if args.asked.is_flag_alone() { flag(args, context) } else { release(args, context) };
    drop(guard);
    outcome
}

fn flag(args: &Args, context: &Context) -> miette::Result<Exit> {
    let start = Start::of(context)?;
    let way = args.asked.way(&start)?;
    let begun = written::flag_begun(&start, args.asked.flag.as_deref())?.filter(|_| way.is_empty() && args.commit);
    if way.is_empty() && begun.is_none() {
        context.show_page(told::nothing(&args.asked, &start))?;
        return Ok(Exit::Refused);
    }
    let event = match begun {
        Some(event) => event,
        None => written::flag_event(&start, args.asked.flag.as_deref().unwrap_or_default(), &args.reason)?,
    };
    let commit = if args.commit {
        let flags: Vec<&str> = event.flags.keys().map(String::as_str).collect();
        let message = format!("Roll back: {} to 0\n\n{}", flags.join(", "), args.reason);
        Some(start.session.repository.commit_paths(&[event.path()], &message)?)
    } else {
        None
    };
    context.show_page(told::dropped(&event, commit.as_ref()))?;
    Ok(Exit::Pass)
}

fn release(args: &Args, context: &Context) -> miette::Result<Exit> {
    let (start, way) = state(args, context)?;
    if way.is_empty() {
        context.show_page(told::nothing(&args.asked, &start))?;
        return Ok(Exit::Refused);
    }
    written::refuse_lost(&start, &way)?;
    let files = if args.restore { written::restorable(&start, &way)? } else { Vec::new() };
    let release = Written { asked: &args.asked, start: &start, way: &way, reason: &args.reason, context };
    let (record, event) = release.write(args.name.as_ref())?;
    let restored = if files.is_empty() { Vec::new() } else { written::restore(&start, &way)? };
    let commit = if args.commit { Some(release.commit(&record.name, &restored)?) } else { None };
    context.show_page(told::done(&release, &event, &restored, commit.as_ref()))?;
    Ok(Exit::Pass)
}

/// The state to start from and what to do: before a release of exactly this rollback that an interrupted run left
/// uncommitted, else as things are.
fn state(args: &Args, context: &Context) -> miette::Result<(Start, Way)> {
    if let Some(start) = Start::before_uncommitted(context)?
        && let Ok(way) = args.asked.way(&start)
        && written::begun(&start, &way, args.name.as_ref())?.is_some()
    {
        return Ok((start, way));
    }
    let start = Start::of(context)?;
    let way = args.asked.way(&start)?;
    Ok((start, way))
}
