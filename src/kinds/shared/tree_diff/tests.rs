//! Lists that lose, gain, swap and edit elements; subtrees that come, go and move; lists of a hundred thousand.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

use super::{Folding, fold};
use crate::domain::{Event, Fact, SourceFile};
use crate::kinds::shared::document::{Syntax, parse};
use crate::kinds::shared::leaves::leaves;
use crate::kinds::shared::part::{self, Part};

const ALL: Folding = Folding { whole: &["config"], moved: &["config"] };

fn parts(text: &str) -> Vec<Part> {
    let file = SourceFile::new("a.yaml", text);
    let root = parse(&file, file.whole(), Syntax::Yaml).expect("valid");
    leaves(&root, &|_| false).iter().map(|leaf| Part::of(&file, "config", leaf.path(), leaf.node)).collect()
}

fn told(facts: &[Fact]) -> Vec<(Event, String, usize)> {
    facts.iter().map(|fact| (fact.event, fact.subject.clone(), fact.count)).collect()
}

fn compared(old: &str, new: &str) -> Vec<(Event, String, usize)> {
    told(&part::compare(&parts(old), &parts(new)))
}

fn folded(old: &str, new: &str) -> Vec<(Event, String, usize)> {
    let (old, new) = (parts(old), parts(new));
    told(&fold(part::compare(&old, &new), &old, &new, ALL))
}

fn fact(event: Event, subject: &str, count: usize) -> (Event, String, usize) {
    (event, subject.to_owned(), count)
}

#[test]
fn an_element_in_front_is_one_fact_and_the_others_keep_their_identity() {
    let old = "steps:\n- {do: a, in: 1}\n- {do: b, in: 2}\n";
    let new = "steps:\n- {do: z, in: 9}\n- {do: a, in: 1}\n- {do: b, in: 2}\n";
    assert_eq!(folded(old, new), [fact(Event::Added, "steps[0]", 2)]);
    assert_eq!(folded(new, old), [fact(Event::Removed, "steps[0]", 2)]);
}

#[test]
fn an_element_that_changed_and_moved_is_both() {
    let old = "steps:\n- {do: a, in: 1}\n- {do: b, in: 2}\n- {do: c, in: 3}\n- {do: d, in: 4, as: x}\n";
    let new = "steps:\n- {do: d, in: 4, as: y}\n- {do: a, in: 1}\n- {do: b, in: 2}\n- {do: c, in: 3}\n";
    assert_eq!(compared(old, new), [fact(Event::Changed, "steps[0].as", 1), fact(Event::Moved, "steps[0]", 1)]);
}

#[test]
fn one_of_many_equal_elements_goes_without_the_others_moving() {
    let old = "l:\n- {a: 1}\n- {a: 1}\n- {a: 2}\n- {a: 1}\n";
    assert_eq!(compared(old, "l:\n- {a: 1}\n- {a: 2}\n- {a: 1}\n"), [fact(Event::Removed, "l[1].a", 1)]);
}

#[test]
fn lists_within_lists_are_aligned_too() {
    let old = "l:\n- {a: x, m: [{b: 1}, {b: 2}]}\n- {a: y, m: [{b: 3}]}\n";
    let new = "l:\n- {a: y, m: [{b: 4}, {b: 3}]}\n- {a: x, m: [{b: 1}, {b: 2}]}\n";
    assert_eq!(compared(old, new), [fact(Event::Added, "l[0].m[0].b", 1), fact(Event::Moved, "l[0]", 1)]);
}

#[test]
fn a_subtree_under_another_key_is_renamed_or_moved() {
    let old = "a:\n  b: {x: 1, y: 2}\n  c: 3\n";
    assert_eq!(folded(old, "a:\n  d: {x: 1, y: 2}\n  c: 3\n"), [fact(Event::Renamed, "a.d", 2)]);
    assert_eq!(folded(old, "a:\n  c: 3\ne: {x: 1, y: 2}\n"), [fact(Event::Moved, "e", 2)]);
    // A flag that goes and another that comes are no rename.
    assert_eq!(folded("a: true\n", "b: true\n"), [fact(Event::Removed, "a", 1), fact(Event::Added, "b", 1)]);
}

#[test]
fn a_subtree_that_goes_is_one_fact() {
    let old = "a: {x: 1, y: {z: 2, w: 3}}\nb: 1\n";
    assert_eq!(folded(old, "b: 1\n"), [fact(Event::Removed, "a", 3)]);
    assert_eq!(folded(old, "a: {x: 1}\nb: 1\n"), [fact(Event::Removed, "a.y", 2)]);
    // What stands on both sides is not gone, even if it holds nothing of what it held.
    let others = folded(old, "a: {v: 7, u: 8}\nb: 1\n");
    assert_eq!(
        others,
        [
            fact(Event::Removed, "a.x", 1),
            fact(Event::Added, "a.u", 1),
            fact(Event::Added, "a.v", 1),
            fact(Event::Removed, "a.y", 2)
        ]
    );
}

#[test]
fn a_list_that_gets_names_keeps_its_elements() {
    let old = "l:\n- {name: m, v: 2}\n- {name: n, v: 3}\n";
    let new = "l:\n- {name: m, v: 2}\n- {name: n, v: 3}\n- {name: n, v: 4}\n";
    assert_eq!(folded(old, new), [fact(Event::Added, "l[2]", 2)]);
    assert_eq!(folded(new, old), [fact(Event::Removed, "l[2]", 2)]);
}

/// Elements of two leaves each.
fn long(values: impl Iterator<Item = usize>) -> Vec<Part> {
    let file = SourceFile::new("a.yaml", "x");
    let element = |(at, value): (usize, usize)| {
        ["a", "b"].map(|key| {
            let value = format!("{value}{key}");
            let quote = file.quote_as(file.whole(), value.clone());
            Part { aspect: "config", key: format!("l[{at}].{key}"), value, quote, marks: Vec::new() }
        })
    };
    values.enumerate().flat_map(element).collect()
}

/// A table of 10^10 cells would not end.
#[test]
fn a_hundred_thousand_elements_take_no_table() {
    const MANY: usize = 100_000;
    let (up, down) = (long(0..MANY), long((0..MANY).rev()));
    let facts = part::compare(&up, &down);
    assert_eq!(told(&facts), [fact(Event::Moved, "l", MANY - 1)]);
    let others = part::compare(&up, &long(MANY..2 * MANY));
    assert_eq!(others.len(), 2 * MANY, "each meets the one in its place");
    let (equal, fewer) = (long((0..MANY).map(|_| 1)), long((1..MANY).map(|_| 1)));
    assert_eq!(part::compare(&equal, &fewer).len(), 2);
    let whole = fold(part::compare(&up, &[]), &up, &[], ALL);
    assert_eq!(told(&whole), [fact(Event::Removed, "l", 2 * MANY)]);
}

fn document() -> impl Strategy<Value = String> {
    let element = (0..4_u8, 0..3_u8, any::<bool>());
    let list = vec(element, 0..7);
    (list.clone(), list, any::<bool>()).prop_map(|(first, second, is_nested)| {
        let line = |(a, b, has_more): &(u8, u8, bool)| {
            let more = if *has_more { ", m: [{p: 1}, {q: 2}]" } else { "" };
            format!("- {{a: {a}, b: {b}{more}}}\n")
        };
        let lines =
            |list: &[(u8, u8, bool)], indent: &str| list.iter().map(|e| format!("{indent}{}", line(e))).collect();
        let (first, second): (String, String) = (lines(&first, ""), lines(&second, "  "));
        let key = if is_nested { "n:\n  k:\n" } else { "o:\n  k:\n" };
        format!("x: 1\nl:\n{first}{key}{second}")
    })
}

proptest! {
    #[test]
    fn a_difference_is_told_and_the_inverse_is_the_mirror(old in document(), new in document()) {
        let (before, after) = (parts(&old), parts(&new));
        let canonical = |parts: &[Part]| { let mut out = Vec::new(); part::write_canonical(parts, &mut out); out };
        for whole in [false, true] {
            let compare = |a: &[Part], b: &[Part]| {
                let facts = part::compare(a, b);
                if whole { fold(facts, a, b, ALL) } else { facts }
            };
            let (there, back) = (compare(&before, &after), compare(&after, &before));
            prop_assert_eq!(there.is_empty(), canonical(&before) == canonical(&after));
            prop_assert!(compare(&before, &before).is_empty());
            let mut there: Vec<_> = there.into_iter().map(|f| (f.event, f.count, text(f.old), text(f.new))).collect();
            let mut back: Vec<_> =
                back.into_iter().map(|f| (mirrored(f.event), f.count, text(f.new), text(f.old))).collect();
            there.sort();
            back.sort();
            prop_assert_eq!(there, back);
        }
    }
}

fn text(quote: Option<crate::domain::Quote>) -> Option<(usize, String)> {
    quote.map(|quote| (quote.place.line, quote.text))
}

fn mirrored(event: Event) -> Event {
    match event {
        Event::Added => Event::Removed,
        Event::Removed => Event::Added,
        event => event,
    }
}
