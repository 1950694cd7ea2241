//! Steps: whether the next one may be taken.

use super::checks::Judgement;
use super::ground::Ground;

/// Whether the next step may be taken.
pub fn judge(_ground: &Ground<'_>) -> Vec<Judgement> {
    Vec::new()
}
