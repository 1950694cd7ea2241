//! Which paths of the worktree need a close look: all others are, by their `stat` data, what the index says, and no file
//! stands beside them.
//!
//! It answers "nothing here" and nothing else: whatever is out of the ordinary is doubtful, and gix looks at that.

use std::collections::BTreeMap;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{Flags, Mode, Stage, Stat, stat};
use gix::index::fs::Metadata;
use gix::index::{Entry, State};
use gix::worktree::stack::state::ignore::Source;
use rayon::prelude::*;

/// Above this many doubtful paths the whole worktree is looked at: each costs a comparison with every path.
const MOST: usize = 32;
/// Files that one thread looks at before it asks for more.
const CHUNK: usize = 512;

/// The paths that need a close look; `None` where it is as well to look at all.
pub(super) fn doubtful(repository: &gix::Repository, index: &State, root: &Path) -> gix::Result<Option<Vec<BString>>> {
    let ground = Ground { root, index, stat: repository.stat_options()?, files: repository.filesystem_options()? };
    let Some(seen) = ground.folder(BStr::new(""), index.entries()) else { return Ok(None) };
    let mut doubtful = seen.doubtful;
    if !seen.unknown.is_empty() {
        let mut excludes = repository.excludes(index, None, Source::WorktreeThenIdMappingIfNotSkipped)?;
        for (path, mode) in seen.unknown {
            if !excludes.at_entry(path.as_bstr(), Some(mode))?.is_excluded() {
                doubtful.push(path);
            }
        }
    }
    Ok((doubtful.len() <= MOST).then_some(doubtful))
}

/// What there is to compare, and how.
struct Ground<'a> {
    root: &'a Path,
    index: &'a State,
    stat: stat::Options,
    files: gix::fs::Capabilities,
}

/// What was seen below a folder.
#[derive(Default)]
struct Seen {
    /// Paths of the index that may be other than it says.
    doubtful: Vec<BString>,
    /// Paths that the index does not have.
    unknown: Vec<(BString, Mode)>,
}

/// What the index has in one folder.
#[derive(Default)]
struct Tracked<'i> {
    files: Vec<&'i Entry>,
    folders: BTreeMap<&'i BStr, &'i [Entry]>,
}

impl<'a> Ground<'a> {
    /// What is seen in and below the folder `prefix` (empty, or with a slash at its end), of which the index has
    /// `entries`; `None` when too much is doubtful.
    fn folder(&self, prefix: &BStr, entries: &'a [Entry]) -> Option<Seen> {
        let mut tracked = self.tracked(prefix, entries);
        let (folders, others) = self.listed(prefix)?;
        let mut seen = Seen::default();
        let mut below = Vec::new();
        for name in folders {
            let path = joined(prefix, &name);
            match tracked.folders.remove(name.as_bstr()) {
                Some(entries) => below.push((path, entries)),
                None if tracked.has(self.index, path.as_bstr()) => {}
                None => seen.unknown.push((path, Mode::DIR)),
            }
        }
        // What should be a folder and is none: a link, perhaps.
        let gone = tracked.folders.values().flat_map(|entries| entries.iter());
        seen.doubtful.extend(gone.take(MOST + 1).map(|entry| entry.path(self.index).to_owned()));
        let found = self.files(&tracked.files, &mut seen)?;
        // Every file that was found is one of the others: as many of both, and there is no other one. Where "A" is "a", they
        // may be counted twice.
        if found != others || self.files.ignore_case {
            seen.unknown.extend(self.strangers(prefix, &tracked)?);
        }
        for (path, entries) in below {
            seen.join(self.folder(slashed(path).as_bstr(), entries)?)?;
        }
        (seen.doubtful.len() <= MOST).then_some(seen)
    }

    fn tracked(&self, prefix: &BStr, mut entries: &'a [Entry]) -> Tracked<'a> {
        let mut tracked = Tracked::default();
        while let Some(first) = entries.first() {
            let path = first.path(self.index);
            let rest = path.get(prefix.len()..).unwrap_or_default();
            let Some(slash) = rest.find_byte(b'/') else {
                tracked.files.push(first);
                entries = entries.get(1..).unwrap_or_default();
                continue;
            };
            let folder = path.get(..prefix.len() + slash + 1).unwrap_or_default();
            let end = entries.partition_point(|entry| entry.path(self.index).starts_with(folder));
            let (below, after) = entries.split_at(end.max(1));
            tracked.folders.insert(rest.get(..slash).unwrap_or_default().as_bstr(), below);
            entries = after;
        }
        tracked
    }

    /// The names of the folders in a folder, and how many other things stand there.
    fn listed(&self, prefix: &BStr) -> Option<(Vec<BString>, usize)> {
        let (mut folders, mut others) = (Vec::new(), 0);
        for entry in self.entries_of(prefix)? {
            let entry = entry?;
            match entry.file_type().ok()?.is_dir() {
                true => folders.push(name_of(&entry)?),
                false => others += 1,
            }
        }
        Some((folders, others))
    }

    /// What stands in a folder, without the repository itself.
    fn entries_of(&self, prefix: &BStr) -> Option<impl Iterator<Item = Option<DirEntry>>> {
        let is_root = prefix.is_empty();
        let listing = std::fs::read_dir(self.at(prefix)?).ok()?;
        let is_own = move |entry: &DirEntry| is_root && entry.file_name() == ".git";
        Some(listing.map(Result::ok).filter(move |entry| !entry.as_ref().is_some_and(is_own)))
    }

    fn at(&self, path: &BStr) -> Option<PathBuf> {
        gix::path::from_bstr(path).ok().map(|path| self.root.join(path))
    }

    /// Notes the doubtful ones of `files`; gives how many of them stand there and are no folders.
    fn files(&self, files: &[&Entry], seen: &mut Seen) -> Option<usize> {
        let looked: Option<Vec<(usize, Vec<BString>)>> =
            files.par_chunks(CHUNK).map(|chunk| self.look_at(chunk)).collect();
        let mut found = 0;
        for (there, doubtful) in looked? {
            found += there;
            seen.doubtful.extend(doubtful);
        }
        Some(found)
    }

    fn look_at(&self, files: &[&Entry]) -> Option<(usize, Vec<BString>)> {
        let (mut found, mut doubtful) = (0, Vec::new());
        for entry in files.iter().filter(|entry| !is_vouched_for(entry)) {
            let path = entry.path(self.index);
            let metadata = self.at(path).and_then(|path| Metadata::from_path_no_follow(&path).ok());
            match metadata.filter(|metadata| is_simple(entry) && !metadata.is_dir()) {
                Some(metadata) => {
                    found += 1;
                    doubtful.extend((!self.is_quiet(entry, &metadata)).then(|| path.to_owned()));
                }
                None => doubtful.push(path.to_owned()),
            }
            if doubtful.len() > MOST {
                return None;
            }
        }
        Some((found, doubtful))
    }

    /// Whether `entry` is beyond doubt what the index says, by git's own rules.
    fn is_quiet(&self, entry: &Entry, metadata: &Metadata) -> bool {
        let mode = entry.mode.change_to_match_fs(metadata, self.files.symlink, self.files.executable_bit);
        let Ok(found) = Stat::from_fs(metadata) else { return false };
        mode.is_none()
            && found.matches(&entry.stat, self.stat)
            && (!entry.id.is_empty_blob() || entry.stat.size == 0)
            && !found.is_racy(self.index.timestamp(), self.stat)
    }

    /// What stands in a folder and is neither tracked there nor a folder.
    fn strangers(&self, prefix: &BStr, tracked: &Tracked<'_>) -> Option<Vec<(BString, Mode)>> {
        let mut strangers = Vec::new();
        for entry in self.entries_of(prefix)? {
            let entry = entry?;
            let path = joined(prefix, &name_of(&entry)?);
            if !entry.file_type().ok()?.is_dir() && !tracked.has(self.index, path.as_bstr()) {
                strangers.push((path, Mode::FILE));
            }
        }
        Some(strangers)
    }
}

impl Tracked<'_> {
    /// Whether `path` is one of the files. They are in the order of their paths.
    fn has(&self, index: &State, path: &BStr) -> bool {
        self.files.binary_search_by(|entry| entry.path(index).cmp(path)).is_ok()
    }
}

impl Seen {
    fn join(&mut self, other: Self) -> Option<()> {
        self.doubtful.extend(other.doubtful);
        self.unknown.extend(other.unknown);
        (self.doubtful.len() <= MOST).then_some(())
    }
}

/// Whether git is told not to look.
fn is_vouched_for(entry: &Entry) -> bool {
    entry.flags.intersects(Flags::SKIP_WORKTREE | Flags::ASSUME_VALID | Flags::FSMONITOR_VALID)
}

/// Whether the index says in one entry what the file is.
fn is_simple(entry: &Entry) -> bool {
    entry.stage() == Stage::Unconflicted && !entry.flags.contains(Flags::INTENT_TO_ADD)
}

fn name_of(entry: &DirEntry) -> Option<BString> {
    gix::path::os_string_into_bstring(entry.file_name()).ok()
}

fn joined(prefix: &BStr, name: &BString) -> BString {
    [prefix.as_bytes(), name.as_bytes()].concat().into()
}

fn slashed(mut path: BString) -> BString {
    path.push(b'/');
    path
}
