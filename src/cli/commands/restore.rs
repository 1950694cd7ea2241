//! `pv restore`: bring back what shipped, byte for byte.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::load::Session;
use crate::cli::shipped::{self, Named, Shelf, ShippedFile};
use crate::cli::{Context, Exit};
use crate::diff::{self, Artefact};
use crate::domain::ArtefactId;
use crate::git::{Entry, Mode, Snapshot};
use crate::lock::record::Shipped;
use crate::report::Page;
use crate::store::{below, bounded, durable, hashed, opened};

/// Bring back an artefact or a whole release, byte for byte, from the stored objects
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --to, the files in the worktree are replaced, where the artefact is now; of an artefact that is a part of a
file, that part. A file with uncommitted edits is refused, with --to as well. Nothing is ever deleted. Works offline and
in a clone without history.

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
            if to.is_none() { targets(&session, &shelf, (&id, &shipped))? } else { shelf.files_of(&shipped)? }
        }
    };
    let root = match &args.to {
        Some(directory) => directory.clone(),
        None => session.root()?.to_owned(),
    };
    refuse_unsaved(&session, &root, &files)?;
    put(&root, &files)?;
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

/// Writes `files` below `root`.
pub(super) fn put(root: &Path, files: &[ShippedFile]) -> miette::Result<()> {
    for file in files {
        if !file.stands_at(&below::place_below(root, &file.path)?) {
            below::write_below_from(root, &file.path, |sink| file.copy(sink))?;
        }
        if let Some(mode) = file.mode {
            durable::set_executable(&root.join(&file.path), mode == Mode::Executable)?;
        }
    }
    Ok(())
}

/// The files of an artefact, as it shipped, as they are to stand in the worktree.
///
/// # Errors
/// When its bytes are not there, or its place in the worktree holds something of another form.
pub(super) fn targets(
    session: &Session,
    shelf: &Shelf,
    what: (&ArtefactId, &Shipped),
) -> miette::Result<Vec<ShippedFile>> {
    in_place(session, shelf, what, shelf.files_of(what.1)?)
}

/// The files as they are to stand in the worktree: where the artefact is now, and of a part, the file around it as it is.
fn in_place(
    session: &Session,
    shelf: &Shelf,
    what: (&ArtefactId, &Shipped),
    mut files: Vec<ShippedFile>,
) -> miette::Result<Vec<ShippedFile>> {
    let (id, shipped) = what;
    let now = diff::inventory(&session.snapshot("worktree")?, &session.discovery());
    let Some(current) = now.get(id) else { return absent(session, id, shipped, files) };
    if current.is_directory != shipped.is_directory || current.part.is_some() != shipped.file.is_some() {
        return Err(other_form(id, &current.path));
    }
    if shipped.file.is_some() {
        return Ok(vec![spliced(session, shelf, what, current)?]);
    }
    for file in &mut files {
        let inside = file.path.strip_prefix(&shipped.entry.path).unwrap_or_default();
        file.path = format!("{}{inside}", current.path);
    }
    Ok(files)
}

/// The files of an artefact that the worktree does not have: of a part, only where its file is gone, too.
fn absent(
    session: &Session,
    id: &ArtefactId,
    shipped: &Shipped,
    files: Vec<ShippedFile>,
) -> miette::Result<Vec<ShippedFile>> {
    let path = &shipped.entry.path;
    if shipped.file.is_some() && std::fs::symlink_metadata(session.root()?.join(path)).is_ok() {
        return Err(other_form(id, path));
    }
    Ok(files)
}

fn other_form(id: &ArtefactId, path: &str) -> miette::Report {
    miette::miette!(
        code = "restore::other_form",
        help = "write it, as it shipped, elsewhere with --to DIR, and take from there what you need",
        "{path} no longer holds {id} as it shipped: restoring it would replace more than the artefact"
    )
}

/// The current file with the artefact's part replaced by the shipped one.
fn spliced(
    session: &Session,
    shelf: &Shelf,
    (id, shipped): (&ArtefactId, &Shipped),
    current: &Artefact,
) -> miette::Result<ShippedFile> {
    let old = diff::inventory(&shelf.snapshot_of(shipped)?, &session.discovery());
    let part = old.get(id).filter(|artefact| artefact.digest == shipped.entry.digest);
    let bytes = bounded::read(&session.root()?.join(&current.path), diff::Limits::PARSED);
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let around = text.as_ref().zip(current.part.as_ref());
    let around = around.and_then(|(text, span)| Some((text.get(..span.start)?, text.get(span.end..)?)));
    let (Some(part), Some((before, after))) = (part, around) else { return Err(other_form(id, &current.path)) };
    let bytes = format!("{before}{}{after}", part.as_text()).into_bytes();
    Ok(ShippedFile::of_bytes(current.path.clone(), None, bytes))
}

fn refuse_unsaved(session: &Session, root: &Path, files: &[ShippedFile]) -> miette::Result<()> {
    let unsaved = unsaved(session, root, files)?;
    if unsaved.is_empty() {
        return Ok(());
    }
    Err(miette::miette!(
        code = "restore::uncommitted",
        help = "commit them or move them away, or write elsewhere with --to DIR",
        "these files have uncommitted edits: {}",
        unsaved.join(", ")
    ))
}

/// The files that would be lost. No command touches bytes that nothing else holds: what stands at a target is what will be
/// written there, or what the commit `HEAD` holds at that path.
pub(super) fn unsaved(session: &Session, root: &Path, files: &[ShippedFile]) -> miette::Result<Vec<String>> {
    let (head, prefix) = (session.head()?, in_worktree(session, root));
    let mut unsaved = Vec::new();
    for file in files {
        let place = below::place_below(root, &file.path)?;
        if std::fs::symlink_metadata(&place).is_err() || file.stands_at(&place) {
            continue;
        }
        let committed = prefix.as_ref().and_then(|prefix| head.entry(&format!("{prefix}{}", file.path)));
        if !committed.is_some_and(|entry| is_committed(&head, entry, &place)) {
            unsaved.push(file.path.clone());
        }
    }
    Ok(unsaved)
}

/// Whether exactly what the commit `head` holds as `entry` stands at `place`.
fn is_committed(head: &Snapshot, entry: &Entry, place: &Path) -> bool {
    let found = bounded::open(place).and_then(opened::content);
    let found = found.and_then(|found| Ok((hashed::digest(&*found)?, found.size() as u64)));
    found.is_ok_and(|found| head.digest(entry).is_ok_and(|committed| committed == found))
}

/// What leads from the worktree's root to `root`, with a `/` at the end; `None` when it is outside.
fn in_worktree(session: &Session, root: &Path) -> Option<String> {
    let worktree = session.repository.workdir()?.canonicalize().ok()?;
    let inside = root.canonicalize().ok()?.strip_prefix(worktree).ok()?.to_owned();
    let steps = inside.iter().map(|step| step.to_str().map(|step| format!("{step}/")));
    steps.collect()
}
