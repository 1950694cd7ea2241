//! Inclusion of objects: their properties, which are always there, and what else they hold.

use std::collections::BTreeSet;

use super::Proof;
use super::left::{Further, Left};
use super::values::{in_count, number};
use crate::kinds::shared::node::{Entry, Node, Value};

impl<'a> Proof<'a> {
    pub(super) fn in_object(&mut self, left: &Left<'a>, part: &'a Node, entry: &'a Entry) -> bool {
        if left.values.is_some() {
            // Listed objects are compared as values only.
            return false;
        }
        let node = &entry.node;
        match entry.key.as_str() {
            "properties" => node.entries().iter().all(|field| self.in_named(left, &field.key, &field.node)),
            "required" => node.elements().iter().filter_map(Node::text).all(|name| left.required().contains(name)),
            "additionalProperties" => self.in_further(left, part, node),
            "patternProperties" => node.entries().iter().all(|field| self.in_matching(left, field)),
            "minProperties" => {
                in_count(left, entry) || number(node).is_some_and(|least| left.required().len() as f64 >= least)
            }
            "maxProperties" => in_count(left, entry) || is_closed(left) && at_most(node, left.names().len()),
            "dependentRequired" | "dependentSchemas" | "dependencies" => {
                node.entries().iter().all(|field| self.in_dependency(left, field))
            }
            "unevaluatedProperties" => {
                matches!(node.value, Value::Bool(true)) || self.is_declared(left, part) || left.states_whole(part)
            }
            _ => left.states(part, &["propertyNames"]) || is_closed(left) && self.are_names(&left.names(), node),
        }
    }

    /// Whether each of `names` satisfies `wide`, where that says no more than a pattern, a list and a length.
    fn are_names(&mut self, names: &BTreeSet<&'a str>, wide: &'a Node) -> bool {
        wide.entries().iter().all(|entry| match (entry.key.as_str(), &entry.node) {
            ("type", node) => node.text() == Some("string"),
            ("pattern", node) => {
                node.text().is_some_and(|text| names.iter().all(|name| self.matches(text, name) == Some(true)))
            }
            ("enum", node) => names.iter().all(|name| node.elements().iter().any(|one| one.text() == Some(name))),
            ("minLength", node) => number(node).is_some_and(|least| names.iter().all(|name| length(name) >= least)),
            ("maxLength", node) => number(node).is_some_and(|most| names.iter().all(|name| length(name) <= most)),
            _ => false,
        }) && wide.is_map()
    }

    /// The schemas of the value at `name`; `None`: such a property is never there.
    ///
    /// # Errors
    /// It is undecided whether a pattern matches the name.
    pub(super) fn field(&mut self, left: &Left<'a>, name: &str) -> Result<Option<Vec<&'a Node>>, ()> {
        let mut schemas = Vec::new();
        for part in &left.parts {
            let own = part.get("properties").and_then(|fields| fields.get(name));
            let mut is_named = own.is_some();
            schemas.extend(own);
            for field in part.get("patternProperties").map_or(&[][..], Node::entries) {
                if self.matches(&field.key, name).ok_or(())? {
                    schemas.push(&field.node);
                    is_named = true;
                }
            }
            if !is_named {
                schemas.extend(part.get("additionalProperties"));
            }
        }
        if schemas.iter().any(|node| node.value == Value::Bool(false)) {
            return Ok(None);
        }
        let is_declared = left.names().contains(name)
            || left.required().contains(name)
            || !schemas.is_empty() && schemas.iter().any(|node| !matches!(node.value, Value::Bool(_)));
        let is_there = is_declared || !matches!(left.further(), Further::None);
        Ok(is_there.then_some(schemas))
    }

    /// Every property that `part` does not name must satisfy `wide`.
    fn in_further(&mut self, left: &Left<'a>, part: &'a Node, wide: &'a Node) -> bool {
        if wide.value == Value::Bool(true) || wide.is_map() && wide.entries().is_empty() {
            return true;
        }
        let named = part.get("properties").map_or(&[][..], Node::entries);
        let patterns = part.get("patternProperties").map_or(&[][..], Node::entries);
        for name in left.names().into_iter().chain(left.required()) {
            let mut is_named = named.iter().any(|field| field.key == name);
            for pattern in patterns {
                match self.matches(&pattern.key, name) {
                    Some(is_match) => is_named |= is_match,
                    None => return false,
                }
            }
            if !is_named && !self.in_named(left, name, wide) {
                return false;
            }
        }
        let known = |pattern: &str| patterns.iter().any(|field| field.key == pattern);
        let own = left.patterns().into_iter().filter(|(pattern, _)| !known(pattern));
        own.collect::<Vec<_>>().into_iter().all(|(_, node)| self.part_holds(&[node], wide))
            && self.rest_holds(left, wide)
    }

    /// What the left side holds under names that it does not give.
    fn rest_holds(&mut self, left: &Left<'a>, wide: &'a Node) -> bool {
        match left.further() {
            Further::None => true,
            Further::Any => self.part_holds(&[], wide),
            Further::Only(schemas) => self.part_holds(&schemas, wide),
        }
    }

    fn in_matching(&mut self, left: &Left<'a>, wide: &'a Entry) -> bool {
        for name in left.names() {
            let admitted = match self.matches(&wide.key, name) {
                Some(true) => self.in_named(left, name, &wide.node),
                Some(false) => true,
                None => false,
            };
            if !admitted {
                return false;
            }
        }
        left.patterns().into_iter().all(|(_, node)| self.part_holds(&[node], &wide.node))
            && self.rest_holds(left, &wide.node)
    }

    fn in_named(&mut self, left: &Left<'a>, name: &str, wide: &'a Node) -> bool {
        match self.field(left, name) {
            Ok(None) => true,
            Ok(Some(schemas)) => self.part_holds(&schemas, wide),
            Err(()) => false,
        }
    }

    /// Where the property `field` is there, its list of names or its schema must hold.
    fn in_dependency(&mut self, left: &Left<'a>, field: &'a Entry) -> bool {
        if matches!(self.field(left, &field.key), Ok(None)) {
            return true;
        }
        if !field.node.is_list() {
            return self.within(left, &field.node);
        }
        let mut sure = left.required();
        for keyword in ["dependentRequired", "dependencies"] {
            let own = left.all(keyword).filter_map(|all| all.get(&field.key));
            sure.extend(own.flat_map(Node::elements).filter_map(Node::text));
        }
        field.node.elements().iter().filter_map(Node::text).all(|name| sure.contains(name))
    }

    /// Whether `part` itself, without any combination, declares everything that the left side holds.
    fn is_declared(&self, left: &Left<'a>, part: &Node) -> bool {
        let named = part.get("properties").map_or(&[][..], Node::entries);
        is_closed(left) && left.names().iter().all(|name| named.iter().any(|field| field.key == *name))
    }
}

fn length(name: &str) -> f64 {
    name.chars().count() as f64
}

fn is_closed(left: &Left<'_>) -> bool {
    left.patterns().is_empty() && matches!(left.further(), Further::None)
}

fn at_most(node: &Node, count: usize) -> bool {
    number(node).is_some_and(|most| count as f64 <= most)
}
