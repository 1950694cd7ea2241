//! Writing and removing the block in git's own hook file. `core.hooksPath` is never touched: managers fight over it.

use std::path::Path;

use serde_json::json;

use super::managers::{self, Manager};
use super::place::{HOOK, Place, place};
use super::script;
use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::report::Page;
use crate::store::durable;

pub(super) fn install(context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    warn_of_missing_program(context);
    if let Some(manager) = managers::in_use(session.root()?) {
        context.show_page(managed(manager))?;
        return Ok(Exit::Pass);
    }
    let place = place(&session)?;
    ensure_own(&place)?;
    let old = read(&place.file)?.filter(|script| !script::is_foreign(script)).ok_or_else(|| foreign(&place.file))?;
    write(&place.file, &script::with_block(&script::without_block(&old)))?;
    let because = if place.is_set { " (git's core.hooksPath names that folder)" } else { "" };
    let effect = format!("installed the hook in {}{because}: `git commit` now checks what is staged", place.file.display());
    context.show_page(done("installed", &place.file, effect))?;
    Ok(Exit::Pass)
}

pub(super) fn uninstall(context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let path = place(&session)?.file;
    let old = read(&path)?.unwrap_or_default();
    let text = script::without_block(&old);
    if text == old {
        context.show_page(done("absent", &path, format!("there is no hook of pv in {}: nothing to remove", path.display())))?;
        return Ok(Exit::Pass);
    }
    if matches!(text.trim(), "" | "#!/bin/sh") {
        std::fs::remove_file(&path).map_err(|error| unwritable(&path, &error))?;
    } else {
        write(&path, &text)?;
    }
    let effect = format!("removed the hook in {}: `git commit` no longer runs pv", path.display());
    context.show_page(done("removed", &path, effect))?;
    Ok(Exit::Pass)
}

/// Hooks call `git-pv`: Pipe Viewer installs a `pv`, too.
fn warn_of_missing_program(context: &Context) {
    let name = format!("git-pv{}", std::env::consts::EXE_SUFFIX);
    let path = context.variable("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|folder| folder.join(&name).is_file()) {
        context.shell.note("warning: `git-pv` is not on PATH, so the hook cannot run it and checks nothing; install it beside `pv`");
    }
}

/// A folder of hooks outside the repository serves others, who never asked for pv.
fn ensure_own(place: &Place) -> miette::Result<()> {
    let file = place.file.display();
    if place.is_shared {
        return Err(miette::miette!(
            code = "hook::shared",
            help = format!("to have pv there all the same, add this line to {file}:\ngit-pv hook run {HOOK} || exit $?"),
            "git's core.hooksPath names a folder outside this repository, which others may share: nothing was written"
        ));
    }
    Ok(())
}

fn foreign(path: &Path) -> miette::Report {
    miette::miette!(
        code = "hook::foreign",
        help = format!("have it run `git-pv hook run {HOOK}`, and fail when that fails"),
        "{} is not a shell script: nothing was written",
        path.display()
    )
}

fn managed(manager: &Manager) -> Page {
    let data = json!({"schema": "pv/hook/1", "outcome": "managed", "manager": manager.name, "file": manager.file, "lines": manager.lines});
    Page::of(data)
        .paragraph(format!("{} manages the hooks here: nothing was written. Add this to {}:", manager.name, manager.file))
        .verbatim(manager.lines)
}

fn done(outcome: &str, path: &Path, said: String) -> Page {
    let data = json!({"schema": "pv/hook/1", "outcome": outcome, "file": path.display().to_string()});
    Page::of(data).outcome(true, said)
}

/// The hook's text, empty when there is none; `None`: it is no text.
fn read(path: &Path) -> miette::Result<Option<String>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Some(String::new())),
        other => Ok(String::from_utf8(other.map_err(|error| unwritable(path, &error))?).ok()),
    }
}

fn write(path: &Path, text: &str) -> miette::Result<()> {
    if let Some(parent) = path.parent() {
        durable::create_dir(parent)?;
    }
    durable::write(path, text.as_bytes())?;
    Ok(durable::make_executable(path)?)
}

fn unwritable(path: &Path, error: &std::io::Error) -> miette::Report {
    miette::miette!(code = "hook::io", help = "check the permissions of the hooks directory", "{}: {error}", path.display())
}
