//! Results of lm-evaluation-harness and the samples beside them.

use pv::release::evidence::Options;

use crate::reports::{a_subject, by_strata, edited, read, read_as, refusal, refusal_as, report, shown};

const RESULTS: &str = "lm-eval/results_2026-11-22T08-12-09.284536.json";
const SAMPLES: &str = "lm-eval/samples_sums_2026-11-22T08-12-09.284536.jsonl";
/// The results file also has the hash of the samples, which an edit of theirs need not break.
const NO_HASHES: (&str, &str) = ("\"doc_hash\"", "\"other_hash\"");

#[test]
fn documents_are_cases_and_every_task_a_stratum() {
    let reading = read(&report(RESULTS)).unwrap();
    assert_eq!(
        shown(&reading),
        "sums/0 1/0 {task=sums} acc=0.0000/1\n\
         sums/1 1/0 {task=sums} acc=0.0000/1\n\
         sums/2 1/0 {task=sums} acc=0.0000/1\n\
         sums/3 1/0 {task=sums} acc=1.0000/1\n\
         words/0 1/0 {task=words} exact_match,flexible-extract=0.0000/1 exact_match,strict-match=0.0000/1\n\
         words/1 1/0 {task=words} exact_match,flexible-extract=0.0000/1 exact_match,strict-match=0.0000/1\n\
         words/2 1/0 {task=words} exact_match,flexible-extract=0.0000/1 exact_match,strict-match=0.0000/1\n\
         words/3 1/0 {task=words} exact_match,flexible-extract=0.0000/1 exact_match,strict-match=0.0000/1"
    );
    assert_eq!(reading.run.planned, Some(8));
    assert_eq!(reading.run.tool.as_deref(), Some("lm-eval 0.4.13"));
    assert_eq!(reading.run.made.as_deref(), Some("2026-11-22T08:12:08Z"));
    assert_eq!(reading.prompts, ["Answer with the sum only."]);
    // The file's model_name is drawn by lot for a model without a name.
    assert_eq!(reading.run.model.as_deref(), Some("dummy"));
}

/// `words` has two filters, so nobody knows which is the verdict; `sums` alone has one.
#[test]
fn there_is_a_pass_rate_only_where_every_task_has_one_binary_verdict() {
    assert!(!shown(&read(&report(RESULTS)).unwrap()).contains("pass_rate"));
    let one = edited(
        RESULTS,
        &[
            ("    \"words\": {\n      \"original\": 4,\n      \"effective\": 4\n    }", ""),
            ("\"effective\": 4\n    },\n", "\"effective\": 4\n    }\n"),
        ],
    );
    let shown = shown(&read(&one).unwrap());
    assert!(shown.starts_with("sums/0 1/0 {task=sums} acc=0.0000/1 pass_rate=0.0000/1\n"), "{shown}");
}

#[test]
fn the_samples_may_be_named_as_well() {
    assert_eq!(read(&report(SAMPLES)).unwrap(), read(&report(RESULTS)).unwrap());
}

#[test]
fn without_samples_the_aggregates_are_no_evidence() {
    let mut alone = report(RESULTS);
    alone.files.truncate(1);
    let (check, message) = refusal(&alone);
    assert_eq!(check, "report/run-incomplete");
    assert!(message.contains("samples_sums_<date>.jsonl"), "{message}");
    let mut alone = report(SAMPLES);
    alone.files.retain(|(name, _)| name.ends_with(".jsonl"));
    assert_eq!(refusal(&alone).0, "report/run-incomplete");
}

#[test]
fn limited_runs_are_refused() {
    let short = edited(RESULTS, &[("\"effective\": 4", "\"effective\": 2")]);
    assert_eq!(refusal(&short), ("report/run-incomplete", "sums: 2 of 4 documents were run".to_owned()));
    let limited = edited(RESULTS, &[("\"limit\": null", "\"limit\": 4.0")]);
    assert_eq!(refusal(&limited), ("report/run-incomplete", "the run was started with --limit 4.0".to_owned()));
}

#[test]
fn lost_doubled_and_foreign_samples_are_refused() {
    let mut lost = report(RESULTS);
    let samples = lost.files.iter_mut().find(|(name, _)| name.starts_with("samples_sums")).unwrap();
    let lines: Vec<String> =
        String::from_utf8(samples.1.clone()).unwrap().lines().map(|line| format!("{line}\n")).collect();
    samples.1 = lines[..3].concat().into_bytes();
    assert_eq!(refusal(&lost).0, "report/run-incomplete");

    let mut doubled = lost.clone();
    let samples = doubled.files.iter_mut().find(|(name, _)| name.starts_with("samples_sums")).unwrap();
    samples.1 = [lines.concat(), lines[0].clone()].concat().into_bytes();
    let (check, message) = refusal(&doubled);
    assert_eq!(check, "report/cases-duplicated");
    assert!(message.contains(":5: doc_id 0 with the filter none"), "{message}");

    let foreign = edited(SAMPLES, &[("\"prompt_hash\": \"d5c9ce40", "\"prompt_hash\": \"ffffffff")]);
    let (check, message) = refusal(&foreign);
    assert_eq!(check, "report/totals-contradicted");
    assert!(message.contains("task_hashes"), "{message}");
}

#[test]
fn one_doc_id_is_one_document() {
    let two = edited(
        RESULTS,
        &[(
            "\"filter\": \"flexible-extract\", \"metrics\": [\"exact_match\"], \"doc_hash\": \"6026",
            "\"filter\": \"flexible-extract\", \"metrics\": [\"exact_match\"], \"doc_hash\": \"ffff",
        )],
    );
    let (check, message) = refusal(&two);
    assert_eq!(check, "report/totals-contradicted");
    assert!(message.contains("doc_id 0 is another document"), "{message}");
}

#[test]
fn aggregates_are_held_against_the_samples() {
    let flattered = edited(RESULTS, &[("\"acc,none\": 0.25", "\"acc,none\": 0.75")]);
    let expected = "the report states 0.75 as acc of sums; its rows come to 0.25";
    assert_eq!(refusal(&flattered), ("report/totals-contradicted", expected.to_owned()));
    let flattered = edited(RESULTS, &[NO_HASHES, ("\"acc\": 0.0}", "\"acc\": 1.0}")]);
    assert_eq!(refusal(&flattered).0, "report/totals-contradicted");
    let nan = edited(RESULTS, &[("\"acc,none\": 0.25", "\"acc,none\": NaN")]);
    assert_eq!(refusal(&nan).0, "report/number-invalid");
    let nan = edited(RESULTS, &[("\"acc\": 1.0}", "\"acc\": NaN}")]);
    let (check, message) = refusal(&nan);
    assert_eq!(check, "report/number-invalid");
    assert!(message.contains("samples_sums_2026-11-22T08-12-09.284536.jsonl:4: acc is NaN"), "{message}");
}

/// Perplexities and the like are taken over a corpus: each document has a pair of numbers.
#[test]
fn what_is_no_number_per_document_is_a_measure() {
    let corpus = edited(RESULTS, &[("\"acc\": 0.0}", "\"acc\": [-1.0, 4]}"), ("\"acc\": 1.0}", "\"acc\": [-1.0, 4]}")]);
    let reading = read(&corpus).unwrap();
    let measure = &reading.run.measures[0];
    assert_eq!((measure.metric.as_str(), measure.value), ("acc", Some(0.25)));
    assert!(!shown(&reading).contains("acc="));
}

#[test]
fn documents_have_the_strata_and_the_names_that_are_asked_for() {
    let reading = read_as(&report(RESULTS), &by_strata(&["lang"])).unwrap();
    assert!(shown(&reading).contains("sums/3 1/0 {lang=hi,task=sums}"));
    let (check, message) = refusal_as(&report(RESULTS), &by_strata(&["tier"]));
    assert_eq!(
        (check, message.as_str()),
        ("report/choice-missing", "case `sums/0` has no `tier`, which --strata asks for")
    );
    let by_question = Options { case: Some("q".to_owned()), ..Options::default() };
    assert!(shown(&read_as(&report(RESULTS), &by_question).unwrap()).contains("sums/2 + 2 = 1/0"));
    let by_language = Options { case: Some("lang".to_owned()), ..Options::default() };
    assert_eq!(refusal_as(&report(RESULTS), &by_language).0, "report/cases-duplicated");
}

#[test]
fn revision_and_digests_are_taken_and_a_tag_is_no_commit() {
    let (id, digest) = a_subject();
    let subjects = format!("\"limit\": null, \"metadata\": {{\"pv.subjects\": \"{id}={digest}\"}}");
    let of = |hash: &str| {
        let hash = format!("\"git_hash\": \"{hash}\"");
        read(&edited(RESULTS, &[("\"git_hash\": null", &hash), ("\"limit\": null", &subjects)])).unwrap()
    };
    let reading = of("v0.4.2-7-g1823db3");
    assert_eq!(reading.run.revision.as_ref().map(|it| (it.commit.as_str(), it.dirty)), Some(("1823db3", None)));
    assert_eq!(reading.stated.into_iter().collect::<Vec<_>>(), [(id.clone(), digest.clone())]);
    assert!(of("v0.4.2").run.revision.is_none());
}
