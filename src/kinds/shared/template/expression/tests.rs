//! Expressions: free names, defaults, and what they come to when nothing is given.

use super::{read, split_at_word};

fn names(text: &str) -> Vec<(&str, bool)> {
    read(text, &|name| name == "item").names.into_iter().map(|free| (free.name, free.has_default)).collect()
}

fn asks(text: &str) -> Vec<&str> {
    read(text, &|_| false).asks.into_iter().collect()
}

#[test]
fn attributes_filters_tests_calls_and_keywords_are_not_free() {
    let text = "a.b | join(sep=c) and d is defined and f(e, key=\"x y\") and 3 and item";
    let found: Vec<&str> = names(text).into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, ["a", "c", "d", "e"]);
    assert_eq!(names("a[b.c](d)[1:e]"), [("a", false), ("b", false), ("d", false), ("e", false)]);
    assert_eq!(names("{'k': v, 'l': [w]}"), [("v", false), ("w", false)]);
    assert_eq!(names("a | default: 'x'"), [("a", true)]);
}

#[test]
fn what_can_be_left_out_has_a_default() {
    assert_eq!(names("x.y | default('a')"), [("x", true)]);
    assert_eq!(names("x or 'a'"), [("x", true)]);
    assert_eq!(names("x ?? 'a'"), [("x", true)]);
    assert_eq!(names("x or y"), [("x", false), ("y", false)]);
    assert_eq!(names("x | upper"), [("x", false)]);
    assert_eq!(names("x if x else 'a'"), [("x", true), ("x", true)]);
    assert_eq!(names("x if y else z"), [("x", true), ("y", true), ("z", false)]);
    assert_eq!(names("x if y is not defined else z"), [("x", false), ("y", true), ("z", true)]);
    assert_eq!(names("x | default(y)"), [("x", true), ("y", false)]);
}

#[test]
fn what_it_comes_to_when_nothing_is_given() {
    let truth = |text: &str| read(text, &|_| false).value.truth();
    for text in ["a", "a and b", "a or b", "not not a", "a == 'x'", "a | length > 0", "a is defined", "'x' in a"] {
        assert_eq!(truth(text), Some(false), "{text}");
    }
    for text in ["not a", "a != 'x'", "a is not defined", "a | length == 0", "a not in ['x']", "true", "a or 1"] {
        assert_eq!(truth(text), Some(true), "{text}");
    }
    for text in ["f(a)", "a > 3", "a + b", ""] {
        assert_eq!(truth(text), None, "{text}");
    }
}

#[test]
fn conditions_ask_for_names() {
    assert_eq!(asks("a != None and a != ''"), ["a"]);
    assert_eq!(asks("a and b.c"), ["a", "b"]);
    assert_eq!(asks("a or b"), [""; 0]);
    assert_eq!(asks("not a"), [""; 0]);
    assert_eq!(asks("a == 'x'"), ["a"]);
    assert_eq!(asks("a is defined and (b|length > 0)"), ["a", "b"]);
}

#[test]
fn words_split_outside_brackets() {
    assert_eq!(split_at_word("x in (a in b)", "in"), Some(("x ", " (a in b)")));
    assert_eq!(split_at_word("f('if') if b", "if"), Some(("f('if') ", " b")));
    assert_eq!(split_at_word("inner", "in"), None);
}

#[test]
fn depth_and_length_do_no_harm() {
    read(&"(".repeat(100_000), &|_| false);
    read(&"a if ".repeat(50_000), &|_| false);
    read(&"not ".repeat(50_000), &|_| false);
    read(&"a|b ".repeat(50_000), &|_| false);
}
