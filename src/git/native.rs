//! gix, as a backend: reads the repository's files directly.

use std::io::{self, Write};
use std::sync::Arc;

use gix::bstr::ByteSlice;
use gix::objs::Kind;

use super::backend::{Backend, CommitTime, Instant, Peeled, Tag, Unresolved};
use super::disk::Disk;
use super::entry::{CommitId, Entry, Oid};
use super::handles::Handles;
use super::program::Program;
use super::{GitError, ReadError, stage, trees};

/// Blobs up to this size are decoded in memory even where they could be streamed.
const DECODED_AT_ONCE: u64 = 32 << 20;

/// A repository read through gix; what gix cannot do goes to `program`.
#[derive(Debug)]
pub(super) struct Native {
    handles: Handles,
    disk: Option<Disk>,
    program: Arc<Program>,
}

impl Native {
    /// The repository behind `handles` with the worktree `disk`, and the `git` program to fall back on.
    pub(super) fn new(handles: Handles, disk: Option<Disk>, program: Arc<Program>) -> Self {
        Self { handles, disk, program }
    }
}

impl Backend for Native {
    fn resolve(&self, spec: &str) -> Result<Peeled, Unresolved> {
        self.handles.lend(|repository| match repository.rev_parse_single(spec.as_bytes().as_bstr()) {
            Ok(id) => peeled(repository, id.detach()),
            // gix knows nearly every spelling; git, where there is one, is asked before a spec is called unknown.
            Err(_) => match self.program.resolve(spec) {
                Err(Unresolved::Failed(GitError::NoProgram { .. })) => Err(Unresolved::Unknown),
                answer => answer,
            },
        })
    }

    fn merge_base(&self, one: CommitId, other: CommitId) -> Result<Option<CommitId>, GitError> {
        self.handles.lend(|repository| {
            // gix looks past the edge of a shallow clone and may take an older ancestor for the best.
            if repository.is_shallow().unwrap_or(false) {
                return self.program.merge_base(one, other);
            }
            let base = repository.merge_base(one.0, other.0);
            base.map(|base| base.map(|id| Oid(id.detach()))).map_err(|error| {
                GitError::unreadable(format!("the common ancestor of {one} and {other} could not be found"), &error)
            })
        })
    }

    fn references(&self, prefix: &str) -> Result<Vec<String>, GitError> {
        self.handles.lend(|repository| {
            let platform = repository.references().map_err(|error| unlisted(prefix, &error))?;
            let references = platform.prefixed(prefix).map_err(|error| unlisted(prefix, &error))?;
            Ok(references.filter_map(Result::ok).map(|reference| reference.name().as_bstr().to_string()).collect())
        })
    }

    fn tags(&self, prefix: &str) -> Result<Vec<Tag>, GitError> {
        self.handles.lend(|repository| {
            let platform = repository.references().map_err(|error| unlisted(prefix, &error))?;
            let tags = platform.tags().map_err(|error| unlisted(prefix, &error))?;
            tags.filter_map(Result::ok)
                .filter(|reference| reference.name().shorten().starts_with(prefix.as_bytes()))
                .map(|reference| tag(reference).map_err(|error| unlisted(prefix, &error)))
                .collect()
        })
    }

    fn commit_time(&self, commit: CommitId) -> Result<CommitTime, GitError> {
        self.handles.lend(|repository| {
            commit_time(repository, commit)
                .map_err(|error| GitError::unreadable(format!("the commit {commit} could not be read"), &error))
        })
    }

    fn tree(&self, tree: Oid) -> Result<Vec<Entry>, GitError> {
        self.handles.lend(|repository| self.files(repository, tree))
    }

    fn index(&self) -> Result<Vec<Entry>, GitError> {
        self.staged(|_, index| stage::staged(index), |program| program.index())
    }

    fn worktree(&self) -> Result<Vec<Entry>, GitError> {
        let Some(disk) = &self.disk else { return self.program.worktree() };
        self.staged(|repository, index| stage::worktree(repository, index, disk), |program| program.worktree())
    }

    fn blob(&self, path: &str, oid: Oid, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.handles.lend(|repository| {
            let Some(size) = size_of(repository, path, oid)? else {
                return self.absent(repository, path, oid, |program| program.blob(path, oid, limit));
            };
            if size > limit {
                return Err(ReadError::TooLarge { path: path.to_owned(), size, limit });
            }
            let object = repository.find_object(oid.0).map_err(|error| damaged(path, oid, &error))?;
            Ok(object.detach().data)
        })
    }

    fn copy_blob(&self, path: &str, oid: Oid, sink: &mut dyn Write) -> Result<u64, ReadError> {
        let size = self.handles.lend(|repository| size_of(repository, path, oid))?;
        if size.is_none_or(|size| size > DECODED_AT_ONCE) {
            return self.handles.lend(|repository| match size {
                Some(_) => self.program.copy_blob(path, oid, sink),
                None => self.absent(repository, path, oid, |program| program.copy_blob(path, oid, sink)),
            });
        }
        let bytes = self.blob(path, oid, DECODED_AT_ONCE)?;
        sink.write_all(&bytes).map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
        Ok(bytes.len() as u64)
    }
}

impl Native {
    fn files(&self, repository: &gix::Repository, tree: Oid) -> Result<Vec<Entry>, GitError> {
        match trees::files(repository, tree) {
            Ok(entries) => Ok(entries),
            // A partial clone may lack trees: only git fetches them.
            Err(_) if is_partial(repository) => self.program.tree(tree),
            Err(error) => Err(GitError::unreadable(format!("the tree {tree} could not be read"), &error)),
        }
    }

    /// What `gix` finds with the index, or `git` where gix cannot read it (sparse, or of a newer format).
    fn staged(
        &self,
        gix: impl FnOnce(&gix::Repository, &gix::index::State) -> Result<Vec<Entry>, GitError>,
        git: impl FnOnce(&Program) -> Result<Vec<Entry>, GitError>,
    ) -> Result<Vec<Entry>, GitError> {
        let found = self.handles.lend(|repository| match stage::load(repository) {
            Ok(index) if index.is_sparse() => None,
            Ok(index) => Some(gix(repository, &index)),
            Err(_) => None,
        });
        match found {
            None | Some(Err(GitError::Unreadable { .. })) => git(&self.program),
            Some(found) => found,
        }
    }

    /// What to do about a blob that is not here: in a partial clone git may fetch it.
    fn absent<T>(
        &self,
        repository: &gix::Repository,
        path: &str,
        oid: Oid,
        fetch: impl FnOnce(&Program) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        if is_partial(repository) {
            fetch(&self.program)
        } else {
            Err(ReadError::Missing { path: path.to_owned(), oid })
        }
    }
}

fn is_partial(repository: &gix::Repository) -> bool {
    let config = repository.config_snapshot();
    let mut remotes = config.plumbing().sections_by_name("remote").into_iter().flatten();
    config.string("extensions.partialClone").is_some()
        || remotes.any(|remote| remote.value("promisor").is_some_and(|value| value != "false"))
}

fn size_of(repository: &gix::Repository, path: &str, oid: Oid) -> Result<Option<u64>, ReadError> {
    let header = repository.try_find_header(oid.0).map_err(|error| damaged(path, oid, &error))?;
    Ok(header.map(|header| header.size()))
}

fn damaged(path: &str, oid: Oid, error: &gix::Error) -> ReadError {
    let source = io::Error::new(io::ErrorKind::InvalidData, format!("object {oid}: {}", error.probable_cause()));
    ReadError::Io { path: path.to_owned(), source }
}

fn unlisted(prefix: &str, error: &gix::Error) -> GitError {
    GitError::unreadable(format!("the references below `{prefix}` could not be listed"), error)
}

fn peeled(repository: &gix::Repository, id: gix::ObjectId) -> Result<Peeled, Unresolved> {
    let failed =
        |error: gix::Error| Unresolved::Failed(GitError::unreadable(format!("{id} could not be read"), &error));
    let object = repository.find_object(id).map_err(failed)?.peel_tags_to_end().map_err(failed)?;
    match object.kind {
        Kind::Commit => {
            let commit = object.clone().try_into_commit().map_err(failed)?;
            let tree = commit.tree_id().map_err(failed)?;
            Ok(Peeled { commit: Some(Oid(object.id)), tree: Oid(tree.detach()) })
        }
        Kind::Tree => Ok(Peeled { commit: None, tree: Oid(object.id) }),
        other => Err(Unresolved::Other(other.to_string())),
    }
}

fn tag(mut reference: gix::Reference<'_>) -> gix::Result<Tag> {
    let name = reference.name().shorten().to_string();
    let object = reference.follow_to_object()?.object()?;
    let message = match object.kind {
        Kind::Tag => object.data.split_once_str("\n\n").map(|(_, message)| message.to_str_lossy().into_owned()),
        _ => None,
    };
    Ok(Tag { name, target: Oid(object.peel_tags_to_end()?.id), message })
}

fn commit_time(repository: &gix::Repository, commit: CommitId) -> gix::Result<CommitTime> {
    let commit = repository.find_commit(commit.0)?;
    let instant = |time: gix::date::Time| Instant { seconds: time.seconds, offset: time.offset };
    Ok(CommitTime { author: instant(commit.author()?.time()?), committer: instant(commit.committer()?.time()?) })
}
