//! `pv rollback rehearse`: the way back, tried.

mod ends;
mod trial;

use serde_json::json;

use self::ends::Ends;
use self::trial::Trial;
use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::git::CommitId;
use crate::lock::ReleaseName;
use crate::release::checks::rollback as checks;
use crate::release::rollback::Rehearsal;
use crate::report::Page;
use crate::store::{flock, write_below};

/// Try the way back for real, offline and in a directory of its own, and write down what came of it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Lays out the files of the release that is about to be cut, replaces them by those of the release before it, as stored,
checks every byte, every dependency and every model's retirement date, runs `command` of [rollback] in pv.toml there
(PV_RELEASE, PV_TARGET, PV_FROM_DIR, PV_TO_DIR and PV_CHANGED in its environment), and puts the new files back. Writes
releases/NAME/rehearsals/NAME--TARGET.toml, which `pv lock` asks for. Exit 1 when a check fails, 5 when bytes are missing.

Examples:
  pv rollback rehearse
  pv rollback rehearse --name 2026.11.21 --commit
  pv rollback rehearse --from 2026.11.21 --to 2026.11.02")]
pub(super) struct Args {
    /// The release to be cut; default the date, as `pv lock` names it
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    name: Option<ReleaseName>,
    /// A release that was cut, in place of the one to be cut
    #[arg(long, value_name = "RELEASE")]
    from: Option<ReleaseName>,
    /// The release to go back to; default the one before
    #[arg(long, value_name = "RELEASE")]
    to: Option<ReleaseName>,
    /// Commit the record of the rehearsal, and nothing else
    #[arg(long)]
    commit: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    // What is cut is judged by what is committed with it: so is its rehearsal.
    let head = session.head()?;
    let session = session.judging(&head, context)?;
    let root = session.root()?.to_owned();
    let ends = Ends::of(&session, args, context)?;
    let rehearsal = Trial { session: &session, ends: &ends, at: context.now() }.run()?;
    let path = Rehearsal::path(&rehearsal.from, &rehearsal.to);
    let text = rehearsal.encode().map_err(|error| miette::miette!("{error}"))?;
    let guard = flock::acquire(&session.repository.common_dir().join("pv").join("lock"))?;
    write_below(&root, &path, text.as_bytes())?;
    let message = format!("Rehearse the way back from {} to {}", rehearsal.from, rehearsal.to);
    let commit = if args.commit { Some(session.repository.commit_paths(std::slice::from_ref(&path), &message)?) } else { None };
    drop(guard);
    context.show_page(told(&rehearsal, &path, commit.as_ref()))?;
    Ok(verdict(&rehearsal))
}

fn verdict(rehearsal: &Rehearsal) -> Exit {
    match rehearsal.failed() {
        Some(tried) if tried.name == "bytes" => Exit::Integrity,
        Some(_) => Exit::Refused,
        None => Exit::Pass,
    }
}

fn told(rehearsal: &Rehearsal, path: &str, commit: Option<&CommitId>) -> Page {
    let mut table = vec![["check", "passed", "seen"].map(str::to_owned).to_vec()];
    table.extend(rehearsal.checks.iter().map(|tried| {
        vec![tried.name.clone(), if tried.passed { "yes" } else { "NO" }.to_owned(), tried.detail.clone()]
    }));
    let data = json!({"schema": "pv/rehearsal/1", "rehearsal": rehearsal, "path": path, "commit": commit.map(ToString::to_string)});
    let expected = rehearsal.expected_seconds.map_or(String::new(), |seconds| format!(" of {seconds} s"));
    let page = Page::of(data).heading(format!("the way back from {} to {}", rehearsal.from, rehearsal.to)).table(table);
    let place = match commit {
        Some(commit) => format!("committed as {}", commit.to_string().chars().take(10).collect::<String>()),
        None => "not committed: the release's own commit takes it along".to_owned(),
    };
    let text = format!("rehearsed in {} s{expected}: {path}, {place}", rehearsal.seconds);
    match rehearsal.failed() {
        None => page.outcome(true, text),
        Some(tried) => {
            let check = if tried.name == "bytes" { &checks::BYTES_MISSING } else { &checks::REHEARSAL_FAILED };
            page.outcome(false, format!("{text}: {} failed  [{}]", tried.name, check.id)).paragraph(format!("help: {}", check.remedy))
        }
    }
}
