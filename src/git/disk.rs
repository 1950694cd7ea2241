//! Files of the worktree that the index does not describe.

use std::fs::Metadata;
use std::path::PathBuf;

use gix::bstr::BString;

use super::entry::{Entry, Mode};

/// A worktree's files, and what its file system can tell.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    /// The worktree's root.
    pub(super) root: PathBuf,
    /// Whether the executable bit counts (`core.fileMode`).
    pub(super) has_executable_bit: bool,
}

impl Disk {
    /// The file or link at `path`, as git would add it; nothing for what git does not track (sockets, pipes).
    pub(super) fn entry(&self, path: BString) -> Option<Entry> {
        let mut entry = Entry::new(path, Mode::File, None);
        let metadata = std::fs::symlink_metadata(entry.below(&self.root)?).ok()?;
        entry.mode = match mode_of(&metadata)? {
            Mode::Executable if !self.has_executable_bit => Mode::File,
            mode => mode,
        };
        Some(entry)
    }
}

/// The mode of what `metadata` describes; nothing for what is neither file nor link.
pub(super) fn mode_of(metadata: &Metadata) -> Option<Mode> {
    match metadata.file_type() {
        kind if kind.is_symlink() => Some(Mode::Symlink),
        kind if !kind.is_file() => None,
        _ if gix::fs::is_executable(metadata) => Some(Mode::Executable),
        _ => Some(Mode::File),
    }
}
