//! Row trees and digests in pv's own process: build a tree, diff two, verify one; hash small and large contents.
//!
//! `cargo bench --bench trees`. Everything is in memory: what the disk adds, `benches/compare.sh` measures.
#![expect(clippy::expect_used, reason = "a bench whose input is wrong has to stop")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pv::domain::{AtHand, Content, Digest, Unheld};
use pv::tree::{self, Builder, Built, TreeError};

const ROWS: u64 = 100_000;

/// Chunks in memory.
#[derive(Debug, Default)]
struct Held(BTreeMap<Digest, Vec<u8>>);

impl AtHand for Held {
    fn bytes(&self, digest: &Digest) -> Result<Vec<u8>, Unheld> {
        self.0.get(digest).cloned().ok_or_else(|| Unheld::Absent(digest.clone()))
    }

    fn content(&self, digest: &Digest) -> Result<Arc<dyn Content>, Unheld> {
        Err(Unheld::Absent(digest.clone()))
    }
}

/// The tree of the documents of an index; those for which `is_changed` holds have another hash.
fn build(is_changed: impl Fn(u64) -> bool, keep: impl FnMut(&Digest, Vec<u8>) -> Result<(), String>) -> Built {
    let mut builder = Builder::new(keep);
    for row in 0..ROWS {
        let hash = blake3::hash(&(row * 2 + u64::from(is_changed(row))).to_le_bytes());
        let value =
            format!(r#"{{"hash":"b3:{hash}","id":"doc-{row:08}","meta":{{"chunks":{},"lang":"en"}}}}"#, row % 40);
        builder.push(format!("doc-{row:08}").as_bytes(), value.as_bytes()).expect("keys that ascend");
    }
    builder.finish().expect("a tree")
}

fn held(held: &mut Held, is_changed: impl Fn(u64) -> bool) -> Digest {
    let keep = |digest: &Digest, chunk| {
        held.0.insert(digest.clone(), chunk);
        Ok(())
    };
    build(is_changed, keep).root
}

fn trees(bench: &mut Criterion) {
    let mut store = Held::default();
    let old = held(&mut store, |_| false);
    let scattered = held(&mut store, |row| row % 1000 == 500);
    let clustered = held(&mut store, |row| (50_000..50_100).contains(&row));
    bench.bench_function("tree of 100,000 rows, build", |bencher| bencher.iter(|| build(|_| false, |_, _| Ok(()))));
    for (name, new) in [("scattered", &scattered), ("clustered", &clustered)] {
        let mut diff = || {
            let mut rows = 0;
            let mut count = |_: tree::Change<'_>| {
                rows += 1;
                Ok::<(), TreeError>(())
            };
            tree::diff((&old, &store), (new, &store), &mut count).expect("two trees");
            rows
        };
        assert_eq!(diff(), 100, "{name}: another number of rows differs");
        bench.bench_function(&format!("tree of 100,000 rows, diff of 100 {name}"), |bencher| bencher.iter(&mut diff));
    }
    bench.bench_function("tree of 100,000 rows, verify", |bencher| bencher.iter(|| verified(&old, &store)));
}

/// How many chunks are what their names say.
fn verified(root: &Digest, store: &Held) -> usize {
    let mut intact = 0;
    let mut visit = |digest: &Digest| {
        intact += usize::from(store.bytes(digest).is_ok_and(|bytes| Digest::of(&bytes) == *digest));
        true
    };
    tree::each_chunk(root, store, &mut visit).expect("a whole tree");
    intact
}

fn hashing(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("digest");
    for (name, bytes) in [("of 2 KB", 2_000_usize), ("of 16 MiB", 16 << 20)] {
        let content = vec![b'x'; bytes];
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |bencher| bencher.iter(|| Digest::of(black_box(&content))));
    }
    group.finish();
}

criterion_group!(benches, trees, hashing);
criterion_main!(benches);
