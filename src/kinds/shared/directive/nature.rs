//! What a sentence does: forbid, ask, or say how things are.

use super::frame::{Force, Mark, Nature, Sense};
use super::pack::{Field, WordClass};
use super::reader::Reader;
use super::token::Token;

impl Reader<'_> {
    /// What the sentence does, by its marks.
    pub(super) fn nature(&self, marks: &[Mark]) -> Nature {
        let forces = || {
            marks
                .iter()
                .filter_map(|mark| if let Sense::Force(force) = mark.sense { Some((mark, force)) } else { None })
        };
        if marks.iter().any(|mark| mark.sense == Sense::Persona) {
            return Nature::Persona;
        }
        if forces().any(|(mark, force)| force.is_negative && self.is_addressed(mark, force)) {
            return Nature::Prohibition;
        }
        let demands = |(mark, force): (&Mark, Force)| force.strength >= 4 && !force.is_negative && self.is_modal(mark);
        if self.is_imperative() || forces().any(demands) {
            return Nature::Constraint;
        }
        Nature::Statement
    }

    /// Whether a negation is said to the reader, and not of somebody else.
    fn is_addressed(&self, mark: &Mark, force: Force) -> bool {
        let start = mark.tokens.start;
        if force.strength == 0 {
            return start == 0 && self.words.first() == Some(&"no") && self.words.len() <= 6;
        }
        let before = start.checked_sub(1).and_then(|at| self.words.get(at)).copied().unwrap_or_default();
        let is_modal = self.words.get(start).is_some_and(|word| matches!(*word, "must" | "should" | "shall" | "under"));
        let goes_on =
            || self.tokens.get(start - 1).is_some_and(Token::ends_clause) || self.pack.is(WordClass::Joining, before);
        // "It may not be obvious" forbids nothing.
        let is_chance = before == "it" && self.words.get(start) == Some(&"may");
        self.is_led(start) && !is_chance
            || is_modal
            || self.pack.is(WordClass::Own, before)
            || self.is_imperative() && goes_on()
    }

    /// Whether nothing but an address stands before a token: `please`, `you`, `it is important that you`.
    fn is_led(&self, at: usize) -> bool {
        let led = self.tokens.iter().take(at);
        led.into_iter().all(|token| token.ends_clause() || self.pack.is(WordClass::Lead, &token.text))
    }

    /// `must` and `should`; `always` and `need to` where they are said to the reader.
    fn is_modal(&self, mark: &Mark) -> bool {
        let words = self.words.get(mark.tokens.clone()).unwrap_or_default();
        words.first().is_some_and(|word| matches!(*word, "must" | "shall" | "should")) || self.is_led(mark.tokens.start)
    }

    /// Whether it starts with a verb that asks.
    pub(super) fn is_imperative(&self) -> bool {
        if self.is_label() {
            return false;
        }
        let starts_clause = self.words.first().is_some_and(|word| self.pack.is(WordClass::Opening, word));
        let main =
            if starts_clause { self.tokens.iter().position(|token| token.text == ",").map(|at| at + 1) } else { None };
        self.is_verb_at(0) || main.is_some_and(|at| self.is_verb_at(at))
    }

    /// `OUTPUT FORMAT:`, `END EXAMPLES`: a caption that reads like a command.
    fn is_label(&self) -> bool {
        let closed = self.tokens.last().is_some_and(|token| matches!(token.text.as_str(), "." | "!"));
        let is_short = self.tokens.len() <= 5;
        let shouts = self.tokens.len() > 1 && !self.sentence.chars().any(char::is_lowercase);
        is_short && !closed && (self.words.last() == Some(&":") || shouts)
    }

    fn is_verb_at(&self, start: usize) -> bool {
        let is_lead =
            |at: &usize| self.words.get(*at).is_some_and(|word| self.pack.is(WordClass::Lead, word) || *word == ",");
        let at = (start..start + 6).find(|at| !is_lead(at)).unwrap_or(start);
        let is_label =
            self.words.get(at + 1).is_some_and(|word| matches!(*word, ":" | "/" | "," | "is" | "are" | "of"));
        let verb = |at: usize| self.words.get(at).is_some_and(|word| self.pack.is(WordClass::Imperative, word));
        verb(at) && !is_label
    }

    /// Whether it guards against harm: it forbids, or asks for a guard, where harm is the topic.
    pub(super) fn is_safety(&self, nature: Nature) -> bool {
        let guards = || self.words.iter().any(|word| self.pack.is(WordClass::Guarding, word));
        let is_topic = |at: usize| {
            let rest = self.words.get(at..).unwrap_or_default();
            self.pack.phrases(rest).any(|phrase| phrase.field == Field::Safety)
        };
        (nature == Nature::Prohibition || nature == Nature::Constraint && guards())
            && (0..self.words.len()).any(is_topic)
    }
}
