//! Reading the marks of a sentence.

use std::ops::Range;

use super::frame::{Clause, Force, Mark, Sense};
use super::pack::{Field, Pack, Phrase, WordClass};
use super::quantity;
use super::token::{Kind, Token};

/// A sentence being read.
pub(super) struct Reader<'t> {
    pub(super) sentence: &'t str,
    pub(super) tokens: &'t [Token],
    pub(super) words: &'t [&'t str],
    pub(super) pack: &'static Pack,
}

impl Reader<'_> {
    /// The marks, in the order of the sentence.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            at = match self.mark(at) {
                Step::Mark(mark) => {
                    let next = mark.tokens.end.max(at + 1);
                    marks.push(mark);
                    next
                }
                Step::Skip(length) => at + length.max(1),
            };
        }
        marks.retain(|mark| self.is_meant(mark));
        marks
    }

    fn mark(&self, at: usize) -> Step {
        let rest = self.words.get(at..).unwrap_or_default();
        let token = self.tokens.get(at);
        let text = || token.map(|token| token.text.clone()).unwrap_or_default();
        match token.map(|token| token.kind) {
            Some(Kind::Reference) => return Step::alone(at..at + 1, Sense::Reference(text())),
            Some(Kind::Literal) if !text().contains(|c: char| c.is_ascii_digit()) => return Step::Skip(1),
            Some(Kind::Literal) => return Step::alone(at..at + 1, Sense::Label(text())),
            _ => {}
        }
        let locale = self.pack.phrases(rest).find(|phrase| phrase.field == Field::Locale);
        if let Some(phrase) = locale {
            return Step::alone(at..at + phrase.len(), Sense::Word(Field::Locale, &phrase.value));
        }
        if let Some(found) = quantity::at(self.tokens, self.words, at, self.pack) {
            let text = || self.words.get(found.tokens.clone()).unwrap_or_default().join(" ");
            let sense = found.quantity.clone().map_or_else(|| Sense::Number(text()), Sense::Quantity);
            return Step::alone(found.tokens, sense);
        }
        if token.is_some_and(|token| token.kind == Kind::Name) {
            return Step::alone(at..at + 1, Sense::Label(text()));
        }
        let longest = self
            .pack
            .phrases(rest)
            .filter(|phrase| phrase.field != Field::Safety)
            .max_by_key(|phrase| (phrase.len(), !phrase.field.is_of_numbers()));
        longest.map_or(Step::Skip(1), |phrase| self.phrase(at, phrase))
    }

    fn phrase(&self, at: usize, phrase: &'static Phrase) -> Step {
        let own = at..at + phrase.len();
        match phrase.field {
            Field::Force if self.is_split_by_limit(&own) => {
                let rest = self.words.get(at..own.end - 1).unwrap_or_default();
                let shorter = self
                    .pack
                    .phrases(rest)
                    .find(|shorter| shorter.field == Field::Force && shorter.len() == rest.len());
                shorter.map_or(Step::Skip(rest.len()), |shorter| {
                    Step::alone(at..own.end - 1, Sense::Force(Force::called(&shorter.value)))
                })
            }
            Field::Force => Step::alone(own, Sense::Force(Force::called(&phrase.value))),
            Field::Hedge => Step::alone(own, Sense::Hedge),
            Field::Exception | Field::Condition => {
                let clause = match phrase.value.as_str() {
                    "only-if" => Clause::OnlyIf,
                    "exception" => Clause::Except,
                    _ => Clause::If,
                };
                let tail = own.end..self.clause_end(own.end);
                Step::Mark(Mark { tokens: own, tail, sense: Sense::Clause(clause) })
            }
            Field::Persona if at == 0 || self.tokens.get(at - 1).is_some_and(Token::ends_clause) => {
                let tail = own.end..self.role_end(own.end);
                Step::Mark(Mark { tokens: own, tail, sense: Sense::Persona })
            }
            Field::Scope | Field::Order | Field::Act | Field::Tone | Field::Format | Field::Tongue | Field::Locale => {
                Step::alone(own, Sense::Word(phrase.field, &phrase.value))
            }
            _ => Step::Skip(phrase.len()),
        }
    }

    /// `must not exceed 5` is a limit that must hold: the `not` belongs to it.
    fn is_split_by_limit(&self, own: &Range<usize>) -> bool {
        own.len() > 1 && self.words.get(own.end - 1) == Some(&"not") && self.words.get(own.end) == Some(&"exceed")
    }

    fn clause_end(&self, start: usize) -> usize {
        let is_end = |at: &usize| {
            self.tokens.get(*at).is_some_and(Token::ends_clause)
                || self.words.get(*at) == Some(&"then")
                || self
                    .pack
                    .phrases(self.words.get(*at..).unwrap_or_default())
                    .any(|phrase| matches!(phrase.field, Field::Exception | Field::Condition))
        };
        (start..self.tokens.len()).find(is_end).unwrap_or(self.tokens.len())
    }

    /// Where the role ends and what the model does in it begins.
    fn role_end(&self, start: usize) -> usize {
        let opens = |word: &str| {
            matches!(
                word,
                "that"
                    | "who"
                    | "which"
                    | "whose"
                    | "with"
                    | "tasked"
                    | "focused"
                    | "designed"
                    | "specialized"
                    | "specialised"
                    | "specializing"
                    | "specialising"
                    | "responsible"
            )
        };
        let is_end = |at: &usize| {
            self.tokens.get(*at).is_some_and(Token::ends_clause) || self.words.get(*at).is_some_and(|word| opens(word))
        };
        (start..self.tokens.len()).find(is_end).unwrap_or(self.tokens.len())
    }

    /// Whether the words around a mark of a lexicon make it one.
    fn is_meant(&self, mark: &Mark) -> bool {
        let Sense::Word(field, _) = mark.sense else { return true };
        let has = |class| self.words.iter().any(|word| self.pack.is(class, word));
        match field {
            Field::Tone => has(WordClass::Telling),
            Field::Format => has(WordClass::Answering),
            Field::Tongue => self.follows(mark, WordClass::Into),
            _ => true,
        }
    }

    fn follows(&self, mark: &Mark, class: WordClass) -> bool {
        let from = mark.tokens.start.saturating_sub(2);
        self.words.get(from..mark.tokens.start).is_some_and(|words| words.iter().any(|word| self.pack.is(class, word)))
    }
}

/// What stands at a token.
enum Step {
    Mark(Mark),
    Skip(usize),
}

impl Step {
    fn alone(tokens: Range<usize>, sense: Sense) -> Self {
        let tail = tokens.end..tokens.end;
        Self::Mark(Mark { tokens, tail, sense })
    }
}
