//! `pv postmortem new`.

use serde_json::json;

use crate::cli::commands::notes;
use crate::cli::discipline::Situation;
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit};
use crate::lock::ReleaseName;
use crate::release::after::postmortem::{self, Draft};
use crate::release::standing::History;
use crate::report::Page;
use crate::store::{flock, write_below};

/// A postmortem to begin with
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The release; default the one that was cut last
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// What the incident is known by elsewhere
    #[arg(long, value_name = "ID")]
    incident: Option<String>,
    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let situation = Situation::of(&session, context)?;
    let history = history(args.release.as_ref(), &situation, &shelf)?;
    let gates = notes::gates_of(&shelf, &history.record);
    let incident = args.incident.as_deref();
    let text = postmortem::draft(&Draft { history, gates: &gates, papers: &situation.papers, incident });
    let path = postmortem::path(&history.record.name);
    let root = session.root()?;
    let guard = flock::acquire(&session.repository.common_dir().join("pv").join("lock"))?;
    // An interrupted run may have written it, and not committed it.
    let is_begun = args.commit
        && situation.papers.get(&path).is_some_and(|written| **written == *text)
        && session.head()?.entry(&path).is_none();
    if !is_begun && std::fs::symlink_metadata(root.join(&path)).is_ok() {
        return Err(miette::miette!(
            code = "postmortem::exists",
            help = "go on with that one; it is never overwritten",
            "there is a {path} already"
        ));
    }
    write_below(root, &path, text.as_bytes())?;
    if args.commit {
        let message = format!("Postmortem of release {}", history.record.name);
        session.repository.commit_paths(std::slice::from_ref(&path), &message)?;
    }
    drop(guard);
    let data = json!({
        "schema": "pv/postmortem-new/1", "release": history.record.name, "written": path, "committed": args.commit,
    });
    let page = Page::of(data).outcome(true, format!("written: {path}"));
    context.show_page(page.paragraph("Answer below its headings; `pv postmortem lint` says what is still open."))?;
    Ok(Exit::Pass)
}

fn history<'s>(
    name: Option<&ReleaseName>,
    situation: &'s Situation,
    shelf: &Shelf,
) -> miette::Result<&'s History> {
    let Some(name) = name.or(situation.standing.newest.as_ref()) else {
        return Err(miette::miette!(
            code = "postmortem::no_release",
            help = "a postmortem is about a release that was cut: `pv lock --write`",
            "nothing was released yet"
        ));
    };
    let found = situation.histories.iter().find(|history| history.record.name == *name);
    found.ok_or_else(|| shelf.unknown_release(name.as_str()))
}
