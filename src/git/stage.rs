//! The index and the worktree, as gix sees them.

use std::collections::HashMap;

use gix::bstr::BString;
use gix::index::entry::{Flags, Stage};
use gix::status::index_worktree::Item;
use gix::status::plumbing::index_as_worktree::{Change, EntryStatus};
use gix::status::{Submodule, UntrackedFiles};

use super::GitError;
use super::disk::Disk;
use super::entry::{Entry, Mode, Oid};
use super::quiet;

/// The index, or an empty one where there is none yet.
pub(super) fn load(repository: &gix::Repository) -> Result<gix::worktree::Index, GitError> {
    repository.index_or_empty().map_err(|error| GitError::unreadable("the index could not be read", &error))
}

/// What a commit made now would hold.
pub(super) fn staged(index: &gix::index::State) -> Result<Vec<Entry>, GitError> {
    let mut conflicted: Vec<String> = unmerged(index).map(|entry| entry.path(index).to_string()).collect();
    conflicted.dedup();
    if !conflicted.is_empty() {
        return Err(GitError::Conflicted { paths: conflicted });
    }
    Ok(index
        .entries()
        .iter()
        .filter(|entry| !entry.flags.contains(Flags::INTENT_TO_ADD))
        .filter_map(|entry| recorded(index, entry))
        .collect())
}

fn unmerged(index: &gix::index::State) -> impl Iterator<Item = &gix::index::Entry> {
    index.entries().iter().filter(|entry| entry.stage() != Stage::Unconflicted)
}

/// What the index records at a path.
pub(super) fn recorded(index: &gix::index::State, entry: &gix::index::Entry) -> Option<Entry> {
    Some(Entry::new(entry.path(index).to_owned(), Mode::from_bits(entry.mode.bits())?, Some(Oid(entry.id))))
}

/// The files of the worktree that are not ignored.
pub(super) fn worktree(
    repository: &gix::Repository,
    index: &gix::index::State,
    disk: &Disk,
) -> Result<Vec<Entry>, GitError> {
    let mut changes = changes(repository, index, disk)
        .map_err(|error| GitError::unreadable("the worktree could not be compared with the index", &error))?;
    let tracked = index.entries().iter().enumerate().filter(|(_, entry)| entry.stage() == Stage::Unconflicted);
    let mut entries: Vec<Entry> = tracked
        .filter_map(|(at, entry)| changes.tracked.remove(&at).unwrap_or_else(|| recorded(index, entry)))
        .collect();
    entries.extend(changes.others);
    Ok(entries)
}

/// How the worktree differs from the index.
#[derive(Default)]
struct Changes {
    /// By place in the index: what stands there now, if anything.
    tracked: HashMap<usize, Option<Entry>>,
    /// Untracked files, and files in conflict.
    others: Vec<Entry>,
}

fn changes(repository: &gix::Repository, index: &gix::index::State, disk: &Disk) -> gix::Result<Changes> {
    let mut patterns = Vec::new();
    if let Some(doubtful) = quiet::doubtful(repository, index, &disk.root)? {
        if doubtful.is_empty() {
            return Ok(Changes::default());
        }
        patterns.extend(doubtful.iter().map(|path| BString::from([b":(top,literal)", path.as_slice()].concat())));
    }
    let submodules = Submodule::Given { ignore: gix::submodule::config::Ignore::Dirty, check_dirty: false };
    let items = repository
        .status(gix::progress::Discard)?
        .untracked_files(UntrackedFiles::Files)
        .dirwalk_options(|options| options.emit_empty_directories(false).empty_patterns_match_prefix(false))
        .index_worktree_submodules(submodules)
        .index_worktree_rewrites(None)
        .into_index_worktree_iter(patterns)?;
    let mut changes = Changes::default();
    for item in items {
        changes.note(item?, disk);
    }
    Ok(changes)
}

impl Changes {
    fn note(&mut self, item: Item, disk: &Disk) {
        match item {
            Item::Modification { entry, entry_index, rela_path, status } => match status {
                EntryStatus::Conflict { .. } => self.others.extend(disk.entry(rela_path)),
                EntryStatus::IntentToAdd => drop(self.tracked.insert(entry_index, disk.entry(rela_path))),
                EntryStatus::Change(change) => {
                    self.tracked.insert(entry_index, changed(&entry, rela_path, &change));
                }
                EntryStatus::NeedsUpdate(_) => {}
            },
            Item::DirectoryContents { entry, .. } if entry.status == gix::dir::entry::Status::Untracked => {
                self.others.extend(disk.entry(entry.rela_path));
            }
            Item::DirectoryContents { .. } | Item::Rewrite { .. } => {}
        }
    }
}

/// What `entry` of the index became.
fn changed(entry: &gix::index::Entry, path: BString, change: &Change<(), gix::submodule::Status>) -> Option<Entry> {
    let recorded = Mode::from_bits(entry.mode.bits())?;
    match change {
        Change::Removed => None,
        Change::Type { worktree_mode } => Some(Entry::new(path, Mode::from_bits(worktree_mode.bits())?, None)),
        Change::Modification { executable_bit_changed, content_change, .. } => {
            let mode = if *executable_bit_changed { flipped(recorded) } else { recorded };
            let unchanged = content_change.is_none().then_some(Oid(entry.id));
            Some(Entry::new(path, mode, unchanged))
        }
        Change::SubmoduleModification(status) => {
            Some(Entry::new(path, Mode::Submodule, status.checked_out_head_id.map(Oid)))
        }
    }
}

fn flipped(mode: Mode) -> Mode {
    match mode {
        Mode::File => Mode::Executable,
        Mode::Executable => Mode::File,
        other => other,
    }
}
