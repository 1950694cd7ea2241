//! Features: what each depends on, in which order that ships, and how far it may be exposed.

mod dependants;
mod order;

use super::checks::Judgement;
use super::ground::Ground;

pub use dependants::dependants;
pub use order::{Requires, closure, cycle, foundation_rank, ordered};

/// Whether what features depend on is there, and in the right order.
pub fn judge(_ground: &Ground<'_>) -> Vec<Judgement> {
    Vec::new()
}
