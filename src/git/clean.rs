//! The worktree's files as git would store them: line endings, `ident`, encodings, pointers of Git LFS and git-annex.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use gix::attrs::StateRef;
use gix::bstr::{BStr, BString};
use gix::filter::plumbing::pipeline::CrlfRoundTripCheck;
use gix::filter::plumbing::pipeline::convert::ToGitOutcome;

use super::entry::Entry;
use super::handles::Handles;
use super::pool::Pool;
use super::read::{self, OnDisk, ReadError, bounded};
use super::{GitError, annex, lfs};

/// Above this size, what must be converted in memory is refused.
const CONVERTED_IN_MEMORY: u64 = 1 << 30;

/// Reads the files of a worktree as git would store them. Never runs a filter program.
pub(super) struct Worktree {
    root: PathBuf,
    handles: Handles,
    /// The names of the filters that the configuration gives programs to.
    drivers: Vec<BString>,
    idle: Pool<Cleaner>,
}

/// What one thread needs to convert files.
struct Cleaner {
    repository: gix::Repository,
    index: gix::worktree::Index,
    pipeline: gix::filter::plumbing::Pipeline,
    attributes: gix::worktree::Stack,
}

/// What the attributes say about a path.
struct Attributes {
    filter: Option<BString>,
    /// Whether the content is recoded or holds an expanded `$Id$`, and not only line endings differ.
    rewritten: bool,
}

impl Worktree {
    /// The worktree at `root` of the repository behind `handles`, whose configuration names the filters `drivers`.
    pub(super) fn new(root: PathBuf, handles: Handles, drivers: Vec<BString>) -> Self {
        Self { root, handles, drivers, idle: Pool::default() }
    }

    /// Where it is.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// What git would store for `entry`, if that is no more than `limit` bytes.
    pub(super) fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        let (file, size) = match read::open(entry, &self.root)? {
            OnDisk::Link(text) => return Ok(text),
            OnDisk::File(file, size) => (file, size),
        };
        self.lend(entry, |cleaner, attributes| {
            if let Some(pointer) = self.filtered(entry, (cleaner, attributes), &file)? {
                return Ok(pointer);
            }
            if size > limit {
                return Err(ReadError::TooLarge { path: entry.path.clone(), size, limit });
            }
            cleaner.convert(entry, file, limit)
        })
    }

    /// Writes what git would store for `entry` to `sink`, in bounded memory unless the content must be converted.
    pub(super) fn copy(&self, entry: &Entry, sink: &mut dyn Write) -> Result<u64, ReadError> {
        let mut file = match read::open(entry, &self.root)? {
            OnDisk::Link(text) => return read::copy(&entry.path, text.as_slice(), sink),
            OnDisk::File(file, _) => file,
        };
        self.lend(entry, |cleaner, attributes| {
            if let Some(pointer) = self.filtered(entry, (cleaner, attributes), &file)? {
                return read::copy(&entry.path, pointer.as_slice(), sink);
            }
            if cleaner.keeps_bytes(entry, attributes, &mut file)? {
                return read::copy(&entry.path, file, sink);
            }
            let bytes = cleaner.convert(entry, file, CONVERTED_IN_MEMORY)?;
            read::copy(&entry.path, bytes.as_slice(), sink)
        })
    }

    /// The file of `entry`, if git would store it as it is.
    pub(super) fn as_stored(&self, entry: &Entry) -> Result<Option<File>, ReadError> {
        let mut file = match read::open(entry, &self.root)? {
            OnDisk::Link(_) => return Ok(None),
            OnDisk::File(file, _) => file,
        };
        self.lend(entry, |cleaner, attributes| {
            let is_filtered = self.filtered(entry, (cleaner, attributes), &file)?.is_some();
            let is_kept = !is_filtered && cleaner.keeps_bytes(entry, attributes, &mut file)?;
            Ok(is_kept.then_some(file))
        })
    }

    /// The pointer that a filter leaves in git; an error for a filter whose work is not known.
    fn filtered(
        &self,
        entry: &Entry,
        (cleaner, attributes): (&Cleaner, &Attributes),
        file: &File,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        match &attributes.filter {
            Some(driver) if driver == "lfs" => lfs::pointer(&entry.path, file).map(Some),
            // git-annex filters every file of a repository, and keeps those that it had before.
            Some(driver) if driver == "annex" => match cleaner.indexed(entry) {
                Some(indexed) => annex::pointer(&entry.path, &indexed, file),
                None => Ok(None),
            },
            Some(driver) if self.drivers.contains(driver) => {
                Err(ReadError::Filtered { path: entry.path.clone(), driver: driver.to_string() })
            }
            _ => Ok(None),
        }
    }

    fn lend<R>(
        &self,
        entry: &Entry,
        work: impl FnOnce(&mut Cleaner, &Attributes) -> Result<R, ReadError>,
    ) -> Result<R, ReadError> {
        let make = || {
            Cleaner::new(self.handles.handle()).map_err(|error| {
                let error = GitError::unreadable("the attributes could not be read", &error);
                ReadError::Io { path: entry.path.clone(), source: io::Error::other(error) }
            })
        };
        self.idle.lend(make, |cleaner| {
            let attributes = cleaner.attributes(entry.raw_path());
            let attributes = attributes.map_err(|source| ReadError::Io { path: entry.path.clone(), source })?;
            work(cleaner, &attributes)
        })
    }
}

impl Cleaner {
    fn new(repository: gix::Repository) -> gix::Result<Self> {
        let index = repository.index_or_empty()?;
        let source = gix::worktree::stack::state::attributes::Source::WorktreeThenIdMapping;
        let attributes = repository.attributes_only(&index, source)?.detach();
        let mut options = gix::filter::Pipeline::options(&repository)?;
        options.drivers.clear();
        options.crlf_roundtrip_check = CrlfRoundTripCheck::Skip;
        let pipeline =
            gix::filter::plumbing::Pipeline::new(repository.command_context()?, repository.object_hash(), options);
        Ok(Self { repository, index, pipeline, attributes })
    }

    fn attributes(&mut self, path: &BStr) -> io::Result<Attributes> {
        let mut found = self.attributes.selected_attribute_matches(["filter", "ident", "working-tree-encoding"]);
        let platform = self.attributes.at_entry(path, None, &self.repository.objects)?;
        platform.matching_attributes(&mut found);
        let mut attributes = Attributes { filter: None, rewritten: false };
        for assignment in found.iter_selected().map(|one| one.assignment) {
            match (assignment.name.as_str(), assignment.state) {
                ("filter", StateRef::Value(name)) => attributes.filter = Some(name.as_bstr().to_owned()),
                ("ident", StateRef::Set) | ("working-tree-encoding", StateRef::Value(_)) => attributes.rewritten = true,
                _ => {}
            }
        }
        Ok(attributes)
    }

    /// What the index holds for `entry`, where that is short enough for a pointer or a link.
    fn indexed(&self, entry: &Entry) -> Option<Vec<u8>> {
        let known = self.index.entry_by_path(entry.raw_path())?;
        let is_short = self.repository.find_header(known.id).ok()?.size() < 32 << 10;
        Some(self.repository.find_object(known.id).ok().filter(|_| is_short)?.detach().data)
    }

    /// Whether git would store `file` as it is; found without holding it in memory.
    fn keeps_bytes(&mut self, entry: &Entry, attributes: &Attributes, file: &mut File) -> Result<bool, ReadError> {
        let failed = |source| ReadError::Io { path: entry.path.clone(), source };
        if attributes.rewritten {
            return Ok(false);
        }
        if matches!(self.stored_form(entry, io::empty())?, ToGitOutcome::Unchanged(_)) {
            return Ok(true);
        }
        // Only line endings are left to convert, and without a carriage return there are none.
        let mut search = CarriageReturn(false);
        read::copy(&entry.path, &*file, &mut search)?;
        file.rewind().map_err(failed)?;
        Ok(!search.0)
    }

    fn convert(&mut self, entry: &Entry, file: File, limit: u64) -> Result<Vec<u8>, ReadError> {
        // The file may have grown since its size was asked for.
        let file = file.take(limit.saturating_add(1));
        match self.stored_form(entry, file)? {
            ToGitOutcome::Unchanged(file) => bounded(&entry.path, file, limit),
            ToGitOutcome::Buffer(bytes) => bounded(&entry.path, bytes, limit),
            ToGitOutcome::Process(output) => bounded(&entry.path, output, limit),
        }
    }

    fn stored_form<R: Read>(&mut self, entry: &Entry, content: R) -> Result<ToGitOutcome<'_, R>, ReadError> {
        let Self { repository, index, pipeline, attributes } = self;
        let failed = |source| ReadError::Io { path: entry.path.clone(), source };
        let path = gix::path::from_bstr(entry.raw_path()).map_err(|error| failed(io::Error::other(error)))?;
        let platform = attributes.at_entry(entry.raw_path(), None, &repository.objects).map_err(failed)?;
        let mut matched = |_: &BStr, found: &mut gix::attrs::search::Outcome| {
            platform.matching_attributes(found);
        };
        let mut indexed = |buffer: &mut Vec<u8>| {
            let Some(known) = index.entry_by_path(entry.raw_path()) else { return Ok(None) };
            let object = gix::objs::Find::try_find(&repository.objects, &known.id, buffer)?;
            Ok(object.filter(|object| object.kind == gix::objs::Kind::Blob).map(|_| ()))
        };
        let converted = pipeline.convert_to_git(content, &path, &mut matched, &mut indexed);
        converted.map_err(|error| failed(io::Error::other(error)))
    }
}

/// Looks for a carriage return in what is written to it.
struct CarriageReturn(bool);

impl Write for CarriageReturn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 |= bytes.contains(&b'\r');
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl std::fmt::Debug for Worktree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Worktree").field(&self.root).finish()
    }
}
