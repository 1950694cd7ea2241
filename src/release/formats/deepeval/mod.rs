//! `DeepEval`: a test run, as `.deepeval/.latest_run_full.json` and `test_run_<time>.json` hold it.

mod run;

use std::collections::BTreeSet;

use self::run::{TestCase, TestRun, Verdict, Wrapped};
use super::cases::{self, Cases};
use super::json::{self, Text};
use super::stated::{self, Stated};
use super::{Format, Reading, Report, totals};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{COST, Case, LATENCY, OUTPUT_LENGTH, Options, PASS_RATE, Run};

/// A test run.
pub(super) const FORMAT: Format = Format {
    name: "deepeval",
    summary: "DeepEval: .deepeval/.latest_run_full.json, or test_run_<time>.json of DEEPEVAL_RESULTS_FOLDER",
    gate: Gate::Eval,
    detect,
    belongs: |_, _| false,
    read,
};

const WRAPPER: &str = "testRunData";
/// The hyperparameters that hold a prompt's text, by the names that the tool's documentation uses.
const PROMPTS: [&str; 5] = ["prompt", "prompt template", "prompt_template", "system prompt", "system_prompt"];

fn detect(report: &Report) -> bool {
    let (_, bytes) = report.main();
    let keys = json::keys(bytes, &[WRAPPER, "testCases", "conversationalTestCases", "metricsScores"]);
    let has_cases = keys.contains("testCases") || keys.contains("conversationalTestCases");
    let is_run = || keys.contains("metricsScores") || json::mentions(bytes, "\"metricsData\"");
    keys.contains(WRAPPER) || (has_cases && is_run())
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let (name, bytes) = report.main();
    let file = &Text::python(name, bytes)?;
    let run = if json::has_keys(bytes, &[WRAPPER]) { file.read::<Wrapped>()?.run } else { file.read::<TestRun>()? };
    let mut cases = Cases::default();
    for case in all(&run) {
        add(&mut cases, file, case, options)?;
    }
    hold_totals(&run)?;
    reading(file, cases.finish(file)?, run)
}

fn all<'r, 'a>(run: &'r TestRun<'a>) -> impl Iterator<Item = &'r TestCase<'a>> {
    run.test_cases.0.iter().chain(&run.conversational_test_cases.0)
}

/// The totals stand in the report as soon as the run has ended.
fn hold_totals(run: &TestRun<'_>) -> Result<(), Refused> {
    let (Some(passed), Some(failed)) = (run.test_passed, run.test_failed) else {
        return Err(Refused::by(
            &report::INCOMPLETE,
            "the report has no testPassed and testFailed: the run did not end",
        ));
    };
    let count = |verdict: bool| all(run).map(|case| u64::from(case.success == Some(verdict))).sum();
    totals::hold_count("tests as passed", passed, count(true))?;
    totals::hold_count("tests as failed", failed, count(false))?;
    if let Some(case) = all(run).find(|case| case.success == Some(true) && case.verdict() == Verdict::Failed) {
        let message = format!("test case `{}` passed, and a metric of it failed", case.name);
        return Err(Refused::by(&report::CONTRADICTORY, message));
    }
    hold_metrics(run)
}

/// A trace's spans are judged too, and stand in the totals of the metrics: those are held only where there is none.
fn hold_metrics(run: &TestRun<'_>) -> Result<(), Refused> {
    if all(run).any(|case| case.trace.is_some()) {
        return Ok(());
    }
    for stated in &run.metrics_scores {
        let of_it = |metric: &&run::Metric<'_>| metric.name == stated.metric && metric.success.is_some();
        let numbers = all(run).flat_map(|case| case.metrics_data.iter().flatten()).filter(of_it);
        let counted: f64 = numbers.filter_map(|metric| metric.score.finite()).sum();
        let whole: f64 = stated.scores.iter().filter_map(|score| score.finite()).sum();
        totals::hold(&format!("the sum of {}", stated.metric), whole, counted)?;
    }
    Ok(())
}

fn add(cases: &mut Cases, file: &Text<'_>, test: &TestCase<'_>, options: &Options) -> Result<(), Refused> {
    let question = test.question(file)?;
    let id = id(test, &question, options)?;
    let find = |key: &str| label(test, key).or_else(|| cases::tagged(test.tags.as_deref().unwrap_or_default(), key));
    let case = cases.attempt(&id, &question, cases::strata(options, format_args!("case `{id}`"), find)?)?;
    let verdict = test.verdict();
    if matches!(verdict, Verdict::Passed | Verdict::Failed) {
        case.score(PASS_RATE, f64::from(u8::from(verdict == Verdict::Passed)));
    }
    let scored = add_scores(case, test)?;
    case.errors += u32::from(verdict == Verdict::Errored || (verdict == Verdict::Undecided && !scored));
    add_measures(case, test)
}

fn id(test: &TestCase<'_>, question: &str, options: &Options) -> Result<String, Refused> {
    match &options.case {
        Some(key) => {
            cases::asked("--case", key, format_args!("the metadata of test case `{}`", test.name), label(test, key))
        }
        None if test.is_named_by_position() => Ok(question.to_owned()),
        None => Ok(test.name.clone()),
    }
}

fn label(test: &TestCase<'_>, key: &str) -> Option<String> {
    test.metadata.as_ref().and_then(|metadata| metadata.get(key)).and_then(|value| json::label(value))
}

/// Adds what the judges said; whether any of them gave a number.
fn add_scores(case: &mut Case, test: &TestCase<'_>) -> Result<bool, Refused> {
    let (mut seen, mut scored) = (BTreeSet::from([PASS_RATE, LATENCY, COST, OUTPUT_LENGTH]), false);
    for metric in test.metrics_data.iter().flatten() {
        if !seen.insert(&metric.name) {
            let message = format!("test case `{}` has a second metric called {}", test.name, metric.name);
            return Err(Refused::by(&report::DUPLICATED, message).remedy("Give every metric a name of its own."));
        }
        let tally = case.scores.entry(metric.name.clone()).or_default();
        if !metric.is_error()
            && let Some(score) = metric.score.score(format_args!("{} of test case `{}`", metric.name, test.name))?
        {
            tally.add(score);
            scored = true;
        }
    }
    Ok(scored)
}

fn add_measures(case: &mut Case, test: &TestCase<'_>) -> Result<(), Refused> {
    let measures = [
        (LATENCY, test.completion_time, "completionTime", 1000.0),
        (COST, test.token_cost, "tokenCost", 1.0),
        (OUTPUT_LENGTH, test.output_token_count, "outputTokenCount", 1.0),
    ];
    for (metric, number, key, factor) in measures {
        if let Some(number) = number.amount(format_args!("{key} of test case `{}`", test.name))? {
            case.score(metric, number * factor);
        }
    }
    Ok(())
}

fn reading(file: &Text<'_>, cases: Vec<Case>, run: TestRun<'_>) -> Result<Reading, Refused> {
    let hyperparameters = run.hyperparameters.unwrap_or_default();
    let mut stated = Stated::new();
    if let Some(subjects) = hyperparameters.get(stated::KEY) {
        stated::add(&mut stated, file, subjects)?;
    }
    let named = |keys: &[&str]| -> Vec<String> {
        let is_one = |key: &String| keys.contains(&&*key.to_lowercase());
        hyperparameters.0.iter().filter(|(key, _)| is_one(key)).filter_map(|(_, value)| json::label(value)).collect()
    };
    let model = named(&["model"]).pop();
    let mut prompts = named(&PROMPTS);
    let logged = run.prompts.unwrap_or_default();
    prompts.extend(logged.iter().filter_map(|prompt| prompt.text_template.clone()));
    prompts.dedup();
    let names = [run.identifier, run.dataset_alias, run.dataset_id, run.dataset_version, run.test_file, model.clone()];
    let names = names.into_iter().chain(logged.into_iter().map(|prompt| prompt.alias)).flatten().collect();
    let run = Run { tool: Some("deepeval".to_owned()), model, cases, ..Run::default() };
    Ok(Reading { run, prompts, stated, names, ..Reading::default() })
}
