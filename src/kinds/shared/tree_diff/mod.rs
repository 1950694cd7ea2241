//! Which pieces of two documents are one piece: keys meet by name, unnamed elements of lists by what they hold.
//!
//! Elements meet by equal content first (longest common order, then wherever they went), then by likeness; the work is
//! near linear in the pieces, whatever the lists are.

mod elements;
mod fold;
mod order;
mod similar;
#[cfg(test)]
mod tests;
mod tree;

pub use fold::{Folding, fold};
use tree::Tree;

use super::part::Part;
use crate::domain::{Event, Fact, Quote};

/// How the pieces of a new side correspond to those of an old one.
pub(super) struct Alignment {
    /// For each new part, the key under which its old counterpart would stand.
    pub(super) keys: Vec<String>,
    /// What stands elsewhere in its list, one fact a list.
    pub(super) moves: Vec<Fact>,
}

/// Aligns the unnamed elements of `new` with those of `old`; `None` where there are none to align.
pub(super) fn align(old: &[Part], new: &[Part]) -> Option<Alignment> {
    let has_lists = |parts: &[Part]| parts.iter().any(|part| tree::has_index(&part.key));
    if !has_lists(old) && !has_lists(new) {
        return None;
    }
    let sides = (Tree::of(old), Tree::of(new));
    let mut names: Vec<Option<String>> = vec![None; sides.1.len()];
    let mut moves = Vec::new();
    let mut open = vec![(Tree::ROOT, Tree::ROOT)];
    while let Some((before, after)) = open.pop() {
        open.extend(keyed(&sides, before, after));
        let Some(list) = elements::of(&sides, before, after) else { continue };
        for &(from, to) in &list.pairs {
            names[to] = Some(sides.0.name(from).to_owned());
        }
        for &come in &list.come {
            names[come] = Some(format!("[+{}", sides.1.name(come).trim_start_matches('[')));
        }
        moves.extend(moved(&sides, (old, new), &list));
        open.extend(list.pairs);
    }
    moves.sort_by(|a: &Fact, b| (a.aspect, &a.subject).cmp(&(b.aspect, &b.subject)));
    Some(Alignment { keys: sides.1.keys(&names), moves })
}

/// The branches below both that have the same key, or the same name in lists whose elements have one.
fn keyed<'t>(
    (old, new): &'t (Tree<'_>, Tree<'_>),
    before: usize,
    after: usize,
) -> impl Iterator<Item = (usize, usize)> + use<'t> {
    let of_lists = elements::is_aligned(old, before) || elements::is_aligned(new, after);
    let counterpart = move |to: &usize| Some((old.child(before, new.name(*to))?, *to));
    let kept = new.children(after).iter().filter(move |to| !of_lists || !new.name(**to).starts_with('['));
    kept.filter_map(counterpart)
}

/// One fact for the elements of a list that stand elsewhere in it: of one, its paths are told; of more, the list's.
fn moved(sides: &(Tree<'_>, Tree<'_>), parts: (&[Part], &[Part]), list: &elements::Elements) -> Option<Fact> {
    let &(from, to) = list.moved.first()?;
    let (was, is) = (parts.0.get(sides.0.first_part(from)?)?, parts.1.get(sides.1.first_part(to)?)?);
    let path = |tree: &Tree<'_>, element: usize| {
        let is_alone = list.moved.len() == 1;
        tree.path(if is_alone { element } else { tree.parent(element) })
    };
    let (old, new) = (path(&sides.0, from), path(&sides.1, to));
    let quote = |part: &Part, path: &str| Quote { text: path.to_owned(), ..part.quote.clone() };
    let mut fact = Fact::new(was.aspect.min(is.aspect), Event::Moved, new.clone());
    (fact.old, fact.new) = (Some(quote(was, &old)), Some(quote(is, &new)));
    fact.count = list.moved.len();
    Some(fact)
}
