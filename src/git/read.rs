//! Reading content within bounds, and why it may fail for one file while the others are fine.

use std::io::{self, Read, Write};
use std::path::Path;

use crate::domain::{Content, Problem};
use crate::store::opened;

use super::entry::{Entry, Mode, Oid};

/// Why one entry's content could not be had. The other entries are not concerned.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The object is not in this repository.
    #[error("`{path}`: its content (git object {oid}) is missing from this repository")]
    Missing {
        /// Which entry.
        path: String,
        /// The object's id.
        oid: Oid,
    },
    /// The content is larger than the caller accepts.
    #[error("`{path}`: {size} bytes are more than the limit of {limit}")]
    TooLarge {
        /// Which entry.
        path: String,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// What git would store is made by a program that the configuration names, and pv runs none.
    #[error("`{path}`: what git stores is made by the filter `{driver}`, which pv does not run")]
    Filtered {
        /// Which entry.
        path: String,
        /// The filter's name.
        driver: String,
    },
    /// The entry is a submodule.
    #[error("`{path}`: a submodule has no content of its own")]
    Submodule {
        /// Which entry.
        path: String,
    },
    /// The file or object could not be read.
    #[error("`{path}` could not be read: {source}")]
    Io {
        /// Which entry.
        path: String,
        /// Why.
        source: io::Error,
    },
}

impl ReadError {
    /// The entry that is concerned.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path, .. }
            | Self::TooLarge { path, .. }
            | Self::Filtered { path, .. }
            | Self::Submodule { path }
            | Self::Io { path, .. } => path,
        }
    }

    /// The failure as a problem of its file, with the way out.
    pub fn problem(&self) -> Problem {
        let (code, help) = match self {
            Self::Missing { .. } => {
                ("content-missing", "`git fsck` lists what is missing; `git fetch` may bring it back")
            }
            Self::TooLarge { .. } => {
                ("content-too-large", "keep large data in Git LFS, or take it out of the artefacts")
            }
            Self::Filtered { .. } => ("content-filtered", "`git add` the file, then pv reads what git stored"),
            Self::Submodule { .. } => ("content-submodule", "run pv inside the submodule to look at its artefacts"),
            Self::Io { .. } => ("content-unreadable", "check the file's permissions and run `git fsck`"),
        };
        Problem::of_path(self.path(), code, self.to_string(), help)
    }
}

/// Everything that `source` gives, if it is no more than `limit` bytes.
pub(super) fn bounded(path: &str, mut source: impl Read, limit: u64) -> Result<Vec<u8>, ReadError> {
    let failed = |source| ReadError::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    source.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    let size = bytes.len() as u64;
    if size > limit { Err(ReadError::TooLarge { path: path.to_owned(), size, limit }) } else { Ok(bytes) }
}

/// Copies `source` to `sink` and tells how many bytes there were.
pub(super) fn copy(path: &str, mut source: impl Read, sink: &mut dyn Write) -> Result<u64, ReadError> {
    let failed = |source| ReadError::Io { path: path.to_owned(), source };
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let read = match source.read(&mut buffer) {
            Ok(0) => return Ok(size),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        sink.write_all(buffer.get(..read).unwrap_or_default()).map_err(failed)?;
        size += read as u64;
    }
}

/// Everything that `content` is, if it is no more than `limit` bytes.
pub(super) fn all(path: &str, content: &dyn Content, limit: u64) -> Result<Vec<u8>, ReadError> {
    let size = content.size() as u64;
    if size > limit {
        return Err(ReadError::TooLarge { path: path.to_owned(), size, limit });
    }
    let mut bytes = Vec::with_capacity(content.size());
    pour(path, content, &mut bytes)?;
    Ok(bytes)
}

/// Writes `content` to `sink`, piece by piece, and tells how many bytes there were.
pub(super) fn pour(path: &str, content: &dyn Content, sink: &mut dyn Write) -> Result<u64, ReadError> {
    let poured = opened::copy(content, sink);
    poured.map(|()| content.size() as u64).map_err(|source| ReadError::Io { path: path.to_owned(), source })
}

/// A file or link on disk, opened without following anything.
pub(super) enum OnDisk {
    /// A regular file and its size in bytes.
    File(std::fs::File, u64),
    /// A link's text.
    Link(Vec<u8>),
}

/// Opens what `entry` is below `root`; a link is never followed, and a pipe never waited for.
pub(super) fn open(entry: &Entry, root: &Path) -> Result<OnDisk, ReadError> {
    let failed = |source| ReadError::Io { path: entry.path.clone(), source };
    if entry.mode == Mode::Submodule {
        return Err(ReadError::Submodule { path: entry.path.clone() });
    }
    let path = entry.below(root).ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    let metadata = std::fs::symlink_metadata(&path).map_err(failed)?;
    if metadata.is_symlink() {
        let target = std::fs::read_link(&path).map_err(failed)?;
        let text = gix::path::into_bstr(target).map_err(|error| failed(io::Error::other(error)))?;
        return Ok(OnDisk::Link(text.to_vec()));
    }
    if !metadata.is_file() {
        return Err(failed(io::Error::other("it is neither a file nor a link")));
    }
    Ok(OnDisk::File(std::fs::File::open(&path).map_err(failed)?, metadata.len()))
}
