//! Entries of a snapshot: path, mode, object id.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use gix::bstr::{BStr, BString};

/// The id of a git object: SHA-1 or SHA-256, as the repository has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(pub(super) gix::ObjectId);

impl Oid {
    /// The id's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

/// The id of a commit.
pub type CommitId = Oid;

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Oid {
    type Err = OidParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        gix::ObjectId::from_hex(text.as_bytes()).map(Self).map_err(|_| OidParseError(text.to_owned()))
    }
}

/// The text is no object id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a git object id (40 or 64 hexadecimal digits)")]
pub struct OidParseError(pub String);

/// What an entry is, as git records it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A regular file.
    File,
    /// A regular file that may be executed.
    Executable,
    /// A symbolic link; its content is the link's text.
    Symlink,
    /// Another repository at a commit; it has no content here.
    Submodule,
}

impl Mode {
    /// The mode that git's octal number stands for; `None` for a tree and for numbers git does not use.
    pub(super) fn from_bits(bits: u32) -> Option<Self> {
        match bits & 0o170_000 {
            0o100_000 if bits & 0o111 == 0 => Some(Self::File),
            0o100_000 => Some(Self::Executable),
            0o120_000 => Some(Self::Symlink),
            0o160_000 => Some(Self::Submodule),
            _ => None,
        }
    }

    /// Whether it is a regular file, executable or not.
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// One path of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path from the snapshot's root, `/`-separated. In a path that is not UTF-8, `%` and the offending bytes are
    /// written as `%XX`.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// The id of the blob (or of a submodule's commit); `None` where git has not hashed the content.
    pub oid: Option<Oid>,
    /// The path's bytes where `path` is escaped or another.
    raw: Option<BString>,
}

impl Entry {
    /// The entry at the path `raw`.
    pub(super) fn new(raw: BString, mode: Mode, oid: Option<Oid>) -> Self {
        match String::from_utf8(raw.into()) {
            Ok(path) => Self { path, mode, oid, raw: None },
            Err(error) => {
                let raw = BString::from(error.into_bytes());
                Self { path: escaped(raw.as_ref()), mode, oid, raw: Some(raw) }
            }
        }
    }

    /// Shows the entry at another path than that of its content.
    pub(super) fn show_as(&mut self, path: String) {
        self.raw = Some(self.raw_path().to_owned());
        self.path = path;
    }

    /// The path's exact bytes.
    pub(super) fn raw_path(&self) -> &BStr {
        self.raw.as_ref().map_or_else(|| self.path.as_str().into(), |raw| raw.as_ref())
    }

    /// Where the entry stands below `root`; `None` where the system cannot express the path.
    pub(super) fn below(&self, root: &Path) -> Option<PathBuf> {
        gix::path::from_bstr(self.raw_path()).ok().map(|path| root.join(path))
    }
}

fn escaped(raw: &BStr) -> String {
    let mut text = String::with_capacity(raw.len() + 8);
    for chunk in raw.utf8_chunks() {
        text.push_str(&chunk.valid().replace('%', "%25"));
        text.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
    }
    text
}
