//! Threads that write files: they wait for the disk, not for a processor.

use std::io;
use std::path::Path;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{StoreError, room};

/// As many objects are written at once. They wait for the disk, not for a processor: what is synced together costs
/// the file system one journal commit.
const MAX_WRITERS: usize = 32;
/// As many are written at once where memory is limited.
const FRUGAL_WRITERS: usize = 2;
/// The stack of a writer, in bytes: it calls nothing deep.
const WRITERS_STACK: usize = 512 << 10;

/// Threads for so many files below `shown`, as many as the system gives.
///
/// # Errors
/// When it gives none.
pub(super) fn pool(files: usize, shown: &Path) -> Result<ThreadPool, StoreError> {
    // Each thread takes address space for what it allocates.
    let most = if room::address_space().is_some() { FRUGAL_WRITERS } else { MAX_WRITERS };
    let mut writers = files.clamp(1, most);
    loop {
        match ThreadPoolBuilder::new().num_threads(writers).stack_size(WRITERS_STACK).build() {
            // Under a limit of memory or of processes, fewer do as well.
            Err(_) if writers > 1 => writers /= 2,
            built => return built.map_err(|error| StoreError::io("start writing to", shown)(io::Error::other(error))),
        }
    }
}
