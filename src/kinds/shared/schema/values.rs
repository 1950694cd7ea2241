//! Which values are admitted: types, enumerations, bounds, patterns, items, defaults.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::walk::{Pair, Step, Walk};
use crate::domain::{Event, Fact};
use crate::kinds::shared::node::{Entry, Node, Value};

/// The keywords compared here.
pub(super) const KNOWN: [&str; 22] = [
    "enum",
    "const",
    "default",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "items",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
];

/// A bound: its keyword, its aspect, and whether a larger number admits less.
const BOUNDS: [(&str, &str, bool); 10] = [
    ("minimum", "schema-range", true),
    ("maximum", "schema-range", false),
    ("exclusiveMinimum", "schema-range", true),
    ("exclusiveMaximum", "schema-range", false),
    ("minLength", "schema-length", true),
    ("maxLength", "schema-length", false),
    ("minItems", "schema-items", true),
    ("maxItems", "schema-items", false),
    ("minContains", "schema-items", true),
    ("maxContains", "schema-items", false),
];

/// Directions of a constraint that was added, removed, changed.
pub(super) const CONSTRAINT: [&str; 3] = ["narrowed", "widened", "shifted"];

impl<'a> Walk<'a> {
    /// Compares types and nullability. False: no common type is left, so the finer constraints are echoes.
    pub(super) fn compare_types(&mut self, pair: &Pair<'a>) -> bool {
        let direction = type_direction(pair.old.types.as_ref(), pair.new.types.as_ref());
        if let Some(direction) = direction {
            self.differ_at_type(pair, Fact::new("schema-type", Event::Changed, pair.path.as_str()).marked(direction));
        }
        let echo = direction.is_some() && (pair.old.types.is_none() || pair.new.types.is_none());
        if pair.old.nullable != pair.new.nullable && !echo {
            let (event, mark) =
                if pair.new.nullable { (Event::Added, "widened") } else { (Event::Removed, "narrowed") };
            self.differ_at_type(pair, Fact::new("schema-nullable", event, pair.path.as_str()).marked(mark));
        }
        direction != Some("shifted")
    }

    fn differ_at_type(&mut self, pair: &Pair<'a>, fact: Fact) {
        self.differ(fact, pair.old.span, pair.new.span);
    }

    pub(super) fn compare_values(&mut self, pair: &Pair<'a>) {
        self.compare_enumeration(pair);
        self.keyword(pair, "const", "schema-const", CONSTRAINT);
        self.keyword(pair, "default", "schema-default", [""; 3]);
        self.keyword(pair, "pattern", "schema-pattern", CONSTRAINT);
        self.keyword(pair, "format", "schema-format", [""; 3]);
        self.keyword(pair, "multipleOf", "schema-range", CONSTRAINT);
        for (keyword, aspect, larger_admits_less) in BOUNDS {
            self.compare_bound(pair, keyword, aspect, larger_admits_less);
        }
        self.compare_items(pair);
    }

    fn compare_enumeration(&mut self, pair: &Pair<'a>) {
        let (Some(old), Some(new)) = (pair.old.enumerated(), pair.new.enumerated()) else {
            let (old, new) = (pair.old.keywords.get("enum").copied(), pair.new.keywords.get("enum").copied());
            let stated = match (old, new) {
                (None, Some(_)) => Some((Event::Added, "narrowed")),
                (Some(_), None) => Some((Event::Removed, "widened")),
                _ => None,
            };
            if let Some((event, mark)) = stated {
                self.state(Fact::new("schema-enum", event, pair.path.as_str()).marked(mark), old, new);
            }
            return;
        };
        for gone in without(&old, &new) {
            let fact = Fact::new("schema-enum-value", Event::Removed, pair.path.as_str()).marked("narrowed");
            let quote = self.old.quote(gone.span);
            self.push(fact.was(quote));
        }
        for come in without(&new, &old) {
            let fact = Fact::new("schema-enum-value", Event::Added, pair.path.as_str()).marked("widened");
            let quote = self.new.quote(come.span);
            self.push(fact.is(quote));
        }
    }

    fn compare_bound(&mut self, pair: &Pair<'a>, keyword: &str, aspect: &'static str, larger_admits_less: bool) {
        let (old, new) = (pair.old.keywords.get(keyword).copied(), pair.new.keywords.get(keyword).copied());
        let direction = match (old, new) {
            (None, Some(_)) => "narrowed",
            (Some(_), None) => "widened",
            (Some(old), Some(new)) if old.node.canonical() != new.node.canonical() => {
                bound_direction(old, new, larger_admits_less)
            }
            _ => return,
        };
        self.state(Fact::new(aspect, Event::Changed, pair.path.as_str()).marked(direction), old, new);
    }

    fn compare_items(&mut self, pair: &Pair<'a>) {
        self.keyword(pair, "uniqueItems", "schema-items", CONSTRAINT);
        for keyword in ["contains", "additionalItems", "unevaluatedItems"] {
            self.keyword(pair, keyword, "schema-items", CONSTRAINT);
        }
        let path = format!("{}[]", pair.path.as_str());
        match (pair.old.get("items"), pair.new.get("items")) {
            (Some(old), Some(new)) if !old.is_list() && !new.is_list() => self.compare(Step::Item, &path, [old, new]),
            _ => self.keyword(pair, "items", "schema-items", CONSTRAINT),
        }
        self.keyword(pair, "prefixItems", "schema-items", CONSTRAINT);
    }
}

/// `None`: the same types.
fn type_direction(old: Option<&BTreeSet<&str>>, new: Option<&BTreeSet<&str>>) -> Option<&'static str> {
    let (old, new) = match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => return Some("narrowed"),
        (Some(_), None) => return Some("widened"),
        (Some(old), Some(new)) => (old, new),
    };
    match (admits_all(new, old), admits_all(old, new)) {
        (true, true) => None,
        (true, false) => Some("widened"),
        (false, true) => Some("narrowed"),
        (false, false) => Some("shifted"),
    }
}

/// Whether `wide` admits every type of `narrow`; every integer is a number.
fn admits_all(wide: &BTreeSet<&str>, narrow: &BTreeSet<&str>) -> bool {
    narrow.iter().all(|name| wide.contains(name) || *name == "integer" && wide.contains("number"))
}

fn bound_direction(old: &Entry, new: &Entry, larger_admits_less: bool) -> &'static str {
    match number(&old.node).zip(number(&new.node)).and_then(|(old, new)| new.partial_cmp(&old)) {
        Some(Ordering::Greater) if larger_admits_less => "narrowed",
        Some(Ordering::Less) if !larger_admits_less => "narrowed",
        Some(Ordering::Greater | Ordering::Less) => "widened",
        _ => "shifted",
    }
}

fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Number(text) => text.parse().ok(),
        _ => None,
    }
}

/// The values of `these` that are not among `those`.
fn without<'a>(these: &[&'a Node], those: &[&Node]) -> Vec<&'a Node> {
    let known: BTreeSet<String> = those.iter().map(|value| value.canonical()).collect();
    these.iter().filter(|value| !known.contains(&value.canonical())).copied().collect()
}
