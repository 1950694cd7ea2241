//! The objects of a commit, also in a bare repository.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::objects::relative_path;
use super::source::{Found, ObjectSource};
use super::{Objects, StoreError};
use crate::domain::{Content, Digest};

/// What a commit has at a path; `None`: nothing.
type Held<'a> = dyn Fn(&str) -> Option<io::Result<Arc<dyn Content>>> + Sync + 'a;

/// The objects of a commit: what its tree has at their paths, then the large ones of this clone.
pub struct CommittedObjects<'a> {
    held: &'a Held<'a>,
    large: Option<Objects>,
}

impl<'a> CommittedObjects<'a> {
    /// Objects whose content `held` finds by their path in the tree; large ones are kept in `large`.
    pub fn new(held: &'a Held<'a>, large: Option<&Path>) -> Self {
        Self { held, large: large.map(|large| Objects::open(large, Some(large))) }
    }
}

impl ObjectSource for CommittedObjects<'_> {
    fn find(&self, digest: &Digest) -> Result<Found, StoreError> {
        let path = relative_path(digest)?;
        match ((self.held)(&path), self.large.as_ref().filter(|large| large.contains(digest))) {
            (Some(content), _) => {
                let content = content.map_err(StoreError::io("read", Path::new(&path)))?;
                Ok(Found::new(content, path))
            }
            (None, Some(large)) => large.find(digest),
            (None, None) => Err(StoreError::Missing { digest: digest.clone(), path }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CommittedObjects;
    use crate::domain::Digest;
    use crate::store::objects::relative_path;
    use crate::store::{ObjectSource as _, Objects, StoreError, opened};

    #[test]
    fn a_commit_is_a_source_too() {
        let dir = tempfile::tempdir().unwrap();
        let large = dir.path().join("large");
        let kept = Objects::open(dir.path(), Some(&large)).put(b"large one", 0).unwrap();
        let small = Digest::of(b"small");
        let path = relative_path(&small).unwrap();
        let held = move |asked: &str| (asked == path).then(|| Ok(opened::of_bytes(b"small".to_vec())));
        let source = CommittedObjects::new(&held, Some(&large));
        assert_eq!(source.get(&small).unwrap(), b"small");
        assert_eq!(source.get(&kept).unwrap(), b"large one");
        assert!(matches!(source.get(&Digest::of(b"other")), Err(StoreError::Missing { .. })));
    }
}
