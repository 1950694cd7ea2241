//! Reports of eval tools: each is known by one reader only, and no damaged one is taken for a whole one.

use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use pv::domain::{ArtefactId, Digest};
use pv::release::checks::Refused;
use pv::release::evidence::{Case, Options};
use pv::release::formats::{self, FORMATS, LARGEST, Reading, Report};

/// The report of `fixtures/evidence/<path>`, with the files that belong to it.
pub(crate) fn report(path: &str) -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/evidence").join(path);
    let named = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut report = Report::of(named(&path), std::fs::read(&path).unwrap());
    let format = formats::detect(&report).ok();
    for other in files_in(path.parent().unwrap()) {
        if format.is_some_and(|format| (format.belongs)(&named(&path), &named(&other))) {
            report.files.push((named(&other), std::fs::read(&other).unwrap()));
        }
    }
    report
}

/// The same report with `from` as `to` in all its files.
pub(crate) fn edited(path: &str, edits: &[(&str, &str)]) -> Report {
    let mut report = report(path);
    for (from, to) in edits {
        let before = report.clone();
        for (_, bytes) in &mut report.files {
            *bytes = String::from_utf8(bytes.clone()).unwrap().replace(from, to).into_bytes();
        }
        assert_ne!(report.files, before.files, "`{from}` stands in {path}");
    }
    report
}

/// Detects and reads.
pub(crate) fn read_as(report: &Report, options: &Options) -> Result<Reading, Refused> {
    formats::read(formats::detect(report)?, report, options)
}

/// Detects and reads, with nothing said.
pub(crate) fn read(report: &Report) -> Result<Reading, Refused> {
    read_as(report, &Options::default())
}

/// The check that refuses, and what it says.
pub(crate) fn refusal(report: &Report) -> (&'static str, String) {
    refusal_as(report, &Options::default())
}

/// The check that refuses, and what it says.
pub(crate) fn refusal_as(report: &Report, options: &Options) -> (&'static str, String) {
    let refused = read_as(report, options).unwrap_err();
    assert!(!refused.remedy.is_empty());
    (refused.check.id, refused.message)
}

/// `id attempts/errors {strata} metric=sum/n …`, a line a case.
pub(crate) fn shown(reading: &Reading) -> String {
    let line = |case: &Case| {
        let strata: Vec<String> = case.strata.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let scores: Vec<String> =
            case.scores.iter().map(|(name, tally)| format!("{name}={:.4}/{}", tally.sum, tally.n)).collect();
        let strata = strata.join(",");
        format!("{} {}/{} {{{strata}}} {}", case.id, case.attempts, case.errors, scores.join(" ")).trim_end().to_owned()
    };
    reading.run.cases.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Options with these strata.
pub(crate) fn by_strata(keys: &[&str]) -> Options {
    Options { strata: keys.iter().map(|key| (*key).to_owned()).collect(), ..Options::default() }
}

/// `prompt:explain_refund` as the digest of nothing.
pub(crate) fn a_subject() -> (ArtefactId, Digest) {
    ("prompt:explain_refund".parse().unwrap(), Digest::of(b""))
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Every report of the fixtures, by `tool/file`.
fn all() -> Vec<(String, Report)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/evidence");
    let folders = files_in(&root).into_iter().filter(|path| path.is_dir());
    let paths = folders.flat_map(|folder| files_in(&folder)).filter(|path| path.is_file());
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    paths.map(|path| (name(&path), report(&name(&path)))).collect()
}

fn asked() -> Options {
    Options { query: Some("q".to_owned()), window: Some("1h".to_owned()), ..Options::default() }
}

#[test]
fn every_report_is_known_by_the_reader_of_its_tool_and_by_no_other() {
    for (path, report) in all() {
        let (tool, _) = path.split_once('/').unwrap();
        assert_eq!(
            formats::detect(&report).map(|format| format.name).map_err(|refused| refused.message),
            Ok(tool),
            "{path}"
        );
    }
}

#[test]
fn what_is_no_report_is_known_by_none() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        "name,value\na,1\n",
        "<html></html>",
        "{\"status\": \"ok\", \"data\": [1]}",
        "PK\u{3}\u{4}",
        "{\"spec\": {\"replicas\": 1}}",
    ] {
        let refused = formats::detect(&Report::of("x", text)).map(|format| format.name).expect_err(text);
        assert_eq!(refused.check.id, "report/format-unrecognised");
    }
}

#[test]
fn readings_hold_cases_or_measures_and_their_cases_are_sorted_and_apart() {
    for (path, report) in all() {
        let Ok(reading) = read_as(&report, &asked()) else { continue };
        assert!(!reading.run.cases.is_empty() || !reading.run.measures.is_empty(), "{path}");
        assert_sound(&reading);
        let ids: Vec<&String> = reading.run.cases.iter().map(|case| &case.id).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{path}: {ids:?}");
    }
}

/// A document that is one JSON value, or one XML element, is refused at whatever byte it is cut.
#[test]
fn documents_that_are_cut_short_are_refused() {
    for (path, report) in all() {
        let (name, bytes) = report.main();
        let is_document =
            bytes.ends_with(b"}") || bytes.ends_with(b"}\n") || bytes.ends_with(b">") || bytes.ends_with(b">\n");
        if !is_document || name.ends_with(".jsonl") || bytes.len() > 20_000 {
            continue;
        }
        let format = formats::detect(&report).unwrap();
        for cut in 0..bytes.trim_ascii_end().len() {
            let mut short = report.clone();
            short.files[0].1.truncate(cut);
            let refused = (format.read)(&short, &asked()).map(|_| ()).expect_err(&path);
            assert!(!refused.message.is_empty());
        }
    }
}

/// What every user of a reading goes by.
fn assert_sound(reading: &Reading) {
    for case in &reading.run.cases {
        assert!(case.errors <= case.attempts && (case.attempts > 0 || case.scores.is_empty()), "{case:?}");
        for (metric, tally) in &case.scores {
            assert!(tally.n <= case.attempts && tally.sum.is_finite(), "{case:?}");
            assert!(metric != "pass_rate" || (0.0..=f64::from(tally.n)).contains(&tally.sum), "{case:?}");
        }
    }
}

/// Whoever names the format gets no further than whoever leaves it to be found out.
#[test]
fn a_report_that_is_too_large_is_read_by_no_format() {
    let report = Report::of("report", vec![0; LARGEST + 1]);
    let refusals = FORMATS.iter().map(|format| formats::read(format, &report, &asked()).map(|_| ()).unwrap_err());
    for refused in refusals.chain([formats::detect(&report).map(|_| ()).unwrap_err()]) {
        assert_eq!(refused.check.id, "report/size-exceeded");
    }
}

/// A key that stands twice says two things: in metadata, in scores, and in pv's own form.
#[test]
fn keys_that_stand_twice_are_refused_with_their_place() {
    let pv = "{\"predicateType\":\"urn:pv:evidence:1\",\"predicate\":{\"cases\":{\"run\":1,\"attempts\":1},\"perCase\":[\n\
              {\"id\":\"a\",\"attempts\":1,\"scores\":{\"s\":{\"sum\":0,\"n\":1},\"s\":{\"sum\":1,\"n\":1}}}]}}";
    let events = "{\"input\":1,\"scores\":{\"s\":1},\"metadata\":{\"case_id\":\"a\"}}\n\
                  {\"input\":1,\"scores\":{\"s\":1},\"metadata\":{\"case_id\":\"a\",\"case_id\":\"b\"}}\n";
    for (text, key) in [(pv, "s"), (events, "case_id")] {
        let (check, message) = refusal(&Report::of("r.json", text));
        assert_eq!(check, "report/file-damaged");
        assert!(message.starts_with("r.json:2:") && message.contains(&format!("`{key}` stands twice")), "{message}");
    }
}

/// Detection and reading take time and memory in proportion to the report, whatever stands in it.
#[test]
fn large_hostile_reports_are_read_or_refused() {
    let many = 300_000;
    let attributes: String = (0..many / 3).map(|at| format!(" a{at}=\"\"")).collect();
    let columns: Vec<String> = (0..many / 3).map(|at| format!("c{at}")).collect();
    let scores = |at: usize| format!("{{\"input\":{at},\"scores\":{{\"s{at}\":1}}}}\n");
    let rows = |at: usize| format!("{{\"user_input\":{at},\"response\":\"\",\"c{at}\":1}}\n");
    let inputs = [
        "[".repeat(many),
        "{\"a\":".repeat(many),
        format!("{{\"testCases\":{}", "[".repeat(many)),
        "\"".repeat(many),
        "\n".repeat(many),
        "NaN".repeat(many),
        "{\"spec\":{\"eval_name\":\"x\"}}\n".repeat(many / 10),
        "<testsuite>".repeat(many),
        format!("<testsuite><testcase name=\"a\"{attributes}/></testsuite>"),
        format!("user_input,response,{}\n", columns.join(",")),
        (0..20_000).map(scores).collect(),
        (0..20_000).map(rows).collect(),
    ];
    for input in &inputs {
        let report = Report::of("report", input.as_bytes());
        for format in FORMATS {
            (format.detect)(&report);
            _ = (format.read)(&report, &asked());
        }
    }
}

fn damage() -> impl Strategy<Value = (prop::sample::Index, prop::sample::Index, Vec<(prop::sample::Index, u8)>, u8)> {
    let byte = prop_oneof![any::<u8>(), prop::sample::select(b"{}[]:,\"\\<>/&;=0123456789.-eNn \n".to_vec())];
    (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        vec((any::<prop::sample::Index>(), byte), 1..6),
        0..4_u8,
    )
}

fn damaged(bytes: &[u8], cut: prop::sample::Index, edits: &[(prop::sample::Index, u8)], how: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, byte) in edits {
        let at = at.index(bytes.len().max(1)).min(bytes.len());
        match how {
            0 if at < bytes.len() => bytes[at] = *byte,
            1 if at < bytes.len() => _ = bytes.remove(at),
            2 => bytes.truncate(cut.index(bytes.len() + 1)),
            _ => bytes.insert(at, *byte),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_reports_are_read_or_refused(which in any::<prop::sample::Index>(), (file, cut, edits, how) in damage()) {
        thread_local!(static ALL: Vec<(String, Report)> = all());
        ALL.with(|all| {
            let (path, report) = which.get(all);
            let mut report = report.clone();
            let at = file.index(report.files.len());
            report.files[at].1 = damaged(&report.files[at].1, cut, &edits, how);
            for format in FORMATS {
                (format.detect)(&report);
                let own = path.starts_with(format.name);
                if let Some(reading) = own.then(|| (format.read)(&report, &asked()).ok()).flatten() {
                    assert!(!reading.run.cases.is_empty() || !reading.run.measures.is_empty(), "{path}");
                    assert_sound(&reading);
                }
            }
        });
    }
}
