//! JUnit XML, as test runners and eval tools write it. A test that was skipped is a case without attempts, never one that passed.

mod tests;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use self::tests::{Test, Tests};
use super::{Format, Reading, Report, cases, json, without_mark};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Case, LATENCY, Options, PASS_RATE, Run};

/// A report of tests.
pub(super) const FORMAT: Format = Format {
    name: "junit",
    summary: "JUnit XML: the report of a test runner (pytest --junitxml, Surefire, …)",
    gate: Gate::Integration,
    detect,
    belongs: |_, _| false,
    read,
};

/// Where the root element must begin: after a declaration and comments.
const HEAD: usize = 4096;

fn detect(report: &Report) -> bool {
    let (_, bytes) = report.main();
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let head = without_mark(head).trim_ascii_start();
    head.starts_with(b"<") && json::mentions(head, "<testsuite")
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let (name, bytes) = report.main();
    let read = tests::read(name, bytes)?;
    if read.tests.is_empty() {
        return Err(Refused::by(&report::EMPTY, format!("{name} holds no testcase")));
    }
    promptfoo_repeats(&read)?;
    let planned = Some(read.tests.len() as u64);
    let mut cases = BTreeMap::new();
    for test in read.tests {
        let (line, case) = (test.line, case(test, options)?);
        if let Some((before, _)) = cases.get(&case.id) {
            let message = format!("{name}:{line}: the test `{}` stands on line {before} already", case.id);
            let remedy = "Give every test a name of its own. Some plug-ins write a retried test twice, the failed attempt as if it had passed: report without retries.";
            return Err(Refused::by(&report::DUPLICATED, message).remedy(remedy));
        }
        cases.insert(case.id.clone(), (line, case));
    }
    let cases: Vec<Case> = cases.into_values().map(|(_, case)| case).collect();
    if cases.iter().all(|case| case.attempts == 0) {
        let message = format!("all {} tests of {name} were skipped", cases.len());
        return Err(Refused::by(&report::EMPTY, message));
    }
    let run = Run { tool: Some("junit".to_owned()), made: read.made, planned, cases, ..Run::default() };
    Ok(Reading { run, stated: read.stated, names: read.suites.into_iter().collect(), ..Reading::default() })
}

/// One test. What was not attempted has no attempts: it counts as planned only.
fn case(test: Test, options: &Options) -> Result<Case, Refused> {
    let id = if test.class.is_empty() { test.name.clone() } else { format!("{}.{}", test.class, test.name) };
    let find = |key: &str| match key {
        "classname" => Some(test.class.clone()).filter(|class| !class.is_empty()),
        "testsuite" => Some(test.suite.clone()).filter(|suite| !suite.is_empty()),
        key => test.strata.get(key).cloned(),
    };
    let mut strata = cases::strata(options, format_args!("case `{id}`"), find)?;
    strata.extend(test.strata.clone());
    let mut case = Case { id, strata, ..Case::default() };
    let is_out = test.skipped || test.not_run;
    if is_out && test.failures == 0 && test.errors == 0 {
        return Ok(case);
    }
    let (failed, errored) = test.retried;
    case.attempts = 1 + failed + errored;
    case.errors = errored + u32::from(test.errors > 0 && test.failures == 0);
    let verdicts = case.scores.entry(PASS_RATE.to_owned()).or_default();
    verdicts.n = case.attempts - case.errors;
    verdicts.sum = f64::from(u8::from(test.failures == 0 && test.errors == 0));
    let has_answer = verdicts.n > 0;
    if let Some(seconds) = test.seconds.filter(|_| has_answer) {
        case.score(LATENCY, seconds * 1000.0);
    }
    Ok(case)
}

/// promptfoo numbers its tests, so a repeated case has two names, and several providers stand in one file.
fn promptfoo_repeats(read: &Tests) -> Result<(), Refused> {
    let Some(numbered) = read.tests.iter().map(numbered).collect::<Option<Vec<_>>>() else { return Ok(()) };
    let remedy = "Add promptfoo's JSON report instead: promptfoo eval -o results.json.";
    let classes: BTreeSet<&str> = read.tests.iter().map(|test| test.class.as_str()).collect();
    if classes.len() > 1 {
        let classes: Vec<&str> = classes.into_iter().collect();
        let message = format!("the report is about several systems: {}", classes.join(", "));
        return Err(Refused::by(&report::MIXED, message).remedy(remedy));
    }
    let mut seen = BTreeMap::new();
    for (test, description) in read.tests.iter().zip(numbered) {
        if let Some(before) = seen.insert(description, &test.name) {
            let message =
                format!("`{before}` and `{}` may be one case that was run twice: JUnit does not say", test.name);
            return Err(Refused::by(&report::AMBIGUOUS, message).remedy(remedy));
        }
    }
    Ok(())
}

/// The description in promptfoo's `test 12: description`.
fn numbered(test: &Test) -> Option<&str> {
    let (number, description) = test.name.strip_prefix("test ")?.split_once(": ")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && test.class.starts_with('[')).then_some(description)
}
