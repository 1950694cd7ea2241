//! The smallest value that a schema admits, as far as its keywords say how to build one.

use serde_json::{Map, Number, Value as Json};

use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::schema::Schema;
use crate::kinds::shared::schema::bridge::plain;
use crate::kinds::shared::schema::inclusion::form::{Types, conjunction};
use crate::kinds::shared::schema::pattern::{self, Difference, Language};

/// How deeply values may nest.
const MAX_DEPTH: usize = 12;

/// How many schemas one value may be built from.
const MAX_STEPS: usize = 2_000;

/// Longest text and list that is built.
const MAX_LENGTH: usize = 300;

/// Builds values by the schemas of one document.
pub(super) struct Builder<'a> {
    pub(super) schema: &'a Schema,
    steps: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        Self { schema, steps: 0 }
    }

    /// A small value that all of `nodes` admit, or nearly so: whoever uses it validates it.
    pub(super) fn value(&mut self, nodes: &[&'a Node]) -> Option<Json> {
        self.steps = 0;
        self.build(nodes, 0)
    }

    /// The same with every property that the schema declares, required or not.
    pub(super) fn full(&mut self, nodes: &[&'a Node]) -> Option<Json> {
        let Some(Json::Object(mut object)) = self.value(nodes) else { return None };
        let parts = conjunction(self.schema, nodes)?;
        for field in parts.iter().filter_map(|part| part.get("properties")).flat_map(Node::entries) {
            if let Some(value) = self.build(&[&field.node], 1) {
                object.entry(field.key.as_str()).or_insert(value);
            }
        }
        Some(Json::Object(object))
    }

    fn build(&mut self, nodes: &[&'a Node], depth: usize) -> Option<Json> {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS {
            return None;
        }
        let parts = conjunction(self.schema, nodes)?;
        if parts.iter().any(|part| part.value == Value::Bool(false)) {
            return None;
        }
        if let Some(value) = parts.iter().find_map(|part| part.get("const")) {
            return Some(plain(value));
        }
        if let Some(values) = parts.iter().filter_map(|part| part.get("enum")).min_by_key(|list| list.elements().len())
        {
            return values.elements().first().map(plain);
        }
        match self.alternative(&parts) {
            Some(branches) => branches.iter().find_map(|branch| self.with_branch(&parts, branch, depth)),
            None => self.of_type(&parts, kind_of(&parts)?, depth),
        }
    }

    fn alternative(&self, parts: &[&'a Node]) -> Option<&'a [Node]> {
        let lists = parts.iter().flat_map(|part| ["anyOf", "oneOf"].into_iter().filter_map(|key| part.get(key)));
        lists.map(Node::elements).find(|branches| !branches.is_empty())
    }

    fn with_branch(&mut self, parts: &[&'a Node], branch: &'a Node, depth: usize) -> Option<Json> {
        let base = kind_of(parts).filter(|types| *types == Types::OBJECT);
        let value = self.build(&[branch], depth + 1);
        let Some(base) = base else { return value };
        let Some(Json::Object(mut object)) = self.of_type(parts, base, depth) else { return None };
        if let Some(Json::Object(more)) = value {
            object.extend(more);
        }
        let demanded = conjunction(self.schema, &[branch])?;
        let names = demanded.iter().filter_map(|part| part.get("required")).flat_map(Node::elements);
        for name in names.filter_map(Node::text) {
            let value = self.field(parts, name, depth);
            object.insert(name.to_owned(), value?);
        }
        Some(Json::Object(object))
    }

    fn of_type(&mut self, parts: &[&'a Node], types: Types, depth: usize) -> Option<Json> {
        if types == Types::OBJECT {
            self.object(parts, depth)
        } else if types == Types::ARRAY {
            self.list(parts, depth)
        } else if types == Types::STRING {
            text(parts).map(Json::String)
        } else if types.meets(Types::NUMBER) {
            number(parts, types)
        } else if types == Types::BOOLEAN {
            Some(Json::Bool(true))
        } else {
            Some(Json::Null)
        }
    }

    fn object(&mut self, parts: &[&'a Node], depth: usize) -> Option<Json> {
        let mut object = Map::new();
        let required = parts.iter().filter_map(|part| part.get("required")).flat_map(Node::elements);
        for name in required.filter_map(Node::text) {
            let value = self.field(parts, name, depth)?;
            object.insert(name.to_owned(), value);
        }
        let least = most_demanding(parts, "minProperties").unwrap_or(0.0) as usize;
        let optional = parts.iter().filter_map(|part| part.get("properties")).flat_map(Node::entries);
        for field in optional {
            if object.len() < least && !object.contains_key(&field.key) {
                let value = self.build(&[&field.node], depth + 1)?;
                object.insert(field.key.clone(), value);
            }
        }
        Some(Json::Object(object))
    }

    fn field(&mut self, parts: &[&'a Node], name: &str, depth: usize) -> Option<Json> {
        let schemas: Vec<&'a Node> =
            parts.iter().filter_map(|part| part.get("properties")).filter_map(|fields| fields.get(name)).collect();
        if schemas.is_empty() { Some("x".into()) } else { self.build(&schemas, depth + 1) }
    }

    fn list(&mut self, parts: &[&'a Node], depth: usize) -> Option<Json> {
        let length = most_demanding(parts, "minItems").unwrap_or(0.0);
        if length > MAX_LENGTH as f64 {
            return None;
        }
        (0..length as usize).map(|at| self.element(parts, at, depth)).collect::<Option<Vec<_>>>().map(Json::Array)
    }

    /// A list of `length` elements, each by the schemas of its place.
    pub(super) fn tuple(&mut self, parts: &[&'a Node], length: usize) -> Option<Json> {
        self.steps = 0;
        (0..length).map(|at| self.element(parts, at, 1)).collect::<Option<Vec<_>>>().map(Json::Array)
    }

    fn element(&mut self, parts: &[&'a Node], at: usize, depth: usize) -> Option<Json> {
        let of = |part: &&'a Node| {
            let items = part.get("items");
            let prefix = part.get("prefixItems").or(items.filter(|items| items.is_list()));
            prefix.and_then(|prefix| prefix.elements().get(at)).or(items.filter(|items| !items.is_list()))
        };
        let schemas: Vec<&'a Node> = parts.iter().filter_map(of).collect();
        if schemas.is_empty() { Some("x".into()) } else { self.build(&schemas, depth + 1) }
    }
}

/// The one type to build: the declared one, the first of several, else the one that the keywords are about.
fn kind_of(parts: &[&Node]) -> Option<Types> {
    let declared = parts.iter().try_fold(Types::ALL, |all, part| Some(all.and(Types::declared(part)?)))?;
    let says = |keywords: &[&str]| parts.iter().any(|part| keywords.iter().any(|key| part.get(key).is_some()));
    let order = [Types::STRING, Types::NUMBER, Types::BOOLEAN, Types::OBJECT, Types::ARRAY, Types::NULL];
    let first = order.into_iter().map(|one| one.and(declared)).find(|one| *one != Types::NONE);
    let implied = [
        (&["properties", "required", "additionalProperties", "minProperties"][..], Types::OBJECT),
        (&["items", "prefixItems", "minItems"], Types::ARRAY),
        (&["pattern", "minLength"], Types::STRING),
        (&["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"], Types::NUMBER),
    ];
    let implied = implied.into_iter().find(|(keywords, types)| says(keywords) && declared.meets(*types));
    if declared == Types::ALL { implied.map(|(_, types)| types).or(first) } else { first }
}

fn numbers<'p>(parts: &'p [&'p Node], keyword: &'p str) -> impl Iterator<Item = f64> + 'p {
    let read = |node: &Node| match &node.value {
        Value::Number(text) => text.parse::<f64>().ok(),
        _ => None,
    };
    parts.iter().filter_map(move |part| part.get(keyword)).filter_map(read)
}

fn most_demanding(parts: &[&Node], keyword: &str) -> Option<f64> {
    numbers(parts, keyword).reduce(f64::max)
}

/// A short text, long enough, that matches the patterns if one text can be found.
fn text(parts: &[&Node]) -> Option<String> {
    let least = most_demanding(parts, "minLength").unwrap_or(0.0);
    if least > MAX_LENGTH as f64 {
        return None;
    }
    let pattern = parts.iter().filter_map(|part| part.get("pattern")).find_map(Node::text);
    if let Some(pattern) = pattern {
        let is_plain = Language::of(pattern).map(|language| pattern::difference(Some(&language), None));
        return match is_plain {
            Some(Difference::Text(text)) => {
                let missing = (least as usize).saturating_sub(text.chars().count());
                Some(text + &"a".repeat(missing))
            }
            _ => None,
        };
    }
    let is_empty = numbers(parts, "maxLength").any(|most| most < 1.0);
    Some(if is_empty { String::new() } else { "x".repeat((least as usize).max(1)) })
}

fn number(parts: &[&Node], types: Types) -> Option<Json> {
    let lower = numbers(parts, "minimum").chain(numbers(parts, "exclusiveMinimum")).reduce(f64::max);
    let upper = numbers(parts, "maximum").chain(numbers(parts, "exclusiveMaximum")).reduce(f64::min);
    let step = most_demanding(parts, "multipleOf").filter(|step| *step > 0.0).unwrap_or(1.0);
    let from = lower.map_or(1.0, |lower| (lower / step).ceil() * step);
    let half = lower.zip(upper).map(|(lower, upper)| f64::midpoint(lower, upper));
    let tried = [Some(1.0), Some(0.0), Some(from), Some(from + step), upper, upper.map(|upper| upper - step), half];
    let fits = |at: &f64| {
        let is_whole = at.fract() == 0.0 || types.meets(Types::FRACTION);
        let is_out = numbers(parts, "exclusiveMinimum").chain(numbers(parts, "exclusiveMaximum")).any(|out| out == *at);
        is_whole
            && !is_out
            && lower.is_none_or(|lower| *at >= lower)
            && upper.is_none_or(|upper| *at <= upper)
            && (at % step == 0.0 || parts.iter().all(|part| part.get("multipleOf").is_none()))
    };
    tried.into_iter().flatten().find(fits).and_then(json_number)
}

/// A number as JSON; whole ones without a fraction.
pub(super) fn json_number(at: f64) -> Option<Json> {
    let is_whole = at.fract() == 0.0 && at.abs() < 9e15;
    if is_whole { Some(Json::from(at as i64)) } else { Number::from_f64(at).map(Json::Number) }
}
