//! Objects: their properties, which of them are required, and what else they admit.

use std::collections::BTreeSet;

use super::rename;
use super::shape::Shape;
use super::values::CONSTRAINT;
use super::walk::{Pair, Step, Walk};
use crate::domain::{Event, Fact};
use crate::kinds::shared::node::{Entry, Node, Value};

/// The keywords compared here.
pub(super) const KNOWN: [&str; 11] = [
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "unevaluatedProperties",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
];

impl<'a> Walk<'a> {
    pub(super) fn compare_object(&mut self, pair: &Pair<'a>) {
        self.compare_fields(pair);
        self.compare_undeclared_requirements(pair);
        self.compare_order(pair);
        self.compare_openness(pair);
        for keyword in ["patternProperties", "propertyNames", "minProperties", "maxProperties", "unevaluatedProperties"]
        {
            self.keyword(pair, keyword, "schema-names", ["shifted"; 3]);
        }
        for keyword in ["dependentRequired", "dependentSchemas", "dependencies"] {
            self.keyword(pair, keyword, "schema-dependency", CONSTRAINT);
        }
    }

    fn compare_fields(&mut self, pair: &Pair<'a>) {
        let (old, new) = (fields(&pair.old), fields(&pair.new));
        let gone: Vec<&Entry> = old.iter().filter(|field| find(new, &field.key).is_none()).collect();
        let come: Vec<&Entry> = new.iter().filter(|field| find(old, &field.key).is_none()).collect();
        let renamed = rename::pairs(&gone, &come, [&required(&pair.old), &required(&pair.new)]);
        for field in old {
            let twin = find(new, &field.key);
            let renamed_to = renamed.iter().find(|(old, _)| old.key == field.key).map(|(_, new)| *new);
            match twin.or(renamed_to) {
                Some(new) => self.compare_field(pair, field, new),
                None => self.remove_field(pair, field, &come),
            }
        }
        come.into_iter()
            .filter(|field| !renamed.iter().any(|(_, new)| new.key == field.key))
            .for_each(|field| self.add_field(pair, field));
    }

    fn compare_field(&mut self, pair: &Pair<'a>, old: &'a Entry, new: &'a Entry) {
        let path = join(&pair.path, &new.key);
        if old.key != new.key {
            let fact = Fact::new("schema-field", Event::Renamed, join(&pair.path, &old.key));
            let fact = if rename::is_alias(old, new) { fact.marked("tolerated") } else { fact };
            self.differ(fact, old.key_span, new.key_span);
        }
        let was = required(&pair.old).contains(old.key.as_str());
        let is = required(&pair.new).contains(new.key.as_str());
        if was != is {
            let event = if is { Event::Added } else { Event::Removed };
            self.differ(Fact::new("schema-required", event, path.as_str()), old.key_span, new.key_span);
        }
        let before = self.count();
        self.compare(Step::Field { old: &old.key, new: &new.key }, &path, [&old.node, &new.node]);
        if was && !is {
            self.forget_added_since(before, &path, "schema-default");
        }
        if rename::is_alias(old, new) {
            self.forget_added_since(before, &path, "schema-alias");
        }
    }

    /// A property is gone. An open object ignores it, unless one that came may be what it is called now.
    fn remove_field(&mut self, pair: &Pair<'a>, field: &Entry, come: &[&Entry]) {
        let fact = Fact::new("schema-field", Event::Removed, join(&pair.path, &field.key));
        let mut fact = marked(fact, field, required(&pair.old).contains(field.key.as_str()));
        let has_heir = come.iter().any(|new| rename::may_succeed(field, new));
        if fields(&pair.new).iter().any(|new| rename::is_alias(field, new)) {
            fact = fact.marked("tolerated");
        } else if is_open(&pair.new) && !has_heir {
            fact = fact.marked("ignored");
        }
        let quote = self.old.quote(field.span());
        self.push(fact.was(quote));
    }

    fn add_field(&mut self, pair: &Pair<'a>, field: &Entry) {
        let fact = Fact::new("schema-field", Event::Added, join(&pair.path, &field.key));
        let fact = marked(fact, field, required(&pair.new).contains(field.key.as_str()));
        let fact = if is_open(&pair.old) { fact } else { fact.marked("was-closed") };
        let had_rest = pair.old.get("additionalProperties").is_some_and(Node::is_map);
        let fact =
            if had_rest || pair.old.get("patternProperties").is_some() { fact.marked("from-rest") } else { fact };
        let quote = self.new.quote(field.span());
        self.push(fact.is(quote));
    }

    /// Names in `required` that no `properties` declares.
    fn compare_undeclared_requirements(&mut self, pair: &Pair<'a>) {
        let undeclared = |shape: &Shape<'a>| -> BTreeSet<&'a str> {
            required(shape).into_iter().filter(|name| find(fields(shape), name).is_none()).collect()
        };
        let (was, is) = (undeclared(&pair.old), undeclared(&pair.new));
        let (demanded, demands) = (required(&pair.old), required(&pair.new));
        for name in is.difference(&was).filter(|name| !demanded.contains(*name)) {
            let fact = Fact::new("schema-required", Event::Added, join(&pair.path, name));
            self.differ(fact, pair.old.span, pair.new.span);
        }
        for name in was.difference(&is).filter(|name| !demands.contains(*name)) {
            let fact = Fact::new("schema-required", Event::Removed, join(&pair.path, name));
            self.differ(fact, pair.old.span, pair.new.span);
        }
    }

    fn compare_order(&mut self, pair: &Pair<'a>) {
        let (old, new) = (fields(&pair.old), fields(&pair.new));
        let common = |these: &'a [Entry], those: &[Entry]| -> Vec<&'a str> {
            these.iter().map(|field| field.key.as_str()).filter(|key| find(those, key).is_some()).collect()
        };
        let (was, is) = (common(old, new), common(new, old));
        if was != is {
            let (old, new) = (pair.old.get("properties"), pair.new.get("properties"));
            let place = |node: Option<&Node>, otherwise| node.map_or(otherwise, |node| node.span);
            let mut fact = Fact::new("schema-order", Event::Moved, pair.path.as_str());
            fact.old = Some(self.old.file.quote_as(place(old, pair.old.span), was.join(", ")));
            fact.new = Some(self.new.file.quote_as(place(new, pair.new.span), is.join(", ")));
            self.push(fact);
        }
    }

    fn compare_openness(&mut self, pair: &Pair<'a>) {
        let keyword = "additionalProperties";
        let (old, new) = (pair.old.keywords.get(keyword).copied(), pair.new.keywords.get(keyword).copied());
        let (event, mark) = match (Openness::of(old), Openness::of(new)) {
            (Openness::Only(old), Openness::Only(new)) => {
                return self.compare(Step::Further, &join(&pair.path, "*"), [old, new]);
            }
            (old, new) if old.rank() == new.rank() => return,
            (old, new) if old.rank() > new.rank() => (Event::Added, "narrowed"),
            _ => (Event::Removed, "widened"),
        };
        self.state(Fact::new("schema-closed", event, pair.path.as_str()).marked(mark), old, new);
    }
}

/// What an object admits besides its properties.
enum Openness<'a> {
    Closed,
    Only(&'a Node),
    Open,
}

impl<'a> Openness<'a> {
    fn of(entry: Option<&'a Entry>) -> Self {
        match entry.map(|entry| &entry.node) {
            Some(node) if node.value == Value::Bool(false) => Self::Closed,
            Some(node) if !node.entries().is_empty() => Self::Only(node),
            _ => Self::Open,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Closed => 0,
            Self::Only(_) => 1,
            Self::Open => 2,
        }
    }
}

/// Whether an object lets properties through that it does not name.
fn is_open(shape: &Shape<'_>) -> bool {
    let closes = |keyword: &str| shape.get(keyword).is_some_and(|node| node.value != Value::Bool(true));
    !closes("additionalProperties") && !closes("unevaluatedProperties")
}

fn fields<'a>(shape: &Shape<'a>) -> &'a [Entry] {
    shape.get("properties").map_or(&[], Node::entries)
}

fn find<'e>(fields: &'e [Entry], key: &str) -> Option<&'e Entry> {
    fields.iter().find(|field| field.key == key)
}

fn required<'a>(shape: &Shape<'a>) -> BTreeSet<&'a str> {
    shape.get("required").map(Node::elements).unwrap_or_default().iter().filter_map(Node::text).collect()
}

fn marked(fact: Fact, field: &Entry, is_required: bool) -> Fact {
    let fact = if is_required { fact.marked("required") } else { fact };
    if field.node.get("default").is_some() { fact.marked("default") } else { fact }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
