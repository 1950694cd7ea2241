//! A sentence as one side of a comparison: its frame, and the pieces that are aligned.

use std::ops::Range;

use super::align::{self, Piece};
use super::frame::{Frame, Mark, Sense, stem};
use super::pack::{Field, WordClass, english};

/// One side.
pub(super) struct Side<'f, 's> {
    pub(super) frame: &'f Frame<'s>,
    pub(super) pieces: Vec<Piece>,
}

impl<'f, 's> Side<'f, 's> {
    pub(super) fn of(frame: &'f Frame<'s>) -> Self {
        Self { frame, pieces: align::pieces(frame) }
    }

    /// The mark that a piece is.
    pub(super) fn mark(&self, piece: usize) -> Option<&'f Mark> {
        self.frame.marks.get(self.pieces.get(piece)?.mark?)
    }

    /// The words of a mark.
    pub(super) fn text(&self, mark: &Mark) -> String {
        self.frame.text(mark.tokens.clone())
    }

    /// The words of a mark and of what comes and goes with it.
    pub(super) fn with_tail(&self, mark: &Mark) -> String {
        self.frame.text(mark.tokens.start..mark.tail.end.max(mark.tokens.end))
    }

    /// The first content word behind a piece: what a `not` or an `only` is about.
    pub(super) fn head(&self, piece: usize) -> Option<usize> {
        let is_content = |at: &usize| {
            let word = self.pieces.get(*at).and_then(|piece| self.frame.tokens.get(piece.token));
            let is_plain = self.mark(*at).is_none_or(|mark| matches!(mark.sense, Sense::Word(Field::Act, _)));
            is_plain && word.is_some_and(|word| !english().is(WordClass::Function, &word.text))
        };
        (piece + 1..self.pieces.len()).find(is_content)
    }

    /// What stands from a piece to its head.
    pub(super) fn to_head(&self, piece: usize) -> String {
        let start = self.pieces.get(piece).map_or(0, |piece| piece.token);
        let end = self.head(piece).and_then(|head| self.pieces.get(head)).map_or(start, |head| head.token);
        self.frame.text(start..end + 1)
    }

    /// The word that a head is.
    pub(super) fn head_text(&self, head: usize) -> String {
        self.pieces.get(head).map_or_else(String::new, |head| self.frame.text(head.token..head.token + 1))
    }

    /// The plain words among `tokens`, as sorted keys.
    pub(super) fn words(&self, tokens: &Range<usize>, cuts: &[Range<usize>]) -> Vec<&'f str> {
        let is_cut = |token: usize| cuts.iter().any(|cut| cut.contains(&token));
        let plain = self.pieces.iter().filter(|piece| tokens.contains(&piece.token) && !is_cut(piece.token));
        let text = |piece: &Piece| self.frame.tokens.get(piece.token).map(|token| stem(&token.text));
        let mut words: Vec<&str> = plain.filter_map(text).collect();
        words.sort_unstable();
        words
    }
}

/// How alike two sorted lists are, 0 to 1.
pub(super) fn alike(a: &[&str], b: &[&str]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0_usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    let total = a.len() + b.len();
    if total == 0 { 1.0 } else { (2 * shared) as f64 / total as f64 }
}
