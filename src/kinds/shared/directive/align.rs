//! Which pieces of two sentences correspond: a heaviest common subsequence of their words and marks.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::frame::{Frame, Mark, Sense, stem};
use super::pack::{WordClass, english};

/// A word, or a mark as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Pieces with equal keys may correspond.
    key: u64,
    /// Pieces with equal values are the same.
    value: u64,
    /// The token it starts at.
    pub(super) token: usize,
    /// The mark it is.
    pub(super) mark: Option<usize>,
    /// How much it says that two of them correspond.
    weight: u32,
}

impl Piece {
    /// Whether both are marks that say the same.
    pub(super) fn is_same_mark(&self, other: &Self) -> bool {
        self.mark.is_some() && self.key == other.key && self.value == other.value
    }
}

/// The pieces of a sentence in order, signs left out.
pub(super) fn pieces(frame: &Frame<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut marks = frame.marks.iter().enumerate().peekable();
    let mut at = 0;
    while let Some(token) = frame.tokens.get(at) {
        if let Some((index, mark)) = marks.next_if(|(_, mark)| mark.tokens.start == at) {
            let (key, value) = (class(&mark.sense), hash(&value(frame, mark)));
            pieces.push(Piece { key, value, token: at, mark: Some(index), weight: 6 });
            at = mark.tokens.end.max(at + 1);
            continue;
        }
        if token.is_worded() {
            let key = hash(&stem(&token.text));
            let weight = if english().is(WordClass::Function, &token.text) { 2 } else { 4 };
            pieces.push(Piece { key, value: key, token: at, mark: None, weight });
        }
        at += 1;
    }
    pieces
}

/// What a mark says; two that say it in other words are equal.
fn value(frame: &Frame<'_>, mark: &Mark) -> String {
    match &mark.sense {
        Sense::Quantity(quantity) => {
            let unit = Some(quantity.unit.as_str()).filter(|_| quantity.is_measured);
            format!("{}..{} {}", quantity.low, quantity.high, unit.unwrap_or_default())
        }
        Sense::Word(_, meaning) => (*meaning).to_owned(),
        _ => {
            let tokens = frame.tokens.get(mark.tokens.clone()).unwrap_or_default();
            tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
        }
    }
}

/// Marks of one class may become one another.
fn class(sense: &Sense) -> u64 {
    match sense {
        Sense::Force(_) => 0,
        Sense::Hedge => 1,
        Sense::Quantity(_) | Sense::Number(_) => 2,
        Sense::Clause(_) => 3,
        Sense::Persona => 4,
        Sense::Reference(_) => 5,
        Sense::Word(field, _) => 100 + *field as u64,
        Sense::Label(text) => hash(&text.replace(|c: char| c.is_ascii_digit(), "")),
    }
}

/// Pairs of positions that correspond, both rising.
pub(super) fn align(old: &[Piece], new: &[Piece]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut sums = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let paired = weight(&old[i], &new[j]).map_or(0, |weight| weight + sums[(i + 1) * width + j + 1]);
            sums[i * width + j] = paired.max(sums[(i + 1) * width + j]).max(sums[i * width + j + 1]);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        let sum = sums[i * width + j];
        match weight(&old[i], &new[j]) {
            Some(weight) if weight + sums[(i + 1) * width + j + 1] == sum => {
                pairs.push((i, j));
                (i, j) = (i + 1, j + 1);
            }
            _ if sums[(i + 1) * width + j] == sum => i += 1,
            _ => j += 1,
        }
    }
    pairs
}

fn weight(old: &Piece, new: &Piece) -> Option<u32> {
    (old.key == new.key).then_some(if old.value == new.value { old.weight } else { old.weight - 1 })
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
