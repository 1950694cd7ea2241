//! The leaves of a document, each under a readable path: the keyed pieces of a definition or a manifest.

use std::collections::HashSet;

use super::node::{Entry, Node, Value};
use crate::domain::{Event, Fact, Span};

/// Fields that name an element of a list, so that an element keeps its path when others come and go.
const NAMES: [&str; 8] = ["name", "id", "metric", "key", "path", "source", "type", "task"];

/// A scalar, a list of scalars, or an empty collection, and where it hangs.
#[derive(Debug, Clone)]
pub struct Leaf<'n> {
    /// The keys from the root down; an element of a list is `[name]` or `[3]`.
    pub keys: Vec<String>,
    /// The value.
    pub node: &'n Node,
    /// From its key to its end.
    pub span: Span,
}

impl Leaf<'_> {
    /// The path as text: keys joined by dots, a key with a dot in quotes.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for key in &self.keys {
            if !path.is_empty() && !key.starts_with('[') {
                path.push('.');
            }
            path.push_str(key);
        }
        path
    }

    /// The last key that is no element of a list.
    pub fn name(&self) -> &str {
        self.keys.iter().rev().find(|key| !key.starts_with('[')).map_or("", |key| key.trim_matches('"'))
    }

    /// Whether some key of the path satisfies `is`.
    pub fn under(&self, is: impl Fn(&str) -> bool) -> bool {
        self.keys.iter().any(|key| is(key.trim_matches('"')))
    }
}

/// The leaves of `root` in source order; subtrees whose path `skip` accepts are left out.
pub fn leaves<'n>(root: &'n Node, skip: &dyn Fn(&[String]) -> bool) -> Vec<Leaf<'n>> {
    let mut found = Vec::new();
    walk(root, root.span, &mut Vec::new(), &mut |leaf| found.push(leaf), skip);
    found
}

fn walk<'n>(
    node: &'n Node,
    span: Span,
    keys: &mut Vec<String>,
    visit: &mut dyn FnMut(Leaf<'n>),
    skip: &dyn Fn(&[String]) -> bool,
) {
    if skip(keys) {
        return;
    }
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => {
            for entry in entries {
                keys.push(quoted(&entry.key));
                walk(&entry.node, entry.span(), keys, visit, skip);
                keys.pop();
            }
        }
        Value::List(nodes) if nodes.iter().any(|node| node.is_map() || node.is_list()) => {
            for (element, name) in nodes.iter().zip(element_names(nodes)) {
                keys.push(name);
                walk(element, element.span, keys, visit, skip);
                keys.pop();
            }
        }
        _ => visit(Leaf { keys: keys.clone(), node, span }),
    }
}

/// A key as it stands in a path: in quotes when it contains a dot, a bracket or a quote.
pub fn quoted(key: &str) -> String {
    let plain = !key.is_empty() && !key.contains(['.', '[', ']', '"']);
    if plain { key.to_owned() } else { format!("\"{}\"", key.replace('"', "\\\"")) }
}

/// `[name]` by the first naming field whose values tell all elements apart, else `[index]`.
fn element_names(nodes: &[Node]) -> Vec<String> {
    let by = |field: &str| -> Option<Vec<String>> {
        let names: Option<Vec<String>> = nodes.iter().map(|node| node.get(field)?.scalar()).collect();
        let names = names?;
        let distinct: HashSet<&String> = names.iter().collect();
        (distinct.len() == names.len()).then_some(names)
    };
    let names = NAMES.iter().find_map(|field| by(field));
    let names = names.unwrap_or_else(|| (0..nodes.len()).map(|at| at.to_string()).collect());
    names.into_iter().map(|name| format!("[{name}]")).collect()
}

/// The facts without those about what hangs under a member (a fact of `aspect`) that came or went as a whole.
pub fn without_descendants(facts: Vec<Fact>, aspect: &str) -> Vec<Fact> {
    let whole = |fact: &Fact| fact.aspect == aspect && matches!(fact.event, Event::Added | Event::Removed);
    let members: HashSet<(Event, String)> =
        facts.iter().filter(|fact| whole(fact)).map(|fact| (fact.event, fact.subject.clone())).collect();
    let hangs_under_member = |fact: &Fact| {
        let cuts = fact.subject.match_indices(['.', '[']).map(|(at, _)| at);
        let mut above = cuts.filter_map(|at| fact.subject.get(..at));
        above.any(|path| members.contains(&(fact.event, path.to_owned())))
    };
    facts.into_iter().filter(|fact| whole(fact) || !hangs_under_member(fact)).collect()
}

/// The entries of a map that are maps themselves.
pub fn map_entries(node: &Node) -> impl Iterator<Item = &Entry> {
    node.entries().iter().filter(|entry| entry.node.is_map())
}

#[cfg(test)]
mod tests {
    use super::super::document::{Syntax, parse};
    use super::*;
    use crate::domain::SourceFile;

    #[test]
    fn leaves_have_readable_paths() {
        let text = "a: 1\nx.v0: {args: [p, q], e: {}}\nl:\n- {name: m, v: 2}\n- {name: n, v: 3}\n";
        let file = SourceFile::new("a.yaml", text);
        let node = parse(&file, file.whole(), Syntax::Yaml).expect("valid");
        let paths: Vec<String> = leaves(&node, &|_| false).iter().map(Leaf::path).collect();
        let expected = ["a", "\"x.v0\".args", "\"x.v0\".e", "l[m].name", "l[m].v", "l[n].name", "l[n].v"];
        assert_eq!(paths, expected);
    }
}
