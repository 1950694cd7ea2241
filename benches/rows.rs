//! Keyed rows in pv's own process: reading a set, and comparing two, in order, shuffled and written in another way.
//!
//! `cargo bench --bench rows`. Inputs are made here, from a fixed seed; every count is asserted before anything is timed.
#![expect(clippy::expect_used, reason = "a bench whose input is wrong has to stop")]

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pv::domain::{Event, SourceFile};
use pv::kinds::shared::rows::{self, How, Profile, Rows, Table};
use pv::kinds::{Settings, Thresholds};

const ROWS: usize = 100_000;

const CASES: Profile = Profile {
    aspect: "case",
    key_names: &["id"],
    content_names: &["input"],
    role: |column| if column == "input" { "input" } else { "other" },
    watch: |_| false,
};

/// Row `number`; those that are `written` in another way say the same.
fn row(number: usize, weight: usize, written: bool) -> String {
    let (id, word) = (format!("case-{number:08}"), number * 7919 % 10_007);
    let input =
        format!("what does policy {word} say about an order of {number} that was never delivered to its address");
    match written {
        false => format!("{{\"id\":\"{id}\",\"input\":\"{input}\",\"tags\":[\"a\",\"b\"],\"weight\":{weight}}}\n"),
        true => format!(
            "{{ \"weight\": {weight}.0, \"tags\": [\"a\", \"b\"], \"input\": \"{input}\", \"id\": \"{id}\" }}\n"
        ),
    }
}

/// The old set: all rows but the last 500.
fn old() -> String {
    (0..ROWS - 500).map(|number| row(number, 1, false)).collect()
}

/// The new set: the first 500 are gone, 500 came, every hundredth weighs more.
fn new(step: usize, written: bool) -> String {
    let order = (0..ROWS).map(|at| at * step % ROWS).filter(|number| *number >= 500);
    order.map(|number| row(number, 1 + usize::from(number % 100 == 0), written)).collect()
}

fn csv() -> String {
    let mut text = "id,input,weight\n".to_owned();
    for number in 0..ROWS {
        writeln!(text, "case-{number:08},\"what does policy {number} say, in short\",1").expect("a string takes it");
    }
    text
}

fn read(path: &str, text: &str) -> Rows {
    let layout = rows::layout_of(path).expect("a layout of rows");
    let tables = vec![Table { file: SourceFile::new(path, text), layout }];
    let (rows, problems) = rows::read(tables, &CASES, &Settings::default());
    assert_eq!((rows.is_empty(), problems.len()), (false, 0));
    rows
}

fn counts(old: &Rows, new: &Rows) -> BTreeMap<Event, usize> {
    let how = How { profile: &CASES, thresholds: &Thresholds::default(), elsewhere: HashSet::new() };
    let mut counts = BTreeMap::new();
    for fact in rows::compare(old, new, &how).iter().filter(|fact| fact.aspect == "case") {
        *counts.entry(fact.event).or_default() += fact.count;
    }
    counts.remove(&Event::Moved);
    counts
}

fn bench(criterion: &mut Criterion) {
    let was = old();
    let expected: BTreeMap<Event, usize> =
        [(Event::Added, 500), (Event::Removed, 500), (Event::Changed, (ROWS - 1000) / 100)].into();
    let mut group = criterion.benchmark_group("rows");
    group.sample_size(10);
    for (name, is) in [("in order", new(1, false)), ("shuffled", new(7919, false)), ("written anew", new(1, true))] {
        assert_eq!(counts(&read("a.jsonl", &was), &read("a.jsonl", &is)), expected, "{name}");
        group.throughput(Throughput::Bytes((was.len() + is.len()) as u64));
        group.bench_function(format!("read and compare, {name}"), |bencher| {
            bencher.iter(|| black_box(counts(&read("a.jsonl", &was), &read("a.jsonl", &is))));
        });
    }
    let sheet = csv();
    group.throughput(Throughput::Bytes(sheet.len() as u64));
    group.bench_function("read CSV", |bencher| bencher.iter(|| black_box(read("a.csv", &sheet))));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
