//! Language packs: which words say what, as data.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

/// What a phrase has to do with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Field {
    Force,
    Hedge,
    Idiom,
    Upper,
    UpperStrict,
    Lower,
    LowerStrict,
    Exact,
    About,
    UpperAfter,
    LowerAfter,
    Exception,
    Condition,
    Scope,
    Order,
    Act,
    Tone,
    Format,
    Tongue,
    Locale,
    Persona,
    Safety,
}

impl Field {
    /// Whether it says what a number means, and nothing without one.
    pub(super) fn is_of_numbers(self) -> bool {
        matches!(
            self,
            Self::Upper
                | Self::UpperStrict
                | Self::Lower
                | Self::LowerStrict
                | Self::Exact
                | Self::About
                | Self::UpperAfter
                | Self::LowerAfter
        )
    }
}

/// A class of words by which a sentence is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum WordClass {
    Function,
    Enumerating,
    Filler,
    Lead,
    Opening,
    Own,
    Joining,
    Imperative,
    Answering,
    Telling,
    Guarding,
    Manner,
    Field,
    Into,
}

/// A unit of measure: the dimension it is of, and how many of the dimension's base it is.
#[derive(Debug, Clone)]
pub(super) struct Measure {
    pub(super) dimension: String,
    pub(super) factor: f64,
}

/// What a phrase says.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    words: Vec<String>,
    pub(super) field: Field,
    pub(super) value: String,
}

impl Phrase {
    /// How many words it has.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
}

/// A parsed pack.
#[derive(Debug, Default)]
pub(super) struct Pack {
    phrases: HashMap<String, Vec<Phrase>>,
    measures: HashMap<String, Measure>,
    numbers: HashMap<String, f64>,
    words: BTreeMap<WordClass, HashSet<String>>,
}

/// The pack of English.
pub(super) fn english() -> &'static Pack {
    static ENGLISH: OnceLock<Pack> = OnceLock::new();
    // A test holds that it parses.
    ENGLISH.get_or_init(|| Pack::parse(include_str!("english.toml")).unwrap_or_default())
}

/// A pack as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    phrases: BTreeMap<Field, BTreeMap<String, Vec<String>>>,
    units: BTreeMap<String, BTreeMap<String, WrittenUnit>>,
    numbers: HashMap<String, f64>,
    words: BTreeMap<WordClass, HashSet<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenUnit {
    factor: f64,
    say: Vec<String>,
}

impl Pack {
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let written: Written = toml::from_str(text)?;
        let mut phrases: HashMap<String, Vec<Phrase>> = HashMap::new();
        for (field, values) in written.phrases {
            for (value, said) in values {
                for phrase in said {
                    let words: Vec<String> = phrase.split(' ').map(str::to_owned).collect();
                    let first = words.first().cloned().unwrap_or_default();
                    phrases.entry(first).or_default().push(Phrase { words, field, value: value.clone() });
                }
            }
        }
        // The longest first; a pack lists no phrase twice in a field, so the rest of the order is the field's.
        phrases.values_mut().for_each(|list| list.sort_by(|a, b| (b.len(), a.field).cmp(&(a.len(), b.field))));
        let measures = written.units.into_iter().flat_map(|(dimension, units)| {
            units.into_values().flat_map(move |unit| {
                let measure = Measure { dimension: dimension.clone(), factor: unit.factor };
                unit.say.into_iter().map(move |said| (said, measure.clone()))
            })
        });
        Ok(Self { phrases, measures: measures.collect(), numbers: written.numbers, words: written.words })
    }

    /// The phrases that stand at the head of `words`, the longest first.
    pub(super) fn phrases<'p, 'w>(&'p self, words: &'w [&str]) -> impl Iterator<Item = &'p Phrase> + use<'p, 'w> {
        let known = words.first().and_then(|first| self.phrases.get(*first)).map_or(&[][..], Vec::as_slice);
        known
            .iter()
            .filter(move |phrase| phrase.len() <= words.len() && phrase.words.iter().zip(words).all(|(a, b)| a == b))
    }

    /// The unit called `word`.
    pub(super) fn measure(&self, word: &str) -> Option<&Measure> {
        self.measures.get(word)
    }

    /// The number that `word` spells.
    pub(super) fn number(&self, word: &str) -> Option<f64> {
        self.numbers.get(word).copied()
    }

    /// Whether `word` is of a class.
    pub(super) fn is(&self, class: WordClass, word: &str) -> bool {
        self.words.get(&class).is_some_and(|words| words.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Pack, english};

    #[test]
    fn the_pack_is_well_formed() {
        let pack = Pack::parse(include_str!("english.toml")).expect("parses");
        for phrase in pack.phrases.values().flatten() {
            let is_plain =
                |word: &String| !word.is_empty() && !word.contains(['\'', '’']) && *word == word.to_lowercase();
            assert!(phrase.words.iter().all(is_plain), "{phrase:?}");
        }
        let mut said: Vec<_> = pack.phrases.values().flatten().map(|phrase| (phrase.field, &phrase.words)).collect();
        said.sort();
        let count = said.len();
        said.dedup();
        assert_eq!(said.len(), count, "a phrase stands twice in a field");
    }

    #[test]
    fn the_longest_phrase_comes_first() {
        let found = english().phrases(&["never", "exceed", "5"]).next().expect("known");
        assert_eq!((found.field, found.len()), (Field::Upper, 2));
        assert!(english().phrases(&["mustard"]).next().is_none());
    }
}
