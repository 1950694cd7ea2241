//! The JSON types as a set, and a schema as the conjunction of what it refers to.

use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::schema::Schema;

/// How many schemas one conjunction may consist of.
const MAX_PARTS: usize = 64;

/// A set of JSON types; a number is an integer or has a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Types(u8);

impl Types {
    pub(in super::super) const NONE: Self = Self(0);
    pub(in super::super) const NULL: Self = Self(1);
    pub(in super::super) const BOOLEAN: Self = Self(2);
    pub(in super::super) const INTEGER: Self = Self(4);
    pub(in super::super) const FRACTION: Self = Self(8);
    pub(in super::super) const NUMBER: Self = Self(4 | 8);
    pub(in super::super) const STRING: Self = Self(16);
    pub(in super::super) const ARRAY: Self = Self(32);
    pub(in super::super) const OBJECT: Self = Self(64);
    pub(in super::super) const ALL: Self = Self(127);

    /// The set in which only this one differs from the next.
    const SINGLE: [Self; 6] = [Self::NULL, Self::BOOLEAN, Self::NUMBER, Self::STRING, Self::ARRAY, Self::OBJECT];

    /// What `type: name` admits; `None`: JSON Schema has no such type.
    pub(in super::super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    /// What a schema's own `type` and `nullable` admit; `None`: it names a type that there is not.
    pub(in super::super) fn declared(part: &Node) -> Option<Self> {
        let Some(node) = part.get("type") else { return Some(Self::ALL) };
        let names = node.text().into_iter().chain(node.elements().iter().filter_map(Node::text));
        let mut types = names.map(Self::named).try_fold(Self::NONE, |all, one| Some(all.or(one?)))?;
        if part.get("nullable").is_some_and(|value| value.value == Value::Bool(true)) {
            types = types.or(Self::NULL);
        }
        Some(types)
    }

    /// The type of a value.
    pub(in super::super) fn of(value: &Node) -> Self {
        match &value.value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(text) => match text.parse::<f64>() {
                Ok(number) if number.fract() == 0.0 => Self::INTEGER,
                _ => Self::FRACTION,
            },
            Value::Text(_) => Self::STRING,
            Value::List(_) => Self::ARRAY,
            Value::Map(_) => Self::OBJECT,
        }
    }

    pub(in super::super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in super::super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in super::super) fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(in super::super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The types one by one; integers and other numbers are one.
    pub(in super::super) fn singles(self) -> Vec<Self> {
        Self::SINGLE.into_iter().map(|one| one.and(self)).filter(|one| *one != Self::NONE).collect()
    }
}

/// The schemas that all hold where `nodes` do: references and `allOf` followed. `None`: one cannot be read.
pub(in super::super) fn conjunction<'a>(schema: &'a Schema, nodes: &[&'a Node]) -> Option<Vec<&'a Node>> {
    let mut parts = Vec::new();
    nodes.iter().all(|node| gather(schema, node, &mut parts)).then_some(parts)
}

fn gather<'a>(schema: &'a Schema, node: &'a Node, parts: &mut Vec<&'a Node>) -> bool {
    if parts.iter().any(|known| std::ptr::eq(*known, node)) {
        return true;
    }
    let is_readable = match &node.value {
        Value::Bool(true) => return true,
        Value::Bool(false) => true,
        Value::Map(_) => ["$dynamicRef", "$recursiveRef"].iter().all(|keyword| node.get(keyword).is_none()),
        _ => false,
    };
    if !is_readable || parts.len() >= MAX_PARTS {
        return false;
    }
    parts.push(node);
    let referred = match node.get("$ref") {
        None => true,
        Some(reference) => reference
            .text()
            .and_then(|reference| schema.resolve(reference))
            .is_some_and(|target| gather(schema, target, parts)),
    };
    let all = node.get("allOf").map_or(&[][..], Node::elements);
    referred && all.iter().all(|branch| gather(schema, branch, parts))
}
