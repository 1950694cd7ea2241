//! Row trees (`pvrows1`): keyed rows as a tree of content-addressed chunks, so that two versions share what is equal.
//!
//! A prolly tree, as in Noms and Dolt: rows sorted by the bytes of their keys are cut into leaves where the keys (and
//! the rows' lengths) say so, never by how many rows came before; the leaves' first keys and digests are cut in the same
//! way into the level above, up to one root. The same rows give the same root whatever order they came in, and a change
//! rewrites the chunks on the way to it and no others.
//!
//! ```text
//! chunk  = "pvrows1" level(u8) count(varint) entry*
//! leaf   = key-length(varint) key value-length(varint) value                       level 0
//! branch = key-length(varint) first-key digest(32) rows(varint) bytes(varint)      level 1 and up
//! ```
//!
//! Keys ascend strictly; integers are LEB128 in their shortest form; nothing follows the last entry: there is exactly
//! one encoding. A chunk is named by the BLAKE3 of its bytes. No rows are one leaf without entries.

mod boundary;
mod build;
mod check;
mod chunk;
mod cursor;
mod diff;
mod fault;
mod walk;

pub use build::{Builder, Built};
pub use check::{Totals, check};
pub use chunk::{Branch, Chunk, Entries};
pub use diff::{Change, Touched, Tree, diff};
pub use fault::TreeError;
pub use walk::{Visit, each_chunk, each_row};

/// The form of row trees, as manifests name it; also how every chunk begins.
pub const FORM: &str = "pvrows1";

/// A key is at most this long, in bytes: many of them fit a chunk.
pub const MAX_KEY: usize = 1024;

/// A row is at most this long, in bytes.
pub const MAX_ROW: usize = 32 << 20;
