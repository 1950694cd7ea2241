//! What a snapshot asks of a repository, whoever answers: gix or the `git` program.

use std::fmt;
use std::io::Write;

use super::entry::{CommitId, Entry, Oid};
use super::{GitError, ReadError};

/// An object that a revision names, peeled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peeled {
    /// The commit; `None` when the revision names a tree.
    pub(super) commit: Option<CommitId>,
    /// The commit's tree, or the tree.
    pub(super) tree: Oid,
}

/// Why a revision did not become a commit or tree.
#[derive(Debug)]
pub(super) enum Unresolved {
    /// Nothing is called so.
    Unknown,
    /// It names an object of another sort.
    Other(String),
    /// The answer could not be had.
    Failed(GitError),
}

/// When something happened, where whoever did it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Offset of the local time from UTC, in seconds, east positive.
    pub offset: i32,
}

/// When a commit was written and when it was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitTime {
    /// When its author wrote it.
    pub author: Instant,
    /// When it was committed, which a rebase renews.
    pub committer: Instant,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The name below `refs/tags/`.
    pub name: String,
    /// The object that it names, peeled: a commit unless somebody tagged a tree or a blob.
    pub target: CommitId,
    /// The message of an annotated tag, with any signature; `None` for a lightweight one.
    pub message: Option<String>,
}

/// A way to ask a repository. Every path is a whole one, from the repository's root.
pub(super) trait Backend: Send + Sync + fmt::Debug {
    /// The object that one revision (no range) names.
    fn resolve(&self, spec: &str) -> Result<Peeled, Unresolved>;
    /// The best common ancestor of two commits.
    fn merge_base(&self, one: CommitId, other: CommitId) -> Result<Option<CommitId>, GitError>;
    /// The full names of the references below `prefix` (`refs/tags/`).
    fn references(&self, prefix: &str) -> Result<Vec<String>, GitError>;
    /// The tags whose names begin with `prefix`, by name.
    fn tags(&self, prefix: &str) -> Result<Vec<Tag>, GitError>;
    /// When a commit was made.
    fn commit_time(&self, commit: CommitId) -> Result<CommitTime, GitError>;
    /// Every file below a tree.
    fn tree(&self, tree: Oid) -> Result<Vec<Entry>, GitError>;
    /// Every file of the index; fails on conflicts.
    fn index(&self) -> Result<Vec<Entry>, GitError>;
    /// Every file of the worktree that is not ignored; unchanged ones with the id the index has.
    fn worktree(&self) -> Result<Vec<Entry>, GitError>;
    /// The content of a blob of at most `limit` bytes.
    fn blob(&self, path: &str, oid: Oid, limit: u64) -> Result<Vec<u8>, ReadError>;
    /// Writes the content of a blob of any size to `sink`, in bounded memory.
    fn copy_blob(&self, path: &str, oid: Oid, sink: &mut dyn Write) -> Result<u64, ReadError>;
}
