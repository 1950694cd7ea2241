//! Rows without a key that were edited: of those that are left, the pairs that share most of their words.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Beyond this many rows on a side none are paired.
pub(super) const MAX_ROWS: usize = 20_000;
/// How many words of a row are looked at.
const MAX_WORDS: usize = 256;
/// Words that more rows than this have tell nothing apart.
const COMMON: usize = 50;
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

/// Pairs of places in `old` and `new` that are each other's most alike, and alike enough.
///
/// Time is linear in the words but for a bounded number of rows that share a rare one.
pub(super) fn pairs(old: &[Words], new: &[Words]) -> Vec<(usize, usize)> {
    let forth = best(old, new);
    let back = best(new, old);
    let mutual = forth.iter().enumerate().filter_map(|(from, to)| Some((from, (*to)?)));
    mutual.filter(|(from, to)| back.get(*to).copied().flatten() == Some(*from)).collect()
}

/// For each of `ones` the most alike of `others`; of several equally alike the first one nobody has taken.
fn best(ones: &[Words], others: &[Words]) -> Vec<Option<usize>> {
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, words) in others.iter().enumerate() {
        words.iter().for_each(|word| holders.entry(*word).or_default().push(at));
    }
    let candidates = |words: &Words| -> BTreeSet<usize> {
        let rare = words.iter().filter_map(|word| holders.get(word)).filter(|rows| rows.len() <= COMMON);
        rare.flatten().copied().collect()
    };
    let most_alike = |words: &Words| {
        let scored =
            candidates(words).into_iter().map(|at| (others.get(at).map_or(0.0, |other| share(words, other)), at));
        let scored = scored.filter(|(score, _)| *score >= ALIKE);
        scored.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, at)| at)
    };
    ones.iter().map(most_alike).collect()
}

/// Which part of their words two rows share.
fn share(one: &Words, other: &Words) -> f64 {
    let shared = one.intersection(other).count();
    let all = one.len() + other.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
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
