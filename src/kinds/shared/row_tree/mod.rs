//! Row snapshots: `snapshot.toml`, and what is put into the tree of chunks that it names.

mod column;
mod compare;
mod manifest;
pub mod rules;
mod snapshot;
mod strays;
mod unlike;

pub use column::{Column, Sort};
pub use compare::{Side, Unfit, compare, inspect, went};
pub use manifest::{Format, RowTree, Source, decode, encode, quote};
pub use snapshot::{PIECE, Snapshot};

/// What the manifest of a row snapshot is called, in an artefact's directory.
pub const FILE: &str = "snapshot.toml";

/// Joins the texts of several key columns to one key.
pub const KEY_SEPARATOR: char = '\u{1f}';

/// Whether `path` is the manifest of a row snapshot.
pub fn is_manifest(path: &str) -> bool {
    path.rsplit('/').next() == Some(FILE)
}
