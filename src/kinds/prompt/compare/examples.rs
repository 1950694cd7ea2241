//! Worked examples: which are new, gone, shown with another answer, or in another order.

use crate::domain::{Event, Fact};
use crate::kinds::prompt::example::Example;
use crate::kinds::shared::prose;

/// What differs between two lists of examples.
pub(super) fn compare(old: &[Example], new: &[Example]) -> Vec<Fact> {
    let mut pairs = Pairs { old, new, of_old: vec![None; old.len()], of_new: vec![None; new.len()] };
    pairs.join(|was, is| was.canonical == is.canonical);
    let kept: Vec<(usize, usize)> = pairs.joined();
    pairs.join(|was, is| was.input.is_some() && was.input == is.input);
    pairs.join(|was, is| was.output.is_some() && was.output == is.output);
    let mut facts = pairs.edits();
    let moved = prose::rising(&kept).len() < kept.len();
    let out_of_order = kept.iter().find(|pair| !prose::rising(&kept).contains(pair));
    if let Some(&(from, to)) = out_of_order.filter(|_| moved) {
        let fact = Fact::new("example", Event::Moved, "examples");
        facts.push(fact.was(old[from].quote.clone()).is(new[to].quote.clone()));
    }
    facts
}

struct Pairs<'e> {
    old: &'e [Example],
    new: &'e [Example],
    of_old: Vec<Option<usize>>,
    of_new: Vec<Option<usize>>,
}

impl Pairs<'_> {
    /// Pairs what is left, each with the first that `fits`.
    fn join(&mut self, fits: impl Fn(&Example, &Example) -> bool) {
        let free: Vec<usize> = (0..self.old.len()).filter(|&at| self.of_old[at].is_none()).take(MAX_LEFT).collect();
        for at in free {
            let mut left = (0..self.new.len()).filter(|&to| self.of_new[to].is_none()).take(MAX_LEFT);
            if let Some(to) = left.find(|&to| fits(&self.old[at], &self.new[to])) {
                (self.of_old[at], self.of_new[to]) = (Some(to), Some(at));
            }
        }
    }

    fn joined(&self) -> Vec<(usize, usize)> {
        self.of_old.iter().enumerate().filter_map(|(at, to)| Some((at, (*to)?))).collect()
    }

    fn edits(&self) -> Vec<Fact> {
        let changed = self.joined().into_iter().filter_map(|(at, to)| edit(&self.old[at], &self.new[to]));
        let gone = self.old.iter().zip(&self.of_old).filter(|(_, to)| to.is_none());
        let come = self.new.iter().zip(&self.of_new).filter(|(_, from)| from.is_none());
        let gone = gone.map(|(was, _)| Fact::new("example", Event::Removed, "example").was(was.quote.clone()));
        let come = come.map(|(is, _)| Fact::new("example", Event::Added, "example").is(is.quote.clone()));
        changed.chain(gone).chain(come).collect()
    }
}

/// More examples than these are only compared whole.
const MAX_LEFT: usize = 2000;

fn edit(old: &Example, new: &Example) -> Option<Fact> {
    if old.canonical == new.canonical {
        return None;
    }
    let (aspect, was, is) = match (&old.output, &new.output) {
        (Some(was), Some(is)) if was == is => ("example-input", &old.input, &new.input),
        _ => ("example-label", &old.output, &new.output),
    };
    let quote = |example: &Example, text: &Option<String>| {
        let mut quote = example.quote.clone();
        text.clone().into_iter().for_each(|text| quote.text = text);
        quote
    };
    Some(Fact::new(aspect, Event::Changed, "example").was(quote(old, was)).is(quote(new, is)))
}
