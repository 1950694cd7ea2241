//! Prose comparison at scale and on damaged text: it ends, covers what differs, and mirrors itself.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::expect_used,
    reason = "the corpus is read in place, its absence is said aloud, and what it costs is printed"
)]

use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use pv::kinds::shared::prose::{self, Change, Edit, Mark, UnitKind};

const SENTENCES: usize = 100_000;

/// What an unoptimised build may take for 100,000 sentences on a busy machine; a table of all with all would take hours.
const PATIENCE: Duration = Duration::from_secs(60);

fn numbered(word: &str, count: usize) -> String {
    (0..count).map(|n| format!("- The {word} of order {n} is {} days.\n", n * 7 % 1000)).collect()
}

/// The changes, in time and without a gap.
fn timed(name: &str, old: &str, new: &str) -> Vec<Change> {
    let start = Instant::now();
    let changes = prose::compare(old, new);
    let took = start.elapsed();
    eprintln!("{name}: {} changes in {took:?}", changes.len());
    assert!(took < PATIENCE, "{name} took {took:?}");
    assert_covered(old, new, &changes);
    changes
}

/// Outside of all changes both texts say the same.
fn assert_covered(old: &str, new: &str, changes: &[Change]) {
    let (before, after) = (outside(old, changes, |change| &change.old), outside(new, changes, |change| &change.new));
    assert!(before == after, "{before:?} is not {after:?}: {changes:?}");
}

/// The words outside of all changes; moves put them in another order.
fn outside(text: &str, changes: &[Change], side: impl Fn(&Change) -> &Option<Range<usize>>) -> String {
    let mut ranges: Vec<Range<usize>> = changes.iter().filter_map(|change| side(change).clone()).collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let (mut rest, mut at) = (String::new(), 0);
    for range in ranges {
        rest.push_str(text.get(at..range.start).unwrap_or_default());
        at = at.max(range.end);
    }
    rest.push_str(&text[at..]);
    rest.split_whitespace().collect()
}

#[test]
fn a_hundred_thousand_equal_sentences_end() {
    let text = "- Answer in two sentences.\n".repeat(SENTENCES);
    let changes = timed("all equal, one more", &text, &(text.clone() + "- Answer in two sentences.\n"));
    assert_eq!(changes.len(), 1);
    let wordy = "- Answer in two sentences.\n- Ask.\n".repeat(SENTENCES / 10);
    let other = "- Ask.\n- Answer in three sentences.\n- Answer in two sentences.\n".repeat(SENTENCES / 10);
    assert!(!timed("two kinds, repeated", &wordy, &other).is_empty());
}

#[test]
fn a_hundred_thousand_unlike_sentences_end() {
    let changes =
        timed("all different", &numbered("refund", SENTENCES), &"Plain words stand here instead. ".repeat(SENTENCES));
    assert!(changes.iter().all(|change| matches!(change.edit, Edit::Added | Edit::Removed)));
}

#[test]
fn many_reworded_sentences_are_paired_or_it_is_said_that_they_are_not() {
    for count in [10_000, 60_000] {
        let (old, new) = (numbered("refund window", count), numbered("return window", count));
        let changes = timed("all reworded", &old, &new);
        let reworded = changes.iter().filter(|change| change.edit == Edit::Reworded).count();
        let degraded = changes.iter().filter(|change| change.has(Mark::Degraded)).count();
        eprintln!("{reworded} reworded, {degraded} degraded of {count}");
        assert!(
            reworded == count && degraded == 0 || degraded > 0,
            "{reworded} of {count} reworded, {degraded} degraded"
        );
    }
}

#[test]
fn a_hundred_thousand_interleaved_sentences_end() {
    let old = numbered("refund", SENTENCES);
    let new: String =
        old.lines().zip(numbered("parcel", SENTENCES).lines()).flat_map(|(a, b)| [a, "\n", b, "\n"]).collect();
    let changes = timed("interleaved", &old, &new);
    assert_eq!(changes.iter().filter(|change| change.edit == Edit::Added).count(), SENTENCES);
    let old = numbered("refund", SENTENCES / 5);
    let reversed: String = old.lines().rev().flat_map(|line| [line, "\n"]).collect();
    let changes = timed("reversed", &old, &reversed);
    assert!(changes.iter().all(|change| change.edit == Edit::Moved));
}

#[test]
fn deep_nesting_ends() {
    let tags = |count: usize, inner: &str| {
        let (opens, closes) = ("<a>\n".repeat(count), "</a>\n".repeat(count));
        format!("{opens}{inner}\n{closes}")
    };
    timed("deep tags", &tags(50_000, "Be kind to all."), &tags(50_000, "Be rude to all."));
    timed("deep tags moved", &(tags(20_000, "One.") + "# End\n"), &("# End\n".to_owned() + &tags(20_000, "Two.")));
    timed("open braces", &"{{ ".repeat(50_000), &"{{ \"".repeat(50_000));
    timed("one long word", &"a.".repeat(200_000), &"b.".repeat(200_000));
    timed("one long sentence", &"word ".repeat(200_000), &"other ".repeat(200_000));
}

#[test]
fn the_budget_runs_out_at_the_same_place_both_ways() {
    let sheet = |letters: &str| -> String {
        let row = |n: usize| -> String {
            letters.chars().cycle().skip(n % 7).step_by(n % 11 + 1).take(12).flat_map(|c| [c, ' ']).collect()
        };
        let head = |n: usize| if n.is_multiple_of(390) { format!("# Part {n}\n\n") } else { String::new() };
        (0..2_000).map(|n| format!("{}- {}\n", head(n), row(n))).collect()
    };
    let (old, new) = (sheet("abcdefghijklm"), sheet("nopqrstuvwxyz"));
    let (there, back) = (timed("sheets", &old, &new), prose::compare(&new, &old));
    let degraded = |changes: &[Change]| changes.iter().filter(|change| change.has(Mark::Degraded)).count();
    assert!(degraded(&there) > 0, "the budget reached");
    assert_eq!(degraded(&there), degraded(&back));
}

/// The edits of the corpus; none, loudly, where it is absent.
fn edits() -> Vec<(String, String)> {
    let folder = std::env::var("PV_CORPUS").map_or_else(|_| PathBuf::from("../shared/corpus"), PathBuf::from);
    let path = folder.join("prompt-edits.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is absent; set PV_CORPUS to the folder that holds it", path.display());
        return Vec::new();
    };
    let rows = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a row of JSON"));
    let side = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().replace("\r\n", "\n");
    rows.map(|row| (side(&row, "old"), side(&row, "new"))).collect()
}

fn mirrored(change: &Change) -> (Edit, UnitKind, Option<Range<usize>>, Option<Range<usize>>) {
    let edit = match change.edit {
        Edit::Added => Edit::Removed,
        Edit::Removed => Edit::Added,
        other => other,
    };
    (edit, change.kind, change.new.clone(), change.old.clone())
}

#[test]
fn real_edits_are_covered_and_mirrored() {
    let edits = edits();
    let mut worst = (Duration::ZERO, 0);
    let mut found: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let start = Instant::now();
    for (old, new) in &edits {
        let began = Instant::now();
        let changes = prose::compare(old, new);
        worst = worst.max((began.elapsed(), old.len() + new.len()));
        assert_eq!(changes.is_empty(), old == new);
        assert_covered(old, new, &changes);
        let back = prose::compare(new, old);
        let back: Vec<_> =
            back.iter().map(|change| (change.edit, change.kind, change.old.clone(), change.new.clone())).collect();
        assert_eq!(changes.iter().map(mirrored).collect::<Vec<_>>(), back);
        for change in &changes {
            *found.entry(format!("{:?}", change.edit)).or_default() += 1;
            change.marks.iter().for_each(|mark| *found.entry(format!("marked {mark:?}")).or_default() += 1);
        }
    }
    eprintln!("{} edits both ways in {:?}, the worst {worst:?}: {found:#?}", edits.len(), start.elapsed());
}

/// Pieces of Markdown, tags, templates and prose, well-formed and damaged.
const PIECES: &[&str] = &[
    "# Head\n",
    "## Sub\n",
    "Title\n---\n",
    "**Bold**\n",
    "- item one\n",
    "  - nested item\n",
    "1. first step\n",
    "2. second step\n",
    "3. third step\n",
    "<rules>\n",
    "</rules>\n",
    "<x>\n",
    "```\n",
    "```json\n",
    "| a | b |\n",
    "{% if a %}\n",
    "{{ name }}",
    "\"Quoted. Text.\" ",
    "`code. here` ",
    "Always be kind. ",
    "Never be kind. ",
    "Answer in 3 words. ",
    "Answer in 5 words. ",
    "Mr. Smith says so. ",
    "teh ",
    "the ",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "é",
    "\u{200b}",
    "\u{301}",
    "。",
    "…",
    "\"",
    "`",
    "{{",
    "$",
    "<",
    "***\n",
    "=\n",
    "(1) one\n",
    "> quoted\n",
];

fn text(pieces: &[u8]) -> String {
    pieces.iter().map(|&piece| PIECES[usize::from(piece) % PIECES.len()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_texts_are_covered_and_mirrored(
        old in proptest::collection::vec(any::<u8>(), 0..40),
        edits in proptest::collection::vec((any::<u8>(), any::<u8>(), 0..3_u8), 0..6),
    ) {
        let mut new = old.clone();
        for (at, piece, how) in edits {
            let at = usize::from(at) % (new.len() + 1);
            match how {
                0 => new.insert(at, piece),
                1 if at < new.len() => drop(new.remove(at)),
                _ if at < new.len() => new[at] = piece,
                _ => {}
            }
        }
        let (old, new) = (text(&old), text(&new));
        let changes = prose::compare(&old, &new);
        prop_assert_eq!(changes.is_empty(), old == new);
        prop_assert_eq!(&changes, &prose::compare(&old, &new));
        let back = prose::compare(&new, &old);
        let back: Vec<_> = back.iter().map(|change| (change.edit, change.kind, change.old.clone(), change.new.clone())).collect();
        prop_assert_eq!(changes.iter().map(mirrored).collect::<Vec<_>>(), back);
        let (before, after) =
            (outside(&old, &changes, |change| &change.old), outside(&new, &changes, |change| &change.new));
        prop_assert!(before == after, "{before:?} {after:?} {changes:?}");
    }
}
