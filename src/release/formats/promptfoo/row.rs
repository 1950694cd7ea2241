//! Rows as attempts at cases: what tells a case apart, its strata, its scores.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::column::Column;
use super::document::{Document, Row};
use super::plan;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{COST, Case, LATENCY, OUTPUT_LENGTH, Options, PASS_RATE};
use crate::release::formats::cases::{self, Cases};
use crate::release::formats::json::{Fingerprint, Number, Text, label};

/// The key of a test case's metadata that tells it apart.
const CASE_ID: &str = "case_id";
/// The key of its metadata that holds strata as text: `lang=en`, `lang=en, tier=vip`.
const STRATUM: &str = "stratum";

/// Checks that no result stands twice.
///
/// # Errors
/// When one does.
pub(super) fn told_once(file: &Text<'_>, rows: &[Row<'_>]) -> Result<(), Refused> {
    let mut places = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for row in rows {
        let new = places.insert((row.test_idx, row.prompt_idx));
        if !new || row.id.as_deref().is_some_and(|id| !ids.insert(id)) {
            let message =
                format!("{file}: the result of test {} for prompt {} stands twice", row.test_idx, row.prompt_idx);
            return Err(Refused::by(&report::DUPLICATED, message));
        }
    }
    Ok(())
}

/// The rows of `column` as cases.
///
/// # Errors
/// When cases cannot be told apart, lack a stratum that was asked for, or have a score that is no number.
pub(super) fn cases(
    file: &Text<'_>,
    document: &Document<'_>,
    column: &Column<'_, '_>,
    options: &Options,
) -> Result<Vec<Case>, Refused> {
    let priced = column.rows.iter().any(|row| row.cost.finite().is_some_and(|cost| cost > 0.0));
    let mut cases = Cases::default();
    let mut repeats: BTreeMap<String, Option<u64>> = BTreeMap::new();
    for row in &column.rows {
        let reader = Reader { file, row };
        let id = reader.id(options)?;
        let case = cases.attempt(&id, "", reader.strata(options)?)?;
        reader.tally(case, priced)?;
        let repeat = || plan::own_repeat(file, row.test_case.options).or_else(|| plan::repeat(file, document));
        repeats.entry(id).or_insert_with(repeat);
    }
    let cases = cases.finish(file)?;
    repeated_as_planned(file, &cases, &repeats)?;
    Ok(cases)
}

/// Checks that every case was run as often as the run repeats it: more often, and two test cases have one identity.
fn repeated_as_planned(
    file: &Text<'_>,
    cases: &[Case],
    repeats: &BTreeMap<String, Option<u64>>,
) -> Result<(), Refused> {
    let usual = cases.first().map_or(1, |case| u64::from(case.attempts));
    for case in cases {
        let ran = u64::from(case.attempts);
        let Some(planned) = repeats.get(&case.id).copied().flatten() else {
            if ran == usual {
                continue;
            }
            let message = format!("{file}: case {} was run {ran} times, and others {usual} times", case.id);
            return Err(Refused::by(&report::INCOMPLETE, message));
        };
        let message = format!("{file}: case {} was run {ran} times, where {planned} are planned", case.id);
        if ran > planned {
            return Err(Refused::by(&report::DUPLICATED, format!("{message}; several test cases look the same"))
                .remedy("Give every test case a `case_id` of its own in its metadata."));
        }
        if ran < planned {
            return Err(Refused::by(&report::INCOMPLETE, message));
        }
    }
    Ok(())
}

/// One row, and the file that it stands in.
struct Reader<'a, 'de> {
    file: &'a Text<'a>,
    row: &'a Row<'de>,
}

impl Reader<'_, '_> {
    /// What tells its case apart from others, in every run: never its place among the tests, which repeats and filters move.
    fn id(&self, options: &Options) -> Result<String, Refused> {
        let test = &self.row.test_case;
        if let Some(key) = &options.case {
            return cases::asked("--case", key, self.place(), self.named(key)?);
        }
        if let Some(id) = self.entry(test.metadata, CASE_ID)? {
            return Ok(id);
        }
        let described = test.description.as_deref().unwrap_or_default();
        let mut asked = Fingerprint::default();
        asked.add_text(described);
        asked.add(self.file, test.vars)?;
        let name = if described.is_empty() { "case" } else { described };
        Ok(format!("{name} #{}", asked.finish()))
    }

    /// The strata that were asked for, and those that the metadata tells by itself.
    fn strata(&self, options: &Options) -> Result<BTreeMap<String, String>, Refused> {
        let told = self.entry(self.row.test_case.metadata, STRATUM)?.unwrap_or_default();
        let mut strata: BTreeMap<String, String> = told
            .split(',')
            .filter_map(|part| part.split_once('='))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
            .collect();
        let mut asked = BTreeMap::new();
        for key in &options.strata {
            asked.extend(self.named(key)?.map(|value| (key.clone(), value)));
        }
        strata.extend(asked);
        cases::strata(options, self.place(), |key| strata.get(key).cloned())?;
        Ok(strata)
    }

    fn tally(&self, case: &mut Case, priced: bool) -> Result<(), Refused> {
        match (self.row.success, self.row.failure_reason) {
            (false, 2) => {
                case.errors += 1;
                return Ok(());
            }
            (true, 0) | (false, 1) => {}
            (success, reason) => {
                let message = format!("{}: success is {success}, and failureReason is {reason}", self.place());
                return Err(Refused::by(&report::CONTRADICTORY, message));
            }
        }
        case.score(PASS_RATE, f64::from(u8::from(self.row.success)));
        for (name, value) in self.file.entries(self.row.named_scores, |_| true)? {
            let place = format!("{}: the score `{name}`", self.place());
            let Some(score) = Number::of(value).score(&place)? else {
                return Err(Refused::by(&report::NOT_FINITE, format!("{place} is null")));
            };
            case.score(cases::metric("namedScores", &name), score);
        }
        let completion = self.row.token_usage.as_ref().map(|usage| usage.completion).unwrap_or_default();
        self.amount(case, OUTPUT_LENGTH, completion, |tokens| *tokens > 0.0)?;
        self.amount(case, LATENCY, self.row.latency_ms, |_| true)?;
        self.amount(case, COST, self.row.cost, |_| priced)
    }

    fn amount(
        &self,
        case: &mut Case,
        metric: &str,
        number: Number,
        known: impl Fn(&f64) -> bool,
    ) -> Result<(), Refused> {
        let amount = number.amount(format_args!("{}: `{metric}`", self.place()))?;
        if let Some(amount) = amount.filter(known) {
            case.score(metric, amount);
        }
        Ok(())
    }

    /// What the metadata, or else the variables, say under `key`.
    fn named(&self, key: &str) -> Result<Option<String>, Refused> {
        let test = &self.row.test_case;
        Ok(self.entry(test.metadata, key)?.or(self.entry(test.vars, key)?))
    }

    fn entry(&self, holder: Option<&RawValue>, key: &str) -> Result<Option<String>, Refused> {
        Ok(self.file.entry(holder, key)?.and_then(label))
    }

    fn place(&self) -> String {
        format!("{}: test {}", self.file, self.row.test_idx)
    }
}
