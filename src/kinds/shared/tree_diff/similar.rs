//! Elements that changed: each is paired with the one that it is most like.

use super::order::Gaps;
use super::tree::{Tree, digest_of, is_index};

/// How many pairs of elements are weighed; beyond, elements meet in order between their neighbours.
const MOST_WEIGHED: usize = 4096;
/// How many values of an element are weighed.
const MOST_VALUES: usize = 64;
/// How alike two elements must be, in hundredths.
const ENOUGH: usize = 60;
/// What standing between the same neighbours is worth, in hundredths.
const SAME_GAP: usize = 10;

/// The elements of a list on both sides, and the trees that they are branches of.
pub(super) struct Likeness<'t> {
    pub(super) old: &'t Tree<'t>,
    pub(super) new: &'t Tree<'t>,
    pub(super) gone: &'t [usize],
    pub(super) come: &'t [usize],
}

impl Likeness<'_> {
    /// The same with the sides exchanged.
    pub(super) fn flipped(&self) -> Self {
        Likeness { old: self.new, new: self.old, gone: self.come, come: self.gone }
    }
}

/// What an element holds: where, and what, as digests sorted by place.
type Values = Vec<(u64, u64)>;

/// Pairs of positions that are not in `paired`, best first, each position once.
pub(super) fn pairs(lists: &Likeness<'_>, paired: &[(usize, usize)], gaps: &Gaps) -> Vec<(usize, usize)> {
    let gone = unpaired((lists.old, lists.gone), paired.iter().map(|pair| pair.0));
    let come = unpaired((lists.new, lists.come), paired.iter().map(|pair| pair.1));
    if gone.len().saturating_mul(come.len()) > MOST_WEIGHED {
        return between_neighbours(&gone, &come, gaps);
    }
    let values = |tree: &Tree<'_>, branches: &[usize], at: &[usize]| -> Vec<Values> {
        at.iter().map(|&at| branches.get(at).map_or_else(Vec::new, |&branch| values(tree, branch))).collect()
    };
    let (held, holds) = (values(lists.old, lists.gone, &gone), values(lists.new, lists.come, &come));
    let mut weighed = Vec::new();
    for (&from, old) in gone.iter().zip(&held) {
        for (&to, new) in come.iter().zip(&holds) {
            let bonus = if gaps.0.get(from) == gaps.1.get(to) { SAME_GAP } else { 0 };
            let score = alike(old, new) + bonus;
            if score >= ENOUGH {
                // Ties go to the nearer, then to the earlier: the same whichever side is called old.
                weighed.push((usize::MAX - score, from.abs_diff(to), from + to, from, to));
            }
        }
    }
    weighed.sort_unstable();
    each_once(weighed.into_iter().map(|(.., from, to)| (from, to)), (lists.gone.len(), lists.come.len()))
}

/// The elements without a pair; one that is nothing but its name is like no other.
fn unpaired((tree, elements): (&Tree<'_>, &[usize]), paired: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut is_open: Vec<bool> = elements.iter().map(|&element| tree.is_valued(element)).collect();
    paired.for_each(|at| is_open[at] = false);
    (0..elements.len()).filter(|&at| is_open[at]).collect()
}

/// The pairs whose positions no earlier pair has taken.
fn each_once(pairs: impl Iterator<Item = (usize, usize)>, (old, new): (usize, usize)) -> Vec<(usize, usize)> {
    let (mut is_old, mut is_new) = (vec![false; old], vec![false; new]);
    pairs
        .filter(|&(from, to)| {
            let is_free = !is_old[from] && !is_new[to];
            if is_free {
                (is_old[from], is_new[to]) = (true, true);
            }
            is_free
        })
        .collect()
}

/// Too many to weigh: the first of a gap with the first of the same gap, and so on.
fn between_neighbours(gone: &[usize], come: &[usize], gaps: &Gaps) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut waiting = come.iter().copied().peekable();
    for &from in gone {
        let gap = gaps.0[from];
        while waiting.next_if(|&to| gaps.1[to] < gap).is_some() {}
        pairs.extend(waiting.next_if(|&to| gaps.1[to] == gap).map(|to| (from, to)));
    }
    pairs
}

/// What stands at and below a branch, by where it stands from there (wherever it stands in lists).
fn values(tree: &Tree<'_>, branch: usize) -> Values {
    let mut values = Vec::new();
    let mut open = vec![(branch, 0)];
    while let Some((at, place)) = open.pop().filter(|_| values.len() < MOST_VALUES) {
        if !tree.parts(at).is_empty() {
            values.push((place, tree.own(at)));
        }
        let step = |child: usize| if is_index(tree.name(child)) { "[]" } else { tree.name(child) };
        open.extend(tree.children(at).iter().map(|&child| (child, digest_of(&(place, step(child))))));
    }
    values.sort_unstable();
    values
}

/// How much two elements share, in hundredths: a place with the same value counts fully, one with another value half.
fn alike(old: &Values, new: &Values) -> usize {
    let places = |values: &Values| values.iter().map(|(place, _)| *place).collect::<Vec<u64>>();
    let score = shared(old, new) + shared(&places(old), &places(new));
    score * 50 / old.len().max(new.len()).max(1)
}

/// How many members two sorted lists have in common.
fn shared<T: Ord>(old: &[T], new: &[T]) -> usize {
    let mut rest = new.iter().peekable();
    let is_shared = |one: &&T| {
        while rest.next_if(|other| other < one).is_some() {}
        rest.next_if(|other| other == one).is_some()
    };
    old.iter().filter(is_shared).count()
}
