//! Keyed rows: the laws of comparison, broken rows, and a large set in bounded time.

use std::collections::HashSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use pv::domain::{Event, Fact, Problem, SourceFile};
use pv::kinds::shared::document::Syntax;
use pv::kinds::shared::rows::{self, How, KeyedBy, Layout, Profile, Rows, Table};
use pv::kinds::{Settings, Thresholds};

const CASES: Profile = Profile {
    aspect: "case",
    key_names: &["id", "name"],
    content_names: &["input"],
    role: |column| if column == "input" { "input" } else { "other" },
    watch: |_| false,
};

fn read_with(path: &str, text: &str, layout: Layout, settings: &Settings) -> (Rows, Vec<Problem>) {
    rows::read(vec![Table { file: SourceFile::new(path, text), layout }], &CASES, settings)
}

fn read(text: &str) -> Rows {
    let (rows, problems) = read_with("cases.jsonl", text, Layout::JsonLines, &Settings::default());
    assert_eq!(problems, []);
    rows
}

fn told(facts: &[Fact]) -> Vec<String> {
    facts
        .iter()
        .map(|fact| format!("{} {:?} {} {:?} x{}", fact.aspect, fact.event, fact.subject, fact.marks, fact.count))
        .collect()
}

fn compare(old: &str, new: &str) -> Vec<String> {
    told(&differences(&read(old), &read(new)))
}

fn differences(old: &Rows, new: &Rows) -> Vec<Fact> {
    let how = How { profile: &CASES, thresholds: &Thresholds::default(), elsewhere: HashSet::new() };
    rows::compare(old, new, &how)
}

#[test]
fn every_difference_is_told_by_its_sort() {
    let old = "{\"id\": 1, \"input\": \"a\"}\n{\"id\": 2, \"input\": \"b\"}\n{\"id\": 3, \"input\": \"c\"}\n{\"id\": 4, \"input\": \"d\"}\n";
    let new = "{\"id\": 3, \"input\": \"c\"}\n{\"input\": \"A\", \"id\": 1}\n{\"id\": 5, \"input\": \"d\"}\n{\"id\": 6, \"input\": \"e\"}\n";
    let expected = [
        "case Renamed 4 [] x1",
        "case Changed 1 [\"input\"] x1",
        "case Removed 2 [] x1",
        "case Added 6 [] x1",
        "case Moved order [] x1",
    ];
    assert_eq!(compare(old, new), expected);
}

#[test]
fn only_the_changed_field_is_quoted_at_its_row() {
    let old = read("{\"id\": 1, \"input\": \"a\", \"x\": 1}\n{\"id\": 2, \"input\": \"b\", \"x\": 1}\n");
    let new = read("{\"id\": 1, \"input\": \"a\", \"x\": 1}\n{\"id\": 2, \"input\": \"b\", \"x\": 2}\n");
    let facts = differences(&old, &new);
    assert_eq!(facts.len(), 1);
    assert_eq!((facts[0].old_text(), facts[0].new_text()), ("x: 1", "x: 2"));
    assert_eq!(facts[0].new.as_ref().map(|quote| quote.place.line), Some(2));
}

#[test]
fn a_column_that_all_rows_gain_is_told_once() {
    let old = "{\"id\": 1, \"input\": \"a\"}\n{\"id\": 2, \"input\": \"b\"}\n";
    let new = "{\"id\": 1, \"input\": \"a\", \"x\": 1}\n{\"id\": 2, \"input\": \"b\", \"x\": 1}\n";
    assert_eq!(compare(old, new), ["column Added x [\"other\"] x1"]);
}

#[test]
fn a_broken_row_hides_no_other_row() {
    let text = "{\"id\": 1, \"input\": \"a\"}\n{\"id\": 2, \"input\": \n\n[3]\n{\"id\": 4, \"input\": \"d\"}\n";
    let (rows, problems) = read_with("cases.jsonl", text, Layout::JsonLines, &Settings::default());
    assert_eq!(rows.len(), 2);
    let places: Vec<_> =
        problems.iter().map(|problem| (problem.code, problem.place.line, problem.place.column)).collect();
    assert_eq!(places, [("json-syntax", 2, 19), ("row-not-object", 4, 1)]);
}

#[test]
fn many_broken_rows_are_counted() {
    let (_, problems) = read_with("cases.jsonl", &"{\n".repeat(1000), Layout::JsonLines, &Settings::default());
    assert_eq!(problems.len(), 21);
    assert!(problems[20].message.contains("980"), "{}", problems[20].message);
}

#[test]
fn repeated_and_missing_keys_are_unfit() {
    let settings = Settings { key: Some("id".into()), ..Settings::default() };
    let text = "{\"id\": 1, \"input\": \"a\"}\n{\"id\": 1, \"input\": \"b\"}\n{\"input\": \"c\"}\n";
    let (rows, _) = read_with("cases.jsonl", text, Layout::JsonLines, &settings);
    let facts = rows::unfit(&rows, &CASES);
    assert!(facts.iter().all(|fact| fact.event == Event::Unfit));
    let marks: Vec<_> =
        facts.iter().map(|fact| (fact.marks[0], fact.new.as_ref().map_or(0, |quote| quote.place.line))).collect();
    assert_eq!(marks, [("duplicate", 2), ("keyless", 3)]);
}

#[test]
fn an_id_that_few_rows_repeat_is_still_the_key() {
    let old = "{\"id\": \"a\", \"input\": \"1\"}\n{\"id\": \"b\", \"input\": \"2\"}\n";
    let new = format!("{old}{{\"id\": \"a\", \"input\": \"3\"}}\n");
    assert_eq!(compare(old, &new), ["case Added a [] x1"]);
    assert_eq!(told(&rows::unfit(&read(&new), &CASES)), ["case Unfit a [\"duplicate\"] x1"]);
}

#[test]
fn a_column_that_groups_rows_is_no_key() {
    let row = |column: &str, group: usize, at: usize| format!("{{\"{column}\": \"{group}\", \"input\": \"{at}\"}}\n");
    let set = |column: &str| (0..6).map(|at| row(column, at / 2, at)).collect::<String>();
    assert_ne!(*read(&set("id")).keyed_by(), KeyedBy::Column("id".into()));
    let few = row("category", 1, 1) + &row("category", 2, 2) + &row("category", 1, 3);
    assert_eq!(*read(&few).keyed_by(), KeyedBy::Content("input".into()));
}

#[test]
fn rows_are_the_same_in_every_layout() {
    let json = "[{\"id\": \"1\", \"input\": \"a\"}, {\"id\": \"2\", \"input\": \"b, \\\"c\\\"\\nd\"}]";
    let yaml = "tests:\n- id: '1'\n  input: a\n- id: '2'\n  input: \"b, \\\"c\\\"\\nd\"\n";
    let csv = "id,input\r\n1,a\r\n2,\"b, \"\"c\"\"\nd\"\r\n";
    let lines = "{\"id\": \"1\", \"input\": \"a\"}\n{\"id\": \"2\", \"input\": \"b, \\\"c\\\"\\nd\"}";
    let tables = [
        (json, Layout::Document(Syntax::Json, vec![])),
        (yaml, Layout::Document(Syntax::Yaml, vec!["tests".into()])),
        (csv, Layout::Csv(b',')),
        (lines, Layout::JsonLines),
    ];
    let all: Vec<Rows> = tables
        .into_iter()
        .map(|(text, layout)| {
            let (rows, problems) = read_with("cases", text, layout, &Settings::default());
            assert_eq!((rows.len(), problems), (2, vec![]));
            rows
        })
        .collect();
    for rows in &all {
        assert_eq!(told(&differences(&all[0], rows)), [""; 0]);
        assert_eq!(canonical(rows), canonical(&all[0]));
    }
    let changed = csv.replace("1,a", "1,z");
    let (new, _) = read_with("cases.csv", &changed, Layout::Csv(b','), &Settings::default());
    for rows in &all {
        assert_eq!(told(&differences(rows, &new)), ["case Changed 1 [\"input\"] x1"]);
    }
}

#[test]
fn csv_faults_are_placed() {
    let (rows, problems) =
        read_with("a.csv", "id,input\n1,a,extra\n2,b\n3,\"c\n4,d\n", Layout::Csv(b','), &Settings::default());
    assert_eq!(rows.len(), 1);
    let places: Vec<_> = problems.iter().map(|problem| (problem.code, problem.place.line)).collect();
    assert_eq!(places, [("csv-fields", 2), ("csv-quote", 4)]);
}

#[test]
fn without_a_key_the_content_tells_rows_apart() {
    assert_eq!(*read("{\"input\": \"a\"}\n{\"input\": \"b\"}\n").keyed_by(), KeyedBy::Content("input".into()));
    assert_eq!(*read("{\"input\": \"a\"}\n{\"input\": \"a\"}\n").keyed_by(), KeyedBy::Row);
    assert_eq!(*read("{\"case_id\": 7, \"z\": \"a\"}\n").keyed_by(), KeyedBy::Column("case_id".into()));
}

#[test]
fn a_hundred_thousand_rows_fold_into_a_few_facts() {
    let set = |suffix: &str| {
        (0..100_000).fold(String::new(), |mut text, at| {
            let _ =
                writeln!(text, "{{\"id\": {at}, \"input\": \"question {at}{suffix}\", \"expected\": \"answer {at}\"}}");
            text
        })
    };
    let facts = differences(&read(&set("")), &read(&set("?")));
    assert_eq!(facts.len(), 21);
    assert_eq!(facts.iter().map(|fact| fact.count).sum::<usize>(), 100_000);
}

fn canonical(rows: &Rows) -> Vec<u8> {
    let mut out = Vec::new();
    rows.write_canonical(&mut out);
    out
}

/// A small set of rows: few ids and few values, so that sets often share rows.
fn small_set() -> impl Strategy<Value = String> {
    let row = (prop::option::weighted(0.9, 0..6_u8), 0..3_u8, prop::option::of(0..2_u8), any::<bool>());
    prop::collection::vec(row, 0..7).prop_map(|rows| {
        rows.into_iter().fold(String::new(), |mut text, (id, input, other, swapped)| {
            let id = id.map(|id| format!("\"id\": \"{id}\"")).into_iter();
            let other = other.map(|other| format!("\"x\": {other}"));
            let mut fields: Vec<String> = id.chain([format!("\"input\": \"{input}\"")]).chain(other).collect();
            if swapped {
                fields.reverse();
            }
            let _ = writeln!(text, "{{{}}}", fields.join(", "));
            text
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fact_is_told_exactly_when_the_canonical_forms_differ(old in small_set(), new in small_set()) {
        let (old, new) = (read(&old), read(&new));
        let changes = differences(&old, &new).into_iter().filter(|fact| fact.event != Event::Unfit).count();
        prop_assert_eq!(changes > 0, canonical(&old) != canonical(&new));
    }
}
