//! Logs of OpenAI evals.

use pv::release::formats::Report;

use crate::reports::{a_subject, by_strata, edited, read, read_as, refusal, refusal_as, report, shown};

const MATCH: &str = "openai-evals/match.jsonl";
const GRADED: &str = "openai-evals/model-graded.jsonl";

#[test]
fn matches_are_the_pass_rate_by_sample() {
    let reading = read(&report(MATCH)).unwrap();
    assert_eq!(
        shown(&reading),
        "refunds.dev.0 1/0 {} pass_rate=1.0000/1\nrefunds.dev.1 1/0 {} pass_rate=1.0000/1\nrefunds.dev.2 1/0 {} pass_rate=0.0000/1"
    );
    assert_eq!(reading.run.model.as_deref(), Some("gpt-4.1-mini-2025-04-14"));
    assert_eq!(reading.run.made.as_deref(), Some("2026-11-22 08:22:11.501233"));
    assert!(reading.names.contains("refunds.dev.v0") && reading.prompts.is_empty());
}

/// The tool scores an answer of the judge that it could not read as the worst choice.
#[test]
fn a_judge_that_cannot_be_read_and_an_error_are_errors_and_the_judge_is_not_the_model() {
    let reading = read(&report(GRADED)).unwrap();
    assert_eq!(
        shown(&reading),
        "refunds-fact.dev.0 1/0 {} score=1.0000/1\nrefunds-fact.dev.1 1/0 {} score=0.0000/1\nrefunds-fact.dev.2 1/1 {} score=0.0000/0\nrefunds-fact.dev.3 1/1 {}"
    );
    assert_eq!(reading.run.model.as_deref(), Some("gpt-4.1-mini-2025-04-14"));
    assert!(!reading.names.contains("gpt-4.1-2025-04-14"));
}

#[test]
fn the_prefix_of_the_sample_is_the_only_stratum_and_only_when_asked_for() {
    let reading = read_as(&report(MATCH), &by_strata(&["sample_id_prefix"])).unwrap();
    assert!(shown(&reading).contains("{sample_id_prefix=refunds}"));
    let (check, message) = refusal_as(&report(MATCH), &by_strata(&["lang"]));
    assert_eq!(check, "report/choice-missing");
    assert!(message.contains("has no `lang`"), "{message}");
}

#[test]
fn unfinished_and_limited_runs_are_refused() {
    let mut unfinished = report(MATCH);
    let bytes = &mut unfinished.files[0].1;
    let last = bytes.windows(15).position(|window| window == b"{\"final_report\"").unwrap();
    bytes.truncate(last);
    assert_eq!(refusal(&unfinished).0, "report/run-incomplete");
    let limited = edited(MATCH, &[("\"max_samples\": null", "\"max_samples\": 3")]);
    assert_eq!(
        refusal(&limited),
        ("report/run-incomplete", "run_config.max_samples is 3: the run was limited".to_owned())
    );
}

#[test]
fn a_line_that_was_taken_out_is_missed() {
    let text = String::from_utf8(report(MATCH).files[0].1.clone()).unwrap();
    for left_out in 1..=6 {
        let lines = text.lines().enumerate().filter(|(at, _)| *at != left_out);
        let kept: String = lines.map(|(_, line)| format!("{line}\n")).collect();
        let (check, message) = refusal(&Report::of("log.jsonl", kept));
        assert!(["report/run-incomplete", "report/totals-contradicted"].contains(&check), "{left_out}: {message}");
    }
}

#[test]
fn doubled_mixed_and_contradictory_logs_are_refused() {
    let text = String::from_utf8(report(MATCH).files[0].1.clone()).unwrap();
    let line = text.lines().nth(2).unwrap();
    let (check, message) = refusal(&Report::of("log.jsonl", text.replace(line, &format!("{line}\n{line}"))));
    assert_eq!((check, message.as_str()), ("report/cases-duplicated", "log.jsonl:4: event 1 stands in the log twice"));
    let other = String::from_utf8(report(GRADED).files[0].1.clone()).unwrap();
    assert_eq!(refusal(&Report::of("log.jsonl", format!("{text}{other}"))).0, "report/systems-mixed");
    let flattered = edited(MATCH, &[("\"accuracy\": 0.6666666666666666", "\"accuracy\": 1.0")]);
    assert_eq!(refusal(&flattered).0, "report/totals-contradicted");
    let edited_row = edited(MATCH, &[("\"correct\": false", "\"correct\": true")]);
    assert_eq!(refusal(&edited_row).0, "report/totals-contradicted");
}

#[test]
fn numbers_that_are_none_and_broken_lines_are_refused_with_their_place() {
    let nan = edited(GRADED, &[("\"score\": 1.0", "\"score\": NaN")]);
    let expected = "model-graded.jsonl:2: score is NaN or infinite";
    assert_eq!(refusal(&nan), ("report/number-invalid", expected.to_owned()));
    let (check, message) = refusal(&edited(MATCH, &[("\"event_id\": 2", "\"event_id\" 2")]));
    assert_eq!(check, "report/file-damaged");
    assert!(message.starts_with("match.jsonl:4:"), "{message}");
}

#[test]
fn digests_in_the_run_configuration_are_stated() {
    let (id, digest) = a_subject();
    let to = format!("\"seed\": 20220722, \"pv.subjects\": {{\"{id}\": \"{digest}\"}}");
    let reading = read(&edited(MATCH, &[("\"seed\": 20220722", &to)])).unwrap();
    assert_eq!(reading.stated.into_iter().collect::<Vec<_>>(), [(id, digest)]);
}

#[test]
fn a_log_without_a_judgement_is_empty() {
    let text = String::from_utf8(report(MATCH).files[0].1.clone()).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains("event_id")).collect();
    assert_eq!(refusal(&Report::of("log.jsonl", lines.join("\n"))).0, "report/cases-missing");
}
