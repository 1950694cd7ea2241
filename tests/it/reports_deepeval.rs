//! Test runs of `DeepEval`.

use pv::release::evidence::Options;

use crate::reports::{a_subject, by_strata, edited, read, read_as, refusal, refusal_as, report, shown};

const RUN: &str = "deepeval/test_run.json";
const JUDGE_ERROR: &str = "deepeval/judge-error.json";

#[test]
fn success_is_the_pass_rate_and_each_judge_a_metric() {
    let reading = read(&report(RUN)).unwrap();
    assert_eq!(
        shown(&reading),
        "refund-0 1/0 {} Contains=1.0000/1 cost=0.0001/1 latency=400.0000/1 pass_rate=1.0000/1\n\
         refund-1 1/0 {} Contains=1.0000/1 cost=0.0002/1 latency=500.0000/1 pass_rate=1.0000/1\n\
         refund-2 1/0 {} Contains=0.2500/1 cost=0.0003/1 latency=600.0000/1 pass_rate=0.0000/1"
    );
    assert_eq!(reading.prompts, ["Explain the refund policy.\n\nQuestion: {{question}}"]);
    assert_eq!(reading.run.model.as_deref(), Some("small-model-2026-05-01"));
    assert!(!reading.names.contains("judge-small"), "the judge is not what was run");
}

/// The tool counts it as a test that failed.
#[test]
fn a_judge_that_raised_is_an_error_and_no_failure() {
    let reading = read(&report(JUDGE_ERROR)).unwrap();
    let last = shown(&reading).lines().last().map(str::to_owned);
    assert_eq!(last.as_deref(), Some("refund-3 1/1 {} Contains=0.0000/0 cost=0.0004/1 latency=700.0000/1"));
}

#[test]
fn a_case_that_failed_for_another_reason_stays_failed() {
    let second = "{\"name\": \"Tone\", \"score\": 0.1, \"success\": false, \"flaky\": false}, {\"name\": \"Contains\", \"threshold\": 0.5, \"success\": false, \"strictMode\"";
    let both = edited(
        JUDGE_ERROR,
        &[("{\"name\": \"Contains\", \"threshold\": 0.5, \"success\": false, \"strictMode\"", second)],
    );
    assert!(shown(&read(&both).unwrap()).ends_with("pass_rate=0.0000/1"));
    let flaky = second.replace("\"flaky\": false}", "\"flaky\": true}");
    let both = edited(
        JUDGE_ERROR,
        &[("{\"name\": \"Contains\", \"threshold\": 0.5, \"success\": false, \"strictMode\"", &flaky)],
    );
    assert!(shown(&read(&both).unwrap()).contains("refund-3 1/1"), "a flaky metric decides nothing");
}

#[test]
fn strata_come_from_metadata_and_tags() {
    let by_metadata = read_as(&report(RUN), &by_strata(&["lang"])).unwrap();
    assert!(shown(&by_metadata).contains("refund-2 1/0 {lang=hi}"));
    let by_tag = edited(RUN, &[("\"metadata\": {\"lang\":", "\"metadata\": {\"other\":"), ("lang:hi", "lang=hi")]);
    assert_eq!(shown(&read_as(&by_tag, &by_strata(&["lang"])).unwrap()), shown(&by_metadata));
    assert_eq!(refusal_as(&report(RUN), &by_strata(&["tier"])).0, "report/choice-missing");
}

#[test]
fn one_name_is_one_case_only_if_it_asks_the_same() {
    let other = edited(RUN, &[("\"name\": \"refund-1\"", "\"name\": \"refund-0\"")]);
    let (check, message) = refusal(&other);
    assert_eq!(check, "report/cases-duplicated");
    assert!(message.contains("`refund-0`"), "{message}");
    let same = edited(
        RUN,
        &[
            ("\"name\": \"refund-1\"", "\"name\": \"refund-0\""),
            ("Can I return a gift?", "Where is my refund?"),
            ("30 days", "5 days"),
        ],
    );
    let shown = shown(&read(&same).unwrap());
    assert!(shown.starts_with("refund-0 2/0 {} Contains=2.0000/2") && shown.contains("pass_rate=2.0000/2"), "{shown}");
}

/// `test_case_0` is whichever case comes first.
#[test]
fn names_by_position_are_no_names() {
    let first = read(&edited(RUN, &[("refund-", "test_case_")])).unwrap();
    let moved =
        read(&edited(RUN, &[("refund-0", "test_case_2"), ("refund-1", "test_case_0"), ("refund-2", "test_case_1")]))
            .unwrap();
    assert_eq!(first, moved);
    assert!(!shown(&first).contains("test_case_"));
    let asked = Options { case: Some("key".to_owned()), ..Options::default() };
    assert_eq!(refusal_as(&report(RUN), &asked).0, "report/choice-missing");
}

#[test]
fn totals_are_held_against_the_cases() {
    let counts = edited(RUN, &[("\"testPassed\": 2", "\"testPassed\": 3")]);
    let expected = "the report states 3 tests as passed; its rows come to 2";
    assert_eq!(refusal(&counts), ("report/totals-contradicted", expected.to_owned()));
    let sum = edited(RUN, &[("\"scores\": [1.0, 1.0, 0.25]", "\"scores\": [1.0, 1.0, 1.0]")]);
    assert_eq!(refusal(&sum).0, "report/totals-contradicted");
    let verdict = edited(
        RUN,
        &[
            ("\"flaky\": false, \"success\": false", "\"flaky\": false, \"success\": true"),
            ("\"testPassed\": 2, \"testFailed\": 1", "\"testPassed\": 3, \"testFailed\": 0"),
        ],
    );
    let (check, message) = refusal(&verdict);
    assert_eq!(check, "report/totals-contradicted");
    assert!(message.contains("`refund-2` passed, and a metric of it failed"), "{message}");
}

#[test]
fn unfinished_empty_and_broken_runs_are_refused() {
    let unfinished = edited(RUN, &[("\"testPassed\": 2, \"testFailed\": 1, ", "")]);
    assert_eq!(refusal(&unfinished).0, "report/run-incomplete");
    let empty = "{\"testCases\": [], \"conversationalTestCases\": [], \"metricsScores\": [], \"testPassed\": 0, \"testFailed\": 0}";
    assert_eq!(refusal(&pv::release::formats::Report::of("run.json", empty)).0, "report/cases-missing");
    let nan = edited(RUN, &[("\"score\": 0.25", "\"score\": NaN")]);
    assert_eq!(
        refusal(&nan),
        ("report/number-invalid", "Contains of test case `refund-2` is NaN or infinite".to_owned())
    );
    let twice = edited(RUN, &[("\"success\": false, \"score\"", "\"success\": false, \"success\": true, \"score\"")]);
    let (check, message) = refusal(&twice);
    assert_eq!(check, "report/file-damaged");
    assert!(message.contains("duplicate field `success`"), "{message}");
}

#[test]
fn the_latest_run_is_read_out_of_its_wrapper_and_digests_are_stated() {
    let (id, digest) = a_subject();
    let mut wrapped = edited(
        RUN,
        &[("\"hyperparameters\": {", &format!("\"hyperparameters\": {{\"pv.subjects\": \"{id}={digest}\", "))],
    );
    let text = String::from_utf8(wrapped.files[0].1.clone()).unwrap();
    wrapped.files[0].1 = format!("{{\"testRunData\": {text}, \"testRunLink\": \"\"}}").into_bytes();
    assert_eq!(read(&wrapped).unwrap().stated.into_iter().collect::<Vec<_>>(), [(id, digest)]);
}
