//! Steps: how far a release is on its way, what comes next, and whether it may be taken.

mod decision;
mod ladder;
mod moment;
mod position;
mod taken;
#[cfg(test)]
mod tests;

use super::checks::Judgement;
use super::ground::Ground;
use crate::domain::Stage;

pub use decision::{Decision, folder};
pub use moment::{close, happened, owes_feedback, watched};
pub use position::{Position, after, position, stage};
pub use taken::{aborted, is_about, step};

/// Whether the plan's steps are what the policy asks for; and, before a step, whether it may be taken now.
pub fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    match ground.stage {
        Stage::Merge => Vec::new(),
        Stage::Lock => ladder::judge(ground),
        Stage::Step | Stage::Promote => [moment::judge(ground), ladder::judge(ground)].concat(),
    }
}
