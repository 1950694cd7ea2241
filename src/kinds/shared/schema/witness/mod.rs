//! Witnesses: a value that one schema admits and the other does not, built at the place where they differ.
//!
//! The smallest value of the producer's schema that reaches the place is mutated there and nowhere else, and an
//! independent validator confirms it on both sides: valid for the producer, and for the consumer invalid by a fault that
//! the value without the mutation has not.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Value as Json, json};

use self::minimal::Builder;
use super::walk::{Site, Step};
use super::{Flow, Schema, bridge};
use crate::domain::{Event, Fact};
use crate::kinds::shared::node::Node;

mod minimal;
mod pool;

/// How many values are validated for one pair of schemas.
const MAX_TRIES: usize = 1_500;

/// Longest witness that is shown, in bytes.
const MAX_SHOWN: usize = 600;

/// A search over two schemas.
pub(super) struct Hunt<'w, 'a> {
    sites: &'w [Site<'a>],
    flow: Flow,
    producer: Builder<'a>,
    consumer: &'a Schema,
    validators: Option<[Validator; 2]>,
    tries: usize,
}

/// A value with the difference, and the same without it.
type Trial = (Json, Option<Json>);

impl<'w, 'a> Hunt<'w, 'a> {
    pub(super) fn new(old: &'a Schema, new: &'a Schema, flow: Flow, sites: &'w [Site<'a>]) -> Self {
        let (producer, consumer) = if flow == Flow::Input { (old, new) } else { (new, old) };
        let validators = bridge::validator(producer).zip(bridge::validator(consumer)).map(<[_; 2]>::from);
        Self { sites, flow, producer: Builder::new(producer), consumer, validators, tries: 0 }
    }

    /// The smallest value found that shows `fact`, which was found at `site`.
    pub(super) fn witness(&mut self, fact: &Fact, site: usize) -> Option<String> {
        self.validators.as_ref()?;
        let mut trials = self.trials(fact, site);
        trials.sort_by_key(|(value, _)| value.to_string().len());
        let shown = trials.into_iter().find(|trial| self.shows(trial))?.0.to_string();
        (shown.len() <= MAX_SHOWN).then_some(shown)
    }

    fn shows(&mut self, (value, without): &Trial) -> bool {
        self.tries += 1;
        let Some([producer, consumer]) = self.validators.as_ref().filter(|_| self.tries <= MAX_TRIES) else {
            return false;
        };
        if !producer.is_valid(value) || consumer.is_valid(value) {
            return false;
        }
        let Some(without) = without else { return true };
        let known = faults(consumer, without);
        faults(consumer, value).iter().any(|fault| !known.contains(fault))
    }

    fn trials(&mut self, fact: &Fact, site: usize) -> Vec<Trial> {
        let name = fact.subject.rsplit('.').next().unwrap_or_default().to_owned();
        match (fact.aspect, fact.event) {
            ("schema-required", _) => self.without_field(site, &name),
            ("schema-field", Event::Added) if fact.has("from-rest") && !fact.has("required") => self.mutations(site),
            ("schema-field", Event::Added | Event::Removed) => {
                let is_own = (fact.event == Event::Removed) == (self.flow == Flow::Input);
                if is_own { self.with_field(site, &name, None) } else { self.without_field(site, &name) }
            }
            ("schema-field", _) => {
                let new = fact.new_text().trim_matches('"').to_owned();
                let (own, other) = if self.flow == Flow::Input { (name, new) } else { (new, name) };
                self.with_field(site, &own, Some(&other))
            }
            ("schema-closed", _) => {
                let Some(Json::Object(mut object)) = self.least(site) else { return Vec::new() };
                let without = self.embed(site, Json::Object(object.clone()));
                object.insert("undeclared".to_owned(), json!("x"));
                self.embed(site, Json::Object(object)).map(|value| (value, without)).into_iter().collect()
            }
            ("schema-enum-value", _) => {
                let listed = if self.flow == Flow::Input { fact.old_text() } else { fact.new_text() };
                let without = self.absent(site);
                let value = serde_json::from_str(listed).ok().and_then(|value| self.embed(site, value));
                value.map(|value| (value, without)).into_iter().collect()
            }
            _ => self.mutations(site),
        }
    }

    /// Values of the place itself; without it, what contains it lacks it.
    fn mutations(&mut self, site: usize) -> Vec<Trial> {
        let (own, consumer) = (self.own(site), (self.consumer, self.other(site)));
        let values = pool::values(&mut self.producer, own, consumer);
        let without = self.absent(site);
        values.into_iter().filter_map(|value| Some((self.embed(site, value)?, without.clone()))).collect()
    }

    /// The object without a property that the other side demands.
    fn without_field(&mut self, site: usize, name: &str) -> Vec<Trial> {
        let Some(Json::Object(mut object)) = self.least(site) else { return Vec::new() };
        object.shift_remove(name);
        let value = self.embed(site, Json::Object(object.clone()));
        let mut other = Builder::new(self.consumer);
        let filled = field(self.other(site), name).and_then(|node| other.value(&[node]));
        object.insert(name.to_owned(), filled.unwrap_or(json!("x")));
        let without = self.embed(site, Json::Object(object));
        value.map(|value| (value, without)).into_iter().collect()
    }

    /// The object with a property that the other side does not know, or knows as `renamed`.
    fn with_field(&mut self, site: usize, name: &str, renamed: Option<&str>) -> Vec<Trial> {
        let Some(Json::Object(mut object)) = self.least(site) else { return Vec::new() };
        object.shift_remove(name);
        let own = field(self.own(site), name).and_then(|node| self.producer.value(&[node])).unwrap_or(json!("x"));
        let mut without = object.clone();
        if let Some(renamed) = renamed {
            without.insert(renamed.to_owned(), own.clone());
        }
        object.insert(name.to_owned(), own);
        let without = self.embed(site, Json::Object(without));
        self.embed(site, Json::Object(object)).map(|value| (value, without)).into_iter().collect()
    }

    /// The producer's schema at a site.
    fn own(&self, site: usize) -> &'a Node {
        if self.flow == Flow::Input { self.sites[site].old } else { self.sites[site].new }
    }

    /// The consumer's schema at a site.
    fn other(&self, site: usize) -> &'a Node {
        if self.flow == Flow::Input { self.sites[site].new } else { self.sites[site].old }
    }

    fn least(&mut self, site: usize) -> Option<Json> {
        self.producer.value(&[self.own(site)])
    }

    /// The smallest whole value that has `value` at a site.
    fn embed(&mut self, mut site: usize, mut value: Json) -> Option<Json> {
        while let Some(parent) = self.sites[site].parent {
            value = self.within(parent, site, Some(value))?;
            site = parent;
        }
        Some(value)
    }

    /// The smallest whole value that has nothing at a site.
    fn absent(&mut self, site: usize) -> Option<Json> {
        let parent = self.sites[site].parent?;
        if matches!(self.sites[site].step, Step::Branch) {
            return self.absent(parent);
        }
        let value = self.within(parent, site, None)?;
        self.embed(parent, value)
    }

    /// The smallest value of `parent` that has `value`, or nothing, at the step to `site`.
    fn within(&mut self, parent: usize, site: usize, value: Option<Json>) -> Option<Json> {
        let key = match &self.sites[site].step {
            Step::Branch => return self.merged(parent, value?),
            Step::Item => {
                let Some(Json::Array(mut least)) = self.least(parent) else { return value.map(|value| json!([value])) };
                return value.map_or(Some(json!([])), |value| {
                    least.fill(value.clone());
                    Some(Json::Array(if least.is_empty() { vec![value] } else { least }))
                });
            }
            Step::Field { old, new } => (if self.flow == Flow::Input { *old } else { *new }).to_owned(),
            Step::Further => "key".to_owned(),
        };
        let Some(Json::Object(mut object)) = self.least(parent) else { return None };
        match value {
            Some(value) => object.insert(key, value),
            None => object.shift_remove(&key),
        };
        Some(Json::Object(object))
    }

    /// A branch's value with what its parent demands besides.
    fn merged(&mut self, parent: usize, value: Json) -> Option<Json> {
        match (self.least(parent), value) {
            (Some(Json::Object(mut least)), Json::Object(value)) => {
                let demanded = self.own(parent).get("required").map_or(&[][..], Node::elements);
                least.retain(|key, _| demanded.iter().any(|name| name.text() == Some(key)));
                least.extend(value);
                Some(Json::Object(least))
            }
            (_, value) => Some(value),
        }
    }
}

fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    node.get("properties")?.get(name)
}

/// What is wrong with a value: where, and by which keyword.
fn faults(validator: &Validator, value: &Json) -> BTreeSet<(String, String)> {
    let place = |error: jsonschema::ValidationError<'_>| {
        (error.instance_path().to_string(), format!("{} {}", error.schema_path(), error))
    };
    validator.iter_errors(value).map(place).collect()
}
