//! Commits and tags, made by the `git` program so that the user's hooks, identity and signing apply.

use std::io::Write;
use std::path::PathBuf;

use tempfile::NamedTempFile;

use super::entry::CommitId;
use super::{GitError, Repository, Source};

/// Git by itself does not wait until a commit or a tag would survive a power cut.
const DURABLY: [&str; 2] = ["-c", "core.fsync=all"];

/// A file that holds `message`. Through a pipe, git would take the part of it that a killed pv had written for the whole.
fn written(message: &str) -> Result<NamedTempFile, GitError> {
    let write = || {
        let mut file = NamedTempFile::new()?;
        file.write_all(message.as_bytes())?;
        Ok(file)
    };
    write().map_err(|source| GitError::Message { source })
}

impl Repository {
    /// Commits exactly `paths` (from the repository's root, new ones and removed ones included); what else is staged stays
    /// staged. Where HEAD holds all of it already, as after a run that was cut off at its very end, it gives HEAD.
    ///
    /// # Errors
    /// When a hook refuses, or signing fails: with what git said.
    pub fn commit_paths(&self, paths: &[String], message: &str) -> Result<CommitId, GitError> {
        let exact = |path: &String| format!(":(top,literal){path}");
        let with = |words: &[&str], paths: &[String]| {
            let words = DURABLY.iter().chain(words).map(|word| (*word).to_owned());
            words.chain(paths.iter().map(exact)).collect::<Vec<_>>()
        };
        let (gone, there): (Vec<String>, Vec<String>) = paths.iter().cloned().partition(|path| self.is_gone(path));
        let gone = self.held_by_head(gone)?;
        let paths = [there.as_slice(), &gone].concat();
        let paths = paths.as_slice();
        self.program.run(&with(&["add", "--"], &there), b"")?;
        if !gone.is_empty() {
            // An interrupted run may have taken them out of the index already: `git add` would not know them.
            self.program.run(&with(&["rm", "--quiet", "--cached", "--ignore-unmatch", "--"], &gone), b"")?;
        }
        if let Some(head) = self.head()?
            && self.program.run(&with(&["status", "--porcelain", "--"], paths), b"")?.is_empty()
        {
            return Ok(head);
        }
        let message = written(message)?;
        let file = format!("--file={}", message.path().display());
        self.program.run(&with(&["commit", "--quiet", "--only", &file, "--"], paths), b"")?;
        self.head()?.ok_or_else(|| GitError::Unborn { spec: "HEAD".to_owned() })
    }

    /// Those of `paths`, files or directories, that HEAD holds: of any other, git knows nothing to remove.
    fn held_by_head(&self, mut paths: Vec<String>) -> Result<Vec<String>, GitError> {
        if !paths.is_empty() {
            let head = if self.head()?.is_some() { Source::Revision("HEAD".to_owned()) } else { Source::Empty };
            let head = self.snapshot(&head)?;
            let is_below = |entry: &str, path: &str| entry.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
            paths.retain(|path| head.entries().iter().any(|entry| entry.path == *path || is_below(&entry.path, path)));
        }
        Ok(paths)
    }

    fn is_gone(&self, path: &str) -> bool {
        self.workdir().is_some_and(|root| std::fs::symlink_metadata(root.join(path)).is_err())
    }

    /// Makes the annotated tag `name` at `commit`, signed if git is configured so. A tag that is there already and
    /// names `commit` is left alone.
    ///
    /// # Errors
    /// When the tag names something else, or git refuses.
    pub fn create_tag(&self, name: &str, commit: &CommitId, message: &str) -> Result<(), GitError> {
        let existing = self.tags(name)?.into_iter().find(|tag| tag.name == name);
        if let Some(tag) = existing {
            let (found, wanted) = (tag.target.to_string(), commit.to_string());
            return if found == wanted {
                Ok(())
            } else {
                Err(GitError::TagExists { name: name.to_owned(), found, wanted })
            };
        }
        let message = written(message)?;
        let file = format!("--file={}", message.path().display());
        let tag = ["tag", "--annotate", "--cleanup=verbatim", &file, "--", name, &commit.to_string()];
        self.program.run(&[&DURABLY[..], &tag].concat(), b"").map(drop)
    }

    /// Where git looks for hooks, `core.hooksPath` honoured.
    ///
    /// # Errors
    /// When the `git` program cannot be asked.
    pub fn hooks_dir(&self) -> Result<PathBuf, GitError> {
        Ok(self.start.join(self.program.line(&["rev-parse", "--git-path", "hooks"])?))
    }
}
