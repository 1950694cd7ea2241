//! Rows without a key that were edited: of those that are left, the pairs that share most of their words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Beyond this many rows on a side none are paired.
pub(super) const MAX_ROWS: usize = 20_000;
/// How many words of a row are looked at.
const MAX_WORDS: usize = 128;
/// Words that more rows than this have tell nothing apart.
const COMMON: usize = 16;
/// With how many others a row is compared.
const COMPARED: usize = 4;
/// The least part of their words that two rows must share to be one.
const ALIKE: f64 = 0.6;

/// The different words of a text, as digests.
pub(super) type Words = BTreeSet<u32>;

pub(super) fn words(text: &str) -> Words {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let digest = |word: &str| {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        // Half of the digest tells words apart well enough.
        hasher.finish() as u32
    };
    words.take(MAX_WORDS).map(digest).collect()
}

/// Pairs of places in `old` and `new`, the most alike first; ties go by the words, so that neither the order of rows nor
/// the direction decides.
///
/// Time is linear in the words but for a bounded number of rows that share a rare one.
pub(super) fn pairs(old: &[Words], new: &[Words]) -> Vec<(usize, usize)> {
    let forth = nearest(old, new);
    let back = nearest(new, old).into_iter().map(|(to, from)| (from, to));
    let candidates: BTreeSet<(usize, usize)> = forth.into_iter().chain(back).collect();
    let mut scored: Vec<(Reverse<u64>, &Words, &Words, usize, usize)> = Vec::new();
    for (from, to) in candidates {
        let (Some(was), Some(is)) = (old.get(from), new.get(to)) else { continue };
        if let Some(score) = likeness(was, is) {
            scored.push((Reverse(score), was.min(is), was.max(is), from, to));
        }
    }
    scored.sort_unstable();
    let (mut gone, mut come) = (BTreeSet::new(), BTreeSet::new());
    let free = scored.into_iter().filter(|(.., from, to)| {
        let is_free = !gone.contains(from) && !come.contains(to);
        if is_free {
            gone.insert(*from);
            come.insert(*to);
        }
        is_free
    });
    free.map(|(.., from, to)| (from, to)).collect()
}

/// Each of `ones` with the few of `others` that share most of its rare words.
fn nearest(ones: &[Words], others: &[Words]) -> Vec<(usize, usize)> {
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, words) in others.iter().enumerate() {
        words.iter().for_each(|word| holders.entry(*word).or_default().push(at));
    }
    let mut found = Vec::new();
    for (from, words) in ones.iter().enumerate() {
        let rare = words.iter().filter_map(|word| holders.get(word)).filter(|rows| rows.len() <= COMMON);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        rare.flatten().for_each(|&at| *shared.entry(at).or_default() += 1);
        let mut best: Vec<(Reverse<usize>, Option<&Words>, usize)> =
            shared.into_iter().map(|(at, count)| (Reverse(count), others.get(at), at)).collect();
        best.sort_unstable();
        found.extend(best.into_iter().take(COMPARED).map(|(.., to)| (from, to)));
    }
    found
}

/// Which part of their words two rows share, in millionths; `None` when it is too little.
fn likeness(one: &Words, other: &Words) -> Option<u64> {
    let shared = one.intersection(other).count();
    let all = one.len() + other.len() - shared;
    let share = if all == 0 { 0.0 } else { shared as f64 / all as f64 };
    (share >= ALIKE).then_some((share * 1e6) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edited_rows_are_paired_in_both_directions() {
        let old = [words("the quick brown fox jumps"), words("nothing alike here")];
        let new = [words("entirely something else"), words("the quick red fox jumps")];
        assert_eq!(pairs(&old, &new), [(0, 1)]);
        assert_eq!(pairs(&new, &old), [(1, 0)]);
    }
}
