//! Equal elements of two sequences: by the longest common order first, then wherever they went.

use std::collections::HashMap;
use std::hash::Hash;

/// Pairs of positions.
type Pairs = Vec<(usize, usize)>;

/// For each position of either side, how many pairs of the common order stand before it.
pub(super) type Gaps = (Vec<usize>, Vec<usize>);

/// Pairs of positions with equal content, each position once.
pub(super) fn equal(old: &[u64], new: &[u64]) -> Pairs {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = (old.len() - head).min(new.len() - head);
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let ends = (0..head).map(|at| (at, at)).chain((1..=tail).map(|back| (old.len() - back, new.len() - back)));
    let mut pairs: Pairs = ends.collect();
    let middle = (head..old.len() - tail, head..new.len() - tail);
    let mut left: (Vec<usize>, Vec<usize>) = (middle.0.collect(), middle.1.collect());
    let unique = matched(&mut left, |at| old[at], |at| new[at], true);
    let in_order = longest_common_order(&unique);
    pairs.extend(&unique);
    let gaps = gaps(&in_order, (old.len(), new.len()));
    pairs.extend(matched(&mut left, |at| (gaps.0[at], old[at]), |at| (gaps.1[at], new[at]), false));
    pairs.extend(matched(&mut left, |at| old[at], |at| new[at], false));
    pairs
}

/// Takes out of `left` what has the same key on both sides: the first with the first, the second with the second, …
fn matched<K: Eq + Hash>(
    left: &mut (Vec<usize>, Vec<usize>),
    old: impl Fn(usize) -> K,
    new: impl Fn(usize) -> K,
    only_unique: bool,
) -> Pairs {
    let mut places: HashMap<K, (Vec<usize>, Vec<usize>)> = HashMap::new();
    left.0.iter().for_each(|&at| places.entry(old(at)).or_default().0.push(at));
    left.1.iter().for_each(|&at| places.entry(new(at)).or_default().1.push(at));
    let is_taken = |(gone, come): &(Vec<usize>, Vec<usize>)| !only_unique || gone.len() == 1 && come.len() == 1;
    let taken = places.into_values().filter(is_taken);
    let mut pairs: Pairs = taken.flat_map(|(gone, come)| gone.into_iter().zip(come)).collect();
    pairs.sort_unstable();
    let mut is_new: Vec<usize> = pairs.iter().map(|&(_, to)| to).collect();
    is_new.sort_unstable();
    left.0.retain(|at| pairs.binary_search_by_key(at, |&(from, _)| from).is_err());
    left.1.retain(|at| is_new.binary_search(at).is_err());
    pairs
}

/// The pairs that do not stand in the longest common order; `pairs` is sorted.
pub(super) fn moved(pairs: &[(usize, usize)]) -> Pairs {
    let kept = longest_common_order(pairs);
    pairs.iter().filter(|pair| kept.binary_search(pair).is_err()).copied().collect()
}

/// The longest run of pairs that rises on both sides; `pairs` is sorted by the old side.
fn longest_common_order(pairs: &[(usize, usize)]) -> Pairs {
    // `ends[n]`: the pair that ends the run of length n + 1 whose new side is lowest.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (at, &(_, to)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < to);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length < ends.len() {
            ends[length] = at;
        } else {
            ends.push(at);
        }
    }
    let mut run: Pairs = std::iter::successors(ends.last().copied(), |&at| before[at]).map(|at| pairs[at]).collect();
    run.reverse();
    run
}

/// The gaps that the common order of `pairs` leaves in sequences of the given lengths.
pub(super) fn gaps(pairs: &[(usize, usize)], (old, new): (usize, usize)) -> Gaps {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let kept = longest_common_order(&sorted);
    let side = |length: usize, place: fn(&(usize, usize)) -> usize| {
        let mut before = 0;
        let count = |at: usize| {
            before += usize::from(kept.get(before).is_some_and(|pair| place(pair) < at));
            before
        };
        (0..length).map(count).collect()
    };
    (side(old, |pair| pair.0), side(new, |pair| pair.1))
}
