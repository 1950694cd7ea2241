//! promptfoo's reports: real ones, every trap that was measured on them, and everything that is refused.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use pv::release::checks::{Check, Refused, report};
use pv::release::evidence::{COST, Case, LATENCY, OUTPUT_LENGTH, Options, PASS_RATE, Tally};
use pv::release::formats::{Reading, Report, detect};

fn bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/evidence/promptfoo");
    std::fs::read(folder.join(name)).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).unwrap()
}

fn read_bytes(bytes: impl Into<Vec<u8>>, options: &Options) -> Result<Reading, Refused> {
    let report = Report::of("report.json", bytes);
    let format = detect(&report)?;
    assert_eq!(format.name, "promptfoo");
    (format.read)(&report, options)
}

fn read(name: &str) -> Reading {
    read_bytes(bytes(name), &Options::default()).unwrap()
}

fn refusal(bytes: impl Into<Vec<u8>>) -> Refused {
    read_bytes(bytes, &Options::default()).unwrap_err()
}

/// Refused by `check`, with words that name what is wrong.
fn assert_refused(refused: &Refused, check: &Check, words: &[&str]) {
    assert_eq!(refused.check.id, check.id, "{}", refused.message);
    for word in words {
        assert!(refused.message.contains(word), "`{word}` is not in: {}", refused.message);
    }
}

fn strata(keys: &[&str]) -> Options {
    Options { strata: keys.iter().map(ToString::to_string).collect(), ..Options::default() }
}

fn case<'a>(reading: &'a Reading, id: &str) -> &'a Case {
    reading.run.cases.iter().find(|case| case.id == id).unwrap()
}

fn passed(case: &Case) -> Tally {
    case.scores[PASS_RATE]
}

/// `text` with one place of it changed; the place must be there, and there only where `times` says how often.
fn edited(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn a_run_is_read_whole() {
    let reading = read("ok.json");
    let run = &reading.run;
    assert_eq!(run.tool.as_deref(), Some("promptfoo 0.121.20"));
    assert_eq!(run.made.as_deref(), Some("2026-11-22T07:51:24.595Z"));
    assert_eq!((run.model.as_deref(), run.planned), (Some("echo"), Some(3)));
    assert_eq!(run.cases.iter().map(|case| &*case.id).collect::<Vec<_>>(), ["c1", "c2", "c3"]);
    assert_eq!(reading.prompts, ["Answer the customer: {{q}}"]);
    let hindi = case(&reading, "c2");
    assert_eq!(hindi.strata, BTreeMap::from([("lang".into(), "hi".into())]));
    assert_eq!((hindi.attempts, hindi.errors, passed(hindi)), (1, 0, Tally { sum: 0.0, n: 1 }));
    assert_eq!(hindi.scores["apology"], Tally { sum: 0.0, n: 1 });
    assert!(!case(&reading, "c1").scores.contains_key("apology"));
    assert_eq!(hindi.scores[LATENCY].n, 1);
    assert!(!hindi.scores.contains_key(COST) && !hindi.scores.contains_key(OUTPUT_LENGTH), "nothing was paid for");
    assert!(reading.names.contains("refunds_core"));
}

#[test]
fn digests_that_the_report_states_are_kept() {
    let stated = read("ok.json").stated;
    let stated: Vec<String> = stated.iter().map(|(id, digest)| format!("{id}={digest}")).collect();
    assert_eq!(stated, [format!("prompt:explain=blake3:{}", "1".repeat(64))]);
    let contradicted = edited(&text("ok.json"), "blake3:1111", "blake3:2222");
    assert_refused(&refusal(contradicted), &report::CONTRADICTORY, &["pv.subjects", "prompt:explain"]);
    let nonsense = edited(&text("ok.json"), "prompt:explain=blake3:1111", "prompt:explain:1111");
    assert_refused(&refusal(nonsense), &report::UNREADABLE, &["pv.subjects"]);
}

/// T1: a label that a user sets hides the text, and `promptId` is the label's hash.
#[test]
fn prompts_are_told_apart_by_their_text_and_not_by_their_label() {
    let id = |name: &str| text(name).split("\"promptId\": ").nth(1).unwrap()[..66].to_owned();
    assert_eq!(id("labelled-a.json"), id("labelled-b.json"));
    assert_eq!(read("labelled-a.json").prompts, ["Version a: {{q}}"]);
    assert_eq!(read("labelled-b.json").prompts, ["Version b: {{q}}"]);
}

/// T2: repeats have a `testIdx` each; they are attempts at one case.
#[test]
fn repeats_are_attempts_at_one_case() {
    let reading = read("repeat3.json");
    let seen: Vec<(&str, u32, Tally)> =
        reading.run.cases.iter().map(|case| (&*case.id, case.attempts, passed(case))).collect();
    let (all, none) = (Tally { sum: 3.0, n: 3 }, Tally { sum: 0.0, n: 3 });
    assert_eq!(seen, [("c1", 3, all), ("c2", 3, none), ("c3", 3, all)]);
    assert_eq!(reading.run.planned, Some(3));
}

/// T2: without ids of their own, cases are told apart by description and variables, in every run alike.
#[test]
fn cases_without_an_id_are_known_by_what_they_ask() {
    let ids = |name: &str| read(name).run.cases.into_iter().map(|case| case.id).collect::<Vec<_>>();
    let plain = ids("plain.json");
    assert!(plain.iter().all(|id| id.starts_with("case #")), "{plain:?}");
    let expanded = read("expand.json").run;
    assert_eq!(expanded.cases.iter().map(|case| case.attempts).sum::<u32>(), 4);
    assert_eq!((expanded.cases.len(), expanded.planned), (3, Some(3)));
    let reordered =
        text("plain.json").replace("\"q\": \"refund\",\n", "\"n\": 1,\n").replace("\"n\": 1\n", "\"q\": \"refund\"\n");
    assert_ne!(reordered, text("plain.json"));
    let other = read_bytes(reordered, &Options::default()).unwrap();
    assert_eq!(other.run.cases.into_iter().map(|case| case.id).collect::<Vec<_>>(), plain);
}

/// T3: an error of the run is no failure of the system.
#[test]
fn errors_are_not_failures() {
    let reading = read("errors.json");
    let broken = case(&reading, "e2");
    assert_eq!((broken.attempts, broken.errors), (1, 1));
    assert!(broken.scores.is_empty());
    let fine = case(&reading, "e1");
    assert_eq!((fine.errors, passed(fine)), (0, Tally { sum: 1.0, n: 1 }));
    assert_eq!(fine.scores[OUTPUT_LENGTH], Tally { sum: 4.0, n: 1 });
    assert_eq!(fine.scores[COST], Tally { sum: 0.0001, n: 1 });
}

#[test]
fn strata_that_are_asked_for_are_read_or_refused() {
    let reading = read_bytes(bytes("ok.json"), &strata(&["suite", "q"])).unwrap();
    let expected = [("lang", "en"), ("q", "refund please"), ("suite", "core")];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(case(&reading, "c1").strata, BTreeMap::from(expected));
    let refused = read_bytes(bytes("ok.json"), &strata(&["tier"])).unwrap_err();
    assert_refused(&refused, &report::AMBIGUOUS, &["tier", "test 0"]);
    assert!(refused.remedy.contains("--strata tier"), "{}", refused.remedy);
}

#[test]
fn a_key_of_ones_own_tells_cases_apart() {
    let by = |key: &str| Options { case: Some(key.into()), ..Options::default() };
    let reading = read_bytes(bytes("ok.json"), &by("q")).unwrap();
    assert!(reading.run.cases.iter().any(|case| case.id == "paisa wapas"));
    assert_refused(&read_bytes(bytes("ok.json"), &by("ticket")).unwrap_err(), &report::AMBIGUOUS, &["ticket"]);
    assert_refused(&read_bytes(bytes("ok.json"), &by("lang")).unwrap_err(), &report::DUPLICATED, &["en", "2 times"]);
}

#[test]
fn several_prompts_and_providers_are_chosen_from_and_never_mixed() {
    let choose = |prompt, provider: Option<&str>| {
        read_bytes(bytes("several.json"), &Options { prompt, provider: provider.map(Into::into), ..Options::default() })
    };
    let refused = choose(None, None).unwrap_err();
    assert_refused(&refused, &report::MIXED, &["0 (echo: explain", "3 (local: explain_b)"]);
    assert!(refused.remedy.contains("--prompt"), "{}", refused.remedy);
    assert_refused(&choose(None, Some("local")).unwrap_err(), &report::MIXED, &["2 (local", "3 (local"]);
    assert_refused(&choose(Some(9), None).unwrap_err(), &report::AMBIGUOUS, &["0 (echo"]);
    assert_refused(&choose(Some(0), Some("local")).unwrap_err(), &report::AMBIGUOUS, &["2 (local"]);
    let chosen = choose(Some(3), None).unwrap();
    assert_eq!(chosen.prompts, ["Tell me about {{q}}"]);
    assert_eq!((chosen.run.model.as_deref(), chosen.run.cases.len()), (Some("file://model.js"), 2));
    assert_eq!(choose(Some(3), Some("file://model.js")).unwrap(), chosen);
}

#[test]
fn a_test_case_for_one_prompt_only_is_no_gap_in_the_other() {
    let of = |prompt| read_bytes(bytes("restricted.json"), &Options { prompt: Some(prompt), ..Options::default() });
    assert_eq!(of(0).unwrap().run.cases.len(), 2);
    assert_eq!((of(1).unwrap().run.cases.len(), of(1).unwrap().run.planned), (1, None));
}

/// Most of these options are written nowhere: fewer rows than the configuration lists are what shows them.
#[test]
fn runs_that_were_filtered_or_interrupted_are_refused() {
    for (name, words) in [
        ("filter-first-n.json", ["1 of the 3", "filtered"]),
        ("filter-failing.json", ["1 of the 3", "filtered"]),
        ("filter-range.json", ["--filter-range", "0:2"]),
        ("csv-filter-first-n.json", ["1 of the 2", "filtered"]),
        ("interrupted.json", ["1 of the 3", "interrupted"]),
    ] {
        assert_refused(&refusal(bytes(name)), &report::INCOMPLETE, &words);
    }
    assert_eq!(read("csv.json").run.planned, Some(2));
    assert_refused(&refusal(bytes("filter-pattern-none.json")), &report::EMPTY, &["no result"]);
}

/// Where a report does not say how often cases are repeated, repeats of one do not stand for the others.
#[test]
fn repeats_of_some_cases_do_not_stand_for_the_others() {
    let whole = text("repeat3.json");
    let silent = |text: &str| edited(text, "\"repeat\": 3,", "");
    assert_eq!(read_bytes(silent(&whole), &Options::default()).unwrap().run, read("repeat3.json").run);
    let one = whole.replace("\"case_id\": \"c2\"", "\"case_id\": \"c1\"").replace("\"lang=hi\"", "\"lang=en\"");
    assert_refused(&refusal(silent(&one)), &report::INCOMPLETE, &["3 times", "6 times"]);
    let all = one.replace("\"case_id\": \"c3\"", "\"case_id\": \"c1\"");
    assert_refused(&refusal(silent(&all)), &report::INCOMPLETE, &["1 of the 3 cases"]);
    assert_refused(&refusal(all), &report::DUPLICATED, &["9 times", "3 are planned"]);
}

#[test]
fn test_cases_that_look_the_same_are_refused() {
    assert_refused(&refusal(bytes("same-case-twice.json")), &report::DUPLICATED, &["2 times", "1 are planned"]);
}

#[test]
fn text_that_promptfoo_kept_to_itself_binds_nothing() {
    assert!(read("stripped.json").prompts.is_empty());
}

#[test]
fn a_users_metric_does_not_take_the_name_of_a_number_of_the_tool() {
    let reading = read("reserved-metric.json");
    let scores = &case(&reading, "e1").scores;
    assert_eq!((scores["namedScores.cost"].sum, scores[COST].sum), (1.0, 0.0001));
}

#[test]
fn lines_without_totals_are_refused_with_the_way_out() {
    let refused = refusal(bytes("ok.jsonl"));
    assert_refused(&refused, &report::UNRECOGNISED, &["JSONL"]);
    assert!(refused.remedy.contains("promptfoo export eval"), "{}", refused.remedy);
}

#[test]
fn other_versions_are_refused_by_their_number() {
    let other = edited(&text("ok.json"), "\"version\": 3", "\"version\": 4");
    assert_refused(&refusal(other), &report::UNRECOGNISED, &["`results.version` is 4"]);
}

#[test]
fn totals_that_were_edited_are_refused() {
    for (from, to) in [
        ("\"successes\": 2", "\"successes\": 3"),
        ("\"failures\": 1", "\"failures\": 0"),
        ("\"testPassCount\": 2", "\"testPassCount\": 3"),
        ("\"success\": false", "\"success\": true"),
        ("\"promptIdx\": 0", "\"promptIdx\": 7"),
        ("\"failureReason\": 1", "\"failureReason\": 0"),
    ] {
        assert_refused(&refusal(edited(&text("ok.json"), from, to)), &report::CONTRADICTORY, &["report.json"]);
    }
}

#[test]
fn results_that_stand_twice_are_refused() {
    let text = text("ok.json");
    assert_refused(&refusal(edited(&text, "\"testIdx\": 2", "\"testIdx\": 1")), &report::DUPLICATED, &["test 1"]);
    let ids: Vec<&str> = text.split('"').filter(|part| part.len() == 36 && part.matches('-').count() == 4).collect();
    assert_refused(&refusal(edited(&text, ids[1], ids[0])), &report::DUPLICATED, &["stands twice"]);
}

#[test]
fn results_of_two_models_are_refused() {
    let mixed = edited(&text("ok.json"), "\"id\": \"echo\"", "\"id\": \"other\"");
    assert_refused(&refusal(mixed), &report::MIXED, &["echo and other"]);
}

#[test]
fn numbers_that_are_none_are_refused() {
    for value in ["1e999", "-1e999", "1e16", "null", "\"1\"", "[1]"] {
        let edited = text("ok.json").replace("\"mentions_refund\": 1", &format!("\"mentions_refund\": {value}"));
        assert_refused(&refusal(edited), &report::NOT_FINITE, &["mentions_refund", "test 0"]);
    }
    for value in ["NaN", "Infinity"] {
        let edited = text("ok.json").replace("\"mentions_refund\": 1", &format!("\"mentions_refund\": {value}"));
        assert_refused(&refusal(edited), &report::UNREADABLE, &["report.json:"]);
    }
    let negative = text("errors.json").replace("\"cost\": 0.0001", "\"cost\": -1");
    assert_refused(&refusal(negative), &report::NOT_FINITE, &["below zero"]);
}

#[test]
fn a_report_that_is_cut_off_is_refused_with_its_place() {
    let whole = bytes("ok.json");
    for step in 1..60 {
        let cut = &whole[..whole.len() * step / 60];
        let refused = refusal(cut);
        let known = [report::UNREADABLE.id, report::UNRECOGNISED.id];
        assert!(known.contains(&refused.check.id), "{step}: {}", refused.message);
        if step > 1 {
            assert_refused(&refused, &report::UNREADABLE, &["report.json:", "cut off"]);
        }
    }
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = format!("\"vars\": {{\"q\": {}1{}}}", "[".repeat(100), "]".repeat(100));
    let nested =
        text("plain.json").replacen("\"vars\": {\n            \"q\": \"refund\",", &format!("{deep}, \"x\": {{"), 1);
    assert_refused(&refusal(nested), &report::UNREADABLE, &["nested"]);
    let garbage = format!("{{\"evalId\": 1, \"results\": {}", "[{\"a\":".repeat(200_000));
    assert_refused(&refusal(garbage), &report::UNREADABLE, &["report.json:"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics_and_never_yields_nothing(
        name in prop::sample::select(vec!["ok.json", "several.json", "errors.json"]),
        edits in vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..5),
    ) {
        let mut bytes = bytes(name);
        for (place, byte, way) in edits {
            let place = place.index(bytes.len());
            match way {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        let report = Report::of("report.json", bytes);
        let options = Options { prompt: Some(0), ..Options::default() };
        if let Ok(format) = detect(&report)
            && let Ok(reading) = (format.read)(&report, &options)
        {
            prop_assert!(!reading.run.cases.is_empty());
            prop_assert!(reading.run.cases.iter().all(|case| case.attempts > 0));
        }
    }
}
