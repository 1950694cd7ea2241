//! Directives: what a sentence asks of a model, and in what two versions of one differ.
//!
//! A sentence becomes a frame: how strongly it asks, whether it asks or forbids, within which limits, when, of what, in
//! which form. Two frames are compared only where the rest of the two sentences is alike. No model is asked: the words
//! that carry meaning stand in language packs, which are data.

mod align;
mod became;
mod difference;
mod frame;
pub mod language;
mod lone;
mod nature;
mod pack;
mod quantity;
mod reader;
mod reference;
mod side;
mod token;

pub use difference::{Difference, Direction, Feature};
pub use frame::{Frame, Nature};

use super::prose::{self, Edit};
use super::sentence::quoted;

/// Where the rest of two sentences is at least this alike, a difference explains the edit.
const EXPLAINED: f64 = 0.85;

/// Where it is less alike than this, the sentences are two, and nothing is said of single words.
const RELATED: f64 = 0.6;

/// What differs between two versions of a sentence.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The differences, in the order of the sentence; none where the sentences are too unlike.
    pub differences: Vec<Difference>,
    /// Whether they are all that differs; otherwise other words changed too, and the differences are only possible.
    pub explains: bool,
}

/// What two versions of an English sentence ask differently. Comparing the other way gives the mirror image.
pub fn compare(old: &str, new: &str) -> Comparison {
    // One direction is computed, the other mirrored: whatever ties there are, both agree.
    if old > new {
        let back = compare(new, old);
        let differences = back.differences.into_iter().map(Difference::mirrored).collect();
        return Comparison { differences, explains: back.explains };
    }
    let (Some(before), Some(after)) = (Frame::of(old), Frame::of(new)) else { return Comparison::default() };
    let (differences, residual) = difference::between(&before, &after);
    if differences.is_empty() || residual < RELATED {
        return Comparison::default();
    }
    Comparison { differences, explains: residual >= EXPLAINED }
}

/// Whether a text admits more than it did, or less; `None` when it changed otherwise, or in both ways.
pub fn direction(old: &str, new: &str) -> Option<Direction> {
    let mut directions: Vec<Direction> = Vec::new();
    for change in prose::compare(old, new) {
        let was = change.old.and_then(|range| old.get(range)).unwrap_or_default();
        let is = change.new.and_then(|range| new.get(range)).unwrap_or_default();
        match change.edit {
            Edit::Reworded => {
                directions.extend(compare(was, is).differences.iter().filter_map(|found| found.direction))
            }
            Edit::Added if is_directive(is) => directions.push(Direction::Tightened),
            Edit::Removed if is_directive(was) => directions.push(Direction::Loosened),
            _ => {}
        }
    }
    let first = *directions.first()?;
    directions.iter().all(|direction| *direction == first).then_some(first)
}

/// What two versions of a text ask differently, in one sentence; `None` when nothing that pv can name.
pub fn summary(old: &str, new: &str) -> Option<String> {
    let reworded = prose::compare(old, new).into_iter().filter(|change| change.edit == Edit::Reworded);
    let said = reworded.flat_map(|change| {
        let was = change.old.and_then(|range| old.get(range)).unwrap_or_default();
        let is = change.new.and_then(|range| new.get(range)).unwrap_or_default();
        compare(was, is).differences.iter().map(says).collect::<Vec<_>>()
    });
    let said: Vec<String> = said.take(3).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

fn is_directive(sentence: &str) -> bool {
    Frame::of(sentence).is_some_and(|frame| frame.nature != Nature::Statement)
}

/// A difference as a clause: "`at most 3 items` became `at most 5 items`".
pub fn says(difference: &Difference) -> String {
    match (&difference.old, &difference.new) {
        (Some(old), Some(new)) => {
            let shared = shared_start(old, new);
            format!("{} became {}", quoted(&from(old, shared)), quoted(&from(new, shared)))
        }
        (None, Some(new)) => format!("{} is new", quoted(new)),
        (Some(old), None) => format!("{} is gone", quoted(old)),
        (None, None) => String::new(),
    }
}

/// How many bytes of two long texts need not be said: they are the same, and would push the difference out of sight.
fn shared_start(old: &str, new: &str) -> usize {
    let same = old.char_indices().zip(new.chars()).take_while(|((_, a), b)| a == b);
    let blanks: Vec<usize> = same.filter(|((_, c), _)| c.is_whitespace()).map(|((at, _), _)| at + 1).collect();
    let kept = blanks.len().checked_sub(KEPT_WORDS + 1).and_then(|at| blanks.get(at));
    kept.copied().filter(|start| *start >= LONG).unwrap_or(0)
}

/// How many words before a difference are said.
const KEPT_WORDS: usize = 2;

/// A start that two texts share is said as long as it is shorter than this, in bytes.
const LONG: usize = 30;

fn from(text: &str, start: usize) -> String {
    let rest = text.get(start..).unwrap_or_default();
    if start == 0 { rest.to_owned() } else { format!("…{rest}") }
}

#[cfg(test)]
mod tests;
