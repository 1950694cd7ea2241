//! The cases of a report while they are read: attempts gathered by case, strata and question held to be the same in each.

use std::collections::BTreeMap;
use std::fmt;

use crate::release::checks::{Refused, report};
use crate::release::evidence::{COST, Case, LATENCY, OUTPUT_LENGTH, Options, PASS_RATE, Tally};

/// So many metrics a report may have.
const MOST_METRICS: usize = 1000;

/// So many rows a report may have: attempts, events, series.
pub(super) const MOST_ROWS: usize = 1_000_000;

/// Metrics of these names are pv's own.
const RESERVED: [&str; 4] = [PASS_RATE, COST, LATENCY, OUTPUT_LENGTH];

/// Cases by their ids, each with the question that it was first named for.
#[derive(Debug, Default)]
pub(super) struct Cases {
    cases: BTreeMap<String, (String, Case)>,
    attempts: usize,
}

impl Cases {
    /// The case `id`, with one more attempt counted; `question` is whatever tells what it asks, and empty where nothing
    /// but the id does.
    ///
    /// # Errors
    /// When another question has that id, another attempt at it stands in other strata, or there are too many.
    pub(super) fn attempt(
        &mut self,
        id: &str,
        question: &str,
        strata: BTreeMap<String, String>,
    ) -> Result<&mut Case, Refused> {
        self.attempts += 1;
        few_rows(self.attempts)?;
        let (asked, case) = self.cases.entry(id.to_owned()).or_insert_with(|| {
            (question.to_owned(), Case { id: id.to_owned(), strata: strata.clone(), ..Case::default() })
        });
        if asked != question {
            let message = format!("two cases that ask different things are called `{id}`");
            return Err(Refused::by(&report::DUPLICATED, message));
        }
        if case.strata != strata {
            let message = format!("the attempts at case `{id}` stand in different strata");
            return Err(Refused::by(&report::CONTRADICTORY, message)
                .remedy("Give every case an id of its own, or one stratum to all attempts at it."));
        }
        case.attempts += 1;
        Ok(case)
    }

    /// The cases so far, sorted by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Case> {
        self.cases.values().map(|(_, case)| case)
    }

    /// All of them, sorted by id.
    ///
    /// # Errors
    /// When `file` has none, or one whose pass rate is no share.
    pub(super) fn finish(self, file: impl fmt::Display) -> Result<Vec<Case>, Refused> {
        let cases: Vec<Case> = self.cases.into_values().map(|(_, case)| case).collect();
        shares(&cases)?;
        if cases.is_empty() {
            return Err(Refused::by(&report::EMPTY, format!("{file} holds no case")));
        }
        Ok(cases)
    }
}

/// Refuses more rows than any run has: each takes memory.
pub(super) fn few_rows(rows: usize) -> Result<(), Refused> {
    if rows <= MOST_ROWS {
        return Ok(());
    }
    Err(Refused::by(&report::TOO_LARGE, format!("the report has more than {MOST_ROWS} rows")))
}

/// The metric that a tool calls `name`: with `prefix` where that is a name of pv's own.
pub(super) fn metric(prefix: &str, name: &str) -> String {
    if RESERVED.contains(&name) { format!("{prefix}.{name}") } else { name.to_owned() }
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

/// The strata that were asked for, of the case at `place`, found by `find`.
///
/// # Errors
/// When the case has no such key: it would vanish from its stratum.
pub(super) fn strata(
    options: &Options,
    place: impl fmt::Display,
    find: impl Fn(&str) -> Option<String>,
) -> Result<BTreeMap<String, String>, Refused> {
    options.strata.iter().map(|key| Ok((key.clone(), asked("--strata", key, &place, find(key))?))).collect()
}

/// What the case at `place` has under `key`, which `option` asks for.
///
/// # Errors
/// When it has nothing.
pub(super) fn asked(
    option: &str,
    key: &str,
    place: impl fmt::Display,
    found: Option<String>,
) -> Result<String, Refused> {
    found.ok_or_else(|| {
        let message = format!("{place} has no `{key}`, which {option} asks for");
        let remedy = format!("Give every case a text or a number under `{key}`, or leave `{option} {key}` out.");
        Refused::by(&report::AMBIGUOUS, message).remedy(remedy)
    })
}

/// The value of the tag `key:value` or `key=value`.
pub(super) fn tagged(tags: &[String], key: &str) -> Option<String> {
    let value = |tag: &String| Some(tag.strip_prefix(key)?.strip_prefix([':', '='])?.trim().to_owned());
    tags.iter().find_map(value)
}
