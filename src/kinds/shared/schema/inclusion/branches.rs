//! Inclusion in alternatives, negations and conditions.

use std::collections::HashSet;

use super::Proof;
use super::form::{Types, conjunction};
use super::left::Left;
use crate::kinds::shared::node::{Entry, Node, Value};

/// How many alternatives are compared for being apart.
const MAX_BRANCHES: usize = 64;

impl<'a> Proof<'a> {
    pub(super) fn in_branches(&mut self, left: &Left<'a>, part: &'a Node, entry: &'a Entry) -> bool {
        let node = &entry.node;
        match entry.key.as_str() {
            "anyOf" => node.elements().iter().any(|branch| self.within(left, branch)),
            "oneOf" => self.in_exactly_one(left, node.elements()),
            "not" => left.states(part, &["not"]) || self.is_apart(left, node),
            _ => left.states(part, &["if", "then", "else"]) || self.in_condition(left, part, node),
        }
    }

    fn in_exactly_one(&mut self, left: &Left<'a>, branches: &'a [Node]) -> bool {
        if branches.len() > MAX_BRANCHES {
            return false;
        }
        let Some(at) = branches.iter().position(|branch| self.within(left, branch)) else { return false };
        branches.iter().enumerate().all(|(other, branch)| other == at || self.is_apart(left, branch))
    }

    fn in_condition(&mut self, left: &Left<'a>, part: &'a Node, condition: &'a Node) -> bool {
        let (then, otherwise) = (part.get("then"), part.get("else"));
        let mut holds = |branch: Option<&'a Node>| branch.is_none_or(|branch| self.within(left, branch));
        let (then, otherwise) = (holds(then), holds(otherwise));
        match (then, otherwise) {
            (true, true) => true,
            (true, false) => self.within(left, condition),
            (false, true) => self.is_apart(left, condition),
            (false, false) => false,
        }
    }

    /// Whether no value of `left` satisfies `branch`, by types, listed values or a property that tells them apart.
    fn is_apart(&mut self, left: &Left<'a>, branch: &'a Node) -> bool {
        let Some(parts) = conjunction(self.wide, &[branch]) else { return false };
        parts.iter().any(|part| is_apart_from(left, part)) || self.is_apart_by_field(left, &parts)
    }

    /// A property that is always there and never as the other side has it, or that only the other side demands.
    fn is_apart_by_field(&mut self, left: &Left<'a>, parts: &[&'a Node]) -> bool {
        if left.types != Types::OBJECT {
            return false;
        }
        let demanded = parts.iter().filter_map(|part| part.get("required")).flat_map(Node::elements);
        let mut demanded = demanded.filter_map(Node::text);
        if demanded.any(|name| matches!(self.field(left, name), Ok(None))) {
            return true;
        }
        let required = left.required();
        let fields = parts.iter().filter_map(|part| part.get("properties")).flat_map(Node::entries);
        let mut fields = fields.filter(|field| required.contains(field.key.as_str()));
        fields.any(|field| {
            let own: Vec<&'a Node> = left.all("properties").filter_map(|own| own.get(&field.key)).collect();
            let Some(own) = Left::of(self.narrow, &own).filter(|_| !own.is_empty()) else { return false };
            conjunction(self.wide, &[&field.node]).is_some_and(|wide| wide.iter().any(|part| is_apart_from(&own, part)))
        })
    }
}

/// Whether the types or the listed values have nothing in common.
fn is_apart_from(left: &Left<'_>, part: &Node) -> bool {
    if part.value == Value::Bool(false) {
        return true;
    }
    let types = Types::declared(part).unwrap_or(Types::ALL);
    let listed = part.get("const").map(std::slice::from_ref).or_else(|| part.get("enum").map(Node::elements));
    match (&left.values, listed) {
        (Some(values), Some(listed)) => {
            let listed: HashSet<String> = listed.iter().map(Node::canonical).collect();
            !values.iter().any(|value| listed.contains(&value.canonical()))
        }
        (Some(values), None) => !values.iter().any(|value| Types::of(value).meets(types)),
        (None, Some(listed)) => !listed.iter().any(|value| Types::of(value).meets(left.types)),
        (None, None) => !left.types.meets(types),
    }
}
