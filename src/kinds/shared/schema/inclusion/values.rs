//! Inclusion of types, listed values, numbers, texts and lists.

use std::collections::HashSet;

use super::Proof;
use super::form::Types;
use super::left::Left;
use crate::kinds::shared::node::{Entry, Node, Value, canonical_number};
use crate::kinds::shared::schema::pattern::{self, Difference};

/// Keywords that constrain nothing, or are followed elsewhere.
const SILENT: [&str; 27] = [
    "$ref",
    "allOf",
    "$schema",
    "$id",
    "id",
    "$anchor",
    "$comment",
    "$defs",
    "definitions",
    "$vocabulary",
    "title",
    "description",
    "default",
    "examples",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "format",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "minContains",
    "maxContains",
    "then",
    "else",
];

impl<'a> Proof<'a> {
    /// Whether everything of `left` satisfies one keyword of `part`.
    pub(super) fn keyword(&mut self, left: &Left<'a>, part: &'a Node, entry: &'a Entry) -> bool {
        let node = &entry.node;
        match entry.key.as_str() {
            "type" => Types::declared(part).is_some_and(|types| left.types.is_within(types)),
            "enum" => {
                let listed: HashSet<String> = node.elements().iter().map(Node::canonical).collect();
                left.is_listed(|value| listed.contains(&value.canonical()))
            }
            "const" => left.is_listed(|value| same(node, value)),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                !left.types.meets(Types::NUMBER) || in_range(left, part, entry)
            }
            "minLength" | "maxLength" => !left.types.meets(Types::STRING) || in_length(left, entry),
            "pattern" => !left.types.meets(Types::STRING) || self.in_pattern(left, node),
            "minItems" | "maxItems" | "uniqueItems" | "items" | "prefixItems" | "additionalItems" | "contains"
            | "unevaluatedItems" => !left.types.meets(Types::ARRAY) || self.in_items(left, part, entry),
            "properties"
            | "required"
            | "additionalProperties"
            | "patternProperties"
            | "propertyNames"
            | "minProperties"
            | "maxProperties"
            | "dependentRequired"
            | "dependentSchemas"
            | "dependencies"
            | "unevaluatedProperties" => !left.types.meets(Types::OBJECT) || self.in_object(left, part, entry),
            "anyOf" | "oneOf" | "not" | "if" => self.in_branches(left, part, entry),
            key => SILENT.contains(&key) || is_unknown(key),
        }
    }

    fn in_pattern(&mut self, left: &Left<'a>, node: &'a Node) -> bool {
        let Some(wide) = node.text() else { return false };
        if let Some(values) = &left.values {
            return values.iter().filter_map(|value| value.text()).all(|text| self.matches(wide, text) == Some(true));
        }
        let narrow: Vec<&'a str> = left.all("pattern").filter_map(Node::text).collect();
        if narrow.contains(&wide) {
            return true;
        }
        for pattern in narrow {
            self.language(pattern);
        }
        self.language(wide);
        let built = |pattern: &str| self.languages.get(pattern).and_then(Option::as_ref);
        let Some(wide) = built(wide) else { return false };
        let narrow: Vec<_> = left.all("pattern").filter_map(Node::text).filter_map(built).collect();
        let within = |one| pattern::difference(one, Some(wide)) == Difference::Nothing;
        within(None) || narrow.into_iter().any(|language| within(Some(language)))
    }

    fn in_items(&mut self, left: &Left<'a>, part: &'a Node, entry: &'a Entry) -> bool {
        let node = &entry.node;
        let most = left.count("maxItems", f64::min);
        match entry.key.as_str() {
            "minItems" | "maxItems" => in_count(left, entry),
            "uniqueItems" => {
                node.value != Value::Bool(true)
                    || left.all("uniqueItems").any(|own| own.value == Value::Bool(true))
                    || most.is_some_and(|most| most <= 1.0)
            }
            "prefixItems" => self.in_prefix(left, node.elements(), most),
            "items" if node.is_list() => self.in_prefix(left, node.elements(), most),
            "additionalItems" if !part.get("items").is_some_and(Node::is_list) => true,
            "items" | "additionalItems" => {
                let skipped = prefix(part).len();
                let declared = left.parts.iter().map(|own| prefix(own).len()).max().unwrap_or(0);
                let own = (skipped..declared).all(|at| self.part_holds(&left.item(at), node));
                let is_full = most.is_some_and(|most| most <= skipped.max(declared) as f64);
                own && (is_full || self.part_holds(&left.item(declared.max(skipped)), node))
            }
            "contains" => left.states(part, &["contains", "minContains", "maxContains"]),
            _ => left.states_whole(part),
        }
    }

    fn in_prefix(&mut self, left: &Left<'a>, wide: &'a [Node], most: Option<f64>) -> bool {
        wide.iter()
            .enumerate()
            .all(|(at, node)| most.is_some_and(|most| most <= at as f64) || self.part_holds(&left.item(at), node))
    }
}

impl<'a> Left<'a> {
    /// Whether the values are listed and each satisfies `is_admitted`.
    fn is_listed(&self, is_admitted: impl Fn(&Node) -> bool) -> bool {
        self.values.as_ref().is_some_and(|values| values.iter().all(|value| is_admitted(value)))
    }

    /// The tightest count of a keyword.
    fn count(&self, keyword: &str, tighter: fn(f64, f64) -> f64) -> Option<f64> {
        self.all(keyword).filter_map(number).reduce(tighter)
    }

    /// The schemas of the element at `at`.
    fn item(&self, at: usize) -> Vec<&'a Node> {
        let own = self.parts.iter().filter_map(|part| match prefix(part).get(at) {
            Some(node) => Some(node),
            None => part
                .get("additionalItems")
                .filter(|_| part.get("items").is_some_and(Node::is_list))
                .or_else(|| part.get("items").filter(|items| !items.is_list())),
        });
        own.collect()
    }

    /// Whether a part states `keywords` exactly as `part` does, without references.
    pub(super) fn states(&self, part: &Node, keywords: &[&str]) -> bool {
        let same = |own: &Node, keyword: &str| match (own.get(keyword), part.get(keyword)) {
            (Some(own), Some(wide)) => is_same_schema(own, wide),
            (None, None) => true,
            _ => false,
        };
        self.parts.iter().any(|own| keywords.iter().all(|keyword| same(own, keyword)))
    }

    /// Whether a part is `part` to the letter, without references.
    pub(super) fn states_whole(&self, part: &Node) -> bool {
        self.parts.iter().any(|own| is_same_schema(own, part))
    }
}

/// The schemas of the first elements, in either spelling.
fn prefix(part: &Node) -> &[Node] {
    let listed = part.get("items").filter(|items| items.is_list());
    part.get("prefixItems").or(listed).map_or(&[], Node::elements)
}

/// Whether two schemas are one wherever they stand: to the letter, and without references.
fn is_same_schema(one: &Node, other: &Node) -> bool {
    let text = one.canonical();
    !text.contains("Ref\"") && !text.contains("$ref") && text == other.canonical()
}

/// Whether two values are one.
pub(super) fn same(one: &Node, other: &Node) -> bool {
    one.canonical() == other.canonical()
}

/// Whether `key` is no keyword of any draft: validators take it for a remark.
fn is_unknown(key: &str) -> bool {
    !key.starts_with('$') && !["disallow", "extends", "divisibleBy"].contains(&key)
}

pub(super) fn number(node: &Node) -> Option<f64> {
    match &node.value {
        // What a double does not hold exactly is not reasoned about.
        Value::Number(text) if text.bytes().filter(u8::is_ascii_digit).count() <= 15 => {
            canonical_number(text).parse().ok()
        }
        _ => None,
    }
}

/// A bound: the number, and whether it is itself left out.
type Bound = (f64, bool);

/// The lower (or, negated, the upper) bound that a schema states itself, in the spelling of any draft.
fn bound(part: &Node, is_lower: bool) -> Option<Bound> {
    let sign = if is_lower { 1.0 } else { -1.0 };
    let (plain, exclusive) = if is_lower { ("minimum", "exclusiveMinimum") } else { ("maximum", "exclusiveMaximum") };
    let is_out = part.get(exclusive).is_some_and(|node| node.value == Value::Bool(true));
    let plain = part.get(plain).and_then(number).map(|at| (sign * at, is_out));
    let exclusive = part.get(exclusive).and_then(number).map(|at| (sign * at, true));
    [plain, exclusive].into_iter().flatten().reduce(tighter)
}

fn tighter(one: Bound, other: Bound) -> Bound {
    if one.0 > other.0 || one.0 == other.0 && one.1 { one } else { other }
}

/// Integers above 0 are integers from 1.
fn of_integers((at, is_out): Bound) -> Bound {
    (if is_out { at.floor() + 1.0 } else { at.ceil() }, false)
}

fn in_range(left: &Left<'_>, part: &Node, entry: &Entry) -> bool {
    let is_lower = entry.key.ends_with("inimum");
    if entry.key == "multipleOf" {
        return is_multiple(left, &entry.node);
    }
    if matches!(entry.node.value, Value::Bool(_)) {
        return true;
    }
    let sign = if is_lower { 1.0 } else { -1.0 };
    let wanted = match number(&entry.node) {
        Some(at) => {
            let flag = if is_lower { "exclusiveMinimum" } else { "exclusiveMaximum" };
            let is_out = entry.key.starts_with("exclusive")
                || part.get(flag).is_some_and(|node| node.value == Value::Bool(true));
            (sign * at, is_out)
        }
        None => return left.all(&entry.key).any(|own| same(own, &entry.node)),
    };
    if let Some(values) = &left.values {
        let is_number = |value: &&&Node| Types::of(value).meets(Types::NUMBER);
        let above = |at: f64| at > wanted.0 || at == wanted.0 && !wanted.1;
        return values.iter().filter(is_number).all(|value| number(value).is_some_and(|at| above(sign * at)));
    }
    let is_integer = !left.types.meets(Types::FRACTION);
    let exact = |bound: Bound| if is_integer { of_integers(bound) } else { bound };
    let own = left.parts.iter().filter_map(|part| bound(part, is_lower)).reduce(tighter).map(exact);
    own.is_some_and(|own| tighter(own, exact(wanted)) == own)
}

fn is_multiple(left: &Left<'_>, node: &Node) -> bool {
    let Some(wanted) = number(node).filter(|wanted| *wanted > 0.0) else { return false };
    let divides = |at: f64| at.fract() == 0.0 && wanted.fract() == 0.0 && at % wanted == 0.0;
    if let Some(values) = &left.values {
        return values
            .iter()
            .filter(|value| Types::of(value).meets(Types::NUMBER))
            .all(|v| number(v).is_some_and(divides));
    }
    let is_integer = !left.types.meets(Types::FRACTION);
    wanted == 1.0 && is_integer || left.all("multipleOf").any(|own| same(own, node) || number(own).is_some_and(divides))
}

fn in_length(left: &Left<'_>, entry: &Entry) -> bool {
    let Some(values) = &left.values else { return in_count(left, entry) };
    let Some(wanted) = number(&entry.node) else { return false };
    let fits = |text: &str| {
        let length = text.chars().count() as f64;
        if entry.key == "minLength" { length >= wanted } else { length <= wanted }
    };
    values.iter().filter_map(|value| value.text()).all(fits)
}

/// Whether the same keyword is as tight on the left; a least count of 0 constrains nothing.
pub(super) fn in_count(left: &Left<'_>, entry: &Entry) -> bool {
    let Some(wanted) = number(&entry.node) else { return false };
    match entry.key.starts_with("min") {
        true => wanted <= 0.0 || left.count(&entry.key, f64::max).is_some_and(|own| own >= wanted),
        false => left.count(&entry.key, f64::min).is_some_and(|own| own <= wanted),
    }
}
