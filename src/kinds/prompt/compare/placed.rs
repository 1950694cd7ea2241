//! Placeholders on lines of their own that stand elsewhere now.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::{Event, Fact, Quote};
use crate::kinds::prompt::artefact::Message;
use crate::kinds::shared::prose::{self, Change, Edit};
use crate::kinds::shared::template::Scan;

use super::claims::LABEL_WORDS;

/// The variables that only moved between two messages, and which changes that tells.
pub(super) fn among(changes: &[Change], old: &Message, new: &Message) -> (Vec<Fact>, Vec<bool>) {
    let mut gone: BTreeMap<(Vec<&str>, String), Vec<usize>> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate().filter(|(_, change)| change.new.is_none()) {
        if let Some(key) = change.old.as_ref().and_then(|range| label(old, range)) {
            gone.entry(key).or_default().push(at);
        }
    }
    let mut claimed = vec![false; changes.len()];
    let mut facts = Vec::new();
    for (at, change) in changes.iter().enumerate().filter(|(_, change)| change.edit == Edit::Moved) {
        let (Some(was), Some(is)) = (&change.old, &change.new) else { continue };
        if let Some((names, _)) = label(new, is).filter(|_| label(old, was).is_some()) {
            facts.push(moved(&names, old.text.quote(was.clone()), new.text.quote(is.clone())));
            claimed[at] = true;
        }
    }
    for (to, change) in changes.iter().enumerate().filter(|(_, change)| change.old.is_none()) {
        let Some(is) = &change.new else { continue };
        let Some(key) = label(new, is) else { continue };
        let Some(from) = gone.get_mut(&key).filter(|places| !places.is_empty()).map(|places| places.remove(0)) else {
            continue;
        };
        let Some(was) = changes.get(from).and_then(|change| change.old.clone()) else { continue };
        facts.push(moved(&key.0, old.text.quote(was), new.text.quote(is.clone())));
        (claimed[from], claimed[to]) = (true, true);
    }
    (facts, claimed)
}

fn moved(names: &[&str], was: Quote, is: Quote) -> Fact {
    Fact::new("variable", Event::Moved, names.join("`, `")).was(was).is(is)
}

/// The variables of a piece of text that is little else, and its other words.
pub(super) fn label<'m>(message: &'m Message, range: &Range<usize>) -> Option<(Vec<&'m str>, String)> {
    let Scan { uses, controls, .. } = &message.scan;
    let from = uses.partition_point(|found| found.range.start < range.start);
    let here: Vec<_> = uses.get(from..)?.iter().take_while(|found| found.range.end <= range.end).collect();
    // A condition that moved is no placeholder.
    let is_control = |tag: &Range<usize>| controls.binary_search_by_key(&tag.start, |control| control.start).is_ok();
    if here.iter().any(|found| is_control(&found.range)) {
        return None;
    }
    let mut rest = String::new();
    let mut at = range.start;
    for found in &here {
        rest.push_str(message.text.content.get(at..found.range.start).unwrap_or_default());
        at = at.max(found.range.end);
    }
    rest.push_str(message.text.content.get(at..range.end).unwrap_or_default());
    let names = here.iter().map(|found| found.name.as_str()).collect();
    (!here.is_empty() && prose::word_count(&rest) <= LABEL_WORDS).then(|| (names, rest.trim().to_owned()))
}
