//! Who is told what and when: notes, notices, and whether they still say what is planned.

use super::checks::Judgement;
use super::ground::Ground;

/// Whether those were told who have to be told before what `ground` is about.
pub fn judge(_ground: &Ground<'_>) -> Vec<Judgement> {
    Vec::new()
}
