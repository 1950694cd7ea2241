//! Schemas made of schemas: alternatives, conjunctions, conditions.

use super::walk::{Pair, Step, Walk};
use crate::domain::{Event, Fact};
use crate::kinds::shared::node::Node;

/// The keywords compared here.
pub(super) const KNOWN: [&str; 5] = ["allOf", "if", "then", "else", "not"];

impl<'a> Walk<'a> {
    pub(super) fn compare_combinations(&mut self, pair: &Pair<'a>) {
        let branches = Branches { aspect: "schema-variant", added: "widened", removed: "narrowed" };
        self.compare_branches(&pair.path, &branches, [pair.old.variants.clone(), pair.new.variants.clone()]);
        let all = |node: Option<&'a Node>| node.map(Node::elements).unwrap_or_default().iter().collect();
        let branches = Branches { aspect: "schema-all-of", added: "narrowed", removed: "widened" };
        self.compare_branches(&pair.path, &branches, [all(pair.old.get("allOf")), all(pair.new.get("allOf"))]);
        for keyword in ["if", "then", "else", "not"] {
            self.keyword(pair, keyword, "schema-conditional", ["shifted"; 3]);
        }
    }

    /// Equal branches are one; then those of one label are compared; the rest came or went.
    fn compare_branches(&mut self, path: &str, branches: &Branches, [old, new]: [Vec<&'a Node>; 2]) {
        let (mut gone, mut come) = (old, new);
        pair_off(&mut gone, &mut come, |node| Some(node.canonical()));
        for (old, new) in pair_off(&mut gone, &mut come, label) {
            self.compare(Step::Branch, path, [old, new]);
        }
        for branch in gone {
            let quote = self.old.quote(branch.span);
            self.push(Fact::new(branches.aspect, Event::Removed, path).marked(branches.removed).was(quote));
        }
        for branch in come {
            let quote = self.new.quote(branch.span);
            self.push(Fact::new(branches.aspect, Event::Added, path).marked(branches.added).is(quote));
        }
    }
}

struct Branches {
    aspect: &'static str,
    added: &'static str,
    removed: &'static str,
}

/// Takes out the pairs that have one key, and returns them.
fn pair_off<'a>(
    gone: &mut Vec<&'a Node>,
    come: &mut Vec<&'a Node>,
    key: impl Fn(&Node) -> Option<String>,
) -> Vec<(&'a Node, &'a Node)> {
    let mut pairs = Vec::new();
    gone.retain(|old| {
        let wanted = key(old);
        let at = come.iter().position(|new| wanted.is_some() && key(new) == wanted);
        at.map(|at| pairs.push((*old, come.remove(at)))).is_none()
    });
    pairs
}

/// What a branch calls itself: its title, its reference, its discriminating constant, else its type.
fn label(branch: &Node) -> Option<String> {
    let own = ["title", "$ref"].into_iter().find_map(|key| branch.get(key)).and_then(Node::scalar);
    let constant = || {
        let fields = branch.get("properties").map(Node::entries).unwrap_or_default();
        let constant = fields.iter().find_map(|field| field.node.get("const").map(|value| (field, value)))?;
        Some(format!("{}={}", constant.0.key, constant.1.canonical()))
    };
    own.or_else(constant).or_else(|| branch.get("type").and_then(Node::scalar))
}
