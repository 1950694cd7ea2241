//! Scratch directories: files of releases laid out where nobody works, and commands run among them.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::shipped::ShippedFile;
use crate::git::Mode;
use crate::store::{StoreError, below, durable};

/// How long to wait between two looks at a running command.
const PAUSE: Duration = Duration::from_millis(20);

/// What came of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// It ended by itself with this code; a signal counts as 128 and its number would be more than a code: `None`.
    Code(Option<i32>),
    /// It took longer than it may, and was ended.
    TooLong,
}

/// A command for a shell, and what it may look at.
pub(super) struct Task<'a> {
    /// What `sh -c` is given.
    pub(super) command: &'a str,
    /// Where it runs.
    pub(super) directory: &'a Path,
    /// Variables on top of the environment.
    pub(super) variables: Vec<(&'static str, String)>,
    /// The longest that it may take.
    pub(super) limit: Duration,
}

/// A new directory of its own, gone when the value is.
pub(super) fn directory() -> miette::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("pv-").tempdir().map_err(|error| {
        miette::miette!(
            code = "scratch::refused",
            help = "set TMPDIR to a directory with room that you may write in",
            "no scratch directory could be made: {error}"
        )
    })
}

/// Writes `files` below `root`, which nobody else uses: not through links, and never out of it.
pub(super) fn lay(root: &Path, files: &[ShippedFile]) -> miette::Result<()> {
    for file in files {
        let place = below::place_below(root, &file.path)?;
        let parent = place.parent().unwrap_or(root);
        let written = std::fs::create_dir_all(parent).and_then(|()| file.copy(&mut std::fs::File::create(&place)?));
        written.map_err(|error| miette::miette!("{} could not be written: {error}", place.display()))?;
        if file.mode == Some(Mode::Executable) {
            durable::make_executable(&place)?;
        }
    }
    Ok(())
}

/// Replaces the files `old` below `root` by `new`, as a rollback does.
pub(super) fn switch(root: &Path, old: &[ShippedFile], new: &[ShippedFile]) -> miette::Result<()> {
    for gone in old.iter().filter(|gone| !new.iter().any(|file| file.path == gone.path)) {
        crate::store::below::remove_below(root, &gone.path)?;
    }
    lay(root, new)
}

/// The files below `root` that are not what they must be.
pub(super) fn differing<'f>(root: &Path, files: &'f [ShippedFile]) -> Result<Vec<&'f str>, StoreError> {
    let mut differing = Vec::new();
    for file in files {
        if !file.stands_at(&below::place_below(root, &file.path)?) {
            differing.push(file.path.as_str());
        }
    }
    Ok(differing)
}

/// Runs a command; what it prints goes to standard error.
pub(super) fn run(task: &Task<'_>) -> miette::Result<Ended> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(task.command).current_dir(task.directory).stdin(Stdio::null());
    command.stdout(Stdio::from(std::io::stderr())).envs(task.variables.iter().map(|(name, value)| (name, value)));
    // Of the repository that pv was started in, the command is to know nothing.
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"].iter().for_each(|name| _ = command.env_remove(name));
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let started = command.spawn().map_err(|error| {
        miette::miette!(
            code = "scratch::no_shell",
            help = "install a POSIX shell as `sh`",
            "`sh` could not be run: {error}"
        )
    });
    waited(started?, task.limit)
}

fn waited(mut child: Child, limit: Duration) -> miette::Result<Ended> {
    let start = Instant::now();
    loop {
        match child.try_wait().map_err(|error| miette::miette!("the command could not be waited for: {error}"))? {
            Some(status) => return Ok(Ended::Code(status.code())),
            None if start.elapsed() >= limit => break,
            None => std::thread::sleep(PAUSE),
        }
    }
    end(&mut child);
    Ok(Ended::TooLong)
}

/// Ends a command and what it started: they are a process group of their own.
fn end(child: &mut Child) {
    if cfg!(unix) {
        let group = format!("-{}", child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
