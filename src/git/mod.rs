//! The edge inward: the only user of gix and of the `git` program. A [`Source`] becomes a [`Snapshot`].
//!
//! gix reads the repository; where it cannot (reftable, sparse index, a receiving push's quarantine, blobs that a
//! partial clone has to fetch) the `git` program is asked behind the same trait. Whatever writes to the repository is
//! the `git` program too, so that the user's hooks and signing apply.
#![expect(clippy::disallowed_methods, reason = "one of the three edges: it reads repositories and directories")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::AtHand;

mod annex;
mod backend;
mod batch;
mod blob;
mod clean;
mod directory;
mod disk;
mod entry;
mod environment;
mod failure;
mod handles;
mod kept;
mod large;
mod lfs;
mod native;
mod open;
mod pool;
mod porcelain;
mod program;
mod quiet;
mod read;
mod revision;
mod snapshot;
mod stage;
mod trees;
mod write;

pub use backend::{CommitTime, Instant, Tag};
pub use blob::blob_id;
pub use entry::{CommitId, Entry, Mode, Oid, OidParseError};
pub use environment::Environment;
pub use failure::GitError;
pub use kept::{Kept, Linked};
pub use read::ReadError;
pub use revision::{Resolved, Revision};
pub use snapshot::{Snapshot, Source};

use backend::{Backend, Unresolved};
use clean::Worktree;
use disk::Disk;
use handles::Handles;
use native::Native;
use program::Program;
use snapshot::Content;

/// A git repository and where the user stands in it.
#[derive(Debug)]
pub struct Repository {
    start: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    shallow: bool,
    lfs_objects: PathBuf,
    backend: Arc<dyn Backend>,
    program: Arc<Program>,
    worktree: Option<Arc<Worktree>>,
    at_hand: Option<Arc<dyn AtHand>>,
}

impl Repository {
    /// The repository that `start` lies in, or that `environment` names (`GIT_DIR` and its kin, as hooks have them).
    ///
    /// `PV_GIT=program` in the environment has everything read by the `git` program instead of gix.
    ///
    /// # Errors
    /// Outside a repository, and for one that somebody else owns, unless `safe.directory` allows it.
    pub fn discover(start: &Path, environment: &Environment) -> Result<Self, GitError> {
        let start = start.canonicalize().map_err(|source| GitError::Io { path: start.to_owned(), source })?;
        let mut repository = open::open(&start, environment)?;
        let needs_program = needs_program(&repository, environment);
        let drivers = open::take_filters(&mut repository);
        let disk = disk_of(&repository)?;
        let names = drivers.iter().map(ToString::to_string).collect::<Vec<_>>();
        let program = Program::new(start.clone(), environment.clone(), disk.clone(), names);
        let program = Arc::new(program.frugal(open::is_short_of_room(&repository)));
        let backend: Arc<dyn Backend> = if needs_program {
            program.clone()
        } else {
            Arc::new(Native::new(Handles::new(repository.clone()), disk.clone(), program.clone()))
        };
        Ok(Self {
            start,
            git_dir: repository.git_dir().to_owned(),
            common_dir: repository.common_dir().to_owned(),
            shallow: repository.is_shallow().unwrap_or(false),
            lfs_objects: lfs::objects(&repository),
            backend,
            program,
            worktree: disk.map(|disk| Arc::new(Worktree::new(disk.root, Handles::new(repository), drivers))),
            at_hand: None,
        })
    }

    /// The same repository, whose files name bytes that are looked for in `at_hand`.
    #[must_use]
    pub fn beside(self, at_hand: Arc<dyn AtHand>) -> Self {
        Self { at_hand: Some(at_hand), ..self }
    }

    /// Where bytes are looked for that the files name and do not hold.
    pub fn at_hand(&self) -> Option<Arc<dyn AtHand>> {
        self.at_hand.clone()
    }

    /// The worktree's root; `None` in a bare repository.
    pub fn workdir(&self) -> Option<&Path> {
        self.worktree.as_deref().map(Worktree::root)
    }

    /// The git directory, which in a linked worktree is that worktree's own.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The git directory that all worktrees share; pv keeps its memo and large objects below it.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Where Git LFS keeps the objects that it fetched, as git's configuration says.
    pub fn lfs_objects(&self) -> &Path {
        &self.lfs_objects
    }

    /// Whether there is no worktree.
    pub fn is_bare(&self) -> bool {
        self.worktree.is_none()
    }

    /// Whether history was cut off when the repository was cloned.
    pub fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// Where in the worktree the user stands, `/`-separated and without a trailing slash: empty at the root, `None`
    /// outside the worktree.
    pub fn prefix(&self) -> Option<String> {
        let root = self.workdir()?.canonicalize().ok()?;
        let inside = self.start.strip_prefix(root).ok()?;
        Some(gix::path::to_unix_separators_on_windows(gix::path::into_bstr(inside).ok()?).to_string())
    }

    /// The files of `source`.
    ///
    /// # Errors
    /// When a revision does not resolve to one commit or tree, the index is in conflict, or a worktree is wanted of a
    /// bare repository.
    pub fn snapshot(&self, source: &Source) -> Result<Snapshot, GitError> {
        match source {
            Source::Revision(spec) => self.snapshot_of_revision(spec),
            Source::Index => Ok(self.listed("index", None, self.backend.index()?)),
            Source::Worktree if self.is_bare() => Err(GitError::Bare { git_dir: self.git_dir.clone() }),
            Source::Worktree => Ok(self.listed("worktree", None, self.backend.worktree()?)),
            Source::Empty => Ok(self.listed("empty", None, Vec::new())),
        }
    }

    fn snapshot_of_revision(&self, spec: &str) -> Result<Snapshot, GitError> {
        let revision = match self.resolve(spec)? {
            Resolved::One(revision) => revision,
            Resolved::Range { .. } => return Err(GitError::Range { spec: spec.to_owned() }),
        };
        let entries = self.backend.tree(revision.tree)?;
        Ok(self.listed(spec, revision.commit, entries))
    }

    fn listed(&self, spec: &str, commit: Option<CommitId>, entries: Vec<Entry>) -> Snapshot {
        let content = Content::Repository { backend: self.backend.clone(), worktree: self.worktree.clone() };
        let commit = commit.map(|commit| commit.to_string());
        Snapshot::new(spec.to_owned(), commit, entries, content).beside(self.at_hand.clone())
    }

    /// The commit that is checked out; `None` before the first one.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn head(&self) -> Result<Option<CommitId>, GitError> {
        match self.backend.resolve("HEAD") {
            Ok(peeled) => Ok(peeled.commit),
            Err(Unresolved::Failed(error)) => Err(error),
            Err(Unresolved::Unknown | Unresolved::Other(_)) => Ok(None),
        }
    }

    /// The branch that is checked out, whether or not it has a commit; `None` with a detached head.
    pub fn branch(&self) -> Option<String> {
        let head = std::fs::read_to_string(self.git_dir.join("HEAD")).ok()?;
        match head.trim_end().strip_prefix("ref: refs/heads/")? {
            // What a reftable repository writes there: its references are elsewhere.
            ".invalid" => self.program.line(&["symbolic-ref", "--quiet", "--short", "HEAD"]).ok(),
            name => Some(name.to_owned()),
        }
    }

    /// The name that the user commits under, as git's configuration says.
    pub fn user_name(&self) -> Option<String> {
        self.program.line(&["config", "user.name"]).ok().filter(|name| !name.is_empty())
    }

    /// What git's configuration says of `key`.
    pub fn setting(&self, key: &str) -> Option<String> {
        self.program.line(&["config", "--get", key]).ok().filter(|value| !value.is_empty())
    }

    /// The best common ancestor of two commits.
    ///
    /// # Errors
    /// When a commit cannot be read. In a shallow clone the ancestor may be cut off, and there is none.
    pub fn merge_base(&self, one: CommitId, other: CommitId) -> Result<Option<CommitId>, GitError> {
        self.backend.merge_base(one, other)
    }

    /// The tags whose names begin with `prefix`, by name.
    ///
    /// # Errors
    /// When the references or a tag cannot be read.
    pub fn tags(&self, prefix: &str) -> Result<Vec<Tag>, GitError> {
        self.backend.tags(prefix)
    }

    /// When `commit` was written and committed.
    ///
    /// # Errors
    /// When it is no commit of this repository.
    pub fn commit_time(&self, commit: CommitId) -> Result<CommitTime, GitError> {
        self.backend.commit_time(commit)
    }
}

/// The files of the worktree, if there is one.
fn disk_of(repository: &gix::Repository) -> Result<Option<Disk>, GitError> {
    let Some(root) = repository.workdir() else { return Ok(None) };
    let capabilities = repository
        .filesystem_options()
        .map_err(|error| GitError::unreadable("the configuration could not be read", &error))?;
    Ok(Some(Disk { root: root.to_owned(), has_executable_bit: capabilities.executable_bit }))
}

/// Whether gix cannot read this repository, or is not to.
fn needs_program(repository: &gix::Repository, environment: &Environment) -> bool {
    // gix looks for objects and references in the usual places only.
    let elsewhere =
        ["GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR"];
    let reftable = repository.config_snapshot().string("extensions.refStorage").is_some_and(|name| name != "files");
    reftable
        || open::is_short_of_room(repository)
        || elsewhere.into_iter().any(|name| environment.get(name).is_some())
        || environment.get("PV_GIT").is_some_and(|name| name == "program")
}
