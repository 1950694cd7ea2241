//! Rows of Ragas.

use pv::release::evidence::Options;
use pv::release::formats::Report;

use crate::reports::{by_strata, edited, read, read_as, refusal, refusal_as, report, shown};

const CSV: &str = "ragas/failed-judges.csv";
const JSONL: &str = "ragas/experiment.jsonl";

fn by(case: &str) -> Options {
    Options { case: Some(case.to_owned()), ..Options::default() }
}

/// An empty cell of the CSV and a bare `NaN` of the JSON Lines are one thing: a judge that failed.
#[test]
fn a_judge_that_failed_is_no_zero() {
    let csv = read_as(&report(CSV), &by("user_input")).unwrap();
    assert_eq!(
        shown(&csv),
        "Can I return a gift, \"late\"? 1/0 {} brevity=0.6452/1 contains=1.0000/1\n\
         Where is my refund? 1/0 {} brevity=1.0000/1 contains=1.0000/1\n\
         outage: nothing opens 1/0 {} brevity=1.0000/1 contains=0.0000/0\n\
         outage: shop 1/1 {} brevity=0.0000/0 contains=0.0000/0"
    );
    assert_eq!(read_as(&report(JSONL), &by("user_input")).unwrap(), csv);
}

#[test]
fn cases_are_told_by_what_they_ask_in_every_form_of_the_file() {
    let (csv, index, jsonl) =
        (read(&report(CSV)).unwrap(), read(&report("ragas/index.csv")).unwrap(), read(&report(JSONL)).unwrap());
    assert_eq!(csv, index, "the index of pandas is no metric");
    assert_eq!(csv, jsonl);
    assert!(csv.run.cases.iter().all(|case| case.id.len() == 16));
}

#[test]
fn a_case_that_was_asked_twice_has_two_attempts() {
    let text = String::from_utf8(report(CSV).files[0].1.clone()).unwrap();
    let twice = Report::of("r.csv", format!("{text}Where is my refund?,['x'],No idea.,5 days,0.25,1.0\n"));
    let reading = read_as(&twice, &by("user_input")).unwrap();
    assert!(shown(&reading).contains("Where is my refund? 2/0 {} brevity=2.0000/2 contains=1.2500/2"));
    let (check, message) = refusal_as(&twice, &by("retrieved_contexts"));
    assert_eq!(check, "report/cases-duplicated");
    assert!(message.contains("`['x']`"), "{message}");
}

#[test]
fn columns_are_strata_when_asked_for_and_missing_cells_refused() {
    let text = "user_input,response,lang,score\na,b,en,1\nc,d,,0\n";
    let (check, message) = refusal_as(&Report::of("r.csv", text), &by_strata(&["lang"]));
    assert_eq!(check, "report/choice-missing");
    assert!(message.contains("has no `lang`"), "{message}");
    let whole = Report::of("r.csv", text.replace("c,d,,0", "c,d,hi,0"));
    assert!(shown(&read_as(&whole, &by_strata(&["lang"])).unwrap()).contains("{lang=hi}"));
    assert_eq!(refusal_as(&whole, &by("id")).0, "report/choice-missing");
}

#[test]
fn a_metric_whose_every_judge_failed_is_still_one() {
    let failed = Report::of("r.csv", "user_input,response,score\na,b,\nc,d,nan\n");
    let reading = read(&failed).unwrap();
    assert!(reading.run.cases.iter().all(|case| case.errors == 1 && case.scores["score"].n == 0));
}

#[test]
fn the_verdicts_of_a_discrete_metric_are_one_and_zero_under_its_own_name() {
    let csv = Report::of("r.csv", "user_input,response,correct\na,x,pass\nb,x,fail\nc,x,\n");
    let rows = "{\"user_input\":\"a\",\"response\":\"x\",\"correct\":\"pass\"}\n{\"user_input\":\"b\",\"response\":\"x\",\"correct\":\"fail\"}\n{\"user_input\":\"c\",\"response\":\"x\",\"correct\":null}\n";
    let read = |report: &Report| shown(&read_as(report, &by("user_input")).unwrap());
    assert_eq!(read(&csv), "a 1/0 {} correct=1.0000/1\nb 1/0 {} correct=0.0000/1\nc 1/1 {} correct=0.0000/0");
    assert_eq!(read(&Report::of("r.jsonl", rows)), read(&csv));
    let rate = Report::of("r.csv", "user_input,response,pass_rate\na,x,70\n");
    assert_eq!(refusal(&rate).0, "report/number-invalid");
}

#[test]
fn tables_without_rows_or_numbers_are_empty() {
    assert_eq!(refusal(&Report::of("r.csv", "user_input,response,score\n")).0, "report/cases-missing");
    assert_eq!(refusal(&Report::of("r.csv", "user_input,response\na,b\n")).0, "report/cases-missing");
    assert_eq!(
        refusal(&Report::of("r.jsonl", "{\"user_input\": \"a\", \"response\": \"b\"}\n")).0,
        "report/cases-missing"
    );
}

#[test]
fn damaged_tables_are_refused_with_their_place() {
    let of = |text: &str| refusal(&Report::of("r.csv", text));
    let short = of("user_input,response,score\na,b,1\nc,d\n");
    assert_eq!(short, ("report/file-damaged", "r.csv:3: 2 cells where the first line names 3 columns".to_owned()));
    assert_eq!(of("user_input,response,score\na,b,0.9").0, "report/file-damaged");
    assert_eq!(of("user_input,response,score,score\na,b,1,0\n").0, "report/choice-missing");
    let (check, message) = refusal(&edited(JSONL, &[("\"contains\":NaN", "\"contains\":Nan")]));
    assert_eq!(check, "report/file-damaged");
    assert!(message.starts_with("experiment.jsonl:3:"), "{message}");
    let (check, message) = refusal(&edited(JSONL, &[("\"contains\":NaN", "\"contains\":NaN,\"contains\":1")]));
    assert_eq!(check, "report/file-damaged");
    assert!(message.contains("`contains` stands twice"), "{message}");
}
