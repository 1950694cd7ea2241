//! A line reader for front matter that is no strict YAML: `key: value` lines and `- item` lists.
//!
//! Cursor rules write `globs: **/*.ts` unquoted, which YAML takes for an alias. Their readers take lines, and so does
//! this one; it never guesses at deeper structure.

use std::collections::HashSet;

use super::document::{self, Syntax};
use super::node::{Entry, Node, Value};
use crate::domain::{SourceFile, Span};

/// Reads `region` line by line; `None` when some line is neither a key, an item, a comment nor blank.
pub(super) fn read(file: &SourceFile, region: Span) -> Option<Node> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut seen = HashSet::new();
    let mut start = region.start;
    for line in file.slice(region).split_inclusive('\n') {
        let span = trimmed(file, Span::new(start, start + line.len()));
        start += line.len();
        let text = file.slice(span);
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if text == "-" || text.starts_with("- ") {
            push_item(file, entries.last_mut()?, span)?;
        } else {
            let entry = key_line(file, span)?;
            seen.insert(entry.key.clone()).then_some(())?;
            entries.push(entry);
        }
    }
    (!entries.is_empty()).then_some(Node { span: region, value: Value::Map(entries) })
}

fn key_line(file: &SourceFile, line: Span) -> Option<Entry> {
    let text = file.slice(line);
    let colon = text.find(':')?;
    let key = text.get(..colon)?.trim_end();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$');
    let rest = text.get(colon + 1..)?;
    if key.is_empty() || !key.chars().all(is_word) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let key_span = Span::new(line.start, line.start + key.len());
    let node = value(file, trimmed(file, Span::new(line.start + colon + 1, line.end)));
    Some(Entry { key: key.to_owned(), key_span, node })
}

fn push_item(file: &SourceFile, entry: &mut Entry, line: Span) -> Option<()> {
    let item = value(file, trimmed(file, Span::new(line.start + 1, line.end)));
    if entry.node.value == Value::Null {
        entry.node = Node { span: line, value: Value::List(Vec::new()) };
    }
    let Value::List(items) = &mut entry.node.value else { return None };
    entry.node.span.end = line.end;
    items.push(item);
    Some(())
}

/// A value as YAML has it when it is a scalar or a list there, else the text as it stands.
fn value(file: &SourceFile, span: Span) -> Node {
    match document::parse(file, span, Syntax::Yaml) {
        Ok(node) if !node.is_map() => Node { span, value: node.value },
        _ => Node { span, value: Value::Text(file.slice(span).to_owned()) },
    }
}

fn trimmed(file: &SourceFile, span: Span) -> Span {
    let text = file.slice(span);
    let start = span.start + (text.len() - text.trim_start().len());
    Span::new(start, (span.start + text.trim_end().len()).max(start))
}
