//! Names of releases: they become directory names and git tags.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The greatest length in bytes.
const MAX_LENGTH: usize = 100;

/// The name of a release, e.g. `2026.11.21`; safe as a directory name and in a git reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ReleaseName(String);

impl ReleaseName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path of the release's record.
    pub fn record_path(&self) -> String {
        format!("releases/{}/lock.toml", self.0)
    }

    /// The folder of the evidence that the release relied on.
    pub fn evidence_folder(&self) -> String {
        format!("releases/{}/evidence", self.0)
    }

    /// The folder of everything that belongs to the release.
    pub fn folder(&self) -> String {
        format!("releases/{}", self.0)
    }

    /// The release's tag, without `refs/tags/`.
    pub fn tag(&self) -> String {
        format!("pv/{}", self.0)
    }
}

impl fmt::Display for ReleaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is no release name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a release name: {reason}", name.escape_debug())]
pub struct ReleaseNameError {
    name: String,
    reason: &'static str,
}

impl FromStr for ReleaseName {
    type Err = ReleaseNameError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let reason = if name.len() > MAX_LENGTH {
            "at most 100 characters"
        } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            "it must begin with a letter or a digit"
        } else if !name.bytes().all(is_allowed) {
            "only letters, digits, `.`, `_` and `-`"
        } else if name.contains("..") || name.ends_with('.') || name.to_ascii_lowercase().ends_with(".lock") {
            "git allows no `..`, no `.` at the end and no `.lock` at the end of a tag"
        } else {
            return Ok(Self(name.to_owned()));
        };
        Err(ReleaseNameError { name: name.to_owned(), reason })
    }
}

impl<'de> Deserialize<'de> for ReleaseName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::ReleaseName;

    #[test]
    fn only_what_is_safe_as_a_path_and_a_tag_is_a_name() {
        for good in ["2026.11.21", "r42", "v1.0.0-rc.1", "A_b", &"x".repeat(100)] {
            assert!(good.parse::<ReleaseName>().is_ok(), "{good}");
        }
        for bad in
            ["", ".a", "-x", "a..b", "a.", "a.lock", "a.LOCK", "a/b", "a b", "\u{e9}", "a\n", "a\0", &"x".repeat(101)]
        {
            assert!(bad.parse::<ReleaseName>().is_err(), "{bad:?}");
        }
    }
}
