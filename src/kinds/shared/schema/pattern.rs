//! Regular expressions as automata: what a pattern matches, and a text that one pattern matches and another does not.

use std::collections::HashMap;

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{MatchKind, nfa::thompson};

/// Bytes that the automaton of one pattern, and what builds it, may take; about 5,000 states.
const SIZE_LIMIT: usize = 1 << 21;

/// Pairs of states that a comparison visits before it gives up.
const MAX_PAIRS: usize = 20_000;

/// Every text in which a pattern (ECMA 262, as JSON Schema has it) matches somewhere.
pub(super) struct Language(dense::DFA<Vec<u32>>);

/// What one language has and another has not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// Nothing: the second contains the first.
    Nothing,
    /// This text.
    Text(String),
    /// It was not decided.
    Unknown,
}

/// A state on the way through a language; `None`: it has matched, whatever follows.
type Place = Option<StateID>;

impl Language {
    /// The language of `pattern`; `None`: it is not regular, not readable, or too large.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .dfa_size_limit(Some(SIZE_LIMIT))
            .determinize_size_limit(Some(SIZE_LIMIT));
        let compiler = thompson::Config::new().nfa_size_limit(Some(SIZE_LIMIT));
        dense::Builder::new().configure(config).thompson(compiler).build(&translated(pattern)?).ok().map(Self)
    }

    /// Whether the pattern matches somewhere in `text`; `None`: undecided.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        let mut place = self.start()?;
        for byte in text.bytes() {
            place = self.step(place, byte)?;
        }
        Some(self.ends(place))
    }

    fn start(&self) -> Option<Place> {
        let state = self.0.start_state(&start::Config::new().anchored(Anchored::No)).ok()?;
        Some(self.place(state))
    }

    fn place(&self, state: StateID) -> Place {
        (!self.0.is_match_state(state)).then_some(state)
    }

    /// `None`: the automaton gives up on this byte.
    fn step(&self, place: Place, byte: u8) -> Option<Place> {
        let Some(state) = place else { return Some(None) };
        let next = self.0.next_state(state, byte);
        (!self.0.is_quit_state(next)).then(|| self.place(next))
    }

    fn ends(&self, place: Place) -> bool {
        place.is_none_or(|state| self.0.is_match_state(self.0.next_eoi_state(state)))
    }
}

/// The shortest text in `one` (`None`: any text) that is not in `other` (`None`: no text is).
pub(super) fn difference(one: Option<&Language>, other: Option<&Language>) -> Difference {
    Search { one, other }.run().unwrap_or(Difference::Unknown)
}

struct Search<'l> {
    one: Option<&'l Language>,
    other: Option<&'l Language>,
}

impl Search<'_> {
    /// Breadth first over the pairs of states; `None`: an automaton gave up.
    fn run(&self) -> Option<Difference> {
        let bytes = self.bytes();
        let first = (self.one.map_or(Some(None), Language::start)?, self.other.map_or(Some(None), Language::start)?);
        let mut visited = HashMap::from([(first, 0_usize)]);
        let mut queue = vec![(first, 0_usize, 0_u8)];
        let mut at = 0;
        while at < queue.len() {
            let (pair, ..) = queue[at];
            if self.differs(pair) {
                return Some(text_of(&queue, at));
            }
            for byte in &bytes {
                let next = self.step(pair, *byte)?;
                if !self.is_hopeless(next) && !visited.contains_key(&next) {
                    visited.insert(next, queue.len());
                    queue.push((next, at, *byte));
                }
            }
            if queue.len() > MAX_PAIRS {
                return Some(Difference::Unknown);
            }
            at += 1;
        }
        Some(Difference::Nothing)
    }

    fn differs(&self, (one, other): (Place, Place)) -> bool {
        self.one.is_none_or(|language| language.ends(one)) && self.other.is_none_or(|language| !language.ends(other))
    }

    fn step(&self, (one, other): (Place, Place), byte: u8) -> Option<(Place, Place)> {
        let one = self.one.map_or(Some(None), |language| language.step(one, byte))?;
        Some((one, self.other.map_or(Some(None), |language| language.step(other, byte))?))
    }

    /// Whether no continuation can be in the first language and outside the second.
    fn is_hopeless(&self, (one, other): (Place, Place)) -> bool {
        let is_dead = self.one.zip(one).is_some_and(|(language, state)| language.0.is_dead_state(state));
        is_dead || self.other.is_some() && other.is_none()
    }

    /// One byte for each pair of classes that the automata tell apart, the pleasant ones first.
    fn bytes(&self) -> Vec<u8> {
        let class = |language: Option<&Language>, byte: u8| language.map_or(0, |it| it.0.byte_classes().get(byte));
        let mut seen = Vec::new();
        let mut bytes = Vec::new();
        let pleasant = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(b' '..=b'~');
        for byte in pleasant.chain(0..=255) {
            let classes = (class(self.one, byte), class(self.other, byte));
            if !seen.contains(&classes) {
                seen.push(classes);
                bytes.push(byte);
            }
        }
        bytes
    }
}

/// The bytes on the way to a visited pair; bytes that are no text decide nothing.
fn text_of(queue: &[((Place, Place), usize, u8)], mut at: usize) -> Difference {
    let mut bytes = Vec::new();
    while at > 0 {
        let (_, before, byte) = queue[at];
        bytes.push(byte);
        at = before;
    }
    bytes.reverse();
    String::from_utf8(bytes).map_or(Difference::Unknown, Difference::Text)
}

/// The pattern in the syntax of the automaton builder; `None`: it uses what that syntax means otherwise.
fn translated(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str(&escape(&mut chars, in_class)?),
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                out.push(c);
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                chars.peek().filter(|next| **next != ']')?;
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
            }
            '&' | '~' if in_class => out.extend(['\\', c]),
            '.' if !in_class => out.push_str(r"[^\n\r\x{2028}\x{2029}]"),
            c => out.push(c),
        }
    }
    Some(out)
}

/// What stands behind a backslash.
fn escape(chars: &mut impl Iterator<Item = char>, in_class: bool) -> Option<String> {
    let text = match chars.next()? {
        'd' if in_class => "0-9".to_owned(),
        'd' => "[0-9]".to_owned(),
        'w' if in_class => "0-9A-Za-z_".to_owned(),
        'w' => "[0-9A-Za-z_]".to_owned(),
        'D' if !in_class => "[^0-9]".to_owned(),
        'W' if !in_class => "[^0-9A-Za-z_]".to_owned(),
        's' => r"\s".to_owned(),
        'S' => r"\S".to_owned(),
        'b' if !in_class => r"(?-u:\b)".to_owned(),
        'n' => r"\n".to_owned(),
        'r' => r"\r".to_owned(),
        't' => r"\t".to_owned(),
        'f' => r"\x0C".to_owned(),
        'v' => r"\x0B".to_owned(),
        'x' => format!(r"\x{{{}}}", hex(chars, 2)?),
        'u' => format!(r"\x{{{}}}", hex(chars, 4)?),
        c if c.is_ascii_punctuation() => format!("\\{c}"),
        _ => return None,
    };
    Some(text)
}

fn hex(chars: &mut impl Iterator<Item = char>, digits: usize) -> Option<String> {
    let text: String = chars.take(digits).collect();
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beyond(one: &str, other: &str) -> Difference {
        match (Language::of(one), Language::of(other)) {
            (Some(one), Some(other)) => difference(Some(&one), Some(&other)),
            _ => Difference::Unknown,
        }
    }

    #[test]
    fn one_pattern_contains_another() {
        for (narrow, wide) in [
            ("^[a-z]+$", "^[a-z0-9]+$"),
            ("^a{2,3}$", "a"),
            (r"^\d{4}-\d{2}$", r"^[0-9-]+$"),
            ("^(red|blue)$", "^(blue|red|green)$"),
            ("^x", "x"),
            ("é", "."),
            (r"^[\w.-]+@acme\.com$", r"@"),
        ] {
            assert_eq!(beyond(narrow, wide), Difference::Nothing, "{narrow} in {wide}");
            assert!(matches!(beyond(wide, narrow), Difference::Text(_)), "{wide} not in {narrow}");
        }
    }

    #[test]
    fn the_difference_is_a_short_text() {
        assert_eq!(beyond("^[a-z0-9]+$", "^[a-z]+$"), Difference::Text("0".to_owned()));
        assert_eq!(beyond("^.{0,5}$", "^.{0,3}$"), Difference::Text("aaaa".to_owned()));
    }

    #[test]
    fn what_is_not_regular_or_too_large_is_unknown() {
        for pattern in ["^(?=a)b", r"^(a)\1$", "(?<!a)b", "(", r"\p{Script=Greek}x{0,99999}", "(a{1,900}){1,900}"] {
            assert!(Language::of(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn a_text_is_matched_anywhere() {
        let language = Language::of("b+$").unwrap();
        assert_eq!((language.matches("aabb"), language.matches("bba")), (Some(true), Some(false)));
    }
}
