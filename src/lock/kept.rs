//! Contents that a release names and other stores hold: where their bytes are, and whether they are what was recorded.

use rayon::prelude::*;

use super::record::Record;
use crate::domain::{ArtefactId, AtHand, Elsewhere, Keeper};
use crate::kinds::shared::pointer;

/// One content that another store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The artefact that stands for it.
    pub artefact: ArtefactId,
    /// Its name, as recorded.
    pub elsewhere: Elsewhere,
    /// Whether what is at hand of it is what its digest says, and else why not.
    pub held: Result<(), pointer::Fault>,
}

impl Kept {
    /// What is known of it, in one word: `intact`, `absent`, `unnamed`, `damaged`.
    pub fn state(&self) -> &'static str {
        pointer::state(&self.held)
    }

    /// Whether its digest holds against accidents and not against forgery.
    pub fn is_weak(&self) -> bool {
        pointer::is_weak(&self.elsewhere)
    }
}

/// What `record` names of other stores, each held against what is at hand. Nothing is fetched.
pub fn kept(record: &Record, at_hand: &dyn AtHand) -> Vec<Kept> {
    let entries = record
        .artefacts
        .iter()
        .flat_map(|(id, shipped)| shipped.entry.elsewhere.iter().map(move |elsewhere| (id.clone(), elsewhere.clone())));
    // Row trees are pv's own objects.
    let foreign: Vec<_> = entries.filter(|(_, elsewhere)| elsewhere.keeper != Keeper::Rows).collect();
    let held = foreign.into_par_iter().map(|(artefact, elsewhere)| {
        let held = pointer::check(&elsewhere, at_hand);
        Kept { artefact, elsewhere, held }
    });
    held.collect()
}
