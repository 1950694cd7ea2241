//! The frame of a sentence: what it asks, how strongly, of what, when, and within which limits.

use std::ops::Range;

use super::pack::{Field, Pack, Phrase, WordClass, english};
use super::quantity::{self, Quantity};
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
    fn called(value: &str) -> Self {
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

struct Reader<'t> {
    sentence: &'t str,
    tokens: &'t [Token],
    words: &'t [&'t str],
    pack: &'static Pack,
}

impl Reader<'_> {
    fn marks(&self) -> Vec<Mark> {
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

    fn nature(&self, marks: &[Mark]) -> Nature {
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

    fn is_imperative(&self) -> bool {
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

    fn is_safety(&self, nature: Nature) -> bool {
        let guards = || self.words.iter().any(|word| self.pack.is(WordClass::Guarding, word));
        let is_topic = |at: usize| {
            let rest = self.words.get(at..).unwrap_or_default();
            self.pack.phrases(rest).any(|phrase| phrase.field == Field::Safety)
        };
        (nature == Nature::Prohibition || nature == Nature::Constraint && guards())
            && (0..self.words.len()).any(is_topic)
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
