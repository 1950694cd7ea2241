//! Which artefact of the new side is which of the old one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::artefact::Artefact;

/// An artefact on one or both sides.
pub(super) type Pair = (Option<Artefact>, Option<Artefact>);

/// The least similarity of two texts that counts as a rename; git's is the same.
const RENAMED: f64 = 0.5;
/// The least similarity of two entries of one file.
const RENAMED_ENTRY: f64 = 0.85;
/// Above this many removed-and-added combinations only equal content counts as a rename.
const COMBINATIONS: usize = 250_000;

/// Pairs by identity; then what is left by equal bytes, equal meaning, equal place, and similar text.
pub(super) fn all(old: Vec<Artefact>, new: Vec<Artefact>) -> Vec<Pair> {
    let mut removed: Vec<Option<Artefact>> = old.into_iter().map(Some).collect();
    let mut added: Vec<Option<Artefact>> = new.into_iter().map(Some).collect();
    let mut pairs = Vec::new();
    let keys: [fn(&Artefact) -> String; 6] = [
        |artefact| format!("{}\0{}", artefact.id, artefact.path),
        // What its path names is itself as long as it stays there, even when a twin elsewhere lengthens its name.
        |artefact| match artefact.named {
            true => format!("{}\0{}", artefact.id, artefact.path),
            false => format!("{}\0{}", artefact.id.kind, artefact.place()),
        },
        |artefact| artefact.id.to_string(),
        |artefact| format!("{}\0{}", artefact.id.kind, artefact.digest),
        |artefact| format!("{}\0{}", artefact.id.kind, artefact.meaning),
        |artefact| format!("{}\0{}", artefact.id.kind, artefact.place()),
    ];
    for key in keys {
        by_unique_key(&mut removed, &mut added, key, &mut pairs);
    }
    by_similarity(&mut removed, &mut added, &mut pairs);
    pairs.extend(removed.into_iter().flatten().map(|artefact| (Some(artefact), None)));
    pairs.extend(added.into_iter().flatten().map(|artefact| (None, Some(artefact))));
    pairs.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    pairs
}

fn sort_key(pair: &Pair) -> Option<(&crate::domain::ArtefactId, &str)> {
    pair.1.as_ref().or(pair.0.as_ref()).map(|artefact| (&artefact.id, artefact.path.as_str()))
}

/// Takes out the pairs whose key occurs once on each side.
fn by_unique_key(
    removed: &mut [Option<Artefact>],
    added: &mut [Option<Artefact>],
    key: fn(&Artefact) -> String,
    pairs: &mut Vec<Pair>,
) {
    let (before, after) = (unique(removed, key), unique(added, key));
    for (key, &from) in &before {
        if let Some(&to) = after.get(key) {
            pairs.push(take(removed, from, added, to));
        }
    }
}

fn unique(artefacts: &[Option<Artefact>], key: fn(&Artefact) -> String) -> BTreeMap<String, usize> {
    let mut places: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for (at, artefact) in artefacts.iter().enumerate() {
        if let Some(artefact) = artefact {
            places.entry(key(artefact)).and_modify(|place| *place = None).or_insert(Some(at));
        }
    }
    places.into_iter().filter_map(|(key, place)| Some((key, place?))).collect()
}

fn take(removed: &mut [Option<Artefact>], from: usize, added: &mut [Option<Artefact>], to: usize) -> Pair {
    (removed.get_mut(from).and_then(Option::take), added.get_mut(to).and_then(Option::take))
}

/// Takes out the pairs that are each other's most similar, best first; ties by order.
fn by_similarity(removed: &mut [Option<Artefact>], added: &mut [Option<Artefact>], pairs: &mut Vec<Pair>) {
    let (before, after) = (words_of(removed), words_of(added));
    if before.len().saturating_mul(after.len()) > COMBINATIONS {
        return;
    }
    let mut scored: Vec<(f64, usize, usize)> = Vec::new();
    for (from, kind, old_words) in &before {
        for (to, other_kind, new_words) in &after {
            let score = jaccard(old_words, new_words);
            if kind == other_kind && score >= least(&removed[*from], &added[*to]) {
                scored.push((score, *from, *to));
            }
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut used_old, mut used_new) = (BTreeSet::new(), BTreeSet::new());
    for (_, from, to) in scored {
        if !used_old.contains(&from) && !used_new.contains(&to) {
            used_old.insert(from);
            used_new.insert(to);
            pairs.push(take(removed, from, added, to));
        }
    }
}

/// The least similarity of a rename. Entries of one file look alike although they are not the same: their names have to
/// be alike, too.
fn least(old: &Option<Artefact>, new: &Option<Artefact>) -> f64 {
    let (Some(old), Some(new)) = (old, new) else { return f64::INFINITY };
    if old.part.is_none() || new.part.is_none() {
        return RENAMED;
    }
    let names = strsim::normalized_damerau_levenshtein(&old.id.name, &new.id.name);
    if names >= RENAMED { RENAMED_ENTRY } else { f64::INFINITY }
}

type Words<'a> = (usize, crate::domain::KindName, HashSet<&'a str>);

fn words_of(artefacts: &[Option<Artefact>]) -> Vec<Words<'_>> {
    let present = artefacts.iter().enumerate().filter_map(|(at, artefact)| Some((at, artefact.as_ref()?)));
    // Pointers are alike whatever they point to.
    let content = present.filter(|(_, artefact)| !artefact.whole.is_behind());
    content.map(|(at, artefact)| (at, artefact.id.kind, artefact.text.as_str().split_whitespace().collect())).collect()
}

fn jaccard(old: &HashSet<&str>, new: &HashSet<&str>) -> f64 {
    let shared = old.intersection(new).count();
    let all = old.len() + new.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}
