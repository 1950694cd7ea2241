//! The way back: what a rollback moves along, and whether it was rehearsed.
//!
//! [`Ground`](super::ground::Ground) is judged by [`judge`]. What a rollback would do is a [`Way`], computed by
//! [`cascade`] from what shipped: an artefact *fits* another when an earlier release shipped that very pair of contents.

pub mod cascade;
mod judge;
mod method;
mod rehearsal;
mod target;
mod way;

pub use judge::{is_rehearsed, judge};
pub use method::{method, target_time, types_of};
pub use rehearsal::{Rehearsal, Tried, decode};
pub use target::{is_expired, unmet};
pub use way::{Move, NoWay, Present, Target, Way};
