//! How far a variable reaches: in which role its value is read, and what keeps it apart from the instructions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::domain::{Event, Fact, Quote};
use crate::kinds::prompt::artefact::{Message, Prompt};
use crate::kinds::shared::template::Use;

/// What differs in the exposure of variables that both sides use.
#[derive(Debug, Default)]
pub(super) struct Exposure {
    pub(super) facts: Vec<Fact>,
    /// The variables that the facts are about.
    pub(super) told: BTreeSet<String>,
    /// Whether messages that changed their role are told by the variables in them.
    pub(super) into_system: bool,
}

/// One place where a variable is used.
type Place<'p> = (&'p Message, &'p Use);

/// Where each variable is used.
type Places<'p> = BTreeMap<&'p str, Vec<Place<'p>>>;

/// What differs.
pub(super) fn compare(old: &Prompt, new: &Prompt) -> Exposure {
    let (before, after) = (places(old), places(new));
    let both: Vec<_> = before.iter().filter_map(|(name, was)| Some((*name, was, after.get(name)?))).collect();
    let mut exposure = Exposure::default();
    let moved: Vec<_> = both.iter().filter(|(_, was, is)| is_elevated(was) != is_elevated(is)).collect();
    for into_system in [true, false] {
        let names: Vec<_> = moved.iter().filter(|(_, _, is)| is_elevated(is) == into_system).collect();
        let Some((_, was, is)) = names.first() else { continue };
        let list = names.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join("`, `");
        let mut fact = Fact::new("variable-role", Event::Changed, list);
        (fact.old, fact.new) = (shown(was), shown(is));
        exposure.facts.push(if into_system { fact.marked("elevated") } else { fact });
        exposure.into_system |= into_system;
    }
    exposure.told.extend(moved.iter().map(|(name, ..)| (*name).to_owned()));
    for (name, was, is) in both {
        if let Some(fact) = guard(old, new, (was, is)) {
            exposure.facts.push(Fact { subject: name.to_owned(), ..fact });
            exposure.told.insert(name.to_owned());
        }
    }
    exposure
}

fn places(prompt: &Prompt) -> Places<'_> {
    let mut places = Places::new();
    for message in &prompt.messages {
        for found in &message.scan.uses {
            places.entry(&found.name).or_default().push((message, found));
        }
    }
    places
}

fn is_elevated(places: &[Place<'_>]) -> bool {
    places.iter().any(|(message, _)| message.is_system())
}

/// The first place in the highest role, with the role as its text.
fn shown(places: &[Place<'_>]) -> Option<Quote> {
    let (message, found) = places.iter().find(|(message, _)| message.is_system()).or(places.first())?;
    Some(Quote { place: message.text.place(found.range.start), text: message.role.clone() })
}

/// Whether the value is escaped, or set apart by tags of its own, on one side only.
fn guard(old: &Prompt, new: &Prompt, (was, is): (&[Place<'_>], &[Place<'_>])) -> Option<Fact> {
    let is_raw = |places: &[Place<'_>]| places.iter().any(|(_, found)| found.is_raw);
    let is_wrapped = |places: &[Place<'_>]| {
        places.iter().filter(|(message, found)| with_tags(&message.text.content, &found.range) != found.range).count()
    };
    let quote = |places: &[Place<'_>]| {
        places.first().map(|(message, found)| message.text.quote(with_tags(&message.text.content, &found.range)))
    };
    let mark = if old.engine == new.engine && is_raw(was) != is_raw(is) {
        if is_raw(is) { "raw" } else { "escaped" }
    } else {
        match (is_wrapped(was), is_wrapped(is)) {
            (wrapped, 0) if wrapped == was.len() => "unwrapped",
            (0, wrapped) if wrapped == is.len() => "wrapped",
            _ => return None,
        }
    };
    let mut fact = Fact::new("variable-guard", Event::Changed, "").marked(mark);
    (fact.old, fact.new) = (quote(was), quote(is));
    Some(fact)
}

/// `range` with the pair of tags that stands directly around it (`<doc>{{x}}</doc>`), if one does.
pub(super) fn with_tags(text: &str, range: &Range<usize>) -> Range<usize> {
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let around = || {
        let open = before.strip_suffix('>')?.rfind('<')?;
        let name = before[open + 1..].trim_end_matches('>').split_whitespace().next()?;
        let close = format!("</{name}>");
        after.starts_with(&close).then(|| open..range.end + close.len())
    };
    around().unwrap_or_else(|| range.clone())
}

#[cfg(test)]
mod tests {
    use super::with_tags;

    #[test]
    fn a_pair_of_tags_belongs_to_the_placeholder() {
        let text = "Read <doc id=\"1\">{{x}}</doc> now";
        assert_eq!(&text[with_tags(text, &(17..22))], "<doc id=\"1\">{{x}}</doc>");
        assert_eq!(with_tags("<a>{{x}}</b>", &(3..8)), 3..8);
    }
}
