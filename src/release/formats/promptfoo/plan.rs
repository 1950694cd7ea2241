//! Whether the run ran all that its configuration lists. `--filter-first-n`, `--filter-pattern`, `--filter-sample` and
//! `--filter-failing` leave no other trace than fewer rows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::column::Column;
use super::document::{Document, Row};
use crate::release::checks::{Refused, report};
use crate::release::formats::json::Text;

/// What the configuration lists.
struct Plan {
    /// Test cases, after lists of variables are multiplied out.
    cases: u64,
    /// The same, each as often as it is repeated.
    rows: u64,
    /// Whether some test cases are for some prompts or providers only.
    restricted: bool,
}

/// How many cases the run set out to run, where the report says.
///
/// # Errors
/// When it ran fewer.
pub(super) fn complete(
    file: &Text<'_>,
    document: &Document<'_>,
    column: &Column<'_, '_>,
) -> Result<Option<u64>, Refused> {
    if let Some(range) = document.runtime_options.filter_range {
        let message = format!("{file}: the run was limited by --filter-range {}", range.get());
        return Err(Refused::by(&report::INCOMPLETE, message));
    }
    let plan = plan(file, document)?;
    let ran = distinct(document.results.results.0.iter());
    if let Some(plan) = &plan
        && ran < plan.rows
    {
        let message = format!(
            "{file}: {ran} of the {} test runs that its configuration lists were run; it was interrupted or filtered",
            plan.rows
        );
        let remedy = "Run it to its end without --filter-first-n, --filter-pattern, --filter-sample, --filter-failing \
                      and the like, and add that report.";
        return Err(Refused::by(&report::INCOMPLETE, message).remedy(remedy));
    }
    let here = distinct(column.rows.iter().copied());
    if here < ran && !plan.as_ref().is_some_and(|plan| plan.restricted) {
        let message = format!("{file}: prompt {} was run on {here} of {ran} test runs", column.index);
        return Err(Refused::by(&report::INCOMPLETE, message));
    }
    Ok(plan.filter(|plan| !plan.restricted).map(|plan| plan.cases))
}

/// Checks that there are as many cases as are planned: where a report does not say how often each was to be repeated,
/// repeats of a few of them could stand for all.
///
/// # Errors
/// When there are fewer.
pub(super) fn all_there(file: &Text<'_>, planned: Option<u64>, cases: u64) -> Result<(), Refused> {
    match planned.filter(|planned| cases < *planned) {
        Some(planned) => {
            let message = format!("{file}: {cases} of the {planned} cases that its configuration lists were run");
            Err(Refused::by(&report::INCOMPLETE, message))
        }
        None => Ok(()),
    }
}

fn distinct<'a, 'de: 'a>(rows: impl Iterator<Item = &'a Row<'de>>) -> u64 {
    rows.map(|row| row.test_idx).collect::<BTreeSet<u64>>().len() as u64
}

/// How often every test case is run, where neither it nor the default test says otherwise.
pub(super) fn repeat(file: &Text<'_>, document: &Document<'_>) -> Option<u64> {
    let configured = file.entry(document.config.evaluate_options, "repeat").ok().flatten();
    document.runtime_options.repeat.or(configured).and_then(whole)
}

/// The same of one test case, by its options.
pub(super) fn own_repeat(file: &Text<'_>, options: Option<&RawValue>) -> Option<u64> {
    file.entry(options, "repeat").ok().flatten().and_then(whole)
}

fn whole(raw: &RawValue) -> Option<u64> {
    raw.get().parse().ok().filter(|times| *times > 0)
}

fn plan(file: &Text<'_>, document: &Document<'_>) -> Result<Option<Plan>, Refused> {
    let config = &document.config;
    // What the configuration takes from other files (`tests: file://cases.yaml`) is not in the report.
    let is_elsewhere =
        |part: Option<&RawValue>, opening| part.is_some_and(|part| !part.get().starts_with([opening, 'n']));
    if config.scenarios.is_some_and(|list| list.get() != "[]")
        || is_elsewhere(config.tests, '[')
        || is_elsewhere(config.default_test, '{')
    {
        return Ok(None);
    }
    let default = Test::of(file, config.default_test)?;
    let expands = expands(file, document)?;
    let mut plan = Some(Plan { cases: 0, rows: 0, restricted: default.restricted });
    if let Some(tests) = config.tests {
        file.each(tests, |test| {
            if !test.get().starts_with('{') {
                plan = None;
            }
            let test = Test::of(file, Some(test))?;
            if let Some(plan) = &mut plan {
                let cases =
                    if expands && !test.fixed && !default.fixed { test.combinations(file, &default) } else { 1 };
                let repeat = test.repeat.or(default.repeat).or_else(|| repeat(file, document)).unwrap_or(1);
                plan.cases = plan.cases.saturating_add(cases);
                plan.rows = plan.rows.saturating_add(cases.saturating_mul(repeat));
                plan.restricted |= test.restricted;
            }
            Ok(())
        })?;
    }
    Ok(plan.filter(|plan| plan.cases > 0))
}

/// Whether lists of variables are multiplied out: a row that still holds one says that they are not.
fn expands(file: &Text<'_>, document: &Document<'_>) -> Result<bool, Refused> {
    for row in &document.results.results.0 {
        if file.entries(row.test_case.vars, |_| true)?.values().any(|value| choices(file, value) > 1) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What counts of a test case in the configuration, or of the default test.
struct Test<'a> {
    vars: BTreeMap<String, &'a RawValue>,
    repeat: Option<u64>,
    /// Its lists of variables are not multiplied out.
    fixed: bool,
    restricted: bool,
}

impl<'a> Test<'a> {
    fn of(file: &Text<'_>, test: Option<&'a RawValue>) -> Result<Self, Refused> {
        let keys = file.entries(test, |key| matches!(key, "vars" | "options" | "providers" | "prompts"))?;
        let options = keys.get("options").copied();
        Ok(Self {
            vars: file.entries(keys.get("vars").copied(), |_| true)?,
            repeat: own_repeat(file, options),
            fixed: file.entry(options, "disableVarExpansion")?.is_some_and(|value| value.get() == "true"),
            restricted: keys.contains_key("providers") || keys.contains_key("prompts"),
        })
    }

    fn combinations(&self, file: &Text<'_>, default: &Self) -> u64 {
        let inherited = default.vars.iter().filter(|(key, _)| !self.vars.contains_key(*key));
        let all = self.vars.iter().chain(inherited);
        all.map(|(_, value)| choices(file, value)).fold(1, u64::saturating_mul)
    }
}

/// How many test cases a variable makes: as many as it lists texts.
fn choices(file: &Text<'_>, value: &RawValue) -> u64 {
    let texts = value.get().strip_prefix('[').is_some_and(|list| list.trim_start().starts_with('"'));
    let mut count = 0;
    let counted = texts.then(|| {
        file.each(value, |_| {
            count += 1;
            Ok(())
        })
    });
    if counted.is_some_and(|read| read.is_ok()) { count } else { 1 }
}
