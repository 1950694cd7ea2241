//! Pairs of reworded units inside the gaps that alignment left.

use std::ops::Range;

use super::unit::{Unit, UnitKind};
use super::words::similarity;

/// How alike two units must be to count as one that was reworded.
const ALIKE: f64 = 0.6;

/// The same for the only unit on each side of a gap: its place speaks for it (and is enough for two headings).
const ALIKE_ALONE: f64 = 0.3;

/// How much comparing a gap may cost (words looked at) before units are only compared in order.
const MAX_COST: usize = 4_000_000;

/// The units of a gap that pair up, both positions rising.
pub(super) fn pair(old: &[&Unit], new: &[&Unit]) -> Vec<(usize, usize)> {
    if let ([one], [other]) = (old, new) {
        let are_headings = one.kind == UnitKind::Heading && other.kind == UnitKind::Heading;
        return if are_headings || score(one, other) >= ALIKE_ALONE { vec![(0, 0)] } else { Vec::new() };
    }
    let cost = old.len() * words(new) + new.len() * words(old);
    if old.len() * new.len() > 400 * 400 || cost > MAX_COST {
        return in_order(old, new);
    }
    best(old, new)
}

fn words(units: &[&Unit]) -> usize {
    units.iter().map(|unit| unit.bag.len()).sum()
}

fn in_order(old: &[&Unit], new: &[&Unit]) -> Vec<(usize, usize)> {
    let both: Range<usize> = 0..old.len().min(new.len());
    both.filter(|&at| score(old[at], new[at]) >= ALIKE).map(|at| (at, at)).collect()
}

/// Rising pairs with the greatest sum of similarities, each at least `ALIKE`.
fn best(old: &[&Unit], new: &[&Unit]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut sums = vec![0.0_f64; (old.len() + 1) * width];
    let mut scores = vec![0.0_f64; old.len() * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let score = score(old[i], new[j]);
            let paired = if score >= ALIKE { score + sums[(i + 1) * width + j + 1] } else { 0.0 };
            scores[i * width + j] = score;
            sums[i * width + j] = paired.max(sums[(i + 1) * width + j]).max(sums[i * width + j + 1]);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        let (score, sum) = (scores[i * width + j], sums[i * width + j]);
        if score >= ALIKE && score + sums[(i + 1) * width + j + 1] >= sum {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if sums[(i + 1) * width + j] >= sums[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

fn score(old: &Unit, new: &Unit) -> f64 {
    let (short, long) = (old.bag.len().min(new.bag.len()), old.bag.len().max(new.bag.len()));
    let is_mixed = (old.kind == UnitKind::Heading) != (new.kind == UnitKind::Heading);
    // 2·short / (short + long) is the most that similarity can be.
    if is_mixed || (10 * 2 * short) < 3 * (short + long) {
        return 0.0;
    }
    similarity(&old.bag, &new.bag)
}
