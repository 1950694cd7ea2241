//! From what the user typed to commits and trees: `HEAD~3`, `main..`, `v1...HEAD`, `topic^!`.

use super::backend::{Backend, Unresolved};
use super::entry::{CommitId, Oid};
use super::{GitError, Repository};

/// What a revision, or a range of revisions, names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// One commit or tree.
    One(Revision),
    /// Two to compare. Of `A...B` the old one is the merge base.
    Range {
        /// The older side.
        old: Revision,
        /// The newer side.
        new: Revision,
    },
}

/// A commit or a tree, and how it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The name as typed; for a merge base, and the parent of `A^!`, a name that resolves to it.
    pub spec: String,
    /// The commit; `None` where the name is a tree's.
    pub commit: Option<CommitId>,
    /// The tree.
    pub(super) tree: Oid,
}

impl Repository {
    /// Resolves every spelling that `git rev-parse` takes for a commit or tree, and `A..B`, `A...B`, `A^!`, `A^-N`.
    ///
    /// # Errors
    /// When the revision is unknown (with the nearest names), unborn, a blob, or cut off by a shallow clone.
    pub fn resolve(&self, spec: &str) -> Result<Resolved, GitError> {
        let Some(range) = Range::parse(spec) else { return self.revision(spec).map(Resolved::One) };
        // Like git: `:/fix a..b` is a range only when both sides are revisions.
        self.range(&range).or_else(|error| self.peel(spec).map(Resolved::One).map_err(|_| error))
    }

    /// Resolves one revision.
    pub(super) fn revision(&self, spec: &str) -> Result<Revision, GitError> {
        self.peel(spec).map_err(|unresolved| self.explain(spec, unresolved))
    }

    fn peel(&self, spec: &str) -> Result<Revision, Unresolved> {
        let peeled = self.backend.resolve(spec)?;
        Ok(Revision { spec: spec.to_owned(), commit: peeled.commit, tree: peeled.tree })
    }

    fn range(&self, range: &Range) -> Result<Resolved, GitError> {
        let mut old = self.revision(&range.old)?;
        let new = self.revision(&range.new)?;
        if range.from_merge_base {
            old = self.base(&old, &new)?;
        }
        Ok(Resolved::Range { old, new })
    }

    fn base(&self, old: &Revision, new: &Revision) -> Result<Revision, GitError> {
        let commit = |revision: &Revision| {
            revision
                .commit
                .ok_or(GitError::NotATree { spec: revision.spec.clone(), found: "tree without history".into() })
        };
        let base = self.backend.merge_base(commit(old)?, commit(new)?)?;
        let Some(base) = base else {
            let (old, new) = (old.spec.clone(), new.spec.clone());
            return Err(GitError::NoMergeBase { old, new, shallow: self.shallow });
        };
        self.revision(&base.to_string())
    }

    fn explain(&self, spec: &str, unresolved: Unresolved) -> GitError {
        match unresolved {
            Unresolved::Failed(error) => error,
            Unresolved::Other(found) => GitError::NotATree { spec: spec.to_owned(), found },
            Unresolved::Unknown if self.is_unborn(spec) => GitError::Unborn { spec: spec.to_owned() },
            Unresolved::Unknown => GitError::UnknownRevision {
                spec: spec.to_owned(),
                base: self.base_of(spec),
                nearest: nearest(self.backend.as_ref(), spec),
                shallow: self.shallow,
            },
        }
    }

    /// Whether `spec` cannot be known yet: the branch has no commit, or there is none at all.
    fn is_unborn(&self, spec: &str) -> bool {
        let is_empty = || self.backend.references("refs/").is_ok_and(|references| references.is_empty());
        self.backend.resolve("HEAD").is_err() && (is_head(spec) || is_empty())
    }

    /// The reference that `spec` starts from, if it is more than that and the reference is known.
    fn base_of(&self, spec: &str) -> Option<String> {
        let name = name_of(spec);
        let is_known = !name.is_empty() && name != spec && self.backend.resolve(name).is_ok();
        is_known.then(|| name.to_owned())
    }
}

/// Two revisions as typed.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    old: String,
    new: String,
    from_merge_base: bool,
}

impl Range {
    /// The range that `spec` spells, if it looks like one; an omitted side is `HEAD`.
    fn parse(spec: &str) -> Option<Self> {
        let head = |side: &str| if side.is_empty() { "HEAD".to_owned() } else { side.to_owned() };
        for (dots, from_merge_base) in [("...", true), ("..", false)] {
            if let Some((old, new)) = spec.split_once(dots) {
                let is_range = !(old.is_empty() && new.is_empty());
                return is_range.then(|| Self { old: head(old), new: head(new), from_merge_base });
            }
        }
        let (new, parent) = match spec.strip_suffix("^!") {
            Some(new) => (new, "1"),
            None => spec.rsplit_once("^-")?,
        };
        let parent = if parent.is_empty() { "1" } else { parent };
        let is_number = parent.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self { old: format!("{}^{parent}", head(new)), new: head(new), from_merge_base: false })
    }
}

fn is_head(spec: &str) -> bool {
    name_of(spec) == "HEAD" || spec.starts_with('@')
}

/// The reference that a revision begins with.
fn name_of(spec: &str) -> &str {
    spec.split(['^', '~', ':', '@']).next().unwrap_or(spec)
}

/// At most three branches and tags that are spelled like `spec`, the most similar first.
fn nearest(backend: &dyn Backend, spec: &str) -> Vec<String> {
    const SIMILAR: f64 = 0.8;
    let wanted = name_of(spec);
    let mut names: Vec<(f64, String)> = ["refs/heads/", "refs/tags/", "refs/remotes/"]
        .into_iter()
        .flat_map(|folder| {
            let names = backend.references(folder).unwrap_or_default();
            names.into_iter().filter_map(move |name| name.strip_prefix(folder).map(str::to_owned))
        })
        .map(|name| (strsim::jaro_winkler(wanted, &name), name))
        .filter(|(similarity, _)| *similarity >= SIMILAR)
        .collect();
    names.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
    names.into_iter().map(|(_, name)| name).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::Range;

    fn parsed(spec: &str) -> Option<(String, String, bool)> {
        Range::parse(spec).map(|range| (range.old, range.new, range.from_merge_base))
    }

    fn range(old: &str, new: &str, from_merge_base: bool) -> Option<(String, String, bool)> {
        Some((old.into(), new.into(), from_merge_base))
    }

    #[test]
    fn ranges_are_told_from_revisions() {
        assert_eq!(parsed("a..b"), range("a", "b", false));
        assert_eq!(parsed("a...b"), range("a", "b", true));
        assert_eq!(parsed("main..."), range("main", "HEAD", true));
        assert_eq!(parsed("..b"), range("HEAD", "b", false));
        assert_eq!(parsed("b^!"), range("b^1", "b", false));
        assert_eq!(parsed("b^-"), range("b^1", "b", false));
        assert_eq!(parsed("b^-2"), range("b^2", "b", false));
        for single in ["HEAD~3", "v1^{tree}", "@{u}", "..", "v1^-x", ":/text"] {
            assert_eq!(parsed(single), None, "{single}");
        }
    }
}
