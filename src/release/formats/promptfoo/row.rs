//! Rows as attempts at cases: what tells a case apart, its strata, its scores.

use std::collections::{BTreeMap, BTreeSet};

use super::column::Column;
use super::document::{Document, Row};
use super::plan;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{COST, Case, LATENCY, OUTPUT_LENGTH, Options, PASS_RATE};
use crate::release::formats::attempts::Cases;
use crate::release::formats::raw;

/// Metrics with these names are promptfoo's own numbers, not a user's.
const RESERVED: [&str; 4] = [PASS_RATE, COST, LATENCY, OUTPUT_LENGTH];
/// The key of a test case's metadata that tells it apart.
const CASE_ID: &str = "case_id";
/// The key of its metadata that holds strata as text: `lang=en`, `lang=en, tier=vip`.
const STRATUM: &str = "stratum";

/// Checks that no result stands twice.
///
/// # Errors
/// When one does.
pub(super) fn told_once(file: &str, rows: &[Row<'_>]) -> Result<(), Refused> {
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
    file: &str,
    document: &Document<'_>,
    column: &Column<'_, '_>,
    options: &Options,
) -> Result<Vec<Case>, Refused> {
    let priced = column.rows.iter().any(|row| row.cost.and_then(raw::number).is_some_and(|cost| cost > 0.0));
    let mut cases = Cases::default();
    let mut repeats: BTreeMap<String, Option<u64>> = BTreeMap::new();
    for row in &column.rows {
        let reader = Reader { file, row };
        let id = reader.id(options)?;
        let case = cases.attempt(id.clone(), reader.strata(options)?)?;
        reader.tally(case, priced)?;
        repeats.entry(id).or_insert_with(|| plan::own_repeat(row.test_case.options).or_else(|| plan::repeat(document)));
    }
    let cases = cases.finish(file)?;
    repeated_as_planned(file, &cases, &repeats)?;
    Ok(cases)
}

/// Checks that every case was run as often as the run repeats it: more often, and two test cases have one identity.
fn repeated_as_planned(file: &str, cases: &[Case], repeats: &BTreeMap<String, Option<u64>>) -> Result<(), Refused> {
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
    file: &'a str,
    row: &'a Row<'de>,
}

impl Reader<'_, '_> {
    /// What tells its case apart from others, in every run: never its place among the tests, which repeats and filters move.
    fn id(&self, options: &Options) -> Result<String, Refused> {
        let test = &self.row.test_case;
        if let Some(key) = &options.case {
            return self.named(key)?.ok_or_else(|| self.lacks("--case", key));
        }
        if let Some(id) = self.entry(test.metadata, CASE_ID)? {
            return Ok(id);
        }
        let described = test.description.as_deref().unwrap_or_default();
        let vars = test.vars.map(raw::fingerprint).transpose().map_err(|error| raw::damaged(self.file, &error))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(blake3::hash(described.as_bytes()).as_bytes());
        hasher.update(vars.unwrap_or_else(|| blake3::hash(b"")).as_bytes());
        let name = if described.is_empty() { "case" } else { described };
        Ok(format!("{name} #{}", &hasher.finalize().to_hex()[..12]))
    }

    /// The strata that were asked for, and those that the metadata tells by itself.
    fn strata(&self, options: &Options) -> Result<BTreeMap<String, String>, Refused> {
        let told = self.entry(self.row.test_case.metadata, STRATUM)?.unwrap_or_default();
        let mut strata: BTreeMap<String, String> = told
            .split(',')
            .filter_map(|part| part.split_once('='))
            .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
            .collect();
        for key in &options.strata {
            match self.named(key)? {
                Some(value) => {
                    strata.insert(key.clone(), value);
                }
                None if strata.contains_key(key) => {}
                None => return Err(self.lacks("--strata", key)),
            }
        }
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
        case.scores.entry(PASS_RATE.to_owned()).or_default().add(f64::from(u8::from(self.row.success)));
        let named = raw::entries(self.row.named_scores, |_| true).map_err(|error| raw::damaged(self.file, &error))?;
        for (name, value) in named {
            let score = raw::score(value, format_args!("{}: the score `{name}`", self.place()))?;
            let metric = if RESERVED.contains(&&*name) { format!("namedScores.{name}") } else { name };
            case.scores.entry(metric).or_default().add(score);
        }
        let completion = self.row.token_usage.as_ref().and_then(|usage| usage.completion);
        self.amount(case, OUTPUT_LENGTH, completion, |tokens| tokens > 0.0)?;
        self.amount(case, LATENCY, self.row.latency_ms, |_| true)?;
        self.amount(case, COST, self.row.cost, |_| priced)
    }

    fn amount(
        &self,
        case: &mut Case,
        metric: &str,
        raw: Option<&serde_json::value::RawValue>,
        known: impl Fn(f64) -> bool,
    ) -> Result<(), Refused> {
        let Some(raw) = raw else { return Ok(()) };
        let amount = raw::amount(raw, format_args!("{}: `{metric}`", self.place()))?;
        if known(amount) {
            case.scores.entry(metric.to_owned()).or_default().add(amount);
        }
        Ok(())
    }

    /// What the metadata, or else the variables, say under `key`.
    fn named(&self, key: &str) -> Result<Option<String>, Refused> {
        let test = &self.row.test_case;
        Ok(self.entry(test.metadata, key)?.or(self.entry(test.vars, key)?))
    }

    fn entry(&self, holder: Option<&serde_json::value::RawValue>, key: &str) -> Result<Option<String>, Refused> {
        Ok(raw::entry(holder, key).map_err(|error| raw::damaged(self.file, &error))?.and_then(raw::text))
    }

    fn lacks(&self, option: &str, key: &str) -> Refused {
        let message = format!("{}: neither its metadata nor its variables have `{key}`", self.place());
        Refused::by(&report::AMBIGUOUS, message)
            .remedy(format!("Give every test case a text or a number under `{key}`, or leave `{option} {key}` out."))
    }

    fn place(&self) -> String {
        format!("{}: test {}", self.file, self.row.test_idx)
    }
}
