//! gix repository handles, one a thread at a time, each with a pack cache.

use std::convert::Infallible;

use gix::odb::pack::cache::lru::MemoryCappedHashmap;

use super::pool::Pool;

/// Bytes of decoded objects that one handle keeps; without it a delta-deep pack is read 16 times slower.
const PACK_CACHE: usize = 32 << 20;

/// Handles on one repository, shared between threads.
pub(super) struct Handles {
    shared: gix::ThreadSafeRepository,
    idle: Pool<gix::Repository>,
}

impl Handles {
    /// Handles on `repository`.
    pub(super) fn new(repository: gix::Repository) -> Self {
        Self { shared: repository.into_sync(), idle: Pool::default() }
    }

    /// Runs `work` with a handle.
    pub(super) fn lend<T>(&self, work: impl FnOnce(&gix::Repository) -> T) -> T {
        let lent = self.idle.lend(|| Ok(self.handle()), |repository| Ok(work(repository)));
        lent.unwrap_or_else(|never: Infallible| match never {})
    }

    /// A handle to keep.
    pub(super) fn handle(&self) -> gix::Repository {
        let mut repository = self.shared.to_thread_local();
        repository.objects.set_pack_cache(|| Box::new(MemoryCappedHashmap::new(PACK_CACHE)));
        repository
    }
}

impl std::fmt::Debug for Handles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Handles").field(&self.shared.refs.git_dir()).finish()
    }
}
