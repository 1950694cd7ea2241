//! Which removed property is an added one under another name.

use std::collections::BTreeSet;

use super::shape::{ALIASES, TEXT};
use crate::kinds::shared::node::{Entry, Node};

/// Name likeness (Jaro-Winkler) from which equal schemas count as one renamed property.
const ALIKE: f64 = 0.85;

/// Pairs of removed and added properties that are one, each used once; ambiguous candidates stay apart.
pub(super) fn pairs<'a>(
    gone: &[&'a Entry],
    come: &[&'a Entry],
    required: [&BTreeSet<&str>; 2],
) -> Vec<(&'a Entry, &'a Entry)> {
    let [was, is] = required;
    let alone = gone.len() == 1 && come.len() == 1;
    let is_pair = |old: &Entry, new: &Entry| {
        let same_demand = was.contains(old.key.as_str()) == is.contains(new.key.as_str());
        is_alias(old, new)
            || same_letters(old, new)
            || old.node.canonical() == new.node.canonical() && has_text(&old.node)
            || same_demand && same_constraints(old, new) && (alike(old, new) || alone)
    };
    let only = |old: &&'a Entry| {
        let mut candidates = come.iter().copied().filter(|new| is_pair(old, new));
        let first = candidates.next()?;
        candidates.next().is_none().then_some((*old, first))
    };
    let found: Vec<_> = gone.iter().filter_map(only).collect();
    let claimed_once = |new: &Entry| found.iter().filter(|(_, other)| other.key == new.key).count() == 1;
    found.iter().filter(|(_, new)| claimed_once(new)).copied().collect()
}

/// Whether `new` declares that it is still understood by the name of `old`.
pub(super) fn is_alias(old: &Entry, new: &Entry) -> bool {
    let aliases = ALIASES.into_iter().filter_map(|key| new.node.get(key));
    aliases.flat_map(Node::elements).any(|name| name.text() == Some(&old.key))
}

/// Whether `new` may stand for what `old` stood for: both declare one type, and it is the same.
pub(super) fn may_succeed(old: &Entry, new: &Entry) -> bool {
    let declared = |entry: &Entry| entry.node.get("type").map(Node::canonical);
    declared(old).is_some() && declared(old) == declared(new)
}

/// `threadID` and `thread_id`.
fn same_letters(old: &Entry, new: &Entry) -> bool {
    let letters =
        |key: &str| key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    letters(&old.key) == letters(&new.key)
}

/// `q` and `query`.
fn alike(old: &Entry, new: &Entry) -> bool {
    let (old, new) = (old.key.to_lowercase(), new.key.to_lowercase());
    old.starts_with(&new) || new.starts_with(&old) || strsim::jaro_winkler(&old, &new) >= ALIKE
}

fn has_text(node: &Node) -> bool {
    node.get("description").is_some()
}

fn same_constraints(old: &Entry, new: &Entry) -> bool {
    let constraints = |node: &Node| -> Vec<(String, String)> {
        let kept = node.entries().iter().filter(|entry| ![&TEXT[..], &ALIASES].concat().contains(&entry.key.as_str()));
        let mut all: Vec<_> = kept.map(|entry| (entry.key.clone(), entry.node.canonical())).collect();
        all.sort();
        all
    };
    constraints(&old.node) == constraints(&new.node)
}
