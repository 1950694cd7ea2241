//! How alike two units are by their words, and how much work may go into finding out.

use std::collections::HashMap;

use super::unit::{Role, Unit, UnitKind};

/// Below this, two units are not alike at all: most pairs are seen to be so by their lengths alone.
const UNLIKE: f64 = 0.3;

/// Two code fences are alike by what they are, however they name their language.
const SAME_SORT: f64 = 0.7;

/// Counted work: words looked at. The same texts always run out at the same place.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
}

impl Budget {
    /// What one comparison of two texts may cost.
    pub(super) fn new() -> Self {
        Self { left: 8_000_000 }
    }

    /// Takes `steps`; `None` when there are not so many left.
    pub(super) fn spend(&mut self, steps: usize) -> Option<()> {
        self.left = self.left.checked_sub(steps)?;
        Some(())
    }
}

/// Likeness by shared words, half of it weighted: a word that stands in many units says little about any of them.
#[derive(Debug)]
pub(super) struct Likeness {
    counts: HashMap<u64, u32>,
}

impl Likeness {
    /// By the words of two texts; a word counts as often as it stands in the one that has more of it.
    pub(super) fn between(old: &[Unit], new: &[Unit]) -> Self {
        let mut counts = counts(old);
        for (word, count) in self::counts(new) {
            let most = counts.entry(word).or_default();
            *most = count.max(*most);
        }
        counts.retain(|_, count| *count > 1);
        Self { counts }
    }

    /// 0 to 1; 0 for a heading and what is not one.
    pub(super) fn of(&self, old: &Unit, new: &Unit) -> f64 {
        if are_fences(old, new) {
            SAME_SORT
        } else if are_apart(old, new, new.bag.len()) {
            0.0
        } else {
            self.weighted(&old.bag, &new.bag)
        }
    }

    /// How alike `whole` is to `first` and `second` taken together.
    pub(super) fn of_two(&self, whole: &Unit, first: &Unit, second: &Unit) -> f64 {
        if are_apart(whole, first, first.bag.len() + second.bag.len()) {
            return 0.0;
        }
        let mut bag = [&first.bag[..], &second.bag[..]].concat();
        bag.sort_unstable();
        self.weighted(&whole.bag, &bag)
    }

    /// The same without weights, for two units whose place already speaks for them.
    pub(super) fn plain(&self, old: &Unit, new: &Unit) -> f64 {
        if are_fences(old, new) {
            SAME_SORT
        } else if are_apart(old, new, new.bag.len()) {
            0.0
        } else {
            shared(&old.bag, &new.bag, |_| 1.0)
        }
    }

    fn weighted(&self, a: &[u64], b: &[u64]) -> f64 {
        let plain = shared(a, b, |_| 1.0);
        if plain < UNLIKE { plain } else { (plain + shared(a, b, |word| self.weight(word))) / 2.0 }
    }

    fn weight(&self, word: u64) -> f64 {
        self.counts.get(&word).map_or(1.0, |&count| 1.0 / (1.0 + f64::from(count).ln()))
    }
}

fn counts(units: &[Unit]) -> HashMap<u64, u32> {
    let mut counts = HashMap::new();
    for unit in units {
        let mut last = None;
        for &word in &unit.bag {
            if last.replace(word) != Some(word) {
                *counts.entry(word).or_insert(0) += 1;
            }
        }
    }
    counts
}

/// Whether both open or close code, in whatever language.
fn are_fences(old: &Unit, new: &Unit) -> bool {
    old.role == Role::Fence && new.role == Role::Fence
}

/// Whether two units cannot be alike, whatever their words.
fn are_apart(old: &Unit, new: &Unit, new_words: usize) -> bool {
    let (short, long) = (old.bag.len().min(new_words), old.bag.len().max(new_words));
    let is_mixed = (old.kind == UnitKind::Heading) != (new.kind == UnitKind::Heading);
    // 2·short / (short + long) is the most that sharing words can give.
    is_mixed || (2 * short) as f64 <= UNLIKE * (short + long) as f64
}

/// How much two bags of words share, 0 to 1; both sorted.
pub(super) fn shared(a: &[u64], b: &[u64], weight: impl Fn(u64) -> f64) -> f64 {
    let (mut i, mut j) = (0, 0);
    let (mut both, mut one) = (0.0, 0.0);
    loop {
        match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) if x == y => {
                both += 2.0 * weight(*x);
                (i, j) = (i + 1, j + 1);
            }
            (Some(x), y) if y.is_none_or(|y| x < y) => {
                one += weight(*x);
                i += 1;
            }
            (_, Some(y)) => {
                one += weight(*y);
                j += 1;
            }
            (_, None) => break,
        }
    }
    if both + one > 0.0 { both / (both + one) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::{Budget, shared};

    #[test]
    fn likeness_counts_shared_words() {
        let plain = |a: &[u64], b: &[u64]| shared(a, b, |_| 1.0);
        assert!((plain(&[1, 2, 3], &[2, 3, 4]) - 2.0 / 3.0).abs() < 1e-9);
        assert!((plain(&[], &[]) - 1.0).abs() < 1e-9);
        assert!((shared(&[1, 2], &[2, 3], |word| if word == 2 { 0.5 } else { 1.0 }) - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_budget_is_spent_once() {
        let mut budget = Budget::new();
        assert!(budget.spend(7_000_000).is_some() && budget.spend(2_000_000).is_none() && budget.spend(9).is_some());
    }
}
