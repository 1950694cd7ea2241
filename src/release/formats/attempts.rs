//! Gathers attempts into cases: an attempt at a case that is known adds to it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::release::checks::{Refused, report};
use crate::release::evidence::Case;

/// The cases so far, by id.
#[derive(Debug, Default)]
pub(super) struct Cases(BTreeMap<String, Case>);

impl Cases {
    /// The case `id`, with one attempt more.
    ///
    /// # Errors
    /// When its attempts lie in different strata.
    pub(super) fn attempt(&mut self, id: String, strata: BTreeMap<String, String>) -> Result<&mut Case, Refused> {
        let case = match self.0.entry(id) {
            Entry::Vacant(free) => {
                let id = free.key().clone();
                free.insert(Case { id, strata, ..Case::default() })
            }
            Entry::Occupied(known) if known.get().strata == strata => known.into_mut(),
            Entry::Occupied(known) => {
                let message = format!("the attempts at case {} are in different strata", known.key());
                return Err(Refused::by(&report::CONTRADICTORY, message)
                    .remedy("Give every case an id of its own, or one stratum to all attempts at it."));
            }
        };
        case.attempts += 1;
        Ok(case)
    }

    /// The cases so far, sorted by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Case> {
        self.0.values()
    }

    /// The cases, sorted by id.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn finish(self, file: &str) -> Result<Vec<Case>, Refused> {
        if self.0.is_empty() {
            return Err(Refused::by(&report::EMPTY, format!("{file} holds no case")));
        }
        Ok(self.0.into_values().collect())
    }
}
