//! Inspect's logs: real ones, every trap that was measured on them, and everything that is refused.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use pv::release::checks::{Check, Refused, report};
use pv::release::evidence::{Case, LATENCY, OUTPUT_LENGTH, Options, PASS_RATE, Revision, Tally};
use pv::release::formats::{LARGEST, Reading, Report, detect};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

fn bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/evidence/inspect");
    std::fs::read(folder.join(name)).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).unwrap()
}

fn read_as(file: &str, bytes: impl Into<Vec<u8>>, options: &Options) -> Result<Reading, Refused> {
    let report = Report::of(file, bytes);
    let format = detect(&report)?;
    assert_eq!(format.name, "inspect");
    (format.read)(&report, options)
}

fn read_with(name: &str, options: &Options) -> Result<Reading, Refused> {
    read_as(name, bytes(name), options)
}

fn read(name: &str) -> Reading {
    read_with(name, &Options::default()).unwrap()
}

fn refusal(file: &str, bytes: impl Into<Vec<u8>>) -> Refused {
    read_as(file, bytes, &Options::default()).unwrap_err()
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

fn scores(reading: &Reading, metric: &str) -> Vec<Option<Tally>> {
    reading.run.cases.iter().map(|case| case.scores.get(metric).copied()).collect()
}

fn once(sum: f64) -> Option<Tally> {
    Some(Tally { sum, n: 1 })
}

/// The grouped log with one place of it changed.
fn edited(from: &str, to: &str) -> String {
    let text = text("grouped.json");
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// An archive packed anew, with what `change` makes of each member.
fn repacked(name: &str, change: impl Fn(&str, Vec<u8>) -> Vec<(String, Vec<u8>)>) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(bytes(name))).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut member = from.by_index(index).unwrap();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        for (name, bytes) in change(&member.name().unwrap(), bytes) {
            to.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
            to.write_all(&bytes).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

fn unchanged(name: &str, bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    vec![(name.to_owned(), bytes)]
}

/// Sets bytes in the header and in the directory entry of a member: `local` and `central` are places in them.
fn patched(mut archive: Vec<u8>, name: &str, places: (usize, usize), value: &[u8]) -> Vec<u8> {
    let found = |signature: &[u8], length: usize| {
        archive.windows(length + name.len()).position(|at| at.starts_with(signature) && at.ends_with(name.as_bytes()))
    };
    let (local, central) = (found(b"PK\x03\x04", 30).unwrap(), found(b"PK\x01\x02", 46).unwrap());
    for place in [local + places.0, central + places.1] {
        archive[place..place + value.len()].copy_from_slice(value);
    }
    archive
}

#[test]
fn a_log_is_read_whole() {
    let reading = read("grouped.json");
    let run = &reading.run;
    assert_eq!(run.tool.as_deref(), Some("inspect_ai 0.3.285"));
    assert_eq!((run.model.as_deref(), run.planned), (Some("mockllm/model"), Some(3)));
    assert!(run.made.as_deref().unwrap().starts_with("2026-11-22T08:1"));
    assert_eq!(run.cases.iter().map(|case| &*case.id).collect::<Vec<_>>(), ["c1", "c2", "c3"]);
    assert_eq!(scores(&reading, PASS_RATE), [once(1.0), once(0.0), once(1.0)]);
    assert_eq!(scores(&reading, "match"), scores(&reading, PASS_RATE));
    assert_eq!(scores(&reading, OUTPUT_LENGTH), [once(33.0); 3]);
    assert!(case(&reading, "c1").scores[LATENCY].sum >= 1.0);
    assert!(["refunds", "refunds_core", "mockllm/model"].iter().all(|name| reading.names.contains(*name)));
    assert_eq!((run.revision.clone(), reading.prompts.len()), (None, 0));
}

/// T6: members are in Zstandard; the two forms of a log are read alike.
#[test]
fn an_archive_says_what_the_text_says() {
    let archive = bytes("grouped.eval");
    let mut zip = ZipArchive::new(Cursor::new(&*archive)).unwrap();
    assert_eq!(zip.by_name("header.json").unwrap().compression(), CompressionMethod::Zstd);
    let (packed, plain) = (read("grouped.eval"), read("grouped.json"));
    let outcome = |reading: &Reading| {
        let cases = reading.run.cases.iter();
        cases.map(|case| (case.id.clone(), case.strata.clone(), case.scores[PASS_RATE])).collect::<Vec<_>>()
    };
    assert_eq!(outcome(&packed), outcome(&plain));
    assert_eq!((packed.names, packed.run.planned), (plain.names, plain.run.planned));
    assert!(read_as("log.zip", archive, &Options::default()).is_ok(), "known by what it holds");
}

/// T4: the headline is the first stratum's metric; groups are strata, and nothing is taken from the headline.
#[test]
fn groups_are_strata_and_the_headline_is_not_read() {
    let reading = read("grouped.json");
    let lang = |id: &str| case(&reading, id).strata.clone();
    assert_eq!(lang("c1"), BTreeMap::from([("lang".into(), "en".into())]));
    assert_eq!(lang("c3"), BTreeMap::from([("lang".into(), "hi".into())]));
    let without = edited("\"metric\": \"en\"", "\"metric\": \"hi\"");
    assert_eq!(read_as("log.json", without, &Options::default()).unwrap(), reading);
}

#[test]
fn strata_that_are_asked_for_are_read_or_refused() {
    assert!(case(&read("stated.json"), "c2").strata.is_empty());
    let asked = read_with("stated.json", &strata(&["lang"])).unwrap();
    assert_eq!(case(&asked, "c2").strata["lang"], "hi");
    let refused = read_with("numbered.eval", &strata(&["lang"])).unwrap_err();
    assert_refused(&refused, &report::AMBIGUOUS, &["sample 1, epoch 1", "lang"]);
    assert!(refused.remedy.contains("--strata lang"), "{}", refused.remedy);
}

#[test]
fn a_key_of_ones_own_tells_cases_apart_or_is_refused() {
    let by = Options { case: Some("lang".into()), ..Options::default() };
    assert_refused(&read_with("grouped.json", &by).unwrap_err(), &report::DUPLICATED, &["case hi", "2 times"]);
}

/// T5: a run that died is a whole file.
#[test]
fn runs_that_did_not_end_well_are_refused() {
    for (name, words) in [
        ("broken.eval", ["status `error`", "the tool is not there"]),
        ("cancelled.eval", ["status `cancelled`", "cancelled.eval"]),
        ("killed.eval", ["did not end", "header.json"]),
    ] {
        assert_refused(&read_with(name, &Options::default()).unwrap_err(), &report::INCOMPLETE, &words);
    }
    for (from, to, word) in [
        ("\"invalidated\": false", "\"invalidated\": true", "struck out"),
        ("\"status\": \"success\"", "\"status\": \"started\"", "`started`"),
        ("\"completed_samples\": 3,", "\"completed_samples\": 3, \"logged_samples\": 2,", "2 of 3"),
        ("\"completed_samples\": 3,", "\"completed_samples\": 3, \"early_stopping\": {},", "stopped early"),
        ("\"completed_samples\": 3,", "\"completed_samples\": 2,", "2 of 3"),
        ("\"total_samples\": 3,", "\"total_samples\": 4,", "3 samples"),
        ("\"epochs\": 1,", "\"epochs\": 2,", "2 planned"),
        ("\"epoch\": 1,", "\"epoch\": 1, \"invalidation\": {\"author\": \"x\"},", "struck out"),
    ] {
        assert_refused(&refusal("log.json", edited(from, to)), &report::INCOMPLETE, &[word]);
    }
}

/// What `--limit` and `--sample-id` leave behind: the dataset's size stays, the ids are fewer.
#[test]
fn limited_runs_are_refused() {
    for name in ["limit.json", "limit.eval"] {
        let refused = read_with(name, &Options::default()).unwrap_err();
        assert_refused(&refused, &report::INCOMPLETE, &["limited to 2 of 3", "`limit` 2"]);
    }
    let refused = read_with("sampleid.eval", &Options::default()).unwrap_err();
    assert_refused(&refused, &report::INCOMPLETE, &["were chosen", "c1"]);
    assert_eq!(read("limit-over.eval").run.cases.len(), 3, "a limit beyond the dataset leaves nothing out");
    let range = |range: &str| edited("\"epochs\": 1,", &format!("\"epochs\": 1, \"limit\": {range},"));
    for limit in ["[0, 2]", "[1, 9]", "3", "\"2\"", "[0]"] {
        assert_refused(&refusal("log.json", range(limit)), &report::INCOMPLETE, &["limited"]);
    }
    assert!(read_as("log.json", range("[0, 9]"), &Options::default()).is_ok());
    let silent = edited("\"samples\": 3,", "\"samples\": 300,");
    assert_refused(&refusal("log.json", silent), &report::INCOMPLETE, &["3 of the 300"]);
    let missing = edited("\"c3\"\n", "\"c3\", \"c4\"\n");
    assert_refused(&refusal("log.json", missing), &report::INCOMPLETE, &["c4"]);
}

#[test]
fn epochs_are_attempts_at_one_case() {
    let reading = read("epochs3.eval");
    assert_eq!(reading.run.cases.iter().map(|case| case.attempts).collect::<Vec<_>>(), [3; 3]);
    let tally = |sum| Some(Tally { sum, n: 3 });
    assert_eq!(scores(&reading, PASS_RATE), [tally(3.0), tally(0.0), tally(3.0)]);
    assert_eq!(read("tworeducers.eval").run.cases.iter().map(|case| case.attempts).sum::<u32>(), 9);
}

/// T7: letters, truth values and numbers as Inspect's own reducers take them; nothing else.
#[test]
fn letters_are_the_numbers_that_inspect_makes_of_them() {
    assert_eq!(scores(&read("letters.eval"), PASS_RATE), [once(1.0), once(0.5), once(0.0)]);
    assert_eq!(scores(&read("booleans.eval"), PASS_RATE), [once(1.0), once(0.0), once(0.0)]);
    let refused = read_with("word.eval", &Options::default()).unwrap_err();
    assert_refused(&refused, &report::AMBIGUOUS, &["worded", "\"good\"", "sample c1"]);
    let refused = read_with("lists.eval", &Options::default()).unwrap_err();
    assert_refused(&refused, &report::AMBIGUOUS, &["listed", "[1"]);
}

#[test]
fn several_numbers_are_metrics_by_name_and_no_pass_rate() {
    let dicts = read("dicts.eval");
    let twice = |sum| Some(Tally { sum, n: 2 });
    assert_eq!(scores(&dicts, "dimensions.tone"), [twice(0.5); 3]);
    assert_eq!(scores(&dicts, "dimensions.fact"), [twice(2.0); 3]);
    let two = read("two.eval");
    assert_eq!(scores(&two, "words"), [once(4.0); 3]);
    assert_eq!(scores(&two, "includes"), [once(1.0), once(0.0), once(1.0)]);
    for reading in [dicts, two] {
        assert_eq!(scores(&reading, PASS_RATE), [None; 3]);
    }
}

#[test]
fn what_was_not_judged_is_an_error_and_no_failure() {
    for name in ["unscored.eval", "unscored.json"] {
        let reading = read(name);
        assert_eq!(scores(&reading, PASS_RATE), [once(1.0), None, once(1.0)]);
        assert_eq!((case(&reading, "c2").attempts, case(&reading, "c2").errors), (1, 1));
    }
    for name in ["tolerated.eval", "tolerated.json"] {
        let reading = read(name);
        assert_eq!(scores(&reading, PASS_RATE), [once(1.0), None, once(1.0)]);
        assert_eq!((case(&reading, "c2").attempts, case(&reading, "c2").errors), (1, 1));
    }
}

#[test]
fn numbers_that_are_none_are_refused() {
    let refused = read_with("inf.eval", &Options::default()).unwrap_err();
    assert_refused(&refused, &report::NOT_FINITE, &["infinite", "sample c1"]);
    for value in ["1e999", "-Infinity", "1e300"] {
        let edited = edited("\"value\": \"C\"", &format!("\"value\": {value}"));
        assert_refused(&refusal("log.json", edited), &report::NOT_FINITE, &["match", "sample c1"]);
    }
    let time = edited("\"total_time\": ", "\"total_time\": -");
    assert_refused(&refusal("log.json", time), &report::NOT_FINITE, &["total_time", "below zero"]);
}

#[test]
fn logs_without_samples_are_refused() {
    for name in ["nosamples.json", "nosamples.eval"] {
        let refused = read_with(name, &Options::default()).unwrap_err();
        assert_refused(&refused, &report::EMPTY, &["no samples"]);
        assert!(refused.remedy.contains("--no-log-samples"), "{}", refused.remedy);
    }
}

#[test]
fn the_commit_is_kept_with_its_state() {
    let commit = || "dd8ebce".to_owned();
    assert_eq!(read("revision.eval").run.revision, Some(Revision { commit: commit(), dirty: Some(false) }));
    assert_eq!(read("dirty.eval").run.revision, Some(Revision { commit: commit(), dirty: Some(true) }));
}

#[test]
fn digests_that_the_log_states_are_kept() {
    for name in ["stated.eval", "stated.json"] {
        let stated = read(name).stated;
        let stated: Vec<String> = stated.iter().map(|(id, digest)| format!("{id}={digest}")).collect();
        assert_eq!(stated, [format!("prompt:explain=blake3:{}", "1".repeat(64))]);
    }
    let tag = format!("pv.subjects=model:m=blake3:{}", "2".repeat(64));
    let tagged = edited("\"tags\": []", &format!("\"tags\": [\"nightly\", \"{tag}\"]"));
    assert_eq!(read_as("log.json", tagged, &Options::default()).unwrap().stated.len(), 1);
    let nonsense = edited("\"tags\": []", "\"tags\": [\"pv.subjects=x\"]");
    assert_refused(&refusal("log.json", nonsense), &report::UNREADABLE, &["pv.subjects"]);
}

#[test]
fn totals_that_are_not_those_of_the_samples_are_refused() {
    let stratum = edited("\"value\": 0.5,", "\"value\": 0.75,");
    assert_refused(&refusal("log.json", stratum), &report::CONTRADICTORY, &["metrics.hi", "0.75", "0.5"]);
    let overall = edited("\"value\": 0.6666666666666666,", "\"value\": 1.0,");
    assert_refused(&refusal("log.json", overall), &report::CONTRADICTORY, &["metrics.all"]);
    let sample = edited("\"value\": \"I\"", "\"value\": \"C\"");
    assert_refused(&refusal("log.json", sample), &report::CONTRADICTORY, &["states"]);
    let scored = edited("\"scored_samples\": 3", "\"scored_samples\": 2");
    assert_refused(&refusal("log.json", scored), &report::CONTRADICTORY, &["2 samples"]);
    let plain = text("limit.json").replacen("\"limit\": 2,", "", 1).replacen("\"samples\": 3", "\"samples\": 2", 1);
    let plain = plain.replacen("\"value\": 0.5,", "\"value\": 0.9,", 1);
    assert_refused(&refusal("log.json", plain), &report::CONTRADICTORY, &["metrics.accuracy", "0.9"]);
    let more = edited("\"total_samples\": 3,", "\"total_samples\": 2,");
    assert_refused(&refusal("log.json", more), &report::CONTRADICTORY, &["3 samples"]);
}

#[test]
fn samples_that_stand_twice_are_refused() {
    let twice = text("grouped.json").replace("\"id\": \"c2\",\n      \"epoch\"", "\"id\": \"c1\",\n      \"epoch\"");
    assert_refused(&refusal("log.json", twice), &report::DUPLICATED, &["sample c1, epoch 1"]);
    let ids = text("grouped.json").replace("\"id\": \"c1\",\n      \"epoch\"", "\"id\": 1,\n      \"epoch\"");
    let ids = ids.replace("\"id\": \"c2\",\n      \"epoch\"", "\"id\": \"1\",\n      \"epoch\"");
    assert_refused(&refusal("log.json", ids), &report::DUPLICATED, &["sample 1, epoch 1"]);
}

#[test]
fn answers_of_another_model_are_refused() {
    let fallback = edited("\"epoch\": 1,", "\"epoch\": 1, \"model_fallbacks\": [{\"model\": \"a\"}],");
    assert_refused(&refusal("log.json", fallback), &report::MIXED, &["sample c1", "mockllm/model"]);
    let options = Options { provider: Some("openai/gpt-x".into()), ..Options::default() };
    let refused = read_with("grouped.eval", &options).unwrap_err();
    assert_refused(&refused, &report::AMBIGUOUS, &["mockllm/model", "openai/gpt-x"]);
}

#[test]
fn other_versions_are_refused_by_their_number() {
    let refused = refusal("log.json", edited("\"version\": 2", "\"version\": 3"));
    assert_refused(&refused, &report::UNRECOGNISED, &["version 3"]);
}

#[test]
fn a_log_that_is_cut_off_is_refused() {
    for name in ["grouped.json", "grouped.eval"] {
        let whole = bytes(name);
        for step in 1..50 {
            let refused = refusal(name, &whole[..whole.len() * step / 50]);
            assert_refused(&refused, &report::UNREADABLE, &[name]);
        }
    }
    assert_refused(
        &refusal("grouped.json", &bytes("grouped.json")[..30_000]),
        &report::UNREADABLE,
        &["cut off", ".json:"],
    );
}

#[test]
fn garbage_is_refused_with_its_place() {
    let nested = edited("\"lang\": \"en\"", &format!("\"lang\": \"en\", \"deep\": {}", "[{\"a\":".repeat(100_000)));
    assert_refused(&refusal("log.json", nested), &report::UNREADABLE, &["log.json:"]);
    let twice = edited("\"lang\": \"en\"", "\"lang\": \"en\", \"lang\": \"hi\"");
    assert_refused(&refusal("log.json", twice), &report::UNREADABLE, &["`lang` stands twice"]);
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused() {
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("header.json", SimpleFileOptions::default().compression_method(CompressionMethod::Zstd)).unwrap();
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..=LARGEST >> 20 {
        bomb.write_all(&spaces).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    assert_refused(&refusal("bomb.eval", bomb), &report::TOO_LARGE, &["bomb.eval/header.json"]);
}

#[test]
fn an_archive_that_says_untruths_of_itself_is_refused() {
    let sound = repacked("grouped.eval", unchanged);
    assert_eq!(read_as("log.eval", sound.clone(), &Options::default()).unwrap(), read("grouped.eval"));
    let whole = u32::try_from(sound.len()).unwrap();
    for (what, places, value) in [
        ("encrypted", (6, 8), vec![1, 0]),
        ("method", (8, 10), vec![14, 0]),
        ("checksum", (14, 16), vec![1, 2, 3, 4]),
        ("packed size", (18, 20), whole.to_le_bytes().to_vec()),
        ("size", (22, 24), vec![1, 0, 0, 0]),
    ] {
        let refused = refusal("log.eval", patched(sound.clone(), "header.json", places, &value));
        assert_eq!(refused.check.id, report::UNREADABLE.id, "{what}: {}", refused.message);
        assert!(refused.message.contains("log.eval/header.json"), "{what}: {}", refused.message);
    }
    let mut damaged = sound;
    let inside = damaged.windows(17).position(|at| at == b"completed_samples").unwrap();
    damaged[inside] = b'C';
    assert_refused(&refusal("log.eval", damaged), &report::UNREADABLE, &["header.json", "damaged"]);
}

#[test]
fn members_of_one_name_and_missing_members_are_refused() {
    let renamed = repacked("grouped.eval", |name, bytes| {
        unchanged(if name == "reductions.json" { "header.jsox" } else { name }, bytes)
    });
    let twice: Vec<u8> = {
        let mut bytes = renamed;
        let places: Vec<usize> = (0..bytes.len() - 11).filter(|at| &bytes[*at..*at + 11] == b"header.jsox").collect();
        for place in places {
            bytes[place + 10] = b'n';
        }
        bytes
    };
    assert_refused(&refusal("log.eval", twice), &report::UNREADABLE, &["two members of one name"]);
    let without = |gone: &'static str| {
        repacked("grouped.eval", move |name, bytes| if name == gone { vec![] } else { unchanged(name, bytes) })
    };
    assert_refused(&refusal("log.eval", without("header.json")), &report::INCOMPLETE, &["did not end"]);
    assert_refused(&refusal("log.eval", without("summaries.json")), &report::EMPTY, &["no samples"]);
    let neither = repacked("grouped.eval", |name, bytes| {
        if name.contains("start") || name == "header.json" { vec![] } else { unchanged(name, bytes) }
    });
    assert_refused(&refusal("log.eval", neither), &report::UNREADABLE, &["without a header.json"]);
}

#[test]
fn a_summary_that_was_taken_out_is_missed() {
    let fewer = repacked("grouped.eval", |name, bytes| {
        if name != "summaries.json" {
            return unchanged(name, bytes);
        }
        let text = String::from_utf8(bytes).unwrap();
        let second = text.find(",{\"id\":\"c2\"").unwrap();
        let third = text.find(",{\"id\":\"c3\"").unwrap();
        unchanged(name, [&text[..second], &text[third..]].concat().into_bytes())
    });
    assert_refused(&refusal("log.eval", fewer), &report::INCOMPLETE, &["2 of the 3"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics_and_never_yields_nothing(
        name in prop::sample::select(vec!["grouped.json", "grouped.eval", "unscored.json", "epochs3.eval"]),
        stored in any::<bool>(),
        edits in vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..5),
    ) {
        let unpacked = stored && name.ends_with(".eval");
        let mut bytes = if unpacked { repacked(name, unchanged) } else { bytes(name) };
        for (place, byte, way) in edits {
            let place = place.index(bytes.len());
            match way {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        let report = Report::of(name, bytes);
        if let Ok(format) = detect(&report)
            && let Ok(reading) = (format.read)(&report, &Options::default())
        {
            prop_assert!(!reading.run.cases.is_empty());
            prop_assert!(reading.run.cases.iter().all(|case| case.attempts > 0));
        }
    }
}
