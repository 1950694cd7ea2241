//! Values worth trying where two schemas differ: around every bound, of every type, one of each alternative.

use serde_json::{Value as Json, json};

use super::minimal::{Builder, json_number};
use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::schema::bridge::plain;
use crate::kinds::shared::schema::inclusion::form::conjunction;
use crate::kinds::shared::schema::pattern::{self, Difference, Language};

/// How many values are tried in one place.
const MAX_VALUES: usize = 80;

/// How many listed values and properties are tried one by one.
const MAX_LISTED: usize = 24;

/// Longest text and list that is tried.
const MAX_LENGTH: f64 = 300.0;

/// What may be valid by `producer`'s schema and not by `consumer`'s, the smallest first.
pub(super) fn values<'a>(
    builder: &mut Builder<'a>,
    producer: &'a Node,
    consumer: (&'a super::Schema, &'a Node),
) -> Vec<Json> {
    let own = conjunction(builder.schema, &[producer]).unwrap_or_default();
    let other = conjunction(consumer.0, &[consumer.1]).unwrap_or_default();
    let mut values: Vec<Json> = own.iter().flat_map(|part| listed(part)).take(MAX_LISTED).collect();
    values.extend(builder.value(&[producer]));
    values.extend(branches(builder, &own));
    values.extend(numbers(&own, &other));
    values.extend(texts(&own, &other));
    values.extend(lists(builder, &own, &other));
    values.extend(objects(builder, producer, &own, &other));
    values.extend([json!("x"), json!(1), json!(0.5), json!(true), Json::Null, json!([]), json!({})]);
    let mut seen = std::collections::HashSet::new();
    let mut keyed: Vec<(usize, Json)> = values
        .into_iter()
        .map(|value| (value.to_string(), value))
        .filter(|(text, _)| seen.insert(text.clone()))
        .map(|(text, value)| (text.len(), value))
        .collect();
    keyed.truncate(MAX_VALUES);
    keyed.sort_by_key(|(length, _)| *length);
    keyed.into_iter().map(|(_, value)| value).collect()
}

fn listed(part: &Node) -> Vec<Json> {
    let values = part.get("enum").map_or(&[][..], Node::elements);
    part.get("const").into_iter().chain(values).map(plain).collect()
}

fn branches<'a>(builder: &mut Builder<'a>, parts: &[&'a Node]) -> Vec<Json> {
    let lists = parts.iter().flat_map(|part| ["anyOf", "oneOf"].into_iter().filter_map(|key| part.get(key)));
    let branches: Vec<&'a Node> = lists.flat_map(Node::elements).take(MAX_LISTED).collect();
    branches.into_iter().filter_map(|branch| builder.value(&[branch])).collect()
}

/// The numbers at `keywords` on either side.
fn bounds(sides: [&[&Node]; 2], keywords: &[&str]) -> Vec<f64> {
    let parts = sides.into_iter().flatten();
    let found = parts.flat_map(|part| keywords.iter().filter_map(|keyword| part.get(keyword)));
    let read = |node: &Node| match &node.value {
        Value::Number(text) => text.parse::<f64>().ok().filter(|number| number.is_finite()),
        _ => None,
    };
    let mut bounds: Vec<f64> = found.filter_map(read).collect();
    bounds.dedup();
    bounds
}

fn numbers(own: &[&Node], other: &[&Node]) -> Vec<Json> {
    let bounds = bounds([own, other], &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]);
    let around = bounds.into_iter().flat_map(|at| [at, at - 1.0, at + 1.0, at * 2.0, at * 3.0, at - 0.5, at + 0.5]);
    around.filter_map(json_number).take(MAX_LISTED).collect()
}

fn texts(own: &[&Node], other: &[&Node]) -> Vec<Json> {
    let lengths = bounds([own, other], &["minLength", "maxLength"]).into_iter().flat_map(|at| [at - 1.0, at, at + 1.0]);
    let filled = lengths.filter(|length| (0.0..=MAX_LENGTH).contains(length)).map(|length| "x".repeat(length as usize));
    let patterns = |parts: &[&Node]| -> Vec<Language> {
        parts.iter().filter_map(|part| part.get("pattern")).filter_map(Node::text).filter_map(Language::of).collect()
    };
    let (own, other) = (patterns(own), patterns(other));
    let beyond = |one: Option<&Language>| {
        let texts = other.iter().map(move |other| pattern::difference(one, Some(other)));
        texts.collect::<Vec<_>>()
    };
    let differences = own.iter().flat_map(|one| beyond(Some(one))).chain(beyond(None));
    let texts = differences.filter_map(|difference| match difference {
        Difference::Text(text) => Some(text),
        _ => None,
    });
    filled.chain(texts).map(Json::String).collect()
}

fn lists<'a>(builder: &mut Builder<'a>, own: &[&'a Node], other: &[&Node]) -> Vec<Json> {
    let items = own.iter().filter_map(|part| part.get("items")).find(|items| !items.is_list());
    let is_about_lists = |part: &&Node| {
        ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"]
            .iter()
            .any(|keyword| part.get(keyword).is_some())
    };
    if !own.iter().chain(other).any(is_about_lists) {
        return Vec::new();
    }
    let element = items.map_or(Some(json!("x")), |items| builder.value(&[items])).unwrap_or(json!("x"));
    let tuples: Vec<Json> = (1..4).filter_map(|length| builder.tuple(own, length)).collect();
    let counts = bounds([own, other], &["minItems", "maxItems"]).into_iter().flat_map(|at| [at - 1.0, at, at + 1.0]);
    let counts = counts.chain([1.0, 2.0]).filter(|count| (0.0..=MAX_LENGTH).contains(count));
    counts.map(|count| Json::Array(vec![element.clone(); count as usize])).chain(tuples).collect()
}

/// The smallest object, it with each further property, and it with all of them.
fn objects<'a>(builder: &mut Builder<'a>, node: &'a Node, own: &[&'a Node], other: &[&Node]) -> Vec<Json> {
    let Some(Json::Object(least)) = builder.value(&[node]) else { return Vec::new() };
    let fields: Vec<_> = own.iter().filter_map(|part| part.get("properties")).flat_map(Node::entries).collect();
    let mut objects = vec![];
    if let Some(value) = rest(builder, own) {
        let named = other.iter().filter_map(|part| part.get("properties")).flat_map(Node::entries);
        objects.extend(named.take(MAX_LISTED).map(|field| {
            let mut object = least.clone();
            object.insert(field.key.clone(), value.clone());
            Json::Object(object)
        }));
    }
    for field in fields.into_iter().take(MAX_LISTED) {
        let values = listed(&field.node).into_iter().take(MAX_LISTED / 4).chain(builder.value(&[&field.node]));
        objects.extend(values.map(|value| {
            let mut object = least.clone();
            object.insert(field.key.clone(), value);
            Json::Object(object)
        }));
    }
    objects.truncate(MAX_VALUES / 2);
    objects.extend(builder.full(&[node]));
    let others = [json!("x"), json!(1), Json::Null].into_iter().chain(rest(builder, own));
    objects.extend(others.map(|value| {
        let mut object = least.clone();
        object.insert("further".to_owned(), value);
        Json::Object(object)
    }));
    objects
}

/// A value of the properties that have no name.
fn rest<'a>(builder: &mut Builder<'a>, own: &[&'a Node]) -> Option<Json> {
    let rest = own.iter().filter_map(|part| part.get("additionalProperties")).find(|node| node.is_map());
    rest.and_then(|rest| builder.value(&[rest]))
}
