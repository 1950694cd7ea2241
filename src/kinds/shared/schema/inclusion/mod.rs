//! Whether everything that one schema produces is admitted by another: proven, or not.
//!
//! Structural, keyword by keyword, with case distinction where the left side has alternatives. A recursive pair is
//! assumed to hold inside itself once a value was taken apart on the way, so that the assumption is about a smaller value.
//! What is not proven is not refuted by it: that takes a witness. Every proof keeps within a budget of steps.

use std::collections::{HashMap, HashSet};

use self::form::conjunction;
use self::left::Left;
use super::Schema;
use super::pattern::Language;
use crate::kinds::shared::node::Node;

mod branches;
pub(super) mod form;
mod left;
mod objects;
mod values;

/// How many goals one proof may take.
const MAX_STEPS: usize = 20_000;

/// How deeply goals may nest.
const MAX_DEPTH: usize = 120;

/// A pair of schemas, by where they stand in memory.
type Goal = (*const Node, *const Node);

/// A proof in the making that what `narrow` produces is within what `wide` admits.
pub(super) struct Proof<'a> {
    narrow: &'a Schema,
    wide: &'a Schema,
    steps: usize,
    /// How many goals are open, and how many values were taken apart to get here.
    nesting: usize,
    depth: usize,
    /// The open goals, each with the depth at which it was opened.
    open: Vec<(Goal, usize)>,
    /// The outermost open goal that was assumed since.
    assumed: usize,
    proven: HashSet<Goal>,
    failed: HashSet<Goal>,
    languages: HashMap<&'a str, Option<Language>>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(narrow: &'a Schema, wide: &'a Schema) -> Self {
        Self {
            narrow,
            wide,
            steps: 0,
            nesting: 0,
            depth: 0,
            open: Vec::new(),
            assumed: usize::MAX,
            proven: HashSet::new(),
            failed: HashSet::new(),
            languages: HashMap::new(),
        }
    }

    /// Whether everything that `narrow` produces is proven to be admitted by `wide`.
    pub(super) fn holds(&mut self, narrow: &'a Node, wide: &'a Node) -> bool {
        let goal: Goal = (narrow, wide);
        if self.proven.contains(&goal) {
            return true;
        }
        if self.failed.contains(&goal) {
            return false;
        }
        if let Some(at) = self.open.iter().position(|(open, _)| *open == goal) {
            let is_smaller = self.open[at].1 < self.depth;
            if is_smaller {
                self.assumed = self.assumed.min(at);
            }
            return is_smaller;
        }
        self.decide(goal, narrow, wide)
    }

    fn decide(&mut self, goal: Goal, narrow: &'a Node, wide: &'a Node) -> bool {
        let at = self.open.len();
        let assumed_before = std::mem::replace(&mut self.assumed, usize::MAX);
        self.open.push((goal, self.depth));
        let holds = Left::of(self.narrow, &[narrow]).is_some_and(|left| self.within(&left, wide));
        self.open.pop();
        if !holds {
            self.failed.insert(goal);
        } else if self.assumed >= at {
            self.proven.insert(goal);
        }
        self.assumed = if self.assumed >= at { assumed_before } else { assumed_before.min(self.assumed) };
        holds
    }

    /// The same for a part of a value: what all of `narrow` produce.
    fn part_holds(&mut self, narrow: &[&'a Node], wide: &'a Node) -> bool {
        self.depth += 1;
        let holds = match narrow {
            [one] => self.holds(one, wide),
            _ => Left::of(self.narrow, narrow).is_some_and(|left| self.within(&left, wide)),
        };
        self.depth -= 1;
        holds
    }

    /// Whether `wide` admits everything of `left`.
    fn within(&mut self, left: &Left<'a>, wide: &'a Node) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.nesting > MAX_DEPTH {
            return false;
        }
        if left.is_empty() {
            return true;
        }
        self.nesting += 1;
        let parts = conjunction(self.wide, &[wide]);
        let holds = parts.is_some_and(|parts| parts.iter().all(|part| self.satisfies(left, part)));
        self.nesting -= 1;
        holds
    }

    /// Whether `left` satisfies the keywords of `part`, as a whole or case by case.
    fn satisfies(&mut self, left: &Left<'a>, part: &'a Node) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.nesting > MAX_DEPTH {
            return false;
        }
        if left.is_empty() || part.entries().iter().all(|entry| self.keyword(left, part, entry)) && part.is_map() {
            return true;
        }
        self.nesting += 1;
        let cases = left.cases().filter(|_| part.is_map());
        let holds = cases.is_some_and(|cases| cases.iter().all(|case| self.satisfies(case, part)));
        self.nesting -= 1;
        holds
    }

    /// The language of a pattern, built once.
    fn language(&mut self, pattern: &'a str) -> Option<&Language> {
        self.languages.entry(pattern).or_insert_with(|| Language::of(pattern)).as_ref()
    }

    /// Whether `pattern` matches in `text`; `None`: undecided.
    fn matches(&mut self, pattern: &'a str, text: &str) -> Option<bool> {
        self.language(pattern)?.matches(text)
    }
}
