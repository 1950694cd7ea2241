//! Folding: the first facts of a sort are listed, the rest are one fact with their number.

use crate::domain::{Event, Fact};

/// How many facts of one sort are listed.
const LISTED: usize = 20;

/// The mark of a fact that stands for several.
pub(super) const FOLDED: &str = "folded";

/// Collects facts; those of one aspect, event and marks beyond the first twenty are counted only.
#[derive(Default)]
pub(super) struct Fold {
    facts: Vec<Fact>,
    /// A handful.
    sorts: Vec<Sort>,
}

struct Sort {
    is: (&'static str, Event, Vec<&'static str>),
    listed: usize,
    rest: Option<Fact>,
}

impl Fold {
    /// Takes a fact of this sort, which is built only if it will be seen.
    pub(super) fn add(&mut self, is: (&'static str, Event, Vec<&'static str>), build: impl FnOnce(Fact) -> Fact) {
        let Some(sort) = self.sorts.iter_mut().find(|sort| sort.is == is) else {
            self.sorts.push(Sort { is: is.clone(), listed: 0, rest: None });
            return self.add(is, build);
        };
        if let Some(rest) = &mut sort.rest {
            rest.count += 1;
            return;
        }
        let (aspect, event, marks) = is;
        let mut fact = build(Fact::new(aspect, event, ""));
        fact.marks = marks;
        if sort.listed < LISTED {
            sort.listed += 1;
            self.facts.push(fact);
        } else {
            fact.marks.push(FOLDED);
            sort.rest = Some(fact);
        }
    }

    /// Takes a fact that stands for as many as it counts.
    pub(super) fn take(&mut self, fact: Fact) {
        let mut marks = fact.marks.clone();
        marks.retain(|mark| *mark != FOLDED);
        let (is, more) = ((fact.aspect, fact.event, marks), fact.count.saturating_sub(1));
        let was_folded = fact.has(FOLDED);
        self.add(is.clone(), |empty| Fact { marks: empty.marks, count: 1, ..fact.clone() });
        let Some(sort) = self.sorts.iter_mut().find(|sort| sort.is == is).filter(|_| was_folded && more > 0) else {
            return;
        };
        match &mut sort.rest {
            Some(rest) => rest.count += more,
            None => sort.rest = Some(Fact { count: more, ..fact }),
        }
    }

    /// The facts in the order they came, then one for the rest of each sort.
    pub(super) fn finish(self) -> Vec<Fact> {
        let Self { mut facts, mut sorts } = self;
        sorts.sort_by(|one, other| one.is.cmp(&other.is));
        facts.extend(sorts.into_iter().filter_map(|sort| sort.rest));
        facts
    }
}
