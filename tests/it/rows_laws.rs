//! Rows: what holds of any two sets, however they are ordered, cut, damaged or kept.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use pv::domain::{Content, Event, Fact, Problem, SourceFile};
use pv::kinds::shared::rows::{self, How, Layout, Profile, Rows, Table, Tolerance};
use pv::kinds::{Settings, Thresholds};

const CASES: Profile = Profile {
    aspect: "case",
    key_names: &["id", "name"],
    content_names: &["input"],
    role: |column| match column {
        "input" => "input",
        "expected" => "expected",
        "lang" => "stratum",
        _ => "other",
    },
    watch: |text| text.contains('@'),
};

/// Bytes that are read piece by piece, as from a file.
#[derive(Debug)]
struct Bytes(Vec<u8>);

impl Content for Bytes {
    fn size(&self) -> usize {
        self.0.len()
    }

    fn read_at(&self, offset: usize, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.0.get(offset..).unwrap_or_default();
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }
}

fn read_file(file: SourceFile, layout: Layout, settings: &Settings) -> (Rows, Vec<Problem>) {
    rows::read(vec![Table { file, layout }], &CASES, settings)
}

fn read(text: &str) -> Rows {
    read_file(SourceFile::new("cases.jsonl", text), Layout::JsonLines, &Settings::default()).0
}

fn read_large(text: &str, layout: Layout) -> (Rows, Vec<Problem>) {
    let content = Arc::new(Bytes(text.as_bytes().to_vec()));
    read_file(SourceFile::large("cases.jsonl", content), layout, &Settings::default())
}

fn compare(old: &Rows, new: &Rows) -> Vec<Fact> {
    let how = How { profile: &CASES, thresholds: &Thresholds::default(), elsewhere: HashSet::new() };
    rows::compare(old, new, &how)
}

fn told(facts: &[Fact]) -> Vec<String> {
    facts.iter().map(|fact| format!("{fact:?}")).collect()
}

fn canonical(rows: &Rows) -> Vec<u8> {
    let mut bytes = Vec::new();
    rows.write_canonical(&mut bytes);
    bytes
}

/// How many facts there are of each event, about rows alone.
fn counts(facts: &[Fact]) -> BTreeMap<Event, usize> {
    let mut counts = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.aspect == "case") {
        *counts.entry(fact.event).or_default() += fact.count;
    }
    counts
}

/// Rows of few ids and few values, so that sets share rows, repeat ids, and lack them.
fn row() -> impl Strategy<Value = String> {
    let id = prop::option::weighted(0.9, 0..8_u8);
    (id, 0..4_u8, 0..2_u8).prop_map(|(id, input, expected)| {
        let id = id.map_or_else(String::new, |id| format!("\"id\": \"{id}\", "));
        format!("{{{id}\"input\": \"i{input}\", \"expected\": \"e{expected}\", \"lang\": \"l{}\"}}\n", input % 2)
    })
}

fn swapped(event: Event) -> Event {
    match event {
        Event::Added => Event::Removed,
        Event::Removed => Event::Added,
        same => same,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_global_rejects: 50_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_other_direction_is_the_mirror_image(old in vec(row(), 0..9), new in vec(row(), 0..9)) {
        let (old, new) = (read(&old.concat()), read(&new.concat()));
        let forth = counts(&compare(&old, &new));
        let back: BTreeMap<Event, usize> =
            counts(&compare(&new, &old)).into_iter().map(|(event, count)| (swapped(event), count)).collect();
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn the_order_of_rows_decides_nothing_but_what_moved(old in vec(row(), 1..9), new in vec(row(), 1..9), turn in any::<Index>()) {
        let at = turn.index(new.len());
        let turned: String = new.iter().skip(at).chain(new.iter().take(at)).map(String::as_str).collect();
        let old = read(&old.concat());
        let still = |facts: Vec<Fact>| {
            let mut counts = counts(&facts);
            counts.remove(&Event::Moved);
            counts
        };
        let (plain, turned) = (read(&new.concat()), read(&turned));
        prop_assert_eq!(plain.keyed_by(), turned.keyed_by());
        prop_assert_eq!(still(compare(&old, &plain)), still(compare(&old, &turned)));
    }

    #[test]
    fn how_a_file_is_kept_and_by_how_many_threads_it_is_read_decides_nothing(
        old in vec(row(), 0..9), new in vec(row(), 0..9), damage in prop::option::of(any::<Index>()),
    ) {
        let (old, mut new) = (old.concat(), new.concat());
        if let Some(at) = damage.filter(|_| !new.is_empty()) {
            new.truncate(at.index(new.len()));
        }
        let held = |text: &str| read_file(SourceFile::new("cases.jsonl", text), Layout::JsonLines, &Settings::default());
        let (was, is) = (held(&old), held(&new));
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
        let large = one.install(|| (read_large(&old, Layout::JsonLines), read_large(&new, Layout::JsonLines)));
        prop_assert_eq!(&is.1, &large.1.1);
        prop_assert_eq!(canonical(&is.0), canonical(&large.1.0));
        prop_assert_eq!(told(&compare(&was.0, &is.0)), told(&one.install(|| compare(&large.0.0, &large.1.0))));
        prop_assert_eq!(told(&rows::unfit(&is.0, &CASES)), told(&rows::unfit(&large.1.0, &CASES)));
    }

    #[test]
    fn damaged_rows_are_read_or_refused(
        rows in vec(row(), 1..6), csv in any::<bool>(), cuts in vec((any::<Index>(), prop::sample::select(vec!["", "\"", "{", "}", ",", "\n", "\\", "\u{feff}", "é", "1e", "\\u12"])), 1..4),
    ) {
        let mut text = if csv { "id,input\n1,\"a \"\"b\"\"\nc\"\n2,d\n".repeat(3) } else { rows.concat() };
        for (at, put) in cuts {
            let mut at = at.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.replace_range(at..at, put);
        }
        let layout = if csv { Layout::Csv(b',') } else { Layout::JsonLines };
        let (held, problems) = read_file(SourceFile::new("cases.jsonl", &*text), layout.clone(), &Settings::default());
        let (large, faults) = read_large(&text, layout);
        prop_assert_eq!(canonical(&held), canonical(&large));
        prop_assert_eq!(problems, faults);
        compare(&held, &read(&rows.concat()));
    }

    #[test]
    fn rows_read_quickly_say_what_rows_read_in_full_say(value in json(), name in "[a-zé]{1,3}") {
        let plain = format!("{{\"{name}\": {value}, \"id\": 1}}\n");
        // A comment is left to the full reader.
        let in_full = plain.replacen('{', "{ /* */ ", 1);
        prop_assert_eq!(canonical(&read(&plain)), canonical(&read(&in_full)));
    }
}

/// JSON as people and programs write it.
fn json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| format!("{number:e}")),
        prop::sample::select(vec!["0", "-0", "1.0", "1e3", "0.10", "-1.5E-2", "01", "1.", "12345678901234567890"])
            .prop_map(str::to_owned),
    ];
    let text = prop_oneof![
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap_or_default()),
        prop::sample::select(vec![r#""\u00e9\/\b""#, r#""\ud83d\ude00""#, r#""\ud83d""#, "\"tab\\t\"", "\"\u{7f}\""])
            .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![number, text, prop::sample::select(vec!["true", "false", "null"]).prop_map(str::to_owned)];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let member = ("[a-z]{1,2}", inner.clone());
        prop_oneof![
            vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(" , "))),
            vec(member, 0..4).prop_map(|members| {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!("\"{name}\" : {value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

#[test]
fn places_of_a_large_file_are_those_of_the_same_text() {
    let text: String = (0..20_000).map(|at| format!("{{\"id\": {at}, \"input\": \"é {at}\"}}\n")).collect();
    let (held, large) =
        (SourceFile::new("a", &*text), SourceFile::large("a", Arc::new(Bytes(text.clone().into_bytes()))));
    for offset in (0..text.len()).step_by(997).filter(|at| text.is_char_boundary(*at)) {
        assert_eq!(held.place(offset), large.place(offset), "{offset}");
        let line = held.place(offset).line;
        assert_eq!(held.line(line), large.line(line), "{offset}");
    }
    assert_eq!(held.whole(), large.whole());
}

#[test]
fn rows_with_one_key_are_compared_as_a_multiset() {
    let row = |input: &str| format!("{{\"id\": \"a\", \"input\": \"{input}\"}}\n");
    let settings = Settings { key: Some("id".into()), ..Settings::default() };
    let read = |text: String| read_file(SourceFile::new("a.jsonl", text), Layout::JsonLines, &settings).0;
    let old = read(row("1") + &row("2") + &row("3"));
    let facts = compare(&old, &read(row("3") + &row("1") + &row("x")));
    let told: Vec<_> = facts.iter().map(|fact| (fact.event, fact.old_text(), fact.new_text())).collect();
    assert_eq!(told, [(Event::Changed, "input: 2", "input: x"), (Event::Moved, "", "")]);
}

#[test]
fn rows_that_share_a_stratum_go_as_one() {
    let row = |at: usize, lang: &str| format!("{{\"id\": {at}, \"input\": \"i{at}\", \"lang\": \"{lang}\"}}\n");
    let old: String = (0..40).map(|at| row(at, if at % 2 == 0 { "hi" } else { "en" })).collect();
    let new: String = (0..40)
        .filter(|at| at % 2 == 1 || *at >= 28)
        .map(|at| row(at, if at % 2 == 0 { "hi" } else { "en" }))
        .collect();
    let facts = compare(&read(&old), &read(&new));
    let removed = facts.iter().find(|fact| fact.is_about("case", Event::Removed)).expect("one fact");
    assert_eq!((removed.count, removed.subject.as_str()), (14, "lang = hi"));
    assert!(facts.iter().any(|fact| fact.is_about("stratum", Event::Changed) && fact.subject == "lang = hi"));
    assert!(facts.iter().any(|fact| fact.aspect == "set" && fact.has("shrunk")));
}

#[test]
fn numbers_within_the_tolerance_are_form() {
    let settings =
        Settings { tolerance: [("score".to_owned(), Tolerance::Absolute(0.01))].into(), ..Settings::default() };
    let read = |text: &str| read_file(SourceFile::new("a.csv", text), Layout::Csv(b','), &settings).0;
    let facts = compare(&read("id,score\n1,0.5\n2,0.7\n"), &read("id,score\n1,0.505\n2,0.9\n"));
    let marks: Vec<_> = facts.iter().map(|fact| (fact.subject.as_str(), fact.marks[0])).collect();
    assert_eq!(marks, [("1", "within-tolerance"), ("2", "other")]);
}

#[test]
fn rows_without_a_key_that_were_edited_are_the_same_rows() {
    let old = "{\"input\": \"where does the parcel stay so long\", \"expected\": \"a\"}\n{\"input\": \"x\", \"expected\": \"b\"}\n";
    let new = old.replace("so long", "for so long");
    let facts = compare(&read(old), &read(&new));
    assert_eq!(counts(&facts), BTreeMap::from([(Event::Changed, 1)]));
}
