//! Events of Braintrust experiments.

use pv::release::evidence::Options;
use pv::release::formats::Report;

use crate::reports::{a_subject, by_strata, edited, read, read_as, refusal, refusal_as, report, shown};

const EVENTS: &str = "braintrust/events.jsonl";
const SUMMARY: &str = "braintrust/summary.jsonl";

/// The same reading without how long the tasks took.
fn scores(reading: &pv::release::formats::Reading) -> Vec<String> {
    let shown = shown(reading);
    let words =
        |line: &str| line.split(' ').filter(|word| !word.starts_with("latency=")).skip(1).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = shown.lines().map(words).collect();
    lines.sort();
    lines
}

/// Scores stand in the scorers' events, trials are attempts, and a scorer that raised has no score.
#[test]
fn a_trace_is_an_attempt() {
    let reading = read(&report(EVENTS)).unwrap();
    assert_eq!(
        scores(&reading),
        [
            "2/0 {} brevity=2.0000/2 contains=0.0000/2",
            "2/0 {} brevity=2.0000/2 contains=2.0000/2",
            "2/0 {} brevity=0.0000/0 contains=2.0000/2",
        ]
        .map(str::to_owned)
        .into_iter()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
    assert_eq!(reading.run.model.as_deref(), Some("small-model-2026-05-01"));
    assert!(reading.run.cases.iter().all(|case| case.scores["latency"].n == 2));
}

#[test]
fn a_summary_is_no_evidence_and_says_what_is() {
    let summary = report(SUMMARY);
    let refused = (pv::release::formats::detect(&summary).unwrap().read)(&summary, &Options::default()).unwrap_err();
    assert_eq!(refused.check.id, "report/cases-missing");
    assert!(refused.remedy.contains("/v1/experiment/"), "{}", refused.remedy);
}

#[test]
fn a_summary_beside_the_events_is_held_against_them() {
    let (events, summary) = (report(EVENTS).files.remove(0).1, report(SUMMARY).files.remove(0).1);
    let both = |summary: &[u8]| Report::of("events.jsonl", [events.as_slice(), summary].concat());
    let told = String::from_utf8(summary).unwrap();
    let right = told.replace("\"score\": 0.5", "\"score\": 0.6666666666666666");
    assert_eq!(read(&both(right.as_bytes())).unwrap(), read(&report(EVENTS)).unwrap());
    assert_eq!(refusal(&both(told.as_bytes())).0, "report/totals-contradicted");
}

#[test]
fn the_error_handler_s_zero_is_no_score() {
    let zero = edited(EVENTS, &[("\"is_root\"", "\"is_root\"")].into_iter().skip(1).collect::<Vec<_>>());
    let text = String::from_utf8(zero.files[0].1.clone()).unwrap();
    let text = text.replace(
        "\"scorer_errors\": {\"brevity\": \"RuntimeError: judge timed out\"}},",
        "\"scorer_errors\": {\"brevity\": \"RuntimeError: judge timed out\"}}, \"scores\": {\"brevity\": 0},",
    );
    assert!(text.contains("\"scores\": {\"brevity\": 0}"));
    assert_eq!(read(&Report::of("events.jsonl", text)).unwrap(), read(&report(EVENTS)).unwrap());
}

#[test]
fn a_task_that_failed_is_an_error_whatever_its_scores() {
    let rows = |error: &str| {
        Report::of(
            "e.jsonl",
            format!(
                "{{\"input\": 1, \"scores\": {{\"s\": 0}}, \"error\": {error}}}\n{{\"input\": 2, \"scores\": {{\"s\": 1}}}}\n"
            ),
        )
    };
    assert_eq!(scores(&read(&rows("null")).unwrap()), ["1/0 {} s=0.0000/1", "1/0 {} s=1.0000/1"]);
    assert_eq!(scores(&read(&rows("\"boom\"")).unwrap()), ["1/0 {} s=1.0000/1", "1/1 {} s=0.0000/0"]);
    let null = Report::of(
        "e.jsonl",
        "{\"input\": 1, \"scores\": {\"s\": null, \"t\": 1}}\n{\"input\": 2, \"scores\": {\"t\": 1}}\n",
    );
    assert_eq!(scores(&read(&null).unwrap()), ["1/0 {} s=0.0000/0 t=1.0000/1", "1/0 {} s=0.0000/0 t=1.0000/1"]);
}

#[test]
fn cases_have_the_names_and_strata_that_are_asked_for() {
    let named = "{\"input\": {\"q\": 1}, \"scores\": {\"s\": 1}, \"metadata\": {\"case_id\": \"a\", \"key\": \"k\"}, \"tags\": [\"lang:en\"]}\n";
    assert_eq!(shown(&read(&Report::of("e.jsonl", named)).unwrap()), "a 1/0 {} s=1.0000/1");
    let by = Options { case: Some("key".to_owned()), ..by_strata(&["lang"]) };
    assert_eq!(shown(&read_as(&Report::of("e.jsonl", named), &by).unwrap()), "k 1/0 {lang=en} s=1.0000/1");
    let missing = Options { case: Some("slug".to_owned()), ..Options::default() };
    assert_eq!(refusal_as(&Report::of("e.jsonl", named), &missing).0, "report/choice-missing");
    let clash = format!("{named}{}", named.replace("{\"q\": 1}", "{\"q\": 2}"));
    assert_eq!(refusal(&Report::of("e.jsonl", clash)).0, "report/cases-duplicated");
    assert!(
        scores(&read_as(&report(EVENTS), &by_strata(&["channel", "lang"])).unwrap())[0]
            .contains("{channel=chat,lang=en}")
    );
}

#[test]
fn pages_lost_roots_and_failed_evaluators_are_refused() {
    let text = String::from_utf8(report(EVENTS).files[0].1.clone()).unwrap();
    let events: Vec<&str> = text.lines().collect();
    let page = |end: &str| Report::of("page.json", format!("{{\"events\": [{}]{end}}}", events.join(",\n")));
    assert_eq!(read(&page("")).unwrap(), read(&report(EVENTS)).unwrap());
    assert_eq!(refusal(&page(", \"cursor\": \"aZb\"")).0, "report/run-incomplete");
    let rootless: String = events.iter().skip(1).map(|line| format!("{line}\n")).collect();
    assert_eq!(refusal(&Report::of("e.jsonl", rootless)).0, "report/run-incomplete");
    let failed = "{\"eval_name\": \"refunds\", \"errors\": [\"Traceback\"]}\n";
    assert_eq!(refusal(&Report::of("e.jsonl", failed)).0, "report/run-incomplete");
}

/// Nothing was judged: attempts that only ended in no score are no run that may pass or fail.
#[test]
fn events_without_any_score_are_no_cases() {
    let unscored = "{\"input\": 1, \"scores\": {}}\n{\"input\": 2, \"scores\": null}\n";
    let (check, message) = refusal(&Report::of("e.jsonl", unscored));
    assert_eq!((check, message.as_str()), ("report/cases-missing", "e.jsonl: no event has a score"));
    let failed = unscored.replace("\"scores\": null", "\"error\": \"boom\"");
    assert_eq!(read(&Report::of("e.jsonl", failed)).unwrap().run.cases.len(), 2, "errors are told");
}

#[test]
fn doubled_mixed_and_impossible_events_are_refused() {
    let text = String::from_utf8(report(EVENTS).files[0].1.clone()).unwrap();
    let first = text.lines().next().unwrap();
    assert_eq!(refusal(&Report::of("e.jsonl", format!("{text}{first}\n"))).0, "report/cases-duplicated");
    let models = edited(EVENTS, &[]);
    let text = String::from_utf8(models.files[0].1.clone()).unwrap().replacen("small-model", "large-model", 1);
    let (check, message) = refusal(&Report::of("e.jsonl", text.clone()));
    assert_eq!(check, "report/systems-mixed");
    assert!(message.contains("large-model-2026-05-01, small-model-2026-05-01"), "{message}");
    let one = Options { provider: Some("large-model-2026-05-01".to_owned()), ..Options::default() };
    assert_eq!(read_as(&Report::of("e.jsonl", text), &one).unwrap().run.cases.len(), 1);
    let other = "{\"input\": 1, \"scores\": {\"s\": 1}, \"experiment_id\": \"b\"}\n";
    let two = format!("{}{other}", other.replace("\"b\"", "\"a\""));
    assert_eq!(refusal(&Report::of("e.jsonl", two)).0, "report/systems-mixed");
    for score in ["NaN", "1.5", "-0.1", "\"good\"", "1e999"] {
        let text = other.replace("\"s\": 1", &format!("\"s\": {score}"));
        assert_eq!(refusal(&Report::of("e.jsonl", text)).0, "report/number-invalid", "{score}");
    }
}

#[test]
fn digests_in_metadata_are_stated_once_for_all() {
    let (id, digest) = a_subject();
    let row = |digest: &str| {
        format!(
            "{{\"input\": 1, \"scores\": {{\"s\": 1}}, \"metadata\": {{\"pv.subjects\": {{\"{id}\": \"{digest}\"}}}}}}\n"
        )
    };
    let same = format!("{}{}", row(digest.as_str()), row(digest.as_str()));
    assert_eq!(
        read(&Report::of("e.jsonl", same)).unwrap().stated.into_iter().collect::<Vec<_>>(),
        [(id.clone(), digest.clone())]
    );
    let other = format!("{}{}", row(digest.as_str()), row(pv::domain::Digest::of(b"b").as_str()));
    assert_eq!(refusal(&Report::of("e.jsonl", other)).0, "report/totals-contradicted");
}
