//! What prose comparison says about small edits, and what it must always hold to.

use proptest::prelude::{ProptestConfig, proptest};
use proptest::{prop_assert, prop_assert_eq};

use super::{Change, Edit, Form, UnitKind, compare};

fn edits(old: &str, new: &str) -> Vec<(Edit, String, String)> {
    let text =
        |text: &str, range: Option<std::ops::Range<usize>>| range.map_or_else(String::new, |r| text[r].to_owned());
    compare(old, new).into_iter().map(|change| (change.edit, text(old, change.old), text(new, change.new))).collect()
}

fn one(old: &str, new: &str) -> (Edit, String, String) {
    let mut found = edits(old, new);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_reworded_sentence_is_one_change() {
    let found =
        one("Be kind. Answer in at most three sentences. Go.", "Be kind. Answer in at most five sentences. Go.");
    assert_eq!(found.0, Edit::Reworded);
    assert_eq!(
        (found.1.as_str(), found.2.as_str()),
        ("Answer in at most three sentences.", "Answer in at most five sentences.")
    );
}

#[test]
fn a_new_item_and_a_lost_one_are_told_apart() {
    assert_eq!(one("- a b c\n- d e f\n", "- a b c\n- x y z\n- d e f\n").0, Edit::Added);
    assert_eq!(one("- a b c\n- x y z\n- d e f\n", "- a b c\n- d e f\n").0, Edit::Removed);
}

#[test]
fn a_moved_sentence_is_one_change() {
    let found = one("- keep this one here\n- b\n- c\n- d\n", "- b\n- c\n- d\n- keep this one here\n");
    assert_eq!(found, (Edit::Moved, "- keep this one here".into(), "- keep this one here".into()));
}

#[test]
fn a_whole_section_is_one_change() {
    let old = "# A\n\nText of a.\n";
    let new = "# A\n\nText of a.\n\n# B\n\nText of b. More.\n\n- item\n";
    let changes = compare(old, new);
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].edit, changes[0].kind), (Edit::Added, UnitKind::Heading));
    assert_eq!(changes[0].new.clone().map(|range| &new[range]), Some("# B\n\nText of b. More.\n\n- item"));
}

#[test]
fn a_heading_in_the_place_of_another_is_the_same_one() {
    let changes = compare("# OUPTUT\n\nText.\n", "# OUTPUT\n\nText.\n");
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].edit, changes[0].kind), (Edit::Reworded, UnitKind::Heading));
}

#[test]
fn form_is_told_from_words() {
    assert_eq!(one("Do it\n\nnow", "Do it\n\n\nnow").0, Edit::Reformed(Form::Whitespace));
    assert_eq!(one("- Do it", "* Do it").0, Edit::Reformed(Form::Markdown));
    assert_eq!(one("DO it", "Do it").0, Edit::Reformed(Form::Case));
    assert_eq!(one("Do it", "Do it!").0, Edit::Reformed(Form::Punctuation));
    assert_eq!(one("a ", "a").0, Edit::Reformed(Form::Whitespace));
}

#[test]
fn a_large_rewrite_ends_quickly() {
    let text = |word: &str| (0..5_000).map(|n| format!("- {word} number {n} of the list\n")).collect::<String>();
    assert!(!compare(&text("rule"), &text("law")).is_empty());
}

fn mirror(change: &Change) -> Change {
    change.clone().mirrored()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_difference_is_a_change_and_the_inverse_is_the_mirror(
        old in "([a-c]{1,2}|# |- |\\. |\n|\n\n| |[A-B]| x y z w |```\n){0,24}",
        new in "([a-c]{1,2}|# |- |\\. |\n|\n\n| |[A-B]| x y z w |```\n){0,24}",
    ) {
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        prop_assert_eq!(there.is_empty(), old == new);
        prop_assert_eq!(there.iter().map(mirror).collect::<Vec<_>>(), back);
    }

    #[test]
    fn bytes_outside_all_changes_are_equal(
        old in "([a-c]{1,2}|# |- |\\. |\n|\n\n| |[A-B]){0,16}",
        new in "([a-c]{1,2}|# |- |\\. |\n|\n\n| |[A-B]){0,16}",
    ) {
        let changes = compare(&old, &new);
        let rest = |text: &str, ranges: Vec<std::ops::Range<usize>>| -> String {
            text.char_indices().filter(|(at, _)| !ranges.iter().any(|range| range.contains(at))).map(|(_, c)| c).collect()
        };
        let before = rest(&old, changes.iter().filter_map(|change| change.old.clone()).collect());
        let after = rest(&new, changes.iter().filter_map(|change| change.new.clone()).collect());
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert!(squeeze(&before) == squeeze(&after), "{before:?} {after:?} {changes:?}");
    }
}
