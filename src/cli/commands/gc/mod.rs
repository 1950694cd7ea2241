//! `pv gc`: large objects that nothing names any more are deleted.

mod marked;
mod swept;
mod told;

use crate::cli::load::Session;
use crate::cli::transferred::{Collection, Pace};
use crate::cli::{Context, Exit, transfer};
use crate::config::Duration;
use crate::store::{StoreError, flock};
use marked::Marked;
use swept::Plan;

/// Delete large objects that nothing names any more
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is named stays: by the record of a release or a pv.lock, by the snapshot.toml of a row snapshot, or by evidence, in any
commit that a branch, a remote-tracking branch, a tag, the stash or a reflog leads to, and in the index and the files of
every worktree. So no release that could be rolled back to ever loses anything. What nothing names goes once it was not
relied on for the grace period. Where it cannot be told what is named (a record that cannot be read, a shallow clone, a
row snapshot that is here in part), nothing is deleted, and that is said.

Plans by default, and deletes with --write. Without --remote only this clone is concerned. With it, what the remote holds
and nothing here names goes once it is older than [store] retention: fetch every branch before (`git fetch --all`), and
`pv pull --all` what is not here.

Examples:
  pv gc                       what would be deleted, and why the rest stays
  pv gc --write
  pv gc --write --grace 1d    also what was written since, up to yesterday
  pv gc --remote --write")]
pub struct Args {
    /// Delete; without it, only say what would be deleted
    #[arg(long)]
    write: bool,
    /// Keep what was written or relied on within this time, whether or not anything names it
    #[arg(long, value_name = "DURATION", default_value = "2w")]
    grace: Duration,
    /// Look at the remote instead of this clone
    #[arg(long, conflicts_with = "grace")]
    remote: bool,
    #[command(flatten)]
    pace: Pace,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    // Whoever writes objects or relies on some is waited for, and waits: what they are for is named before we look.
    let guard = if args.write { Some(alone(&session)?) } else { None };
    let marked = Marked::by_all(&session, context)?;
    if args.remote {
        return far(args, &session, &marked, context);
    }
    let plan = Plan::of(&session, &marked, (args.grace, &context.now()))?;
    let deleted = if args.write { Some(plan.carry_out()?) } else { None };
    drop(guard);
    context.show_page(told::page(&plan, &marked, (args.grace, deleted)))?;
    Ok(Exit::Pass)
}

/// The same at the remote, where nobody can be kept out: there only age shows that nobody is about to need it.
fn far(args: &Args, session: &Session, marked: &Marked, context: &Context) -> miette::Result<Exit> {
    let retention = i64::try_from(session.config.store.retention.seconds).unwrap_or(i64::MAX);
    let before = context.now().timestamp().as_second().saturating_sub(retention);
    let asked = Collection { keep: marked.all(), before, write: args.write, pace: &args.pace };
    transfer::collect(session, &asked, context)
}

/// The lock under which objects are deleted.
fn alone(session: &Session) -> miette::Result<flock::Guard> {
    let guard = match flock::acquire_large(session.repository.common_dir()) {
        Err(StoreError::Busy { holder, .. }) => return Err(busy(&holder)),
        guard => guard?,
    };
    if guard.is_held() {
        return Ok(guard);
    }
    Err(miette::miette!(
        code = "gc::unlockable",
        help = "run it where the repository is on a disk of its own: others may be writing objects here, and cannot be kept out",
        "nothing was deleted: the file system of {} has no locks",
        session.repository.common_dir().display()
    ))
}

fn busy(holder: &str) -> miette::Report {
    miette::miette!(
        code = "gc::busy",
        help = "wait until it ends, then run the command again",
        "nothing was deleted: another pv ({holder}) is writing large objects or relies on some"
    )
}
