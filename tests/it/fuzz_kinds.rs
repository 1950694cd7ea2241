//! Damaged files through every kind, template engine, lock, listing and memo: read or refused, never a panic.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a failed step is a failed test")]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use pv::domain::{KindName, Problem, SourceFile};
use pv::kinds::shared::document;
use pv::kinds::shared::template::{self, Engine};
use pv::kinds::{Candidate, KINDS};
use pv::lock::{self, merge, record};
use pv::store::{Listing, Memo};

use crate::judged;

/// A fixture: the path that it stands for, its bytes, and the kind whose folder it is in.
struct Seed {
    path: String,
    bytes: Vec<u8>,
    kind: Option<KindName>,
}

fn seeds() -> &'static [Seed] {
    static SEEDS: OnceLock<Vec<Seed>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in ignore::WalkBuilder::new(&root).standard_filters(false).build().map(Result::unwrap) {
            paths.extend(entry.path().is_file().then(|| entry.path().to_owned()));
        }
        paths.sort();
        paths.iter().map(|path| seed(path, path.strip_prefix(&root).unwrap().to_str().unwrap())).collect()
    })
}

fn seed(file: &Path, name: &str) -> Seed {
    let kind = name.split('/').nth(1).and_then(|folder| folder.parse().ok());
    let inner = ["/old/", "/new/", "/valid/", "/invalid/"].iter().find_map(|side| Some(name.split_once(side)?.1));
    Seed { path: inner.unwrap_or(name).to_owned(), bytes: std::fs::read(file).unwrap(), kind }
}

/// One act of damage.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    Flip(Index, u8),
    Insert(Index, &'static str, usize),
    Repeat(Index, usize),
    Splice(Index, Index),
    Delete(Index, usize),
}

const ENGINES: [Engine; 8] = [
    Engine::Plain,
    Engine::FString,
    Engine::Jinja,
    Engine::Handlebars,
    Engine::Mustache,
    Engine::SemanticKernel,
    Engine::Promptl,
    Engine::Dollar,
];

const TOKENS: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "- ",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">-",
    "'",
    "\"",
    "\\",
    "#",
    "? ",
    " ",
    "\t",
    "\r\n",
    "\n",
    "{{",
    "}}",
    "{% if x %}",
    "{% endfor %}",
    "{#",
    "---\n",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "é",
    "0",
    "-1",
    "1e999",
    "99999999999999999999",
    "null",
    "true",
    "```",
    "<system>",
    "${x}",
    "{0}",
    "%(x)s",
    "2026-99-99",
    "😀",
];

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Damage::Cut),
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (at(), prop::sample::select(TOKENS.to_vec()), 1..4_usize)
            .prop_map(|(at, token, times)| Damage::Insert(at, token, times)),
        (at(), 1..200_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (at(), at()).prop_map(|(at, from)| Damage::Splice(at, from)),
        (at(), 1..60_usize).prop_map(|(at, length)| Damage::Delete(at, length)),
    ]
}

fn damaged(bytes: &[u8], acts: &[Damage]) -> Vec<u8> {
    acts.iter().fold(bytes.to_vec(), |mut bytes, act| {
        let place = |at: &Index| at.index(bytes.len() + 1);
        let end = |from: usize, length: usize| (from + length).min(bytes.len());
        match act {
            Damage::Cut(at) => bytes.truncate(place(at)),
            Damage::Flip(at, byte) => {
                let at = place(at);
                bytes.splice(at..end(at, 1), [*byte]);
            }
            Damage::Insert(at, token, times) => {
                let at = place(at);
                bytes.splice(at..at, token.repeat(*times).into_bytes());
            }
            Damage::Repeat(at, length) => {
                let at = place(at);
                let piece = bytes[at..end(at, *length)].to_vec();
                bytes.splice(at..at, piece);
            }
            Damage::Splice(at, from) => {
                let other = &seeds()[from.index(seeds().len())].bytes;
                let piece = &other[other.len() / 3..(other.len() / 3 + 200).min(other.len())];
                let at = place(at);
                bytes.splice(at..at, piece.to_vec());
            }
            Damage::Delete(at, length) => {
                let at = place(at);
                bytes.drain(at..end(at, *length));
            }
        }
        bytes
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn assert_told(problems: &[Problem], texts: [&str; 2]) {
    let lines = texts.map(|text| text.split('\n').count()).into_iter().max().unwrap();
    for problem in problems {
        assert!((1..=lines).contains(&problem.place.line) && problem.place.column > 0, "{problem:?}");
        assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{problem:?}");
    }
}

fn assert_recognised_without_panic(path: &str, text: &str) {
    let file = SourceFile::new(path, text);
    let document = document::syntax_of(&file.path).and_then(|syntax| document::parse(&file, file.whole(), syntax).ok());
    let candidate = Candidate { file: &file, document: document.as_ref() };
    for kind in KINDS {
        let _ = (kind.is_likely(path), kind.recognises(&candidate), kind.directory_of(path), kind.name_of_path(path));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_fixture_is_read_and_compared_or_refused(which in any::<Index>(), acts in vec(damage(), 1..5), other in any::<Index>()) {
        let seed = &seeds()[which.index(seeds().len())];
        let (old, new) = (text(&seed.bytes), text(&damaged(&seed.bytes, &acts)));
        let kind = seed.kind.unwrap_or(KindName::ALL[other.index(KindName::ALL.len())]);
        // `judge` asserts that there is a fact exactly where the meanings differ.
        for (old, new) in [(&old, &new), (&new, &old), (&new, &new)] {
            let (_, problems) = judged::judge(kind, &seed.path, old, new);
            assert_told(&problems, [old, new]);
        }
        assert_recognised_without_panic(&seed.path, &new);
    }

    #[test]
    fn any_file_is_read_as_any_kind_or_refused(which in any::<Index>(), acts in vec(damage(), 0..3), kind in any::<Index>(), as_path in any::<Index>()) {
        let (seed, path) = (&seeds()[which.index(seeds().len())], &seeds()[as_path.index(seeds().len())].path);
        let (old, new) = (text(&seed.bytes), text(&damaged(&seed.bytes, &acts)));
        let kind = KindName::ALL[kind.index(KindName::ALL.len())];
        let (_, problems) = judged::judge(kind, path, &old, &new);
        assert_told(&problems, [&old, &new]);
        assert_recognised_without_panic(path, &new);
    }

    #[test]
    fn every_template_engine_reads_any_text(text in "([ a-z.é#/^&!>|%$'\"()=\\n\\\\-]|\\{\\{|\\}\\}|\\{%|%\\}|\\{#|#\\}|\\{|\\}|if |else|end|for x in |each ){0,40}") {
        for engine in ENGINES {
            let scan = template::scan(&text, engine);
            let ranges = scan.uses.iter().map(|it| &it.range).chain(scan.guards.iter().map(|it| &it.range));
            for range in ranges.chain(scan.includes.iter().map(|it| &it.range)).chain(scan.faults.iter().map(|it| &it.range)) {
                prop_assert!(text.get(range.clone()).is_some(), "{engine:?}: {range:?} of {text:?}");
            }
        }
    }

    #[test]
    fn damaged_locks_records_and_conflicts_are_read_or_refused(which in any::<Index>(), acts in vec(damage(), 1..5)) {
        let locks: Vec<&Seed> = seeds().iter().filter(|seed| seed.path.starts_with("lock/")).collect();
        let file = SourceFile::new("pv.lock", text(&damaged(&locks[which.index(locks.len())].bytes, &acts)));
        let marked = SourceFile::new("pv.lock", format!("<<<<<<< a\n{0}=======\n{0}>>>>>>> b\n", file.text));
        let told = [lock::decode(&file).err(), record::decode(&file).err(), merge::conflicted(&marked).err()];
        for problems in told.into_iter().flatten() {
            assert_told(&problems, [&file.text, &marked.text]);
        }
    }

    #[test]
    fn a_damaged_listing_is_refused_or_says_the_same(acts in vec(damage(), 1..5)) {
        let digest = "0".repeat(64);
        let listing = format!("pvtree1\nf {digest} 3\ta.md\nx {digest} 4\tb/c%0a.sh\nl {digest} 5\tlink\n");
        let bytes = damaged(listing.as_bytes(), &acts);
        if let Ok(listing) = Listing::decode(&bytes) {
            prop_assert_eq!(listing.encode(), bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_memo_remembers_nothing_wrong(acts in vec(damage(), 1..4)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memo-v1");
        let memo = Memo::load(&path);
        for n in 0..20_u8 {
            memo.insert(&[n; 32], &[n; 5]);
        }
        memo.save().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, damaged(&bytes, &acts)).unwrap();
        let memo = Memo::load(&path);
        for n in 0..20_u8 {
            prop_assert!(memo.get(&[n; 32]).is_none_or(|value| value == [n; 5]));
        }
    }
}
