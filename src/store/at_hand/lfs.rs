//! The cache of Git LFS: `.git/lfs/objects/<2>/<2>/<64 hex>`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cached;
use crate::domain::Content;
use crate::store::bounded;

/// A configuration that is larger than this is none, in bytes.
const LARGEST: u64 = 1 << 20;

/// Where Git LFS keeps what it fetched.
#[derive(Debug)]
pub(super) struct Lfs {
    objects: PathBuf,
}

impl Lfs {
    /// Where it is for the repository at `common_dir`: where its configuration says (`lfs.storage`), else in `lfs`.
    pub(super) fn below(common_dir: &Path) -> Self {
        let configured = bounded::read(&common_dir.join("config"), LARGEST).ok();
        let storage = configured.and_then(|bytes| storage(&String::from_utf8_lossy(&bytes)));
        let storage = storage.unwrap_or_else(|| "lfs".to_owned());
        Self { objects: common_dir.join(storage).join("objects") }
    }

    pub(super) fn content(&self, hex: &str) -> io::Result<Arc<dyn Content>> {
        let (Some(first), Some(second)) = (hex.get(..2), hex.get(2..4)) else { return Err(io::ErrorKind::NotFound.into()) };
        cached::content(&self.objects, &Path::new(first).join(second).join(hex))
    }
}

/// What `[lfs] storage` says in the text of a git configuration.
fn storage(text: &str) -> Option<String> {
    let mut in_section = false;
    let mut found = None;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            in_section = section.trim_end_matches(']').trim().eq_ignore_ascii_case("lfs");
        } else if let Some((key, value)) = line.split_once('=').filter(|_| in_section)
            && key.trim().eq_ignore_ascii_case("storage")
        {
            found = Some(value.trim().trim_matches('"').to_owned());
        }
    }
    found.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::storage;

    #[test]
    fn the_configuration_says_where() {
        let text = "[core]\n\tstorage = no\n[lfs]\n\tstorage = ../shared lfs\n[lfs \"https://x\"]\n\tstorage = no\n";
        assert_eq!(storage(text).as_deref(), Some("../shared lfs"));
        assert_eq!(storage("[lfs]\n\trepositoryformatversion = 0\n"), None);
    }
}
