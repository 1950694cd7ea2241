//! What a producer of values emits by a schema: the left side of an inclusion.
//!
//! The declared-producer reading: a producer emits the properties that the schema declares. An object that is open only
//! because nobody closed it is closed here; one that declares the values of further keys, or no keys at all, is open.

use std::collections::{BTreeSet, HashSet};

use super::form::{Types, conjunction};
use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::schema::Schema;

/// How many alternatives or values of one schema are told apart.
const MAX_CASES: usize = 64;

/// A conjunction of schemas by which values are produced.
#[derive(Clone)]
pub(super) struct Left<'a> {
    schema: &'a Schema,
    pub(super) parts: Vec<&'a Node>,
    /// The lists of alternatives of which one was chosen.
    chosen: Vec<&'a Node>,
    pub(super) types: Types,
    /// The only values, if they are listed.
    pub(super) values: Option<Vec<&'a Node>>,
    is_root: bool,
}

/// What an object holds besides the properties that it names.
pub(super) enum Further<'a> {
    /// Nothing.
    None,
    /// Anything.
    Any,
    /// What satisfies all of these.
    Only(Vec<&'a Node>),
}

impl<'a> Left<'a> {
    /// What is produced by all of `nodes`; `None`: one of them cannot be read.
    pub(super) fn of(schema: &'a Schema, nodes: &[&'a Node]) -> Option<Self> {
        let parts = conjunction(schema, nodes)?;
        let is_root = nodes.iter().any(|node| std::ptr::eq(*node, schema.node()));
        Self { schema, parts, chosen: Vec::new(), types: Types::ALL, values: None, is_root }.settled()
    }

    /// With the types and values that the parts leave.
    fn settled(mut self) -> Option<Self> {
        let mut declared = Types::ALL;
        for part in &self.parts {
            // `nullable` beside a reference or a combination would have to reach into it.
            if part.get("nullable").is_some_and(|node| node.value == Value::Bool(true)) && part.get("type").is_none() {
                return None;
            }
            let own = if part.value == Value::Bool(false) { Types::NONE } else { Types::declared(part)? };
            declared = declared.and(own);
        }
        if declared == Types::ALL {
            declared = self.implied();
        }
        self.types = self.types.and(declared);
        for listed in self.parts.iter().filter_map(|part| listed(part)) {
            let known = self.values.get_or_insert_with(|| listed.clone());
            let texts: HashSet<String> = listed.iter().map(|value| value.canonical()).collect();
            known.retain(|value| texts.contains(&value.canonical()));
        }
        Some(self.of_types(self.types))
    }

    /// Only what is of `types`.
    fn of_types(&self, types: Types) -> Self {
        let mut left = Self { types: self.types.and(types), ..self.clone() };
        if let Some(values) = &mut left.values {
            values.retain(|value| Types::of(value).is_within(left.types));
            left.types = values.iter().fold(Types::NONE, |all, value| all.or(Types::of(value)));
        }
        left
    }

    /// Who declares properties and no type sends objects; who declares items, lists.
    fn implied(&self) -> Types {
        let says = |keywords: &[&str]| self.parts.iter().any(|part| keywords.iter().any(|key| part.get(key).is_some()));
        if says(&["properties", "additionalProperties", "patternProperties"]) {
            Types::OBJECT
        } else if says(&["items", "prefixItems"]) {
            Types::ARRAY
        } else {
            Types::ALL
        }
    }

    /// Whether nothing at all is produced.
    pub(super) fn is_empty(&self) -> bool {
        self.types == Types::NONE || self.values.as_ref().is_some_and(Vec::is_empty)
    }

    /// The cases of which each produces a part, and all together everything; `None`: it has no cases, or too many.
    pub(super) fn cases(&self) -> Option<Vec<Self>> {
        self.alternatives().or_else(|| self.by_type()).or_else(|| self.by_value())
    }

    fn alternatives(&self) -> Option<Vec<Self>> {
        let lists = self.parts.iter().flat_map(|part| ["anyOf", "oneOf"].into_iter().filter_map(|key| part.get(key)));
        let list = lists.into_iter().find(|list| !self.chosen.iter().any(|chosen| std::ptr::eq(*chosen, *list)))?;
        let branches = list.elements();
        if branches.is_empty() || branches.len() > MAX_CASES {
            return None;
        }
        branches.iter().map(|branch| self.with(list, branch)).collect()
    }

    fn with(&self, list: &'a Node, branch: &'a Node) -> Option<Self> {
        let mut left = self.clone();
        left.chosen.push(list);
        for part in conjunction(self.schema, &[branch])? {
            if !left.parts.iter().any(|known| std::ptr::eq(*known, part)) {
                left.parts.push(part);
            }
        }
        left.settled()
    }

    fn by_type(&self) -> Option<Vec<Self>> {
        let singles = self.types.singles();
        (singles.len() > 1).then(|| singles.into_iter().map(|one| self.of_types(one)).collect())
    }

    fn by_value(&self) -> Option<Vec<Self>> {
        let values = self.values.as_ref().filter(|values| (2..=MAX_CASES).contains(&values.len()))?;
        let one = |value: &&'a Node| Self { values: Some(vec![*value]), ..self.clone() }.of_types(Types::ALL);
        Some(values.iter().map(one).collect())
    }

    /// The values of a keyword in all parts.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'a Node> {
        let keyword = keyword.to_owned();
        self.parts.iter().filter_map(move |part| part.get(&keyword)).collect::<Vec<_>>().into_iter()
    }

    /// The names that are always there.
    pub(super) fn required(&self) -> BTreeSet<&'a str> {
        self.all("required").flat_map(Node::elements).filter_map(Node::text).collect()
    }

    /// The names that the schema declares.
    pub(super) fn names(&self) -> BTreeSet<&'a str> {
        self.all("properties").flat_map(Node::entries).map(|entry| entry.key.as_str()).collect()
    }

    /// The patterns of further names, and the schemas of their values.
    pub(super) fn patterns(&self) -> Vec<(&'a str, &'a Node)> {
        let entries = self.all("patternProperties").flat_map(Node::entries);
        entries.map(|entry| (entry.key.as_str(), &entry.node)).collect()
    }

    /// What else an object holds.
    pub(super) fn further(&self) -> Further<'a> {
        let mut only = Vec::new();
        for node in self.all("additionalProperties") {
            match &node.value {
                Value::Bool(false) => return Further::None,
                Value::Map(entries) if !entries.is_empty() => only.push(node),
                _ => {}
            }
        }
        if self.all("unevaluatedProperties").any(Node::is_map) {
            return Further::Any;
        }
        match only.is_empty() {
            false => Further::Only(only),
            true if self.names().is_empty() && self.patterns().is_empty() && !self.is_root => Further::Any,
            true => Further::None,
        }
    }
}

/// The values that a schema lists itself.
fn listed(part: &Node) -> Option<Vec<&Node>> {
    match part.get("const") {
        Some(value) => Some(vec![value]),
        None => part.get("enum").filter(|node| node.is_list()).map(|node| node.elements().iter().collect()),
    }
}
