//! The cache of Git LFS: `.git/lfs/objects/<2>/<2>/<64 hex>`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cached;
use crate::domain::Content;

/// Where Git LFS keeps what it fetched.
#[derive(Debug)]
pub(super) struct Lfs {
    objects: PathBuf,
}

impl Lfs {
    pub(super) fn at(objects: &Path) -> Self {
        Self { objects: objects.to_owned() }
    }

    pub(super) fn content(&self, hex: &str) -> io::Result<Arc<dyn Content>> {
        let (Some(first), Some(second)) = (hex.get(..2), hex.get(2..4)) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        cached::content(&self.objects, &Path::new(first).join(second).join(hex))
    }
}
