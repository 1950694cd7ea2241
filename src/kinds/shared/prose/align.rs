//! Alignment of two sequences of ids: common ends, then anchors that are unique on both sides, then a bounded table, and
//! where that would be too large, anchors by rank (the first of an id with the first, the second with the second).

use std::collections::HashMap;
use std::ops::Range;

/// Above this many cells no table is filled.
const MAX_CELLS: usize = 400 * 400;

/// How often a gap is split at anchors again.
const MAX_DEPTH: usize = 64;

/// Pairs of positions with equal ids, both rising. Linear but for tables of at most `MAX_CELLS`.
pub(super) fn align(old: &[u64], new: &[u64]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    Aligner { old, new, pairs: &mut pairs }.range(0..old.len(), 0..new.len(), 0);
    pairs
}

struct Aligner<'a> {
    old: &'a [u64],
    new: &'a [u64],
    pairs: &'a mut Vec<(usize, usize)>,
}

impl Aligner<'_> {
    fn range(&mut self, mut old: Range<usize>, mut new: Range<usize>, depth: usize) {
        while !old.is_empty() && !new.is_empty() && self.old[old.start] == self.new[new.start] {
            self.pairs.push((old.start, new.start));
            (old.start, new.start) = (old.start + 1, new.start + 1);
        }
        let mut tail = Vec::new();
        while !old.is_empty() && !new.is_empty() && self.old[old.end - 1] == self.new[new.end - 1] {
            (old.end, new.end) = (old.end - 1, new.end - 1);
            tail.push((old.end, new.end));
        }
        if !old.is_empty() && !new.is_empty() {
            self.middle(old, new, depth);
        }
        self.pairs.extend(tail.into_iter().rev());
    }

    fn middle(&mut self, old: Range<usize>, new: Range<usize>, depth: usize) {
        let anchors = if depth < MAX_DEPTH { self.anchors(old.clone(), new.clone()) } else { Vec::new() };
        if anchors.is_empty() {
            if old.len().saturating_mul(new.len()) <= MAX_CELLS {
                self.table(old, new);
            } else {
                let ranked = self.ranked(old, new);
                self.pairs.extend(ranked);
            }
            return;
        }
        let (mut i, mut j) = (old.start, new.start);
        for (at_old, at_new) in anchors {
            self.range(i..at_old, j..at_new, depth + 1);
            self.pairs.push((at_old, at_new));
            (i, j) = (at_old + 1, at_new + 1);
        }
        self.range(i..old.end, j..new.end, depth + 1);
    }

    /// Ids that stand once on each side, as far as they stand in the same order.
    fn anchors(&self, old: Range<usize>, new: Range<usize>) -> Vec<(usize, usize)> {
        let (old_once, new_once) = (once(self.old, old.clone()), once(self.new, new));
        let pairs: Vec<(usize, usize)> = old
            .filter_map(|at| {
                let id = self.old.get(at)?;
                old_once.get(id).copied().flatten()?;
                Some((at, new_once.get(id).copied().flatten()?))
            })
            .collect();
        rising(&pairs)
    }

    /// The first of each id with the first, the second with the second, as far as they stand in the same order.
    fn ranked(&self, old: Range<usize>, new: Range<usize>) -> Vec<(usize, usize)> {
        let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
        for at in new.rev() {
            places.entry(self.new[at]).or_default().push(at);
        }
        let pairs: Vec<(usize, usize)> =
            old.filter_map(|at| Some((at, places.get_mut(self.old.get(at)?)?.pop()?))).collect();
        rising(&pairs)
    }

    /// The longest common subsequence.
    fn table(&mut self, old: Range<usize>, new: Range<usize>) {
        let width = new.len() + 1;
        let mut cells = vec![0_u32; (old.len() + 1) * width];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                cells[i * width + j] = if self.old[old.start + i] == self.new[new.start + j] {
                    cells[(i + 1) * width + j + 1] + 1
                } else {
                    cells[(i + 1) * width + j].max(cells[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < old.len() && j < new.len() {
            if self.old[old.start + i] == self.new[new.start + j] {
                self.pairs.push((old.start + i, new.start + j));
                (i, j) = (i + 1, j + 1);
            } else if cells[(i + 1) * width + j] >= cells[i * width + j + 1] {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
}

/// Where each id of `range` stands, if it stands there once.
fn once(ids: &[u64], range: Range<usize>) -> HashMap<u64, Option<usize>> {
    let mut places = HashMap::new();
    for at in range {
        places.entry(ids[at]).and_modify(|place| *place = None).or_insert(Some(at));
    }
    places
}

/// The longest run of pairs (sorted by the first) that also rises in the second.
pub fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        let length = tops.partition_point(|&top| pairs[top].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| tops[shorter]));
        match tops.get_mut(length) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    let mut chain: Vec<(usize, usize)> =
        std::iter::successors(tops.last().copied(), |&at| before[at]).map(|at| pairs[at]).collect();
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::{align, rising};

    #[test]
    fn equal_ends_and_unique_anchors_are_found() {
        assert_eq!(align(&[1, 2, 3, 4], &[1, 9, 3, 4]), [(0, 0), (2, 2), (3, 3)]);
        assert_eq!(align(&[7, 1, 7, 2, 7], &[7, 7, 2, 7, 1, 7]), [(0, 0), (2, 1), (3, 2), (4, 5)]);
        assert_eq!(align(&[], &[1]), []);
    }

    #[test]
    fn the_longest_rising_chain_wins() {
        assert_eq!(rising(&[(0, 5), (1, 1), (2, 2), (3, 0)]), [(1, 1), (2, 2)]);
    }

    #[test]
    fn huge_repetitive_sequences_are_matched_by_rank() {
        let old: Vec<u64> = (0..100_000).map(|n| n % 3).collect();
        let new: Vec<u64> = (0..90_000).map(|n| (n + 1) % 3).collect();
        assert!(align(&old, &new).len() > 80_000);
    }

    #[test]
    fn huge_unlike_sequences_end_quickly() {
        let old: Vec<u64> = (0..100_000).map(|n| n % 3).collect();
        let new: Vec<u64> = (0..100_000).map(|n| 10 + n % 3).collect();
        assert!(align(&old, &new).is_empty());
    }
}
