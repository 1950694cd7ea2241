//! Expressions of Jinja and its relatives: which names they take from outside, and what they come to when none is given.
//!
//! A parser of the expression grammar that forgives: what it does not know it steps over, and then says so little about.

use std::collections::BTreeSet;
use std::ops::Range;

use super::tokens::{Token, tokens};

/// Parentheses and operators nested deeper than this are stepped over.
const MAX_DEPTH: usize = 60;

/// A name that an expression takes from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FreeName<'t> {
    /// The name, without attributes.
    pub(super) name: &'t str,
    /// Whether the expression does without it: a default, or a branch that is taken only when something is given.
    pub(super) has_default: bool,
}

/// What an expression comes to when nothing is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value {
    /// Nothing.
    Missing,
    /// Something true or false, whatever its type.
    Truth(bool),
    /// A number.
    Number(f64),
    /// That depends.
    Unknown,
}

impl Value {
    /// Whether it counts as true; `None`: that depends.
    pub(super) fn truth(self) -> Option<bool> {
        match self {
            Self::Missing => Some(false),
            Self::Truth(truth) => Some(truth),
            Self::Number(number) => Some(number != 0.0),
            Self::Unknown => None,
        }
    }
}

/// What an expression says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading<'t> {
    /// Free names, in order.
    pub(super) names: Vec<FreeName<'t>>,
    /// Names without any one of which it is false.
    pub(super) asks: BTreeSet<&'t str>,
    /// What it comes to when nothing is given.
    pub(super) value: Value,
    /// Whether its last filter says that it needs no escaping.
    pub(super) is_safe: bool,
}

/// Reads `text`; names that `is_local` holds for are not free.
pub(super) fn read<'t>(text: &'t str, is_local: &dyn Fn(&str) -> bool) -> Reading<'t> {
    let mut parser = Parser { tokens: tokens(text), at: 0, depth: 0, names: Vec::new(), is_safe: false, is_local };
    let whole = parser.list(None);
    Reading { names: parser.names, asks: whole.asks, value: whole.value, is_safe: parser.is_safe }
}

/// The text before and after the first `word` that stands outside strings and brackets.
pub(super) fn split_at_word<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let mut depth = 0_usize;
    for (token, range) in super::tokens::placed(text) {
        match token {
            Token::Name(name) if name == word && depth == 0 => return Some((&text[..range.start], &text[range.end..])),
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[derive(Debug, Clone)]
struct Operand<'t> {
    value: Value,
    asks: BTreeSet<&'t str>,
}

impl Operand<'_> {
    fn of(value: Value) -> Self {
        Self { value, asks: BTreeSet::new() }
    }
}

struct Parser<'t, 'l> {
    tokens: Vec<Token<'t>>,
    at: usize,
    depth: usize,
    names: Vec<FreeName<'t>>,
    is_safe: bool,
    is_local: &'l dyn Fn(&str) -> bool,
}

impl<'t> Parser<'t, '_> {
    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at).copied()
    }

    fn takes(&mut self, token: Token<'_>) -> bool {
        let fits = self.peek() == Some(token);
        self.at += usize::from(fits);
        fits
    }

    fn takes_any(&mut self, choices: &[Token<'_>]) -> bool {
        choices.iter().any(|token| self.takes(*token))
    }

    /// `a if b else c`
    fn ternary(&mut self) -> Operand<'t> {
        if self.depth >= MAX_DEPTH {
            self.at += 1;
            return Operand::of(Value::Unknown);
        }
        self.depth += 1;
        let from = self.names.len();
        let mut value = self.alternatives();
        if self.takes(Token::Name("if")) {
            let first_end = self.names.len();
            let condition = self.alternatives();
            self.defaults(first_end);
            if condition.value.truth() != Some(true) {
                self.names[from..first_end].iter_mut().for_each(|name| name.has_default = true);
            }
            let otherwise = self.names.len();
            let other = if self.takes(Token::Name("else")) { self.ternary() } else { Operand::of(Value::Missing) };
            if condition.value.truth() != Some(false) {
                self.defaults(otherwise);
            }
            value = match condition.value.truth() {
                Some(true) => value,
                Some(false) => other,
                None => Operand::of(Value::Unknown),
            };
        }
        self.depth -= 1;
        value
    }

    /// The names found since `from` can be left out.
    fn defaults(&mut self, from: usize) {
        self.names[from..].iter_mut().for_each(|name| name.has_default = true);
    }

    /// `a or b`
    fn alternatives(&mut self) -> Operand<'t> {
        let from = self.names.len();
        let mut left = self.conjunction();
        while self.takes_any(&[Token::Name("or"), Token::Symbol("||"), Token::Symbol("??")]) {
            let middle = self.names.len();
            let right = self.conjunction();
            if right.value != Value::Missing {
                self.names[from..middle].iter_mut().for_each(|name| name.has_default = true);
            }
            left = either(left, right);
        }
        left
    }

    /// `a and b`
    fn conjunction(&mut self) -> Operand<'t> {
        let mut left = self.negation();
        while self.takes_any(&[Token::Name("and"), Token::Symbol("&&")]) {
            let middle = self.names.len();
            let right = self.negation();
            if left.value.truth() == Some(false) {
                self.defaults(middle);
            }
            left = both(left, right);
        }
        left
    }

    /// `not a`
    fn negation(&mut self) -> Operand<'t> {
        let mut is_negated = false;
        let mut has_sign = false;
        while self.takes_any(&[Token::Name("not"), Token::Symbol("!")]) {
            is_negated = !is_negated;
            has_sign = true;
        }
        let inner = self.comparison();
        if !has_sign {
            return inner;
        }
        let truth = inner.value.truth().map(|truth| truth != is_negated);
        Operand::of(truth.map_or(Value::Unknown, Value::Truth))
    }

    /// `a == b`, `a in b`
    fn comparison(&mut self) -> Operand<'t> {
        let mut left = self.sum();
        while let Some(operator) = self.comparator() {
            let right = self.sum();
            let value = compared(operator, left.value, right.value);
            let asks = if value == Value::Truth(false) { union(left.asks, right.asks) } else { BTreeSet::new() };
            left = Operand { value, asks };
        }
        left
    }

    fn comparator(&mut self) -> Option<&'t str> {
        let operator = match self.peek()? {
            Token::Symbol(symbol @ ("==" | "!=" | "<" | ">" | "<=" | ">=" | "===" | "!==")) => symbol,
            Token::Name(word @ ("in" | "contains")) => word,
            Token::Name("not") if self.tokens.get(self.at + 1) == Some(&Token::Name("in")) => {
                self.at += 1;
                "not in"
            }
            _ => return None,
        };
        self.at += 1;
        Some(operator)
    }

    /// `a + b`, `a ~ b`
    fn sum(&mut self) -> Operand<'t> {
        let mut left = self.signed();
        let operators = ["+", "-", "*", "/", "%", "~", "//", "**", "&"].map(Token::Symbol);
        while self.takes_any(&operators) {
            self.signed();
            left = Operand::of(Value::Unknown);
        }
        left
    }

    /// An operand with what hangs on it: attributes, arguments, filters, tests.
    fn signed(&mut self) -> Operand<'t> {
        while self.takes_any(&[Token::Symbol("+"), Token::Symbol("-")]) {}
        let from = self.names.len();
        let mut operand = self.primary();
        let mut is_filtered = false;
        self.is_safe = false;
        loop {
            operand = match self.peek() {
                Some(Token::Symbol(".")) => self.attribute(operand),
                Some(Token::Symbol("[")) => self.around(operand, "]"),
                Some(Token::Symbol("(")) => self.around(operand, ")"),
                Some(Token::Symbol("|")) => {
                    let own = from..self.names.len();
                    let filtered = self.filter(operand, (!is_filtered).then_some(own));
                    is_filtered = true;
                    filtered
                }
                Some(Token::Name("is")) => self.test(operand, from),
                _ => return operand,
            };
        }
    }

    fn attribute(&mut self, operand: Operand<'t>) -> Operand<'t> {
        self.at += 1;
        if matches!(self.peek(), Some(Token::Name(_) | Token::Number(_))) {
            self.at += 1;
        }
        operand
    }

    /// A subscript or arguments.
    fn around(&mut self, operand: Operand<'t>, closer: &str) -> Operand<'t> {
        self.group(closer);
        operand
    }

    /// `| name(arguments)`; Liquid writes `| name: arguments`. A default counts for `bare` names, which no filter read yet.
    fn filter(&mut self, operand: Operand<'t>, bare: Option<Range<usize>>) -> Operand<'t> {
        self.at += 1;
        let Some(Token::Name(name)) = self.peek() else { return operand };
        self.at += 1;
        let argument = match self.peek() {
            Some(Token::Symbol("(")) => self.group(")"),
            Some(Token::Symbol(":")) => {
                self.at += 1;
                self.sum()
            }
            _ => Operand::of(Value::Missing),
        };
        self.is_safe = matches!(name, "safe" | "raw");
        match (name, operand.value) {
            ("default" | "d", value) => {
                self.names[bare.unwrap_or_default()].iter_mut().for_each(|name| name.has_default = true);
                if value == Value::Missing { Operand::of(argument.value) } else { operand }
            }
            ("length" | "count" | "size", Value::Missing) => Operand { value: Value::Number(0.0), ..operand },
            (_, Value::Missing) => operand,
            _ => Operand::of(Value::Unknown),
        }
    }

    /// `is [not] name [argument]`
    fn test(&mut self, operand: Operand<'t>, from: usize) -> Operand<'t> {
        self.at += 1;
        let is_negated = self.takes(Token::Name("not"));
        let Some(Token::Name(name)) = self.peek() else { return Operand::of(Value::Unknown) };
        self.at += 1;
        if self.peek() == Some(Token::Symbol("(")) {
            self.group(")");
        } else if matches!(self.peek(), Some(Token::Text(_) | Token::Number(_))) {
            self.at += 1;
        }
        if matches!(name, "defined" | "undefined" | "none") {
            self.defaults(from);
        }
        match operand.value {
            Value::Missing => {
                let holds = (name == "undefined") != is_negated;
                let asks = if holds { BTreeSet::new() } else { operand.asks };
                Operand { value: Value::Truth(holds), asks }
            }
            _ => Operand::of(Value::Unknown),
        }
    }

    fn primary(&mut self) -> Operand<'t> {
        let Some(token) = self.peek() else { return Operand::of(Value::Unknown) };
        match token {
            Token::Name(name) => {
                self.at += 1;
                self.name(name)
            }
            Token::Text(text) => {
                self.at += 1;
                Operand::of(Value::Truth(!text.is_empty()))
            }
            Token::Number(number) => {
                self.at += 1;
                Operand::of(number.parse().map_or(Value::Unknown, Value::Number))
            }
            Token::Symbol("(") => self.group(")"),
            Token::Symbol("[") => self.collection("]"),
            Token::Symbol("{") => self.collection("}"),
            // Whoever asked for an operand goes on behind this.
            Token::Symbol(_) => Operand::of(Value::Unknown),
        }
    }

    fn name(&mut self, name: &'t str) -> Operand<'t> {
        let is_function = self.peek() == Some(Token::Symbol("("));
        match name {
            "true" | "True" => Operand::of(Value::Truth(true)),
            "false" | "False" | "none" | "None" | "null" | "nil" | "undefined" | "empty" | "blank" => {
                Operand::of(Value::Truth(false))
            }
            _ if is_function || is_own(name) || (self.is_local)(name) => Operand::of(Value::Unknown),
            _ => {
                self.names.push(FreeName { name, has_default: false });
                Operand { value: Value::Missing, asks: BTreeSet::from([name]) }
            }
        }
    }

    fn collection(&mut self, closer: &str) -> Operand<'t> {
        let opened = self.at;
        self.group(closer);
        Operand::of(Value::Truth(self.at > opened + 2))
    }

    /// What stands between a bracket and `closer`.
    fn group(&mut self, closer: &str) -> Operand<'t> {
        self.at += 1;
        self.list(Some(closer))
    }

    /// Expressions with commas, colons and keywords between them, up to `closer` or to the end; what is neither is
    /// stepped over. The value is that of the only one.
    fn list(&mut self, closer: Option<&str>) -> Operand<'t> {
        let mut only = None;
        let mut count = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::Symbol(symbol) if Some(symbol) == closer => {
                    self.at += 1;
                    break;
                }
                Token::Symbol("," | ":" | "=") => self.at += 1,
                Token::Name(_) if self.tokens.get(self.at + 1) == Some(&Token::Symbol("=")) => self.at += 2,
                _ => {
                    let before = self.at;
                    only = Some(self.ternary());
                    count += 1;
                    self.at += usize::from(self.at == before);
                }
            }
        }
        only.filter(|_| count == 1).unwrap_or(Operand::of(Value::Unknown))
    }
}

/// Names that the engines themselves supply.
fn is_own(name: &str) -> bool {
    matches!(name, "loop" | "forloop" | "self" | "super" | "caller" | "varargs" | "kwargs" | "else" | "elif")
}

fn union<'t>(mut one: BTreeSet<&'t str>, other: BTreeSet<&'t str>) -> BTreeSet<&'t str> {
    one.extend(other);
    one
}

fn either<'t>(left: Operand<'t>, right: Operand<'t>) -> Operand<'t> {
    let value = match (left.value.truth(), right.value) {
        (Some(true), _) => left.value,
        (Some(false), right) => right,
        (None, _) => Value::Unknown,
    };
    Operand { value, asks: left.asks.intersection(&right.asks).copied().collect() }
}

fn both<'t>(left: Operand<'t>, right: Operand<'t>) -> Operand<'t> {
    let value = match (left.value.truth(), right.value.truth()) {
        (Some(false), _) => left.value,
        (_, Some(false)) => Value::Truth(false),
        (Some(true), _) => right.value,
        _ => Value::Unknown,
    };
    Operand { value, asks: union(left.asks, right.asks) }
}

fn compared(operator: &str, left: Value, right: Value) -> Value {
    // Nothing, None and the empty text are one here: whoever has nothing to give gives one of them.
    let is_nothing = |value: Value| matches!(value, Value::Missing | Value::Truth(false));
    let has_missing = left == Value::Missing || right == Value::Missing;
    let is_known = left != Value::Unknown && right != Value::Unknown;
    let is_apart = has_missing && is_known && is_nothing(left) != is_nothing(right);
    let is_same = has_missing && is_nothing(left) && is_nothing(right) && left != right;
    match (operator, left, right) {
        ("==" | "===" | "in" | "contains", ..) if is_apart => Value::Truth(false),
        ("!=" | "!==" | "not in", ..) if is_apart => Value::Truth(true),
        ("==" | "===", ..) if is_same => Value::Truth(true),
        ("!=" | "!==", ..) if is_same => Value::Truth(false),
        (_, Value::Number(a), Value::Number(b)) => match operator {
            "==" | "===" => Value::Truth(a == b),
            "!=" | "!==" => Value::Truth(a != b),
            "<" => Value::Truth(a < b),
            ">" => Value::Truth(a > b),
            "<=" => Value::Truth(a <= b),
            ">=" => Value::Truth(a >= b),
            _ => Value::Unknown,
        },
        _ => Value::Unknown,
    }
}

#[cfg(test)]
mod tests;
