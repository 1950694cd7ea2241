//! Windows and freezes in civil time: whether a release may ship, and when it next may.
//!
//! Every interval is half-open. A freeze beats a window. A step is taken in a window of everything that it is about and
//! in no freeze of that or of what it requires; its hold, below 100 %, needs cover throughout, and until the next step it
//! stands in no freeze. Windows are civil time in their zone, freezes civil days in the calendar's, holds absolute.

mod agenda;
mod bounds;
mod fit;
pub mod import;
mod lint;
mod listing;
mod occasion;
mod projection;
mod refuse;
#[cfg(test)]
mod tests;
mod words;

pub use lint::lint;
pub use listing::{Listed, listed_freezes, listed_windows};
pub use occasion::{Occasion, ladder, occasions};
pub use projection::{Projected, Projection, fits, next_fit, project, uncoverable};
pub use words::moment;

use super::checks::Judgement;
use super::ground::Ground;
use crate::domain::Stage;

/// Whether it is the time to do what `ground` is about: at lock for the whole plan, later for what is left of it.
/// The first release owes no plan: it is what was live already.
pub fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    let from = match ground.stage {
        Stage::Merge => return Vec::new(),
        Stage::Lock => 1,
        Stage::Step | Stage::Promote => taken(ground).map_or(1, |last| last.saturating_add(1)),
    };
    if ground.plan.previous.is_none() {
        return Vec::new();
    }
    let calendar = &ground.config.calendar;
    let occasions = occasions(ground.plan, ground.histories, from);
    let mut judgements = project(calendar, &occasions, ground.at).err().unwrap_or_default();
    judgements.extend(uncoverable(calendar, &occasions));
    judgements
}

/// The step that was taken last.
fn taken(ground: &Ground<'_>) -> Option<u32> {
    ground.standing.rollouts.get(&ground.plan.release)?.step
}
