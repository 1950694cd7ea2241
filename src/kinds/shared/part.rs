//! Parts: the keyed pieces that an artefact is made of, compared piece by piece.
//!
//! An artefact's meaning is the canonical form of its parts (and of its texts and rows), so two meanings differ exactly
//! when some part does, and no change can slip through unseen.

use std::collections::{BTreeMap, HashMap};

use super::node::Node;
use super::tree_diff;
use crate::domain::{Event, Fact, Quote, SourceFile, Span};

/// One keyed piece of an artefact.
#[derive(Debug, Clone)]
pub struct Part {
    /// What sort of piece; becomes the fact's aspect.
    pub aspect: &'static str,
    /// Which one; unique within its aspect.
    pub key: String,
    /// Canonical value: equal values mean the same.
    pub value: String,
    /// Where it stands and what a person reads there.
    pub quote: Quote,
    /// Properties that rules ask for, copied to the fact (the new side's on a change).
    pub marks: Vec<&'static str>,
}

impl Part {
    /// `node` as one part.
    pub fn of(file: &SourceFile, aspect: &'static str, key: impl Into<String>, node: &Node) -> Self {
        let text = node.scalar().unwrap_or_else(|| node.canonical());
        let quote = file.quote_as(node.span, text);
        Self { aspect, key: key.into(), value: node.canonical(), quote, marks: Vec::new() }
    }

    /// A part for each element of a list of texts, keyed by the element: order is nothing. Any other node is one part.
    pub fn of_each(file: &SourceFile, aspect: &'static str, key: impl Into<String>, node: &Node) -> Vec<Self> {
        let texts: Option<Vec<&str>> = node.elements().iter().map(Node::text).collect();
        match texts {
            Some(texts) if !texts.is_empty() => texts
                .into_iter()
                .zip(node.elements())
                .map(|(text, node)| Self::named(file, aspect, text, node.span))
                .collect(),
            _ => vec![Self::of(file, aspect, key, node)],
        }
    }

    /// A part that is nothing but its name: an element of a set.
    pub fn named(file: &SourceFile, aspect: &'static str, name: &str, span: Span) -> Self {
        let quote = file.quote_as(span, name);
        Self { aspect, key: name.to_owned(), value: String::new(), quote, marks: Vec::new() }
    }
}

/// Numbers the parts that share aspect and key, so that none hides another.
pub fn make_unique(parts: &mut [Part]) {
    let mut seen: HashMap<(&'static str, String), usize> = HashMap::new();
    for part in parts {
        let times = seen.entry((part.aspect, part.key.clone())).or_default();
        *times += 1;
        if *times > 1 {
            part.key = format!("{}#{times}", part.key);
        }
    }
}

/// What differs between two sets of parts, in the order: changed, removed, added, moved; each sorted by aspect and key.
///
/// Elements of lists that have no name meet by what they hold, not by their number.
pub fn compare(old: &[Part], new: &[Part]) -> Vec<Fact> {
    let aligned = tree_diff::align(old, new);
    let mut facts = match &aligned {
        Some(aligned) => differences(&keyed(old), &keyed_by(new, &aligned.keys)),
        None => differences(&keyed(old), &keyed(new)),
    };
    facts.extend(aligned.into_iter().flat_map(|aligned| aligned.moves));
    // Where a list holds what is no part, its parts may have other numbers and nothing else.
    if facts.is_empty() { differences(&keyed(old), &keyed(new)) } else { facts }
}

/// Parts by aspect and key.
type Keyed<'p> = BTreeMap<(&'p str, &'p str), &'p Part>;

fn differences(before: &Keyed<'_>, after: &Keyed<'_>) -> Vec<Fact> {
    let changed = before.iter().filter_map(|(key, old)| {
        let new = after.get(key)?;
        (old.value != new.value).then(|| fact(Event::Changed, new).was(old.quote.clone()).is(new.quote.clone()))
    });
    let removed = before
        .iter()
        .filter(|(key, _)| !after.contains_key(*key))
        .map(|(_, old)| fact(Event::Removed, old).was(old.quote.clone()));
    let added = after
        .iter()
        .filter(|(key, _)| !before.contains_key(*key))
        .map(|(_, new)| fact(Event::Added, new).is(new.quote.clone()));
    changed.chain(removed).chain(added).collect()
}

/// Appends the canonical form of `parts` to `out`: sorted, each piece length-prefixed.
pub fn write_canonical(parts: &[Part], out: &mut Vec<u8>) {
    for ((aspect, key), part) in keyed(parts) {
        for piece in [aspect, key, &part.value] {
            out.extend_from_slice(&(piece.len() as u64).to_le_bytes());
            out.extend_from_slice(piece.as_bytes());
        }
    }
}

fn keyed(parts: &[Part]) -> Keyed<'_> {
    parts.iter().map(|part| ((part.aspect, part.key.as_str()), part)).collect()
}

fn keyed_by<'p>(parts: &'p [Part], keys: &'p [String]) -> Keyed<'p> {
    parts.iter().zip(keys).map(|(part, key)| ((part.aspect, key.as_str()), part)).collect()
}

fn fact(event: Event, part: &Part) -> Fact {
    let mut fact = Fact::new(part.aspect, event, part.key.clone());
    fact.marks.clone_from(&part.marks);
    fact
}
