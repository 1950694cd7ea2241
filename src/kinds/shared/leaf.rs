//! From the nodes of a document to parts: a part for each leaf, keyed by its dotted path.

use super::node::{Entry, Node};
use super::part::Part;
use crate::domain::SourceFile;

/// A value without maps below it, and where in its document it stands.
#[derive(Debug, Clone)]
pub struct Leaf<'n> {
    /// Dotted path of keys; elements of a list are named or numbered.
    pub path: String,
    /// The value: a scalar, a list of scalars, or an empty map.
    pub node: &'n Node,
}

impl Leaf<'_> {
    /// The last key of the path.
    pub fn key(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// The leaf as a part.
    pub fn part(&self, file: &SourceFile, aspect: &'static str) -> Part {
        part(file, aspect, self.path.clone(), self.node)
    }

    /// A part for each element of a list of texts, keyed by the element; anything else is one part.
    pub fn parts_of_elements(&self, file: &SourceFile, aspect: &'static str) -> Vec<Part> {
        elements(file, aspect, self.node).unwrap_or_else(|| vec![self.part(file, aspect)])
    }
}

/// The leaves of `entry`'s value, their paths beginning with its key.
pub fn leaves(entry: &Entry) -> Vec<Leaf<'_>> {
    let mut found = Vec::new();
    descend(entry.key.clone(), &entry.node, &mut found);
    found
}

fn descend<'n>(path: String, node: &'n Node, found: &mut Vec<Leaf<'n>>) {
    let is_nested_list = node.elements().iter().any(|element| element.is_map() || element.is_list());
    if !node.entries().is_empty() {
        for entry in node.entries() {
            descend(format!("{path}.{}", entry.key), &entry.node, found);
        }
    } else if is_nested_list {
        for (at, element) in node.elements().iter().enumerate() {
            descend(format!("{path}[{at}]"), element, found);
        }
    } else {
        found.push(Leaf { path, node });
    }
}

/// `node` as one part.
pub fn part(file: &SourceFile, aspect: &'static str, key: impl Into<String>, node: &Node) -> Part {
    let text = node.scalar().unwrap_or_else(|| node.canonical());
    Part { aspect, key: key.into(), value: node.canonical(), quote: file.quote_as(node.span, text), marks: Vec::new() }
}

/// A part for each element of a list of texts, keyed by the element; `None`: it is no such list.
pub fn elements(file: &SourceFile, aspect: &'static str, node: &Node) -> Option<Vec<Part>> {
    let texts: Vec<(&Node, &str)> = node.elements().iter().filter_map(|node| Some((node, node.text()?))).collect();
    let complete = node.is_list() && texts.len() == node.elements().len() && !texts.is_empty();
    complete.then(|| {
        let part = |(node, text): (&Node, &str)| Part {
            aspect,
            key: text.to_owned(),
            value: String::new(),
            quote: file.quote_as(node.span, text),
            marks: Vec::new(),
        };
        texts.into_iter().map(part).collect()
    })
}

/// Numbers the parts that share aspect and key, so that none hides another.
pub fn make_unique(parts: &mut [Part]) {
    let mut seen: std::collections::HashMap<(&'static str, String), usize> = std::collections::HashMap::new();
    for part in parts {
        let times = seen.entry((part.aspect, part.key.clone())).or_default();
        *times += 1;
        if *times > 1 {
            part.key = format!("{}#{times}", part.key);
        }
    }
}
