//! Quantities: what a number, its comparator and its unit admit.

use std::ops::Range;

use super::pack::{Field, Pack, WordClass};
use super::token::{Kind, Token};

/// The interval that a limit or a count admits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    pub(super) low: f64,
    pub(super) high: f64,
    /// The dimension or the noun that is counted; empty when neither is said.
    pub(super) unit: String,
    /// Whether the unit is one of measure.
    pub(super) is_measured: bool,
    /// Whether it bounds anything: a bare count of things does not.
    pub(super) is_limit: bool,
}

impl Quantity {
    /// Whether it bounds from above alone, or from below alone.
    pub(super) fn sides(&self) -> (bool, bool) {
        (self.low.is_finite(), self.high.is_finite())
    }

    /// Whether everything that it admits is admitted by `other`.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        other.low <= self.low && self.high <= other.high
    }
}

/// A number as found: a quantity, or a bare number.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) tokens: Range<usize>,
    pub(super) quantity: Option<Quantity>,
}

/// The number that starts at `at`, its comparator included.
pub(super) fn at(tokens: &[Token], words: &[&str], at: usize, pack: &Pack) -> Option<Found> {
    Reader { tokens, words, pack }.read(at)
}

struct Reader<'t> {
    tokens: &'t [Token],
    words: &'t [&'t str],
    pack: &'t Pack,
}

/// What a number counts.
struct Unit {
    name: String,
    factor: f64,
    is_measured: bool,
    /// Past its last token, where it stands right behind the number.
    end: usize,
}

/// How a number bounds.
type Bound = Field;

impl Reader<'_> {
    fn read(&self, at: usize) -> Option<Found> {
        let (bound, start) = self.before(at);
        let (first, next) = self.number(start)?;
        let range = self.range(next, bound.is_some());
        let (last, next) = range.unwrap_or((first, next));
        let (bound, next) = self.after(next, bound);
        let unit = self.unit(next);
        let (bound, end) = self.after_noun(unit.end, bound);
        let is_enumerated = bound.is_none() && self.is_enumerated(at, first, &unit);
        let is_limit = range.is_some() || bound.is_some() || unit.is_measured;
        if is_enumerated || !is_limit && unit.name.is_empty() {
            // A spelt number alone is a word like any other.
            let is_digits = matches!(self.tokens.get(start), Some(Token { kind: Kind::Number(_), .. }));
            return (is_digits || is_enumerated).then_some(Found { tokens: at..next, quantity: None });
        }
        let (low, high) = bounds(bound, (first.min(last) * unit.factor, first.max(last) * unit.factor));
        let quantity = Quantity { low, high, unit: unit.name, is_measured: unit.is_measured, is_limit };
        Some(Found { tokens: at..end, quantity: Some(quantity) })
    }

    /// The comparator at `at`, and where its number must stand.
    fn before(&self, at: usize) -> (Option<Bound>, usize) {
        let sign = self.words.get(at).copied().unwrap_or_default();
        let by_sign = match (sign, self.words.get(at + 1).copied()) {
            ("<", Some("=")) => Some((Field::Upper, 2)),
            (">", Some("=")) => Some((Field::Lower, 2)),
            ("<", _) => Some((Field::UpperStrict, 1)),
            (">", _) => Some((Field::LowerStrict, 1)),
            ("≤", _) => Some((Field::Upper, 1)),
            ("≥", _) => Some((Field::Lower, 1)),
            ("~" | "≈", _) => Some((Field::About, 1)),
            _ => None,
        };
        let by_word = || {
            let phrases = self.pack.phrases(self.words.get(at..).unwrap_or_default());
            let mut found = phrases.filter(|phrase| {
                phrase.field.is_of_numbers() && !matches!(phrase.field, Field::UpperAfter | Field::LowerAfter)
            });
            found.next().map(|phrase| (phrase.field, phrase.len()))
        };
        match by_sign.or_else(by_word) {
            Some((field, length)) => (Some(field), self.skip_filler(at + length)),
            None => (None, at + usize::from(matches!(sign, "$" | "€" | "£"))),
        }
    }

    fn skip_filler(&self, mut at: usize) -> usize {
        let most = at + 3;
        let is_filler =
            |word: &str| self.pack.is(WordClass::Filler, word) || matches!(word, "$" | "€" | "£" | ":" | "~");
        while at < most && self.words.get(at).is_some_and(|word| is_filler(word)) {
            at += 1;
        }
        at
    }

    /// The number at `at`, and what stands after it.
    fn number(&self, at: usize) -> Option<(f64, usize)> {
        let token = self.tokens.get(at)?;
        if let Kind::Number(value) = token.kind {
            let next = self.tokens.get(at + 1);
            let is_magnitude = |word: &str| matches!(word, "thousand" | "million");
            return match next.filter(|token| is_magnitude(&token.text)) {
                Some(word) => Some((value * if word.text == "million" { 1e6 } else { 1e3 }, at + 2)),
                None => Some((value, at + 1)),
            };
        }
        let value = self.pack.number(&token.text).filter(|_| token.kind == Kind::Word)?;
        let is_counted = |at: usize| self.words.get(at).is_some_and(|word| self.pack.measure(word).is_some());
        let next = at + 1 + usize::from(self.words.get(at + 1) == Some(&"-"));
        // "one" is mostly a pronoun.
        let is_pronoun = token.text == "one" && !is_counted(next) && !self.is_compared(at);
        let ones = self.tokens.get(next).filter(|_| (20.0..100.0).contains(&value) && next > at + 1);
        match ones.and_then(|token| self.pack.number(&token.text)).filter(|ones| *ones < 10.0) {
            Some(ones) => Some((value + ones, next + 1)),
            None => (!is_pronoun).then_some((value, at + 1)),
        }
    }

    /// Whether a comparator stands right before `at`.
    fn is_compared(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.words.get(before)).copied().unwrap_or_default();
        matches!(before, "least" | "most" | "than" | "exactly" | "to" | "of" | "maximum" | "minimum" | "only")
            && !matches!(self.words.get(at + 1), Some(&"of"))
    }

    /// The upper end of a range whose lower end ends before `at`.
    fn range(&self, at: usize, is_bounded: bool) -> Option<(f64, usize)> {
        let at = at + usize::from(matches!(self.words.get(at), Some(&("%" | "$"))));
        let joint = self.words.get(at).copied()?;
        let joins = matches!(joint, "-" | "–" | "—" | "to" | "through" | "or")
            || joint == "and" && !is_bounded && self.is_between(at);
        let start = at + 1 + usize::from(matches!(self.words.get(at + 1), Some(&("$" | "€" | "£"))));
        if joins { self.number(start) } else { None }
    }

    fn is_between(&self, at: usize) -> bool {
        self.words.get(at.saturating_sub(4)..at).is_some_and(|words| words.contains(&"between"))
    }

    /// A comparator after the number.
    fn after(&self, at: usize, bound: Option<Bound>) -> (Option<Bound>, usize) {
        if bound.is_some() {
            return (bound, at);
        }
        if self.words.get(at) == Some(&"+") && self.is_adjacent(at) {
            return (Some(Field::Lower), at + 1);
        }
        let mut phrases = self.pack.phrases(self.words.get(at..).unwrap_or_default());
        let found = phrases.find(|phrase| matches!(phrase.field, Field::UpperAfter | Field::LowerAfter));
        match found {
            Some(phrase) if phrase.field == Field::UpperAfter => (Some(Field::Upper), at + phrase.len()),
            Some(phrase) => (Some(Field::Lower), at + phrase.len()),
            None => (None, at),
        }
    }

    /// Whether nothing stands between a token and the one before it.
    fn is_adjacent(&self, at: usize) -> bool {
        let end = at.checked_sub(1).and_then(|before| self.tokens.get(before)).map(|token| token.range.end);
        end.is_some() && end == self.tokens.get(at).map(|token| token.range.start)
    }

    /// A comparator behind what is counted: `3 words max`, `three models at most`.
    fn after_noun(&self, at: usize, bound: Option<Bound>) -> (Option<Bound>, usize) {
        let skipped = at + usize::from(self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word));
        let found = [at, skipped].into_iter().map(|at| self.after(at, bound)).find(|found| found.0.is_some());
        found.filter(|_| bound.is_none()).unwrap_or((bound, at))
    }

    /// What is counted from `next` on. A known unit may stand behind two adjectives; any other noun is next.
    fn unit(&self, next: usize) -> Unit {
        let at = next + usize::from(matches!(self.words.get(next), Some(&("-" | "+"))));
        let is_of_unit = |token: &&Token| token.kind == Kind::Word || token.text == "%";
        for (step, token) in self.tokens.iter().skip(at).take(3).take_while(is_of_unit).enumerate() {
            if let Some(measure) = self.pack.measure(&token.text) {
                let end = if step == 0 { at + 1 } else { next };
                return Unit { name: measure.dimension.clone(), factor: measure.factor, is_measured: true, end };
            }
            if self.pack.is(WordClass::Function, &token.text) {
                break;
            }
        }
        let noun = self.tokens.get(at).filter(|token| token.kind == Kind::Word);
        match noun.filter(|noun| !self.pack.is(WordClass::Function, &noun.text)) {
            Some(noun) => {
                let name = super::frame::stem(&noun.text).to_owned();
                let is_last = self
                    .tokens
                    .get(at + 1)
                    .is_none_or(|after| !after.is_worded() || self.pack.is(WordClass::Function, &after.text));
                Unit { name, factor: 1.0, is_measured: false, end: if is_last { at + 1 } else { next } }
            }
            None => Unit { name: String::new(), factor: 1.0, is_measured: false, end: next },
        }
    }

    /// Whether the number names a thing (`step 3`) or a year.
    fn is_enumerated(&self, at: usize, value: f64, unit: &Unit) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.words.get(before)).copied().unwrap_or_default();
        let before = if matches!(before, "#" | "-" | ":") && at >= 2 {
            self.words.get(at - 2).copied().unwrap_or_default()
        } else {
            before
        };
        let is_year = value.fract() == 0.0 && (1900.0..2100.0).contains(&value) && !unit.is_measured;
        self.pack.is(WordClass::Enumerating, before) || is_year
    }
}

fn bounds(bound: Option<Bound>, (low, high): (f64, f64)) -> (f64, f64) {
    match bound {
        Some(Field::Upper) => (f64::NEG_INFINITY, high),
        Some(Field::UpperStrict) => (f64::NEG_INFINITY, high.next_down()),
        Some(Field::Lower) => (low, f64::INFINITY),
        Some(Field::LowerStrict) => (low.next_up(), f64::INFINITY),
        Some(Field::About) => (low - low.abs() * 0.1, high + high.abs() * 0.1),
        _ => (low, high),
    }
}
