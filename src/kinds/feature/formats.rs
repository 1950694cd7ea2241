//! Where features stand in a document: a `features` map, flagd and GO Feature Flag files.

use crate::kinds::shared::document;
use crate::kinds::shared::node::{Entry, Node};

/// Words of a path that make its documents worth reading.
const LIKELY_WORDS: [&str; 8] = ["feature", "features", "flag", "flags", "flagd", "rollout", "rollouts", "toggles"];

/// Keys of which the entry of a `features` map has at least one.
const TELLING: [&str; 5] = ["flag", "dependencies", "depends_on", "rollout", "canary_percentage"];

pub(super) fn is_likely(path: &str) -> bool {
    document::syntax_of(path).is_some() && document::mentions(path, &LIKELY_WORDS)
}

/// Whether a document is a set of features beyond doubt.
pub(super) fn holds_features(document: &Node) -> bool {
    !find(document).is_empty()
}

/// The features of a document, in its order.
pub(super) fn find(document: &Node) -> &[Entry] {
    let own = document.get("features").filter(|map| all(map, |node| TELLING.iter().any(|key| node.get(key).is_some())));
    let flagd = || document.get("flags").filter(|map| all(map, |node| node.get("variants").is_some()));
    let go = || Some(document).filter(|map| all(map, |node| node.get("variations").is_some()));
    own.or_else(flagd).or_else(go).map(Node::entries).unwrap_or_default()
}

fn all(map: &Node, is: impl Fn(&Node) -> bool) -> bool {
    !map.entries().is_empty() && map.entries().iter().all(|entry| is(&entry.node))
}
