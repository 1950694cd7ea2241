//! The walk over two schemas in step.

use super::Schema;
use super::shape::{ALIASES, Shape, TEXT};
use crate::domain::{Event, Fact, Span};
use crate::kinds::shared::node::{Entry, Node};

/// How many pairs of schemas are compared before the rest counts as unknown.
const MAX_PAIRS: usize = 20_000;

/// Nesting beyond which the rest counts as unknown; parsers stop earlier.
const MAX_DEPTH: usize = 200;

/// Keywords that name schemas and constrain nothing themselves.
const DEFINING: [&str; 8] =
    ["$defs", "definitions", "$id", "id", "$anchor", "$vocabulary", "$dynamicAnchor", "$recursiveAnchor"];

/// Two schemas being walked, and what was found so far.
pub(super) struct Walk<'a> {
    pub(super) old: &'a Schema,
    pub(super) new: &'a Schema,
    /// What was found, each with the site where it was.
    facts: Vec<(Fact, usize)>,
    sites: Vec<Site<'a>>,
    /// The pairs being compared, outermost first: a pair inside itself is a recursive schema.
    open: Vec<(Span, Span)>,
    /// The site of the innermost one.
    site: usize,
}

/// What a walk found and where.
pub(super) struct Found<'a> {
    pub(super) facts: Vec<(Fact, usize)>,
    pub(super) sites: Vec<Site<'a>>,
}

/// A pair of schemas that was compared, and the way to it.
pub(super) struct Site<'a> {
    pub(super) parent: Option<usize>,
    pub(super) step: Step<'a>,
    pub(super) path: String,
    pub(super) old: &'a Node,
    pub(super) new: &'a Node,
}

/// How a value is reached from the one that contains it.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    /// It is the same value: the schema stands in a combination, or is the whole.
    Branch,
    /// A property, by its name on each side.
    Field { old: &'a str, new: &'a str },
    /// A property that the schema does not name.
    Further,
    /// An element.
    Item,
}

/// The two normal forms at one path.
pub(super) struct Pair<'a> {
    pub(super) path: String,
    pub(super) old: Shape<'a>,
    pub(super) new: Shape<'a>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Schema, new: &'a Schema) -> Self {
        Self { old, new, facts: Vec::new(), sites: Vec::new(), open: Vec::new(), site: 0 }
    }

    /// Everything that differs, in the order of the old schema.
    pub(super) fn found(mut self) -> Found<'a> {
        self.compare(Step::Branch, "", [&self.old.node, &self.new.node]);
        Found { facts: self.facts, sites: self.sites }
    }

    /// Compares what stands at `path` on both sides.
    pub(super) fn compare(&mut self, step: Step<'a>, path: &str, [old, new]: [&'a Node; 2]) {
        let key = (self.old.target(old).span, self.new.target(new).span);
        if self.open.contains(&key) && !old.span.is_empty() {
            return;
        }
        if self.sites.len() > MAX_PAIRS || self.open.len() > MAX_DEPTH {
            return self.differ(Fact::new("schema-unknown", Event::Changed, path), old.span, new.span);
        }
        let parent = (!self.open.is_empty()).then_some(self.site);
        self.site = self.sites.len();
        self.sites.push(Site { parent, step, path: path.to_owned(), old, new });
        self.open.push(key);
        let pair = Pair { path: path.to_owned(), old: Shape::of(self.old, old), new: Shape::of(self.new, new) };
        self.compare_texts(&pair);
        if self.compare_types(&pair) {
            self.compare_values(&pair);
            self.compare_object(&pair);
            self.compare_combinations(&pair);
            self.compare_rest(&pair);
        }
        self.open.pop();
        self.site = parent.unwrap_or_default();
    }

    /// Adds `fact`.
    pub(super) fn push(&mut self, fact: Fact) {
        self.facts.push((fact, self.site));
    }

    /// How many facts there are so far.
    pub(super) fn count(&self) -> usize {
        self.facts.len()
    }

    /// Drops the `aspect` that appeared at `path` after the first `before` facts: a fact about the property owns it.
    pub(super) fn forget_added_since(&mut self, before: usize, path: &str, aspect: &str) {
        let mut at = 0;
        self.facts.retain(|(fact, _)| {
            at += 1;
            at <= before || fact.subject != path || !fact.is_about(aspect, Event::Added)
        });
    }

    /// Adds `fact` with its places.
    pub(super) fn differ(&mut self, fact: Fact, old: Span, new: Span) {
        let fact = fact.was(self.old.quote(old)).is(self.new.quote(new));
        self.push(fact);
    }

    /// Adds `fact` about a keyword, with the place of each side that has it.
    pub(super) fn state(&mut self, mut fact: Fact, old: Option<&Entry>, new: Option<&Entry>) {
        fact.old = old.map(|entry| self.old.quote(entry.node.span));
        fact.new = new.map(|entry| self.new.quote(entry.node.span));
        self.push(fact);
    }

    /// Adds a fact about `keyword` when its value differs; `marks` are the directions of added, removed, changed.
    pub(super) fn keyword(&mut self, pair: &Pair<'a>, keyword: &str, aspect: &'static str, marks: [&'static str; 3]) {
        let (old, new) = (pair.old.keywords.get(keyword).copied(), pair.new.keywords.get(keyword).copied());
        let Some(event) = event(old, new) else { return };
        let [added, removed, changed] = marks;
        let mark = match event {
            Event::Added => added,
            Event::Removed => removed,
            _ => changed,
        };
        let fact = Fact::new(aspect, event, pair.path.as_str());
        self.state(if mark.is_empty() { fact } else { fact.marked(mark) }, old, new);
    }

    fn compare_texts(&mut self, pair: &Pair<'a>) {
        TEXT.into_iter().for_each(|keyword| self.keyword(pair, keyword, "schema-text", [""; 3]));
        ALIASES.into_iter().for_each(|keyword| self.keyword(pair, keyword, "schema-alias", [""; 3]));
    }

    /// Compares the keywords that no other comparison knows.
    fn compare_rest(&mut self, pair: &Pair<'a>) {
        self.keyword(pair, "$schema", "schema-dialect", [""; 3]);
        let mut names: Vec<&str> = pair.old.keywords.keys().chain(pair.new.keywords.keys()).copied().collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !is_known(name));
        names.into_iter().for_each(|name| self.keyword(pair, name, "schema-unknown", [""; 3]));
    }
}

/// What happened to a keyword, if anything.
pub(super) fn event(old: Option<&Entry>, new: Option<&Entry>) -> Option<Event> {
    match (old, new) {
        (None, Some(_)) => Some(Event::Added),
        (Some(_), None) => Some(Event::Removed),
        (Some(old), Some(new)) if old.node.canonical() != new.node.canonical() => Some(Event::Changed),
        _ => None,
    }
}

fn is_known(keyword: &str) -> bool {
    let elsewhere =
        [TEXT.as_slice(), &ALIASES, &DEFINING, &super::values::KNOWN, &super::object::KNOWN, &super::combine::KNOWN];
    keyword == "$schema" || elsewhere.iter().any(|known| known.contains(&keyword))
}
