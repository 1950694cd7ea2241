//! `pv restore`: bring back what shipped, byte for byte.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::load::Session;
use crate::cli::shipped::{self, Named, Shelf, ShippedFile};
use crate::cli::{Context, Exit};
use crate::diff;
use crate::domain::ArtefactId;
use crate::git::{Mode, Snapshot};
use crate::lock::record::Shipped;
use crate::report::Page;
use crate::store::{contained, durable};

/// Bring back an artefact or a whole release, byte for byte, from the stored objects
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --to, the files in the worktree are replaced; a file with uncommitted edits is refused. An artefact that is a
part of a file replaces that part. Nothing is ever deleted. Works offline and in a clone without history.

Examples:
  pv restore prompt:greet@1.0.0
  pv restore release:2026.11.02 --to /tmp/november")]
pub struct Args {
    /// kind:name@version, or release:NAME
    #[arg(value_name = "ID@VERSION|release:NAME")]
    what: String,
    /// Write the files, as they shipped, below DIR
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let files = match (Named::parse(&args.what).ok_or_else(|| not_shipped(&args.what))?, &args.to) {
        (Named::Release(name), _) => shipped::files_of_release(&shelf, &name)?,
        (Named::Artefact(id, version), to) => {
            let (shipped, _) = shipped::find(&shelf, &id, &version)?;
            let files = shelf.files_of(&shipped)?;
            if to.is_none() && shipped.file.is_some() { spliced(&session, &id, &shipped, files)? } else { files }
        }
    };
    let root = match &args.to {
        Some(directory) => directory.clone(),
        None => {
            refuse_uncommitted(&session, &files)?;
            session.root()?.to_owned()
        }
    };
    for file in &files {
        refuse_escape(&root, &file.path)?;
        durable::write(&root.join(&file.path), &file.bytes)?;
        if file.mode == Mode::Executable {
            durable::make_executable(&root.join(&file.path))?;
        }
    }
    let paths: Vec<&String> = files.iter().map(|file| &file.path).collect();
    let data = json!({"schema": "pv/restore/1", "restored": args.what, "files": paths});
    let what = if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
    let list = paths.iter().map(|path| format!("  {path}")).collect::<Vec<_>>().join("\n");
    context.show_page(Page::of(data).verbatim(list).outcome(true, format!("restored {}: {what}", args.what)))?;
    Ok(Exit::Pass)
}

fn not_shipped(what: &str) -> miette::Report {
    miette::miette!(
        code = "restore::usage",
        help = "`pv log` lists the releases and `pv log ID` an artefact's versions",
        "`{what}` is neither kind:name@version nor release:NAME"
    )
}

/// The current file with the artefact's part replaced by the shipped one.
fn spliced(
    session: &Session,
    id: &ArtefactId,
    shipped: &Shipped,
    files: Vec<ShippedFile>,
) -> miette::Result<Vec<ShippedFile>> {
    let discovery = session.discovery();
    let shelf = Shelf::of(&session.repository)?;
    let old = diff::inventory(&shelf.snapshot_of(shipped)?, &discovery);
    let now = diff::inventory(&session.snapshot("worktree")?, &discovery);
    let part = old.get(id).filter(|artefact| artefact.digest == shipped.entry.digest);
    let (Some(part), Some(current)) = (part, now.get(id)) else { return Ok(files) };
    let path = session.root()?.join(&current.path);
    let text = std::fs::read_to_string(&path).map_err(|error| miette::miette!("{}: {error}", current.path))?;
    let Some(span) = current.part else { return Ok(files) };
    let (Some(before), Some(after)) = (text.get(..span.start), text.get(span.end..)) else { return Ok(files) };
    let bytes = format!("{before}{}{after}", part.as_text()).into_bytes();
    Ok(vec![ShippedFile { path: current.path.clone(), mode: Mode::File, bytes }])
}

/// Nothing is written outside `root`: neither by `..`, nor through a link that stands in the way.
fn refuse_escape(root: &Path, path: &str) -> miette::Result<()> {
    if !contained::is_contained(path.as_bytes()) {
        return Err(miette::miette!(code = "restore::path", "{path:?} leads out of the directory: not restored"));
    }
    let steps = path.match_indices('/').filter_map(|(at, _)| path.get(..at)).chain([path]);
    let is_link = |step: &&str| std::fs::symlink_metadata(root.join(step)).is_ok_and(|found| found.is_symlink());
    match steps.into_iter().find(is_link) {
        Some(link) => Err(miette::miette!(
            code = "restore::link",
            help = "remove the link, or write elsewhere with --to DIR",
            "{link:?} is a symbolic link, and pv never writes through one: {path:?} was not restored"
        )),
        None => Ok(()),
    }
}

/// No command touches an uncommitted edit unasked; a file that git does not know of is one, too.
fn refuse_uncommitted(session: &Session, files: &[ShippedFile]) -> miette::Result<()> {
    let (root, head, worktree) = (session.root()?, session.head()?, session.snapshot("worktree")?);
    let is_edited = |file: &&ShippedFile| match std::fs::read(root.join(&file.path)) {
        Ok(bytes) if bytes != file.bytes => {
            let oid = |snapshot: &Snapshot| snapshot.entry(&file.path).and_then(|entry| entry.oid);
            oid(&worktree).is_none() || oid(&worktree) != oid(&head)
        }
        _ => false,
    };
    let edited: Vec<&str> = files.iter().filter(is_edited).map(|file| file.path.as_str()).collect();
    if edited.is_empty() {
        return Ok(());
    }
    Err(miette::miette!(
        code = "restore::uncommitted",
        help = "commit or stash them, or write elsewhere with --to DIR",
        "these files have uncommitted edits: {}",
        edited.join(", ")
    ))
}
