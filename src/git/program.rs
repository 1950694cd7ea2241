//! The `git` program (2.31 or newer), as a backend: slower than gix, and able to read whatever git can.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::backend::{Backend, CommitTime, Instant, Peeled, Tag, Unresolved};
use super::batch::Batch;
use super::disk::Disk;
use super::entry::{CommitId, Entry, Mode, Oid};
use super::porcelain::{self, Changes, Staged, Status};
use super::{Environment, GitError, ReadError};

/// A repository asked through the `git` program.
#[derive(Debug)]
pub(super) struct Program {
    /// Where the user stands: relative paths in `environment` are relative to it.
    start: PathBuf,
    environment: Environment,
    disk: Option<Disk>,
    /// `-c` settings that keep git from running filters.
    no_filters: Vec<String>,
    /// `-c` settings that keep git from mapping much of a pack at once.
    frugal: &'static [&'static str],
    batch: Mutex<Option<Batch>>,
}

/// Blobs above this size are handed on piece by piece; git by itself holds up to 512 MiB of one.
const STREAMED: &str = "core.bigFileThreshold=32m";

/// How much of a pack git maps at once, and of all packs together; and larger files of the worktree are not mapped at all.
const FRUGAL: [&str; 6] = ["-c", "core.packedGitWindowSize=8m", "-c", "core.packedGitLimit=64m", "-c", STREAMED];

impl Program {
    /// Git, run in `start` under `environment`, on the repository with the worktree `disk`, never running `drivers`.
    pub(super) fn new(
        start: PathBuf,
        environment: Environment,
        disk: Option<Disk>,
        drivers: impl IntoIterator<Item = String>,
    ) -> Self {
        let silenced = drivers.into_iter().flat_map(|name| {
            let settings = ["clean=", "process=", "required=false"];
            settings.into_iter().flat_map(move |setting| ["-c".to_owned(), format!("filter.{name}.{setting}")])
        });
        Self { start, environment, disk, no_filters: silenced.collect(), frugal: &[], batch: Mutex::new(None) }
    }

    /// The same, for a process that may not address much memory.
    pub(super) fn frugal(self, is_short: bool) -> Self {
        Self { frugal: if is_short { &FRUGAL } else { &[] }, ..self }
    }

    fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.start).env_clear().envs(self.environment.variables());
        command.args(self.frugal).args(arguments);
        command
    }

    /// What `git` with `arguments` prints, given `input`; an error when it fails.
    pub(super) fn run<A: AsRef<OsStr>>(&self, arguments: &[A], input: &[u8]) -> Result<Vec<u8>, GitError> {
        let output = feed(&mut self.command(arguments), input).map_err(|source| GitError::NoProgram { source })?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let words: Vec<_> = arguments.iter().map(|word| word.as_ref().to_string_lossy()).collect();
        // `git commit` with nothing to commit says so on its standard output.
        let said = if output.stderr.is_empty() { output.stdout } else { output.stderr };
        Err(GitError::Program { command: words.join(" "), said: String::from_utf8_lossy(&said).trim().to_owned() })
    }

    /// What `git` with `arguments` prints; an error also when it only warns.
    pub(super) fn strict(&self, arguments: &[&str]) -> Result<String, GitError> {
        let output = feed(&mut self.command(arguments), b"").map_err(|source| GitError::NoProgram { source })?;
        if output.status.success() && output.stderr.is_empty() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(GitError::Program { command: arguments.join(" "), said })
    }

    /// The single line that `git` with `arguments` prints.
    pub(super) fn line(&self, arguments: &[&str]) -> Result<String, GitError> {
        Ok(String::from_utf8_lossy(&self.run(arguments, b"")?).trim_end_matches('\n').to_owned())
    }

    /// Runs `work` with the running `git cat-file --batch`; one that failed is replaced by the next caller.
    fn asking<T>(&self, work: impl FnOnce(&mut Batch) -> io::Result<T>) -> io::Result<T> {
        let mut running = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batch = match running.take() {
            Some(batch) => batch,
            None => Batch::start(self.command(["-c", STREAMED, "cat-file", "--batch"]))?,
        };
        let result = work(&mut batch)?;
        *running = (!batch.has_ended()).then_some(batch);
        Ok(result)
    }

    /// The index: its entries without conflict, and the paths in conflict.
    fn staged(&self) -> Result<Staged, GitError> {
        porcelain::staged(&self.run(&["ls-files", "-s", "-z", "--full-name", "--", ":/"], b"")?)
    }

    /// How the worktree differs from the index.
    fn changes(&self) -> Result<Changes, GitError> {
        let mut arguments: Vec<&str> = vec!["--no-optional-locks"];
        arguments.extend(self.no_filters.iter().map(String::as_str));
        arguments.extend(["status", "--porcelain=v2", "-z", "--no-renames"]);
        arguments.extend(["--untracked-files=all", "--ignore-submodules=dirty"]);
        porcelain::status(&self.run(&arguments, b"")?)
    }

    /// The paths that `git add --intent-to-add` announced: they are in the index, and in no commit made from it.
    fn announced(&self) -> Result<HashSet<Vec<u8>>, GitError> {
        if self.disk.is_none() {
            return Ok(HashSet::new());
        }
        let mut arguments: Vec<&str> = self.no_filters.iter().map(String::as_str).collect();
        arguments.extend(["diff-files", "-z", "--name-only", "--diff-filter=A"]);
        Ok(self.run(&arguments, b"")?.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect())
    }

    /// The commit that the submodule at `entry` has checked out.
    fn submodule_head(&self, entry: &Entry) -> Option<Oid> {
        let mut command = self.command(["rev-parse", "HEAD"]);
        command.current_dir(entry.below(&self.disk.as_ref()?.root)?);
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"] {
            command.env_remove(name);
        }
        let output = feed(&mut command, b"").ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    }
}

/// Runs `command` with `input` and collects what it prints.
fn feed(command: &mut Command, input: &[u8]) -> io::Result<std::process::Output> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read its input closes the pipe; its exit code tells whether that was right.
        let _ = stdin.write_all(input);
    }
    child.wait_with_output()
}

impl Backend for Program {
    fn resolve(&self, spec: &str) -> Result<Peeled, Unresolved> {
        let named = self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", spec]);
        let oid = named.map_err(|error| match error {
            GitError::Program { .. } => Unresolved::Unknown,
            other => Unresolved::Failed(other),
        })?;
        let questions = format!("{oid}^{{tree}}\n{oid}^{{commit}}\n{oid}\n");
        let answers = self.run(&["cat-file", "--batch-check"], questions.as_bytes()).map_err(Unresolved::Failed)?;
        porcelain::peeled(&answers)
    }

    fn merge_base(&self, one: CommitId, other: CommitId) -> Result<Option<CommitId>, GitError> {
        match self.line(&["merge-base", &one.to_string(), &other.to_string()]) {
            Ok(line) => porcelain::oid(&line).map(Some),
            Err(GitError::Program { said, .. }) if said.is_empty() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn references(&self, prefix: &str) -> Result<Vec<String>, GitError> {
        let lines = self.line(&["for-each-ref", "--format=%(refname)", prefix])?;
        Ok(lines.lines().map(str::to_owned).collect())
    }

    fn tags(&self, prefix: &str) -> Result<Vec<Tag>, GitError> {
        let output = self.run(&["for-each-ref", porcelain::TAG_FORMAT, "refs/tags/"], b"")?;
        let tags = porcelain::tags(&output)?;
        Ok(tags.into_iter().filter(|tag| tag.name.starts_with(prefix)).collect())
    }

    fn commit_time(&self, commit: CommitId) -> Result<CommitTime, GitError> {
        let line =
            self.line(&["show", "-s", "--no-show-signature", "--date=raw", "--format=%ad %cd", &commit.to_string()])?;
        porcelain::commit_time(&line)
    }

    fn tree(&self, tree: Oid) -> Result<Vec<Entry>, GitError> {
        porcelain::tree(&self.run(&["ls-tree", "-r", "-z", "--full-tree", &tree.to_string()], b"")?)
    }

    fn index(&self) -> Result<Vec<Entry>, GitError> {
        let Staged { mut entries, conflicted } = self.staged()?;
        if !conflicted.is_empty() {
            return Err(GitError::Conflicted { paths: conflicted });
        }
        if entries.iter().any(|entry| entry.oid.is_some_and(|oid| oid.0.is_empty_blob())) {
            let announced = self.announced()?;
            entries.retain(|entry| !announced.contains(&entry.raw_path().to_vec()));
        }
        Ok(entries)
    }

    fn worktree(&self) -> Result<Vec<Entry>, GitError> {
        let disk = self.disk.as_ref().ok_or_else(|| GitError::Bare { git_dir: self.start.clone() })?;
        let mut entries = self.staged()?.entries;
        let mut changes = self.changes()?;
        entries.retain_mut(|entry| match changes.tracked.remove(entry.raw_path()) {
            None => true,
            Some(Status::Gone) => false,
            Some(Status::Modified(mode)) => {
                entry.mode = mode;
                entry.oid = if mode == Mode::Submodule { self.submodule_head(entry) } else { None };
                true
            }
        });
        entries.extend(changes.others.into_iter().filter_map(|path| disk.entry(path)));
        Ok(entries)
    }

    fn blob(&self, path: &str, oid: Oid, limit: u64) -> Result<Vec<u8>, ReadError> {
        let failed = |source| ReadError::Io { path: path.to_owned(), source };
        let found = self.asking(|batch| {
            let Some(size) = batch.ask(oid)? else { return Ok(Err(ReadError::Missing { path: path.to_owned(), oid })) };
            let mut bytes = Vec::new();
            if size <= limit {
                batch.take(size, &mut bytes)?;
                return Ok(Ok(bytes));
            }
            batch.take(size, &mut io::sink())?;
            Ok(Err(ReadError::TooLarge { path: path.to_owned(), size, limit }))
        });
        found.map_err(failed)?
    }

    fn copy_blob(&self, path: &str, oid: Oid, sink: &mut dyn Write) -> Result<u64, ReadError> {
        let copied = self.asking(|batch| match batch.ask(oid)? {
            Some(size) => batch.take(size, sink).map(|()| Some(size)),
            None => Ok(None),
        });
        let size = copied.map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
        size.ok_or_else(|| ReadError::Missing { path: path.to_owned(), oid })
    }
}

impl Instant {
    /// The moment that git's raw format (`1700000000 +0530`) names.
    pub(super) fn of_raw(seconds: &str, zone: &str) -> Option<Self> {
        let hours_and_minutes: i32 = zone.parse().ok()?;
        let offset = (hours_and_minutes / 100 * 60 + hours_and_minutes % 100) * 60;
        Some(Self { seconds: seconds.parse().ok()?, offset })
    }
}
