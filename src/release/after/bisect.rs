//! The search for what made something bad: first the release, then the artefacts in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ArtefactId;
use crate::lock::record::{Record, Shipped};

/// What a run says of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is well.
    Good,
    /// It is not.
    Bad,
    /// It cannot be told.
    Skip,
}

/// Between which two states it went bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The last one that is known to be good.
    pub good: usize,
    /// The first one that is known to be bad.
    pub bad: usize,
}

/// The neighbouring states between which it went bad, of `count` in order of which the first is good and the last bad.
/// Where states between them could not be told, they are no neighbours.
///
/// # Errors
/// What `ask` fails with.
pub fn first_bad<E>(count: usize, mut ask: impl FnMut(usize) -> Result<Answer, E>) -> Result<Span, E> {
    let mut span = Span { good: 0, bad: count.saturating_sub(1) };
    let mut skipped = BTreeSet::new();
    while let Some(next) = middle(&span, &skipped) {
        match ask(next)? {
            Answer::Good => span.good = next,
            Answer::Bad => span.bad = next,
            Answer::Skip => _ = skipped.insert(next),
        }
    }
    Ok(span)
}

/// The untold state nearest to the middle.
fn middle(span: &Span, skipped: &BTreeSet<usize>) -> Option<usize> {
    let middle = usize::midpoint(span.good, span.bad);
    let between = (span.good + 1..span.bad).filter(|at| !skipped.contains(at));
    between.min_by_key(|at| at.abs_diff(middle))
}

/// What two releases differ in, in pieces that can be taken over each for itself.
#[derive(Debug)]
pub struct Differing<'a> {
    good: &'a Record,
    bad: &'a Record,
    /// The pieces: artefacts that share a file go together.
    pub pieces: Vec<BTreeSet<ArtefactId>>,
}

/// A choice of pieces, by their numbers.
pub type Choice = BTreeSet<usize>;

impl<'a> Differing<'a> {
    /// What `bad` differs in from `good`.
    pub fn between(good: &'a Record, bad: &'a Record) -> Self {
        let mut pieces: Vec<(BTreeSet<ArtefactId>, BTreeSet<&str>)> = Vec::new();
        let ids: BTreeSet<&ArtefactId> = good.artefacts.keys().chain(bad.artefacts.keys()).collect();
        for id in ids {
            let sides = [good.artefacts.get(id), bad.artefacts.get(id)];
            let [old, new] = sides.map(|side| side.map(|shipped| (&shipped.entry.digest, &shipped.entry.path)));
            if old == new {
                continue;
            }
            let mut piece = (BTreeSet::from([id.clone()]), BTreeSet::new());
            piece.1.extend(sides.into_iter().flatten().map(|shipped| shipped.entry.path.as_str()));
            let (shared, apart): (Vec<_>, Vec<_>) =
                pieces.into_iter().partition(|(_, paths): &(BTreeSet<_>, BTreeSet<_>)| !paths.is_disjoint(&piece.1));
            for (ids, paths) in shared {
                piece.0.extend(ids);
                piece.1.extend(paths);
            }
            pieces = apart;
            pieces.push(piece);
        }
        Self { good, bad, pieces: pieces.into_iter().map(|(ids, _)| ids).collect() }
    }

    /// The artefacts of the good release, with the chosen pieces as the bad one has them.
    pub fn combined(&self, choice: &Choice) -> BTreeMap<&'a ArtefactId, &'a Shipped> {
        let taken: BTreeSet<&ArtefactId> = choice.iter().filter_map(|at| self.pieces.get(*at)).flatten().collect();
        let old = self.good.artefacts.iter().filter(|(id, _)| !taken.contains(id));
        old.chain(self.bad.artefacts.iter().filter(|(id, _)| taken.contains(id))).collect()
    }

    /// The smallest choice around `choice` in which everything has what it needs: what comes with a new piece because it
    /// needs it, and what goes with an old one because it needed it. `None`: there is none.
    pub fn closed(&self, choice: &Choice) -> Option<Choice> {
        let mut choice = choice.clone();
        loop {
            let combined = self.combined(&choice);
            let edges =
                combined.iter().flat_map(|(id, shipped)| shipped.entry.requires.iter().map(move |to| (*id, to)));
            let Some((id, needed)) = edges.into_iter().find(|(_, needed)| !combined.contains_key(needed)) else {
                return Some(choice);
            };
            // A new artefact's need comes along; of an old one whose need is gone, the new form does.
            let missing = [needed, id].into_iter().filter_map(|id| self.piece_of(id)).find(|at| !choice.contains(at));
            choice.insert(missing?);
        }
    }

    fn piece_of(&self, id: &ArtefactId) -> Option<usize> {
        self.pieces.iter().position(|piece| piece.contains(id))
    }

    /// The ids of the chosen pieces.
    pub fn ids(&self, choice: &Choice) -> BTreeSet<&ArtefactId> {
        choice.iter().filter_map(|at| self.pieces.get(*at)).flatten().collect()
    }

    /// A smallest choice of pieces that turns the good release bad: none of its own pieces can be left out. By delta
    /// debugging (ddmin, Zeller and Hildebrandt 2002); choices that lack a dependency are widened until they have it.
    ///
    /// # Errors
    /// What `ask` fails with.
    pub fn minimal<E>(&self, ask: impl FnMut(&Choice) -> Result<Answer, E>) -> Result<Choice, E> {
        let mut asked = Asked { differing: self, ask, known: BTreeMap::new() };
        let mut rest: Vec<usize> = (0..self.pieces.len()).collect();
        let mut parts = 2;
        while rest.len() > 1 {
            let size = rest.len().div_ceil(parts);
            if let Some(bad) = asked.first_bad(rest.chunks(size).map(<[usize]>::to_vec), &rest)? {
                (rest, parts) = (bad, 2);
                continue;
            }
            let without = |gone: &[usize]| rest.iter().copied().filter(|at| !gone.contains(at)).collect::<Vec<_>>();
            if let Some(bad) = asked.first_bad(rest.chunks(size).map(without), &rest)? {
                (rest, parts) = (bad, (parts - 1).max(2));
                continue;
            }
            if size <= 1 {
                break;
            }
            parts = (parts * 2).min(rest.len());
        }
        let chosen: Choice = rest.into_iter().collect();
        Ok(self.closed(&chosen).unwrap_or(chosen))
    }
}

/// Asks about every closed choice once.
struct Asked<'d, 'a, F> {
    differing: &'d Differing<'a>,
    ask: F,
    known: BTreeMap<Choice, Answer>,
}

impl<E, F: FnMut(&Choice) -> Result<Answer, E>> Asked<'_, '_, F> {
    /// The first of `choices` that is bad, and smaller than `whole` once it has what it needs.
    fn first_bad(
        &mut self,
        choices: impl Iterator<Item = Vec<usize>>,
        whole: &[usize],
    ) -> Result<Option<Vec<usize>>, E> {
        for choice in choices {
            let Some(closed) = self.differing.closed(&choice.into_iter().collect()) else { continue };
            if closed.len() < whole.len() && self.answer(&closed)? == Answer::Bad {
                return Ok(Some(closed.into_iter().collect()));
            }
        }
        Ok(None)
    }

    fn answer(&mut self, choice: &Choice) -> Result<Answer, E> {
        if let Some(known) = self.known.get(choice) {
            return Ok(*known);
        }
        let answer = (self.ask)(choice)?;
        self.known.insert(choice.clone(), answer);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::{Answer, Span, first_bad};

    fn search(count: usize, answer: impl Fn(usize) -> Answer) -> (Span, usize) {
        let mut asked = 0;
        let found = first_bad(count, |at| {
            asked += 1;
            Ok::<_, Infallible>(answer(at))
        });
        (found.unwrap_or_else(|never| match never {}), asked)
    }

    #[test]
    fn the_first_bad_one_is_found_in_few_questions() {
        for count in 2..40 {
            for first in 1..count {
                let (span, asked) = search(count, |at| if at < first { Answer::Good } else { Answer::Bad });
                assert_eq!((span.good, span.bad), (first - 1, first), "{first} of {count}");
                assert!(asked <= 6, "{asked} questions about {count}");
            }
        }
    }

    #[test]
    fn what_cannot_be_told_stays_between() {
        let answer = |at| match at {
            0..=2 => Answer::Good,
            3..=5 => Answer::Skip,
            _ => Answer::Bad,
        };
        assert_eq!(search(9, answer).0, Span { good: 2, bad: 6 });
    }
}
