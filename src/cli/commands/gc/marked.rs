//! What is named, anywhere that git or somebody's worktree still leads to.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::cli::load::Session;
use crate::cli::needs::{self, Needed};
use crate::cli::shipped::{LARGEST, Shelf};
use crate::cli::Context;
use crate::domain::{AtHand, Digest};
use crate::git::{GitError, Oid, Repository, Snapshot, Source};
use crate::store::Shelves;
use crate::tree;

/// Everything that is named.
#[derive(Debug, Default)]
pub(super) struct Marked {
    digests: HashSet<Digest>,
    /// How many states of the files were looked at: commits, indexes, worktrees.
    pub(super) states: usize,
    /// The paths of the records of releases.
    pub(super) records: BTreeSet<String>,
    /// How many row trees there are.
    pub(super) trees: usize,
    /// The files that were read already.
    seen: HashSet<(String, Oid)>,
    needed: Needed,
}

impl Marked {
    /// What all of it names together.
    ///
    /// # Errors
    /// When any of it cannot be read: then nothing may be deleted.
    pub(super) fn by_all(session: &Session, context: &Context) -> miette::Result<Self> {
        let repository = &session.repository;
        if repository.is_shallow() {
            return Err(kept_all(
                "this is a shallow clone, and what other branches name may be missing from it",
                "fetch the history with `git fetch --unshallow`, then run the command again",
            ));
        }
        let mut marked = Self::default();
        for kept in repository.kept().map_err(|error| unread(&error))? {
            let snapshot = repository.snapshot(&Source::Revision(kept.tree.to_string()));
            let snapshot = snapshot.map_err(|error| unread(&error))?.called(&kept.name);
            marked.state(repository, Arc::new(snapshot))?;
        }
        for worktree in repository.worktrees().map_err(|error| unread(&error))? {
            if worktree.root.is_dir() {
                marked.worktree(&repository_at(&worktree.root, context)?)?;
            } else if worktree.is_locked {
                return Err(kept_all(
                    &format!("the worktree {} is locked and not here: what it names is unknown", worktree.root.display()),
                    "make it available, or `git worktree unlock` and `git worktree prune`",
                ));
            }
        }
        marked.below_roots(&Shelves::below(repository.common_dir()))?;
        Ok(marked)
    }

    /// Every object that is named, and every chunk.
    pub(super) fn all(&self) -> &HashSet<Digest> {
        &self.digests
    }

    /// Whether the object `digest` is named.
    pub(super) fn has(&self, digest: &Digest) -> bool {
        self.digests.contains(digest)
    }

    /// What the index and the files of a worktree name.
    fn worktree(&mut self, repository: &Repository) -> miette::Result<()> {
        let [index, snapshot] = [Source::Index, Source::Worktree].map(|source| repository.snapshot(&source));
        self.state(repository, Arc::new(index.map_err(|error| unread(&error))?))?;
        let snapshot = snapshot.map_err(|error| unread(&error))?;
        let shelf = Shelf::of(repository)?;
        self.files(&snapshot, &shelf)?;
        // Git may be told to ignore them; pv reads them all the same.
        let ignored = shelf.releases().into_iter().map(|name| name.record_path());
        for path in ignored.chain([crate::lock::PATH.to_owned()]).filter(|path| snapshot.entry(path).is_none()) {
            if let Some(bytes) = shelf.read(&path) {
                self.file(&shelf, (&path, &path), &bytes)?;
            }
        }
        Ok(())
    }

    /// What the files of a commit or an index name.
    fn state(&mut self, repository: &Repository, snapshot: Arc<Snapshot>) -> miette::Result<()> {
        let shelf = Shelf::at(repository, Arc::clone(&snapshot));
        self.files(&snapshot, &shelf)
    }

    fn files(&mut self, snapshot: &Snapshot, shelf: &Shelf) -> miette::Result<()> {
        self.states += 1;
        for entry in snapshot.entries().iter().filter(|entry| entry.mode.is_file() && needs::is_naming(&entry.path)) {
            if entry.oid.is_some_and(|oid| !self.seen.insert((entry.path.clone(), oid))) {
                continue;
            }
            let shown = format!("{}:{}", snapshot.spec(), entry.path);
            let bytes = snapshot.read(entry, LARGEST).map_err(|error| unreadable(&shown, &error))?;
            self.file(shelf, (&entry.path, &shown), &bytes)?;
        }
        Ok(())
    }

    fn file(&mut self, shelf: &Shelf, (path, shown): (&str, &str), bytes: &[u8]) -> miette::Result<()> {
        let named = needs::named_by(shelf, (path, shown), bytes).map_err(|error| unreadable(shown, &error))?;
        if let Some((listing, what)) = named.unlisted.first_key_value() {
            return Err(kept_all(
                &format!("which files {what} (the listing is {listing})"),
                "`pv pull --all` brings it here; `pv verify --all` tells what else is missing",
            ));
        }
        if path.ends_with("/lock.toml") {
            self.records.insert(path.to_owned());
        }
        self.needed.add(named);
        Ok(())
    }

    /// Marks the objects, and every chunk of the row trees.
    fn below_roots(&mut self, at_hand: &dyn AtHand) -> miette::Result<()> {
        let Needed { objects, trees, .. } = std::mem::take(&mut self.needed);
        self.digests = objects.into_keys().collect();
        self.trees = trees.len();
        let mut chunks = HashSet::new();
        for root in trees {
            let walked = tree::each_chunk(&root, at_hand, &mut |chunk| chunks.insert(chunk.clone()));
            walked.map_err(|error| {
                kept_all(
                    &format!("the row snapshot {root} is not all here: {error}"),
                    "`pv pull --all` brings it here, or `pv snapshot` builds it anew",
                )
            })?;
        }
        self.digests.extend(chunks);
        Ok(())
    }
}

/// The repository as it is seen from one of its worktrees, whatever this process was told of another.
fn repository_at(root: &std::path::Path, context: &Context) -> miette::Result<Repository> {
    Ok(Repository::discover(root, &context.environment.without_place())?)
}

fn unreadable(shown: &str, error: &dyn std::fmt::Display) -> miette::Report {
    kept_all(
        &format!("{shown} cannot be read, so that what it names is unknown: {error}"),
        "put it back as it was (`git checkout HEAD -- <file>`, `git log -- <file>`), then run the command again",
    )
}

/// A reference, a commit or an index that git cannot read.
fn unread(error: &GitError) -> miette::Report {
    kept_all(&error.to_string(), "`git fsck` tells what is damaged; put it back or delete the reference, then run the command again")
}

/// Why nothing may be deleted.
fn kept_all(why: &str, help: &str) -> miette::Report {
    miette::miette!(code = "gc::unknown", help = help, "nothing was deleted: {why}")
}
