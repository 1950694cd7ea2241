//! The frame of a sentence: what it asks, how strongly, of what, when, and within which limits.

use std::ops::Range;

use super::pack::{Field, WordClass, english};
use super::quantity::Quantity;
use super::reader::Reader;
use super::token::{self, Kind, Token};

/// A sentence of more tokens than this has no frame: nobody asks one thing at such length.
const MAX_TOKENS: usize = 200;

/// How strongly something is asked, in halves; 0 for a word that only negates or permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Force {
    pub(super) strength: u8,
    pub(super) is_negative: bool,
    /// Whether it speaks of ability as often as of leave, so that without a counterpart it says nothing of force.
    pub(super) is_vague: bool,
}

impl Force {
    /// The force that the pack calls `value`.
    pub(super) fn called(value: &str) -> Self {
        let (strength, is_negative) = match value {
            "must" => (6, false),
            "must-not" | "do-not" => (6, true),
            "should" => (4, false),
            "should-not" => (4, true),
            "may" | "can" => (2, false),
            _ => (0, true),
        };
        Self { strength, is_negative, is_vague: value == "can" }
    }
}

/// A subordinate clause, by what it does to the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clause {
    If,
    OnlyIf,
    Except,
}

/// What a stretch of a sentence says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sense {
    Force(Force),
    Hedge,
    Quantity(Quantity),
    Number(String),
    /// A name, or a quotation, with digits in it.
    Label(String),
    Clause(Clause),
    Persona,
    Reference(String),
    /// A word of a lexicon, by its meaning.
    Word(Field, &'static str),
}

/// A stretch of a sentence that says something of its own.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) tokens: Range<usize>,
    /// The tokens that come and go with it: the clause behind `unless`, the role behind `you are`.
    pub(super) tail: Range<usize>,
    pub(super) sense: Sense,
}

/// What a sentence does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// It says who the model is.
    Persona,
    /// It forbids.
    Prohibition,
    /// It asks for something.
    Constraint,
    /// It says how things are.
    Statement,
}

/// A sentence as understood.
#[derive(Debug)]
pub struct Frame<'s> {
    pub(super) sentence: &'s str,
    pub(super) tokens: Vec<Token>,
    pub(super) marks: Vec<Mark>,
    /// What it does.
    pub nature: Nature,
    /// Whether breaking what it asks does harm.
    pub is_safety: bool,
}

impl<'s> Frame<'s> {
    /// The frame of an English sentence; `None` for one too long to have any.
    pub fn of(sentence: &'s str) -> Option<Self> {
        let pack = english();
        let tokens = token::tokens(sentence, pack);
        if tokens.len() > MAX_TOKENS {
            return None;
        }
        let words: Vec<&str> =
            tokens.iter().map(|token| if token.kind == Kind::Literal { "" } else { &*token.text }).collect();
        let reader = Reader { sentence, tokens: &tokens, words: &words, pack };
        let marks = reader.marks();
        let nature = reader.nature(&marks);
        let is_safety = reader.is_safety(nature);
        Some(Self { sentence, tokens, marks, nature, is_safety })
    }

    /// Whether it starts with a verb that asks.
    pub(super) fn is_imperative(&self) -> bool {
        let words: Vec<&str> = self.tokens.iter().map(|token| &*token.text).collect();
        Reader { sentence: self.sentence, tokens: &self.tokens, words: &words, pack: english() }.is_imperative()
    }

    /// Whether it asks by its verb alone, without a `must`, an `always` or a `never`: a step rather than a rule.
    pub fn is_mere_step(&self) -> bool {
        let is_forced = self.marks.iter().any(|mark| matches!(mark.sense, Sense::Force(_)));
        self.nature == Nature::Statement || self.nature == Nature::Constraint && self.is_imperative() && !is_forced
    }

    /// Whether a word of a class stands in it.
    pub(super) fn has(&self, class: WordClass) -> bool {
        self.tokens.iter().any(|token| english().is(class, &token.text))
    }

    /// The source text of a range of tokens.
    pub(super) fn text(&self, tokens: Range<usize>) -> String {
        let of = |at: usize| self.tokens.get(at).map(|token| &token.range);
        let (Some(first), Some(last)) = (of(tokens.start), tokens.end.checked_sub(1).and_then(of)) else {
            return String::new();
        };
        self.sentence.get(first.start..last.end).unwrap_or_default().to_owned()
    }
}

/// A word without the ending of its plural or third person.
pub(super) fn stem(word: &str) -> &str {
    let is_ending = word.len() > 3 && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
    word.strip_suffix('s').filter(|_| is_ending).unwrap_or(word)
}
