//! The elements of one list on both sides: which are the same, which came, which stand elsewhere.

use super::tree::{Tree, is_index};
use super::{order, similar};

/// The elements of a list, as branches of either side.
#[derive(Debug, Default)]
pub(super) struct Elements {
    /// The same element on both sides.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Those of the pairs that do not stand in the common order.
    pub(super) moved: Vec<(usize, usize)>,
    /// New elements without an old one.
    pub(super) come: Vec<usize>,
}

/// Whether the list at a branch has elements without a name: they go by growing numbers.
pub(super) fn is_aligned(tree: &Tree<'_>, branch: usize) -> bool {
    let elements = elements(tree, branch);
    let numbers: Option<Vec<u64>> = elements.iter().map(|&element| number(tree.name(element))).collect();
    numbers.is_some_and(|numbers| !numbers.is_empty() && numbers.is_sorted_by(|a, b| a < b))
}

fn number(step: &str) -> Option<u64> {
    is_index(step).then(|| step.trim_matches(['[', ']']).parse().ok())?
}

fn elements(tree: &Tree<'_>, branch: usize) -> Vec<usize> {
    tree.children(branch).iter().copied().filter(|&child| tree.name(child).starts_with('[')).collect()
}

/// Aligns the lists at two branches, unless the elements of both have names.
pub(super) fn of((old, new): &(Tree<'_>, Tree<'_>), before: usize, after: usize) -> Option<Elements> {
    let unnamed = (is_aligned(old, before), is_aligned(new, after));
    if !unnamed.0 && !unnamed.1 {
        return None;
    }
    let (gone, come) = (elements(old, before), elements(new, after));
    let identities = |tree: &Tree<'_>, all: &[usize]| all.iter().map(|&one| tree.identity(one)).collect::<Vec<u64>>();
    let (was, is) = (identities(old, &gone), identities(new, &come));
    // One direction is computed, the other mirrored: whatever ties there are, both agree.
    let likeness = similar::Likeness { old, new, gone: &gone, come: &come };
    let pairs = if was <= is { pairs(&was, &is, &likeness) } else { flipped(pairs(&is, &was, &likeness.flipped())) };
    Some(told(&gone, &come, &pairs, unnamed == (true, true)))
}

fn flipped(pairs: Pairs) -> Pairs {
    let flip = |pairs: Vec<(usize, usize)>| pairs.into_iter().map(|(a, b)| (b, a)).collect();
    Pairs { all: flip(pairs.all), moved: flip(pairs.moved) }
}

/// Pairs of positions in the two lists.
struct Pairs {
    all: Vec<(usize, usize)>,
    moved: Vec<(usize, usize)>,
}

fn pairs(old: &[u64], new: &[u64], likeness: &similar::Likeness<'_>) -> Pairs {
    let mut all = order::equal(old, new);
    let gaps = order::gaps(&all, (old.len(), new.len()));
    all.extend(similar::pairs(likeness, &all, &gaps));
    all.sort_unstable();
    let moved = order::moved(&all);
    Pairs { all, moved }
}

/// Positions become branches; where a side has names for its elements, order is nothing.
fn told(gone: &[usize], come: &[usize], pairs: &Pairs, is_ordered: bool) -> Elements {
    let branches = |pairs: &[(usize, usize)]| -> Vec<(usize, usize)> {
        pairs.iter().filter_map(|&(a, b)| Some((*gone.get(a)?, *come.get(b)?))).collect()
    };
    let mut is_paired = vec![false; come.len()];
    pairs.all.iter().for_each(|&(_, to)| is_paired[to] = true);
    let unpaired = come.iter().zip(is_paired).filter(|(_, paired)| !paired).map(|(&branch, _)| branch).collect();
    let moved = if is_ordered { branches(&pairs.moved) } else { Vec::new() };
    Elements { pairs: branches(&pairs.all), moved, come: unpaired }
}
