//! The cases of a report while they are read: attempts gathered by case, strata and question held to be the same in each.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::release::checks::{Refused, report};
use crate::release::evidence::{Case, Options, PASS_RATE, Tally};

/// So many metrics a report may have.
const MOST_METRICS: usize = 1000;

/// Cases by their ids, each with the question that it was first named for.
#[derive(Debug, Default)]
pub(super) struct Cases(BTreeMap<String, (String, Case)>);

impl Cases {
    /// The case `id`, with one more attempt counted; `question` is whatever tells what it asks.
    ///
    /// # Errors
    /// When another question has that id, or another attempt at it stands in other strata.
    pub(super) fn attempt(
        &mut self,
        id: &str,
        question: &str,
        strata: BTreeMap<String, String>,
    ) -> Result<&mut Case, Refused> {
        let (_, case) = match self.0.entry(id.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert((question.to_owned(), Case { id: id.to_owned(), strata, ..Case::default() }))
            }
            Entry::Occupied(entry) if entry.get().0 != question => {
                return Err(Refused::by(
                    &report::DUPLICATED,
                    format!("two cases that ask different things are called `{id}`"),
                ));
            }
            Entry::Occupied(entry) if entry.get().1.strata != strata => {
                let message = format!("the attempts at case `{id}` stand in different strata");
                return Err(Refused::by(&report::CONTRADICTORY, message).remedy("Give every case an id of its own."));
            }
            Entry::Occupied(entry) => entry.into_mut(),
        };
        case.attempts += 1;
        Ok(case)
    }

    /// All of them, sorted by id.
    ///
    /// # Errors
    /// When there is none: `what` the report has none of.
    pub(super) fn finish(self, what: &str) -> Result<Vec<Case>, Refused> {
        if self.0.is_empty() {
            return Err(Refused::by(&report::EMPTY, format!("the report holds no {what}")));
        }
        let cases: Vec<Case> = self.0.into_values().map(|(_, case)| case).collect();
        shares(&cases)?;
        Ok(cases)
    }
}

/// Refuses a pass rate that is no share: a tool may have a metric of that name.
pub(super) fn shares(cases: &[Case]) -> Result<(), Refused> {
    let rates = cases.iter().filter_map(|case| Some((case, case.scores.get(PASS_RATE)?)));
    let is_share = |tally: &Tally| (0.0..=f64::from(tally.n)).contains(&tally.sum);
    match rates.into_iter().find(|(case, tally)| tally.n > case.attempts || !is_share(tally)) {
        Some((case, tally)) => {
            let message = format!(
                "`{PASS_RATE}` of case `{}` comes to {} over {} scores in {} attempts",
                case.id, tally.sum, tally.n, case.attempts
            );
            let remedy = format!("Call that metric something else: `{PASS_RATE}` is 1 or 0 for each attempt.");
            Err(Refused::by(&report::NOT_FINITE, message).remedy(remedy))
        }
        None => Ok(()),
    }
}

/// Refuses more metrics than any tool has: each would be kept for each case.
pub(super) fn few(metrics: usize) -> Result<(), Refused> {
    if metrics <= MOST_METRICS {
        return Ok(());
    }
    let message = format!("the report has {metrics} metrics; pv reads up to {MOST_METRICS}");
    Err(Refused::by(&report::TOO_LARGE, message).remedy("Leave out the columns or scores that nobody asks for."))
}

/// The strata that were asked for, of the case `id`, found by `find`.
///
/// # Errors
/// When the case has no such key: it would vanish from its stratum.
pub(super) fn strata(
    options: &Options,
    id: &str,
    find: impl Fn(&str) -> Option<String>,
) -> Result<BTreeMap<String, String>, Refused> {
    let one = |key: &String| match find(key) {
        Some(value) => Ok((key.clone(), value)),
        None => {
            let message = format!("case `{id}` has no `{key}`, which --strata asks for");
            let remedy = format!("Give every case a `{key}`, or leave it out of --strata.");
            Err(Refused::by(&report::AMBIGUOUS, message).remedy(remedy))
        }
    };
    options.strata.iter().map(one).collect()
}

/// The value of the tag `key:value` or `key=value`.
pub(super) fn tagged(tags: &[String], key: &str) -> Option<String> {
    let value = |tag: &String| Some(tag.strip_prefix(key)?.strip_prefix([':', '='])?.trim().to_owned());
    tags.iter().find_map(value)
}
