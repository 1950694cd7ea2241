//! `pv merge-driver`: git's merge driver for pv.lock.

use std::path::PathBuf;

use crate::cli::{Context, Exit};
use crate::domain::SourceFile;
use crate::lock::{self, Lock, merge};
use crate::report::Unreadable;
use crate::store::durable;

/// Merge three versions of pv.lock artefact by artefact, as a git merge driver
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Set it up once a clone:
  git config merge.pv-lock.name 'pv lock'
  git config merge.pv-lock.driver 'pv merge-driver %O %A %B %P'
and in .gitattributes:  pv.lock text eol=lf merge=pv-lock")]
pub struct Args {
    /// The common ancestor's version
    base: PathBuf,
    /// Our version; the result is written here
    ours: PathBuf,
    /// Their version
    theirs: PathBuf,
    /// The path in the repository
    path: Option<String>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let path = args.path.as_deref().unwrap_or(lock::PATH);
    let base = read(&args.base, path)?;
    let ours = read(&args.ours, path)?.unwrap_or_default();
    let theirs = read(&args.theirs, path)?.unwrap_or_default();
    let merge = merge::merge(base.as_ref(), &ours, &theirs);
    if let Some(refusal) = merge.refusal() {
        return Err(miette::miette!(code = "lock::unknown_key", help = refusal.help, "{path}: {}", refusal.message));
    }
    let conflicts: Vec<String> = merge.conflicts().collect();
    durable::write(&args.ours, merge.text(("ours", "theirs")).as_bytes())?;
    if conflicts.is_empty() {
        return Ok(Exit::Pass);
    }
    context.shell.note(&format!("{path}: both sides changed {}", conflicts.join(", ")));
    Ok(Exit::Refused)
}

/// The lock in a file; `None` when it is empty, as an absent side is.
fn read(file: &std::path::Path, path: &str) -> miette::Result<Option<Lock>> {
    let text = std::fs::read_to_string(file).map_err(|error| miette::miette!("{}: {error}", file.display()))?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let decoded = lock::decode(&SourceFile::new(path, text));
    decoded.map(Some).map_err(|problems| Unreadable::new(path, problems).into())
}
