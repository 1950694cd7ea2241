//! What the `git` program prints, read back.

use std::collections::HashMap;

use gix::bstr::{BString, ByteSlice};

use super::GitError;
use super::backend::{CommitTime, Instant, Peeled, Tag, Unresolved};
use super::entry::{Entry, Mode, Oid};

/// The format in which [`tags`] expects `git for-each-ref` to print.
pub(super) const TAG_FORMAT: &str =
    "--format=%(refname:lstrip=2)%00%(objecttype)%00%(objectname)%00%(*objectname)%00%(contents)%00";

pub(super) fn unexpected(what: &str) -> GitError {
    GitError::Unreadable { action: "git's answer could not be read".to_owned(), cause: what.to_owned() }
}

/// An object id.
pub(super) fn oid(text: &str) -> Result<Oid, GitError> {
    text.trim().parse().map_err(|_| unexpected(text))
}

/// What `git cat-file --batch-check` says of an object's tree, its commit, and itself.
pub(super) fn peeled(answers: &[u8]) -> Result<Peeled, Unresolved> {
    let answers = answers.to_str_lossy();
    let mut words = answers.lines().map(|line| line.split(' '));
    let mut next = || {
        let mut line = words.next()?;
        Some((line.next()?.parse::<Oid>().ok(), line.next()?.to_owned()))
    };
    match (next(), next(), next()) {
        (Some((Some(tree), _)), Some((commit, _)), _) => Ok(Peeled { commit, tree }),
        (_, _, Some((_, kind))) if kind != "missing" => Err(Unresolved::Other(kind)),
        _ => Err(Unresolved::Unknown),
    }
}

/// The entries of `git ls-tree -r -z`.
pub(super) fn tree(output: &[u8]) -> Result<Vec<Entry>, GitError> {
    let entries = records(output).map(|record| {
        let (about, path) = record.split_once_str("\t")?;
        let mut words = about.to_str().ok()?.split(' ');
        let mode = Mode::from_bits(u32::from_str_radix(words.next()?, 8).ok()?)?;
        Some(Entry::new(path.into(), mode, Some(words.nth(1)?.parse().ok()?)))
    });
    entries.collect::<Option<_>>().ok_or_else(|| unexpected("ls-tree"))
}

/// The entries of `git ls-files -s -z`.
pub(super) struct Staged {
    /// Entries without conflict.
    pub(super) entries: Vec<Entry>,
    /// Paths in conflict.
    pub(super) conflicted: Vec<String>,
}

/// Reads `git ls-files -s -z`.
pub(super) fn staged(output: &[u8]) -> Result<Staged, GitError> {
    let mut staged = Staged { entries: Vec::new(), conflicted: Vec::new() };
    for record in records(output) {
        let (entry, stage) = staged_entry(record).ok_or_else(|| unexpected("ls-files"))?;
        if stage == "0" {
            staged.entries.push(entry);
        } else {
            staged.conflicted.push(entry.path);
        }
    }
    staged.conflicted.dedup();
    Ok(staged)
}

fn staged_entry(record: &[u8]) -> Option<(Entry, &str)> {
    let (about, path) = record.split_once_str("\t")?;
    let mut words = about.to_str().ok()?.split(' ');
    let mode = Mode::from_bits(u32::from_str_radix(words.next()?, 8).ok()?)?;
    let oid = words.next()?.parse().ok()?;
    Some((Entry::new(path.into(), mode, Some(oid)), words.next()?))
}

/// What became of a tracked path in the worktree.
pub(super) enum Status {
    /// It is not there.
    Gone,
    /// Its content or mode differs.
    Modified(Mode),
}

/// How the worktree differs from the index.
#[derive(Default)]
pub(super) struct Changes {
    /// Tracked paths that differ.
    pub(super) tracked: HashMap<BString, Status>,
    /// Untracked paths, and paths in conflict.
    pub(super) others: Vec<BString>,
}

/// Reads `git status --porcelain=v2 -z --no-renames`.
pub(super) fn status(output: &[u8]) -> Result<Changes, GitError> {
    let mut changes = Changes::default();
    for record in records(output) {
        note(&mut changes, record).ok_or_else(|| unexpected(&record.to_str_lossy()))?;
    }
    Ok(changes)
}

fn note(changes: &mut Changes, record: &[u8]) -> Option<()> {
    let (sort, rest) = record.split_once_str(" ")?;
    match sort {
        b"1" => {
            let fields: Vec<&[u8]> = rest.splitn_str(8, " ").collect();
            let [state, _, _, _, mode, _, _, path] = fields.as_slice() else { return None };
            let mode = Mode::from_bits(u32::from_str_radix(mode.to_str().ok()?, 8).ok()?);
            match (state.get(1)?, mode) {
                (b'.', _) => {}
                (b'A', _) => {
                    // An announced file stands in the index too, with the empty blob.
                    changes.tracked.insert((*path).into(), Status::Gone);
                    changes.others.push((*path).into());
                }
                (_, Some(mode)) => drop(changes.tracked.insert((*path).into(), Status::Modified(mode))),
                (_, None) => drop(changes.tracked.insert((*path).into(), Status::Gone)),
            }
        }
        b"u" => changes.others.push(rest.splitn_str(10, " ").nth(9)?.into()),
        b"?" => changes.others.push(rest.into()),
        _ => {}
    }
    Some(())
}

/// Reads tags that were printed in [`TAG_FORMAT`].
pub(super) fn tags(output: &[u8]) -> Result<Vec<Tag>, GitError> {
    let fields: Vec<&[u8]> = output.split(|byte| *byte == 0).collect();
    let (records, _) = fields.as_chunks::<5>();
    records
        .iter()
        .map(|[name, sort, own, peeled, message]| {
            let annotated = *sort == b"tag";
            let target = if annotated { peeled } else { own };
            Ok(Tag {
                name: name.trim_ascii_start().to_str_lossy().into_owned(),
                target: oid(&target.to_str_lossy())?,
                message: annotated.then(|| message.to_str_lossy().into_owned()),
            })
        })
        .collect()
}

/// Reads `git show --date=raw --format='%ad %cd'`.
pub(super) fn commit_time(line: &str) -> Result<CommitTime, GitError> {
    let words: Vec<&str> = line.split(' ').collect();
    let [author, author_zone, committer, committer_zone] = words.as_slice() else { return Err(unexpected(line)) };
    let instant = |seconds, zone| Instant::of_raw(seconds, zone).ok_or_else(|| unexpected(line));
    Ok(CommitTime { author: instant(author, author_zone)?, committer: instant(committer, committer_zone)? })
}

fn records(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output.split(|byte| *byte == 0).filter(|record| !record.is_empty())
}
