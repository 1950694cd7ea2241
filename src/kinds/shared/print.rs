//! Prints: digests that are compared within this process only, so they may be fast.
//!
//! XXH3 with a seed that every process draws at random: nobody can prepare two texts with one print. They are never
//! recorded; what is recorded is BLAKE3.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::LazyLock;

use twox_hash::{XxHash3_64, XxHash3_128};

static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());

/// The print of one text, to be compared with few others: eight bytes.
pub fn short(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(*SEED, bytes)
}

/// The print of one text among many millions: sixteen bytes.
pub fn long(bytes: &[u8]) -> [u8; 16] {
    XxHash3_128::oneshot_with_seed(*SEED, bytes).to_be_bytes()
}
