//! Writing and removing the block in git's own hook file. `core.hooksPath` is never touched: managers fight over it.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::managers::{self, Manager};
use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::report::Page;
use crate::store::durable;

const BEGIN: &str = "# >>> pv >>>";
const END: &str = "# <<< pv <<<";
const HOOK: &str = "pre-commit";

pub(super) fn install(context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    if let Some(manager) = session.repository.workdir().and_then(managers::in_use) {
        context.show_page(managed(manager))?;
        return Ok(Exit::Pass);
    }
    let path = hook_file(&session)?;
    let old = read(&path)?;
    if !(old.is_empty() || old.starts_with("#!") && is_shell(&old)) {
        return Err(miette::miette!(
            code = "hook::foreign",
            help = format!("add the line `pv hook run {HOOK}` to it yourself"),
            "{} is not a shell script",
            path.display()
        ));
    }
    let text = with_block(&without_block(&old));
    write(&path, &text)?;
    context.show_page(done("installed", &path, "`git commit` now checks what is staged"))?;
    Ok(Exit::Pass)
}

pub(super) fn uninstall(context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let path = hook_file(&session)?;
    let old = read(&path)?;
    let text = without_block(&old);
    if text.trim().is_empty() || text.trim() == "#!/bin/sh" {
        if path.exists() && old.contains(BEGIN) {
            std::fs::remove_file(&path).map_err(|error| unwritable(&path, &error))?;
        }
    } else if text != old {
        write(&path, &text)?;
    }
    context.show_page(done("removed", &path, "`git commit` no longer runs pv"))?;
    Ok(Exit::Pass)
}

fn managed(manager: &Manager) -> Page {
    let data = json!({"schema": "pv/hook/1", "outcome": "managed", "manager": manager.name, "file": manager.file, "lines": manager.lines});
    Page::of(data)
        .paragraph(format!("{} manages the hooks here: nothing was written. Add this to {}:", manager.name, manager.file))
        .verbatim(manager.lines)
}

fn done(outcome: &str, path: &Path, effect: &str) -> Page {
    let data = json!({"schema": "pv/hook/1", "outcome": outcome, "file": path.display().to_string()});
    Page::of(data).outcome(true, format!("{outcome} the hook in {}: {effect}", path.display()))
}

fn hook_file(session: &Session) -> miette::Result<PathBuf> {
    Ok(session.repository.hooks_dir()?.join(HOOK))
}

fn read(path: &Path) -> miette::Result<String> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        other => other.map_err(|error| unwritable(path, &error)),
    }
}

fn is_shell(script: &str) -> bool {
    script.lines().next().is_some_and(|line| line.ends_with("sh") || line.contains("sh "))
}

/// The first command of a hook must be ours: a script may end with `exit` or `exec`.
fn with_block(script: &str) -> String {
    let (first, rest) = script.split_once('\n').unwrap_or(("#!/bin/sh", ""));
    let first = if first.is_empty() { "#!/bin/sh" } else { first };
    let block = format!(
        "{BEGIN}\n# Written by `pv hook install`; `pv hook uninstall` takes it out.\n\
         if command -v git-pv >/dev/null 2>&1; then git-pv hook run {HOOK} || exit $?\n\
         else echo 'pv is not on PATH: AI artefacts were not checked' >&2; fi\n{END}\n"
    );
    format!("{first}\n{block}{rest}")
}

fn without_block(script: &str) -> String {
    match (script.find(BEGIN), script.find(END)) {
        (Some(from), Some(to)) if from < to => {
            let rest = script.get(to + END.len()..).unwrap_or_default();
            format!("{}{}", script.get(..from).unwrap_or_default(), rest.strip_prefix('\n').unwrap_or(rest))
        }
        _ => script.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::{with_block, without_block};

    #[test]
    fn a_hook_that_was_there_stays_as_it_was() {
        let script = "#!/bin/bash\nmake lint\nexit 0\n";
        let installed = with_block(script);
        assert!(installed.starts_with("#!/bin/bash\n# >>> pv"));
        assert!(installed.ends_with("make lint\nexit 0\n"));
        assert_eq!(without_block(&installed), script);
    }

    #[test]
    fn installing_twice_writes_one_block() {
        let once = with_block("");
        assert_eq!(with_block(&without_block(&once)), once);
    }
}
