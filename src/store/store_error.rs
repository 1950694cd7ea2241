//! What can go wrong in the store.

use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;

use crate::domain::Digest;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum StoreError {
    /// The operating system refused.
    #[error("could not {action} {}", path.display())]
    #[diagnostic(code("store-io"), help("check that the disk is not full and that you may write here"))]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The object is not where it should be.
    #[error("the object {digest} is missing: nothing at {path}")]
    #[diagnostic(
        code("store-missing"),
        help(
            "run `git checkout HEAD -- .pv/objects`, for a large one `pv pull`, or copy the file from a clone that has it"
        )
    )]
    Missing {
        /// The object asked for.
        digest: Digest,
        /// Where it should stand.
        path: String,
    },
    /// The object's bytes are not what its name says.
    #[error("{path} is damaged: expected {expected}, found {found}")]
    #[diagnostic(
        code("store-corrupt"),
        help("nothing was overwritten; delete the file and bring it back with `git checkout HEAD -- <file>`")
    )]
    Corrupt {
        /// Where it stands.
        path: String,
        /// What its name promises.
        expected: Digest,
        /// The digest of its bytes.
        found: Digest,
    },
    /// What was to become an object is something else.
    #[error("{path}: expected {expected}, and {found} came: not kept")]
    #[diagnostic(
        code("store-altered"),
        help("it changed while it was read, or was damaged on the way: run the command again")
    )]
    Altered {
        /// Where the object would stand.
        path: String,
        /// What was wanted.
        expected: Digest,
        /// The digest of what came.
        found: Digest,
    },
    /// A digest of another store (LFS, DVC): its bytes are not kept here.
    #[error("{0} belongs to another store (Git LFS or DVC); pv does not keep its bytes")]
    #[diagnostic(code("store-foreign"), help("fetch it with the tool that owns it, e.g. `git lfs pull`"))]
    Foreign(Digest),
    /// A path that leads out of the directory it is written to.
    #[error("{0:?} leads out of the directory: not written")]
    #[diagnostic(code("store-outside"), help("a release names this path; do not trust where it came from"))]
    Outside(String),
    /// A symbolic link on the way to a file.
    #[error("{} is a symbolic link: pv does not write through it", .0.display())]
    #[diagnostic(code("store-link"), help("replace the link by a file or directory of its own, or write elsewhere"))]
    Link(PathBuf),
    /// Something other than a file is where one is to be written.
    #[error("{} is not a file: not overwritten", .0.display())]
    #[diagnostic(code("store-taken"), help("move it away, then run the command again"))]
    Taken(PathBuf),
    /// Another pv holds the lock.
    #[error("another pv ({holder}) holds {}", path.display())]
    #[diagnostic(code("store-busy"), help("wait until it ends, then run the command again"))]
    Busy {
        /// The lock file.
        path: PathBuf,
        /// Who holds it, as far as is known.
        holder: String,
    },
}

impl StoreError {
    /// Whether bytes are missing or are not what their name says.
    pub fn is_integrity(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::Corrupt { .. })
    }

    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
