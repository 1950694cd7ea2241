//! `pv`: git-native versioning for AI artefacts.
//!
//! The modules below stand in the order of the life of the data: git objects become snapshots, two snapshots become
//! artefact diffs, rules classify them, gates ask for the evidence that a change owes, and reports and locks are what
//! comes out.

pub mod domain;

pub mod tree;

pub mod kinds;
pub mod store;

pub mod git;

pub mod config;
pub mod diff;
pub mod lock;

pub mod classify;

pub mod release;

pub mod report;

pub mod cli;
