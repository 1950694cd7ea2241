//! Folding: the first facts of a sort are listed, the rest are one fact with their number.

use std::collections::BTreeMap;

use crate::domain::{Event, Fact};

/// How many facts of one sort are listed.
const LISTED: usize = 20;

/// Collects facts; those of one aspect, event and marks beyond the first twenty are counted only.
#[derive(Default)]
pub(super) struct Fold {
    facts: Vec<Fact>,
    sorts: BTreeMap<(&'static str, Event, Vec<&'static str>), Sort>,
}

#[derive(Default)]
struct Sort {
    listed: usize,
    rest: Option<Fact>,
}

impl Fold {
    /// Takes a fact of this sort, which is built only if it will be seen.
    pub(super) fn add(
        &mut self,
        (aspect, event, marks): (&'static str, Event, Vec<&'static str>),
        build: impl FnOnce(Fact) -> Fact,
    ) {
        let sort = self.sorts.entry((aspect, event, marks.clone())).or_default();
        if let Some(rest) = &mut sort.rest {
            rest.count += 1;
            return;
        }
        let mut fact = build(Fact::new(aspect, event, ""));
        fact.marks = marks;
        if sort.listed < LISTED {
            sort.listed += 1;
            self.facts.push(fact);
        } else {
            fact.marks.push("folded");
            sort.rest = Some(fact);
        }
    }

    /// The facts in the order they came, then one for the rest of each sort.
    pub(super) fn finish(self) -> Vec<Fact> {
        let mut facts = self.facts;
        facts.extend(self.sorts.into_values().filter_map(|sort| sort.rest));
        facts
    }
}
