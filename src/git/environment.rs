//! The environment variables that `git/` may obey, handed in by whoever read them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// A process environment as a value: `GIT_DIR`, `GIT_INDEX_FILE`, `HOME`, `PATH` and the rest.
///
/// What stands here, and nothing else, decides which repository, index and configuration are used, and is the whole
/// environment of every `git` process that pv starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The environment made of `variables`.
    pub fn new<N: Into<OsString>, V: Into<OsString>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { variables: variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }

    /// The value of the variable `name`; an empty one counts as unset, as it mostly does for git.
    pub(super) fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// Whether the variable `name` is set to something other than git's words for no.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !["0", "false", "no", "off"].iter().any(|no| value.eq_ignore_ascii_case(no)))
    }

    /// The same without what names a repository, a worktree or an index.
    #[must_use]
    pub fn without_place(&self) -> Self {
        let mut variables = self.variables.clone();
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR"] {
            variables.remove(OsStr::new(name));
        }
        Self { variables }
    }

    /// Every variable.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.variables.iter()
    }
}
