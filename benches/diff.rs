//! What pv does in its own process, without git: parse and compare, read and write a lock, load the memo.
//!
//! `cargo bench --bench diff`. Inputs are made here, from a fixed seed.
#![expect(clippy::expect_used, reason = "a bench whose input is wrong has to stop")]

use std::collections::BTreeSet;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pv::diff::{self, Discovery, Selected};
use pv::domain::{ArtefactId, Digest, KindName, Meaning, SourceFile, Version};
use pv::git::Snapshot;
use pv::kinds::Basis;
use pv::lock::{self, Entry, Lock, Release};
use pv::store::Memo;

const WORDS: &[&str] = &[
    "answer", "the", "customer", "in", "plain", "language", "never", "promise", "a", "refund", "before", "you",
    "checked", "order", "quote", "policy", "section", "that", "applies", "and", "ask", "for", "missing", "details",
];

/// A linear congruential generator: the same words on every machine.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }

    fn sentence(&mut self) -> String {
        let words: Vec<&str> = (0..8 + self.below(12)).map(|_| WORDS[self.below(WORDS.len())]).collect();
        words.join(" ")
    }
}

/// The sections of a prompt of about `bytes` bytes.
fn sections(bytes: usize) -> Vec<String> {
    let mut seeded = Seeded(5);
    let mut sections = Vec::new();
    for number in 1..=bytes / 3300 {
        let mut section = format!("## {number}. {}\n\n", seeded.sentence());
        while section.len() < 3300 {
            section.push_str(&format!("- {}.\n", seeded.sentence()));
        }
        sections.push(section);
    }
    sections
}

/// A prompt before and after: sections moved, one taken out, one word in every fourth changed.
fn prompts(bytes: usize) -> (String, String) {
    let old = sections(bytes);
    let mut new: Vec<String> = old.iter().enumerate().map(|(at, text)| edited(at, text)).collect();
    new.rotate_left(1);
    new.pop();
    (old.concat(), new.concat())
}

fn edited(at: usize, section: &str) -> String {
    if at.is_multiple_of(4) { section.replacen("refund", "replacement", 1) } else { section.to_owned() }
}

/// A tool schema with 40 properties, and the same with one more that is required.
fn tools() -> (String, String) {
    let property = |n: usize| format!(r#""p{n}": {{"type": "string", "description": "Parameter {n} of the search"}}"#);
    let tool = |count: usize, required: &str| {
        let properties: Vec<String> = (0..count).map(property).collect();
        format!(
            r#"{{"name": "search", "description": "Searches orders", "parameters": {{"type": "object", "properties": {{{}}}, "required": [{required}]}}}}"#,
            properties.join(", ")
        )
    };
    (tool(40, r#""p0""#), tool(41, r#""p0", "p40""#))
}

/// 10,000 rows, and the same with one in a hundred changed.
fn rows() -> (String, String) {
    let mut seeded = Seeded(7);
    let (mut old, mut new) = (String::new(), String::new());
    for id in 0..10_000 {
        let (input, expected) = (seeded.sentence(), seeded.sentence());
        let row =
            |expected: &str| format!("{{\"id\":\"e{id:05}\",\"input\":\"{input}\",\"expected\":\"{expected}\"}}\n");
        old.push_str(&row(&expected));
        new.push_str(&if id % 100 == 0 { row("escalate") } else { row(&expected) });
    }
    (old, new)
}

fn compare(bench: &mut Criterion, name: &str, kind: KindName, path: &str, (old, new): (String, String)) {
    let snapshot = |text: String| Snapshot::of_files(vec![(path.to_owned(), text.into_bytes())]);
    let (old, new) = (snapshot(old), snapshot(new));
    let select = move |_: &str| Some(Selected::of_kind(Some(kind)));
    let discovery = Discovery { select: Box::new(select), by_format: false, basis: Basis::default() };
    assert!(!diff::between(&old, &new, &discovery).artefacts.is_empty(), "{name}: nothing differs");
    bench.bench_function(name, |bencher| bencher.iter(|| diff::between(black_box(&old), black_box(&new), &discovery)));
}

fn comparisons(bench: &mut Criterion) {
    compare(bench, "prompt of 20 KB", KindName::Prompt, "prompts/a.md", prompts(20_000));
    compare(bench, "prompt of 200 KB", KindName::Prompt, "prompts/a.md", prompts(200_000));
    compare(bench, "tool schema", KindName::Tool, "tools/search.json", tools());
    compare(bench, "eval set of 10,000 rows", KindName::Eval, "evals/a.jsonl", rows());
}

fn lock_of(artefacts: usize) -> Lock {
    let entry = |n: usize| {
        let text = n.to_string();
        let entry = Entry {
            version: Version::FIRST,
            path: format!("prompts/area/p{n}.md"),
            digest: Digest::of(text.as_bytes()),
            meaning: Some(Meaning::of(text.as_bytes())),
            size: 2_000,
            store: None,
            elsewhere: std::collections::BTreeSet::new(),
            requires: BTreeSet::from([ArtefactId::new(KindName::Model, "fast")]),
        };
        (ArtefactId::new(KindName::Prompt, format!("p{n}")), entry)
    };
    let release = Release { name: "2026.11.21".parse().expect("a name"), previous: None };
    Lock { release: Some(release), artefacts: (0..artefacts).map(entry).collect(), unknown: Vec::new() }
}

fn locks(bench: &mut Criterion) {
    let lock = lock_of(10_000);
    let file = SourceFile::new(lock::PATH, lock::encode(&lock));
    assert_eq!(lock::decode(&file).expect("a lock"), lock, "the lock does not survive");
    bench.bench_function("lock of 10,000 artefacts, encode", |bencher| bencher.iter(|| lock::encode(black_box(&lock))));
    bench.bench_function("lock of 10,000 artefacts, decode", |bencher| bencher.iter(|| lock::decode(black_box(&file))));
}

fn memo(bench: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("memo-v1");
    let memo = Memo::load(&path);
    (0..20_000_u32).for_each(|n| memo.insert(blake3::hash(&n.to_le_bytes()).as_bytes(), &[b'x'; 80]));
    memo.save().expect("a memo");
    bench.bench_function("memo of 20,000 entries, load", |bencher| bencher.iter(|| Memo::load(black_box(&path))));
}

criterion_group!(benches, comparisons, locks, memo);
criterion_main!(benches);
