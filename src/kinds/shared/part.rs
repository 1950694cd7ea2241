//! Parts: the keyed pieces that an artefact is made of, compared piece by piece.
//!
//! An artefact's meaning is the canonical form of its parts (and of its texts and rows), so two meanings differ exactly
//! when some part does, and no change can slip through unseen.

use std::collections::BTreeMap;

use crate::domain::{Event, Fact, Quote};

/// One keyed piece of an artefact.
#[derive(Debug, Clone)]
pub struct Part {
    /// What sort of piece; becomes the fact's aspect.
    pub aspect: &'static str,
    /// Which one; unique within its aspect.
    pub key: String,
    /// Canonical value: equal values mean the same.
    pub value: String,
    /// Where it stands and what a person reads there.
    pub quote: Quote,
    /// Properties that rules ask for, copied to the fact (the new side's on a change).
    pub marks: Vec<&'static str>,
}

/// What differs between two sets of parts, in the order: changed, removed, added; each sorted by aspect and key.
pub fn compare(old: &[Part], new: &[Part]) -> Vec<Fact> {
    let (before, after) = (keyed(old), keyed(new));
    let changed = before.iter().filter_map(|(key, old)| {
        let new = after.get(key)?;
        (old.value != new.value).then(|| fact(Event::Changed, new).was(old.quote.clone()).is(new.quote.clone()))
    });
    let removed = before
        .iter()
        .filter(|(key, _)| !after.contains_key(*key))
        .map(|(_, old)| fact(Event::Removed, old).was(old.quote.clone()));
    let added = after
        .iter()
        .filter(|(key, _)| !before.contains_key(*key))
        .map(|(_, new)| fact(Event::Added, new).is(new.quote.clone()));
    changed.chain(removed).chain(added).collect()
}

/// Appends the canonical form of `parts` to `out`: sorted, each piece length-prefixed.
pub fn write_canonical(parts: &[Part], out: &mut Vec<u8>) {
    for ((aspect, key), part) in keyed(parts) {
        for piece in [aspect, key, &part.value] {
            out.extend_from_slice(&(piece.len() as u64).to_le_bytes());
            out.extend_from_slice(piece.as_bytes());
        }
    }
}

fn keyed(parts: &[Part]) -> BTreeMap<(&str, &str), &Part> {
    parts.iter().map(|part| ((part.aspect, part.key.as_str()), part)).collect()
}

fn fact(event: Event, part: &Part) -> Fact {
    let mut fact = Fact::new(part.aspect, event, part.key.clone());
    fact.marks.clone_from(&part.marks);
    fact
}
