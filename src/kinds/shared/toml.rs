//! TOML, from the spanned tables of the `toml` crate (which limits its own recursion).

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue, Error};

use super::node::{Entry, Node, Value};
use super::tree;
use crate::domain::{Problem, SourceFile, Span};

/// Reads `region` of `file` as a TOML document.
pub(super) fn parse(file: &SourceFile, region: Span) -> Result<Node, Vec<Problem>> {
    match DeTable::parse(file.slice(region)) {
        Ok(table) => Ok(Node { span: region, value: map(table.get_ref(), region) }),
        Err(error) => Err(vec![problem(file, region, &error)]),
    }
}

fn map(table: &DeTable<'_>, region: Span) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: within(region, key.span()),
            node: node(value, region),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span);
    Value::Map(entries)
}

fn node(value: &Spanned<DeValue<'_>>, region: Span) -> Node {
    let content = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => Value::Number(decimal(integer)),
        DeValue::Float(float) => Value::Number(float.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(moment) => Value::Text(moment.to_string()),
        DeValue::Array(elements) => Value::List(elements.iter().map(|element| node(element, region)).collect()),
        DeValue::Table(table) => map(table, region),
    };
    Node { span: within(region, value.span()), value: content }
}

fn decimal(integer: &DeInteger<'_>) -> String {
    if integer.radix() == 10 {
        return integer.as_str().to_owned();
    }
    u128::from_str_radix(integer.as_str(), integer.radix())
        .map_or_else(|_| integer.to_string(), |value| value.to_string())
}

fn within(region: Span, range: Range<usize>) -> Span {
    let place = |offset: usize| (region.start + offset).min(region.end);
    Span::new(place(range.start), place(range.end.max(range.start)))
}

fn problem(file: &SourceFile, region: Span, error: &Error) -> Problem {
    let span = within(region, error.span().unwrap_or_default());
    match error.message() {
        "duplicate key" => match first_place_of(file, region, span) {
            Some(first) => tree::duplicate(file, "toml-duplicate-key", first, span),
            None => syntax(file, span, "toml-duplicate-key", "this key or table is defined twice"),
        },
        message if message.contains("recurs") => tree::too_deep(file, span),
        message => syntax(file, span, "toml-syntax", message),
    }
}

fn syntax(file: &SourceFile, span: Span, code: &'static str, message: &str) -> Problem {
    Problem::at(file, span, code, message, "fix the TOML here; strings stand in quotes, tables as [name]")
}

/// The nearest key before `second` that is spelled like it, in what could be read of the document.
fn first_place_of(file: &SourceFile, region: Span, second: Span) -> Option<Span> {
    let (table, _) = DeTable::parse_recoverable(file.slice(region));
    let root = Node { span: region, value: map(table.get_ref(), region) };
    let mut waiting = vec![&root];
    let mut nearest = None;
    while let Some(node) = waiting.pop() {
        for entry in node.entries() {
            let same = file.slice(entry.key_span) == file.slice(second) && entry.key_span < second;
            nearest = nearest.max(same.then_some(entry.key_span));
            waiting.push(&entry.node);
        }
        waiting.extend(node.elements());
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::super::document::{Syntax, parse};
    use super::*;

    fn read(text: &str) -> Result<Node, Vec<Problem>> {
        let file = SourceFile::new("a.toml", text);
        parse(&file, file.whole(), Syntax::Toml)
    }

    #[test]
    fn tables_arrays_and_dates_become_one_tree_in_source_order() {
        let text = "z = 0x10\na = 2026-05-20\n[t]\nf = 1_000.5\n[[l]]\nx = 'y'\n[[l]]\nx = true\n";
        let node = read(text).expect("valid");
        let keys: Vec<&str> = node.entries().iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["z", "a", "t", "l"]);
        let expected = r#"{"a":"2026-05-20","l":[{"x":"y"},{"x":true}],"t":{"f":1000.5},"z":16}"#;
        assert_eq!(node.canonical(), expected);
    }

    #[test]
    fn a_key_that_stands_twice_names_both_places() {
        let problem = read("[t]\na = 1\nb = 2\na = 3\n").expect_err("twice").remove(0);
        assert_eq!((problem.code, problem.place.line, problem.place.column), ("toml-duplicate-key", 4, 1));
        assert!(problem.message.contains("line 2, column 1"), "{}", problem.message);
    }

    #[test]
    fn faults_are_placed() {
        let problem = read("a = 1\nb = = 2\n").expect_err("syntax").remove(0);
        assert_eq!((problem.code, problem.place.line, problem.place.column), ("toml-syntax", 2, 5));
    }

    #[test]
    fn hostile_depth_is_a_problem() {
        for text in [
            format!("a = {}", "[".repeat(100_000)),
            format!("a = {}", "{a=".repeat(100_000)),
            "a.".repeat(100_000) + "a = 1",
        ] {
            assert_eq!(read(&text).expect_err("deep").remove(0).code, "too-deep");
        }
    }
}
