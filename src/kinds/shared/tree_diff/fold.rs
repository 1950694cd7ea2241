//! What came or went as a whole is told once, and what only stands under another key is told as that.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::tree::Tree;
use crate::domain::{Event, Fact, Quote};
use crate::kinds::shared::part::Part;

/// A text this long is evidence enough that it is the same text, in bytes of its canonical form.
const TELLING: usize = 20;

/// The aspects whose facts may be told together, since one rule judges them all whatever they are about.
#[derive(Debug, Clone, Copy)]
pub struct Folding {
    /// Told once where a whole map or list of them came or went.
    pub whole: &'static [&'static str],
    /// Told as renamed or moved where the same came elsewhere; a part of `whole`.
    pub moved: &'static [&'static str],
}

/// The facts with one for each subtree that came, went, or stands under another key.
///
/// A renamed or moved subtree is a fact about its new path whose texts are the old and the new path; of one that came or
/// went as a whole, `count` says how many settings it held.
pub fn fold(facts: Vec<Fact>, old: &[Part], new: &[Part], folding: Folding) -> Vec<Fact> {
    let is_folded = |fact: &Fact| folding.whole.contains(&fact.aspect);
    let events = [Event::Removed, Event::Added];
    if events.iter().all(|event| facts.iter().filter(|fact| fact.event == *event && is_folded(fact)).count() == 0) {
        return facts;
    }
    let (before, after) = (Tree::of(old), Tree::of(new));
    let stays = (before.stays_in(&after), after.stays_in(&before));
    let mut gone = Whole::of(old, before, &stays.0, (&facts, Event::Removed));
    let mut come = Whole::of(new, after, &stays.1, (&facts, Event::Added));
    let mut told = relocated(&mut gone, &mut come, folding.moved);
    told.extend(gone.together(&facts, folding.whole));
    told.extend(come.together(&facts, folding.whole));
    let is_untold = |fact: &Fact| !gone.is_told(fact) && !come.is_told(fact);
    facts.into_iter().filter(is_untold).chain(told).collect()
}

/// The subtrees of a side that the other side has not.
struct Whole<'p> {
    tree: Tree<'p>,
    parts: &'p [Part],
    event: Event,
    /// Per branch: whether all at and below it came (or went).
    is_whole: Vec<bool>,
    /// Parts that need not be told any more.
    told: HashSet<(&'static str, String)>,
}

impl<'p> Whole<'p> {
    /// The whole subtrees of `tree` by the facts of an event; what stands on the other side too is none.
    fn of(parts: &'p [Part], tree: Tree<'p>, stays: &[bool], (facts, event): (&[Fact], Event)) -> Self {
        let facts = facts.iter().filter(|fact| fact.event == event);
        let only_here: HashSet<(&str, &str)> = facts.map(|fact| (fact.aspect, fact.subject.as_str())).collect();
        let mut is_whole = vec![true; tree.len()];
        for branch in (1..tree.len()).rev() {
            let mut own = tree.parts(branch).iter().filter_map(|&part| parts.get(part));
            is_whole[branch] &= own.all(|part| only_here.contains(&(part.aspect, part.key.as_str())));
            is_whole[tree.parent(branch)] &= is_whole[branch];
        }
        is_whole.iter_mut().zip(stays).for_each(|(whole, stays)| *whole &= !stays);
        Self { tree, parts, event, is_whole, told: HashSet::new() }
    }

    fn below(&self, branch: usize) -> impl Iterator<Item = &'p Part> {
        let parts = self.parts;
        self.tree.below(branch).flat_map(|branch| self.tree.parts(branch)).filter_map(move |&part| parts.get(part))
    }

    /// Whole subtrees by their content, where no other has the same, and that are evidence of more than chance.
    fn by_content(&self, aspects: &[&str]) -> HashMap<u64, usize> {
        let mut found: HashMap<u64, Option<usize>> = HashMap::new();
        for branch in (1..self.tree.len()).filter(|&branch| self.is_whole[branch]) {
            found.entry(self.tree.content(branch)).and_modify(|twin| *twin = None).or_insert(Some(branch));
        }
        let is_evidence = |branch: &usize| {
            let mut parts = self.below(*branch).peekable();
            let first = parts.peek().map_or(0, |part| part.value.len());
            let (mut count, mut is_known) = (0, true);
            parts.for_each(|part| (count, is_known) = (count + 1, is_known && aspects.contains(&part.aspect)));
            is_known && (count > 1 || first >= TELLING)
        };
        found.into_iter().filter_map(|(content, branch)| Some((content, branch.filter(is_evidence)?))).collect()
    }

    fn tell(&mut self, branch: usize) {
        let parts: Vec<&Part> = self.below(branch).collect();
        self.told.extend(parts.into_iter().map(|part| (part.aspect, part.key.clone())));
    }

    fn is_told(&self, fact: &Fact) -> bool {
        fact.event == self.event && self.has_told(fact.aspect, &fact.subject)
    }

    fn has_told(&self, aspect: &'static str, key: &str) -> bool {
        !self.told.is_empty() && self.told.contains(&(aspect, key.to_owned()))
    }

    /// The topmost whole subtree around the piece that a fact is about.
    fn top(&self, branch: usize) -> usize {
        let above = std::iter::successors(Some(branch), |&branch| Some(self.tree.parent(branch)));
        above.take_while(|&branch| self.is_whole[branch]).last().unwrap_or(branch)
    }

    /// One fact for the facts of an aspect about one subtree.
    fn together(&mut self, facts: &[Fact], aspects: &[&str]) -> Vec<Fact> {
        let branches: HashMap<(&str, &str), usize> = (0..self.parts.len())
            .filter_map(|at| {
                let part = self.parts.get(at)?;
                Some(((part.aspect, part.key.as_str()), self.tree.branch_of(at)?))
            })
            .collect();
        let mut groups: BTreeMap<(usize, &str, &[&str]), Vec<&Fact>> = BTreeMap::new();
        for fact in facts.iter().filter(|fact| fact.event == self.event && aspects.contains(&fact.aspect)) {
            let branch = branches.get(&(fact.aspect, fact.subject.as_str())).filter(|_| !self.is_told(fact));
            if let Some(&branch) = branch {
                groups.entry((self.top(branch), fact.aspect, &fact.marks)).or_default().push(fact);
            }
        }
        let mut told = Vec::new();
        for ((top, ..), group) in groups.into_iter().filter(|(_, group)| group.len() > 1) {
            told.extend(self.one(top, &group));
        }
        told
    }

    fn one(&mut self, top: usize, group: &[&Fact]) -> Option<Fact> {
        let mut fact = (*group.first()?).clone();
        self.told.extend(group.iter().map(|fact| (fact.aspect, fact.subject.clone())));
        fact.subject = self.tree.path(top);
        fact.count = group.len();
        Some(fact)
    }
}

/// Subtrees that went from one key and came under another; the largest first.
fn relocated(gone: &mut Whole<'_>, come: &mut Whole<'_>, aspects: &[&str]) -> Vec<Fact> {
    let (before, after) = (gone.by_content(aspects), come.by_content(aspects));
    let mut pairs: Vec<(usize, usize)> =
        before.iter().filter_map(|(content, &from)| Some((from, *after.get(content)?))).collect();
    // A parent is numbered before its children, so that it is told and they need not be.
    pairs.sort_unstable();
    let mut facts = Vec::new();
    for (from, to) in pairs {
        let Some((was, is)) = gone.below(from).next().zip(come.below(to).next()) else { continue };
        if gone.has_told(was.aspect, &was.key) || come.has_told(is.aspect, &is.key) {
            continue;
        }
        facts.push(relocation((gone, from, was), (come, to, is)));
        gone.tell(from);
        come.tell(to);
    }
    facts
}

/// One side of a relocation: the subtrees of the side, which one, and its first part.
type Place<'p> = (&'p Whole<'p>, usize, &'p Part);

fn relocation((gone, from, was): Place<'_>, (come, to, is): Place<'_>) -> Fact {
    let (old, new) = (gone.tree.path(from), come.tree.path(to));
    let (above, below) = (gone.tree.path(gone.tree.parent(from)), come.tree.path(come.tree.parent(to)));
    let event = if above == below { Event::Renamed } else { Event::Moved };
    let called = |quote: &Quote, path: &str| Quote { text: path.to_owned(), ..quote.clone() };
    let mut fact = Fact::new(is.aspect, event, new.clone()).was(called(&was.quote, &old)).is(called(&is.quote, &new));
    fact.count = come.below(to).count();
    fact
}
