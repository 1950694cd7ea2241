//! Likely partners in large gaps, by the rare words that units share: no comparing of all with all.

use std::collections::HashMap;

use super::likeness::{Budget, Likeness};
use super::pairing::ALIKE;
use super::unit::Unit;

/// A word (or pair of words) in more units than this leads nowhere.
const MAX_SHARING: usize = 24;

/// How many of its rarest words a unit is looked up by, and how many partners are looked at.
const LOOKUPS: usize = 8;
const PARTNERS: usize = 6;

/// A unit of the old side and one of the new, by position, and how alike they are.
pub(super) type Candidate = (usize, usize, f64);

/// Units that are alike, by old position. `None`: the budget does not reach.
pub(super) fn between(
    old: &[&Unit],
    new: &[&Unit],
    likeness: &Likeness,
    budget: &mut Budget,
) -> Option<Vec<Candidate>> {
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (j, unit) in new.iter().enumerate() {
        features(unit).for_each(|feature| places.entry(feature).or_default().push(j));
    }
    let mut found = Vec::new();
    for (i, unit) in old.iter().enumerate() {
        for j in partners(unit, &places) {
            budget.spend(unit.bag.len() + new[j].bag.len())?;
            let score = likeness.of(unit, new[j]);
            found.extend((score >= ALIKE).then_some((i, j, score)));
        }
    }
    Some(found)
}

/// Its distinct words, and each with the next by hash: where all words are common, few pairs are.
fn features(unit: &Unit) -> impl Iterator<Item = u64> + '_ {
    let mut words = unit.bag.clone();
    words.dedup();
    let pairs: Vec<u64> = words.windows(2).map(|pair| pair[0].rotate_left(17) ^ pair[1]).collect();
    words.into_iter().chain(pairs)
}

/// The units that share most of the rarest features of `unit`; rarer features and earlier units first.
fn partners(unit: &Unit, places: &HashMap<u64, Vec<usize>>) -> Vec<usize> {
    let mut shared: Vec<&Vec<usize>> = features(unit).filter_map(|feature| places.get(&feature)).collect();
    shared.retain(|places| places.len() <= MAX_SHARING);
    shared.sort_by_key(|places| places.len());
    let mut votes: HashMap<usize, usize> = HashMap::new();
    for &j in shared.into_iter().take(LOOKUPS).flatten() {
        *votes.entry(j).or_default() += 1;
    }
    let mut voted: Vec<(usize, usize)> = votes.into_iter().collect();
    voted.sort_by_key(|&(j, votes)| (std::cmp::Reverse(votes), j));
    voted.into_iter().take(PARTNERS).map(|(j, _)| j).collect()
}

/// The candidates with the greatest sum of likenesses that rise on both sides.
pub(super) fn heaviest(candidates: &[Candidate]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    // Among those of one old unit the later new ones go first, so that no chain takes two of them.
    order.sort_by_key(|&at| (candidates[at].0, std::cmp::Reverse(candidates[at].1)));
    let mut best = Prefixes::new(candidates.iter().map(|candidate| candidate.1 + 1).max().unwrap_or(0));
    let mut before: Vec<Option<usize>> = vec![None; candidates.len()];
    for at in order {
        let (_, j, score) = candidates[at];
        let (sum, last) = best.below(j);
        before[at] = last;
        best.raise(j, (sum + score, Some(at)));
    }
    let mut chain: Vec<(usize, usize)> = std::iter::successors(best.below(best.sums.len()).1, |&at| before[at])
        .map(|at| (candidates[at].0, candidates[at].1))
        .collect();
    chain.reverse();
    chain
}

/// A best candidate, and the sum of the chain that ends with it.
type Best = (f64, Option<usize>);

/// The best over all positions below one, raised one by one (a Fenwick tree).
struct Prefixes {
    sums: Vec<Best>,
}

impl Prefixes {
    fn new(length: usize) -> Self {
        Self { sums: vec![(0.0, None); length] }
    }

    fn below(&self, mut end: usize) -> Best {
        let mut best = (0.0, None);
        while end > 0 {
            best = if self.sums[end - 1].0 > best.0 { self.sums[end - 1] } else { best };
            end &= end - 1;
        }
        best
    }

    fn raise(&mut self, position: usize, value: Best) {
        let mut at = position + 1;
        while let Some(sum) = self.sums.get_mut(at - 1) {
            *sum = if value.0 > sum.0 { value } else { *sum };
            at += at & at.wrapping_neg();
        }
    }
}

/// Those that are each other's best, the most alike first.
pub(super) fn mutual(candidates: &[Candidate]) -> Vec<(usize, usize)> {
    let mut order: Vec<&Candidate> = candidates.iter().collect();
    order.sort_by(|a, b| {
        b.2.total_cmp(&a.2).then_with(|| (a.0.abs_diff(a.1), a.0, a.1).cmp(&(b.0.abs_diff(b.1), b.0, b.1)))
    });
    let (mut olds, mut news) = (std::collections::HashSet::new(), std::collections::HashSet::new());
    let free = order.into_iter().filter(|(i, j, _)| {
        let (is_first, is_only) = (olds.insert(*i), news.insert(*j));
        is_first && is_only
    });
    let mut pairs: Vec<(usize, usize)> = free.map(|&(i, j, _)| (i, j)).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::{heaviest, mutual};

    #[test]
    fn the_heaviest_chain_wins() {
        assert_eq!(heaviest(&[(0, 2, 0.9), (1, 0, 0.6), (1, 1, 0.7), (2, 1, 0.6), (2, 2, 0.7)]), [(1, 1), (2, 2)]);
        assert_eq!(heaviest(&[]), []);
    }

    #[test]
    fn only_the_best_of_both_sides_are_mutual() {
        assert_eq!(mutual(&[(0, 1, 0.9), (0, 0, 0.8), (1, 1, 0.7), (2, 2, 0.6)]), [(0, 1), (2, 2)]);
    }
}
