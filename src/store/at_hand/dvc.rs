//! The cache of DVC: `.dvc/cache/files/md5/<2>/<30 hex>`, of its releases before 3.0 `.dvc/cache/<2>/<30 hex>`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cached;
use crate::domain::Content;
use crate::store::bounded;

/// A configuration that is larger than this is none, in bytes.
const LARGEST: u64 = 1 << 20;

/// Where DVC keeps what it added or fetched.
#[derive(Debug, Default)]
pub(super) struct Dvc {
    caches: Vec<PathBuf>,
}

impl Dvc {
    /// The caches of the worktrees at `roots`, where their configuration says or in `.dvc/cache`.
    pub(super) fn at<'r>(roots: impl Iterator<Item = &'r Path>) -> Self {
        let mut caches: Vec<PathBuf> = roots.map(|root| cache(&root.join(".dvc"))).collect();
        caches.dedup();
        Self { caches }
    }

    /// A file, or the list of a directory.
    pub(super) fn content(&self, hex: &str) -> io::Result<Arc<dyn Content>> {
        let (Some(first), Some(rest)) = (hex.get(..2), hex.get(2..)) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut failure = io::Error::from(io::ErrorKind::NotFound);
        for cache in &self.caches {
            for folder in [Path::new("files/md5"), Path::new("")] {
                for name in [rest.to_owned(), format!("{rest}.dir")] {
                    match cached::content(cache, &folder.join(first).join(name)) {
                        Ok(content) => return Ok(content),
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                        Err(error) => failure = error,
                    }
                }
            }
        }
        Err(failure)
    }
}

/// Where the DVC whose own directory is `dvc` keeps its cache; what `config.local` says stands above `config`.
fn cache(dvc: &Path) -> PathBuf {
    let said = ["config.local", "config"].into_iter().find_map(|name| {
        let bytes = bounded::read(&dvc.join(name), LARGEST).ok()?;
        directory(&String::from_utf8_lossy(&bytes))
    });
    dvc.join(said.unwrap_or_else(|| "cache".to_owned()))
}

/// What `[cache] dir` says in the text of a configuration of DVC.
fn directory(text: &str) -> Option<String> {
    let mut in_section = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            in_section = section.trim_end_matches(']').trim() == "cache";
        } else if let Some((key, value)) = line.split_once('=').filter(|_| in_section)
            && key.trim() == "dir"
        {
            return Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::directory;

    #[test]
    fn the_configuration_says_where() {
        let text = "[core]\n    remote = r\n['remote \"r\"']\n    dir = no\n[cache]\n    dir = ../../cache\n";
        assert_eq!(directory(text).as_deref(), Some("../../cache"));
        assert_eq!(directory("[core]\nanalytics = false\n"), None);
    }
}
