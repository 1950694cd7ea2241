//! Delimiters: lines that are nothing but a tag, a fence or a rule, and what happened to them.
//!
//! Tags come in pairs, and a renamed pair is one change. A delimiter that came or went with the text that it sets apart is
//! told with that text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::domain::{Event, Fact};
use crate::kinds::prompt::artefact::Message;
use crate::kinds::shared::prose::Change;

use super::placed;

/// The facts about delimiters, and which changes they tell.
pub(super) struct Delimiters {
    pub(super) facts: Vec<Fact>,
    pub(super) claimed: Vec<bool>,
}

/// A delimiter that a change is about.
#[derive(Clone)]
struct Found {
    /// Which change.
    at: usize,
    range: Range<usize>,
    /// `<name>` for both tags of a pair, the fence with its language, the rule's first three characters.
    name: String,
    is_closing: bool,
}

/// Where a delimiter was and is.
type Places = (Option<Range<usize>>, Option<Range<usize>>);

/// Reads `changes` between two messages.
pub(super) fn among(changes: &[Change], old: &Message, new: &Message) -> Delimiters {
    let (before, after) = (&old.text.content, &new.text.content);
    let mut told: BTreeMap<(String, String), Places> = BTreeMap::new();
    let mut claimed = vec![false; changes.len()];
    let mut tell = |was: Option<&Found>, is: Option<&Found>| {
        let name = |found: Option<&Found>| found.map_or(String::new(), |found| found.name.clone());
        let range = |found: Option<&Found>| found.map(|found| found.range.clone());
        told.entry((name(was), name(is))).or_insert_with(|| (range(was), range(is)));
        was.into_iter().chain(is).for_each(|found| claimed[found.at] = true);
    };
    for (at, change) in changes.iter().enumerate() {
        let both = change.old.as_ref().zip(change.new.as_ref());
        let found = both.and_then(|(was, is)| Some((delimiter(before, was, at)?, delimiter(after, is, at)?)));
        if let Some((was, is)) = found.filter(|(was, is)| was.name != is.name) {
            tell(Some(&was), Some(&is));
        }
    }
    let gone = alone(changes, before, |change| change.old.as_ref().filter(|_| change.new.is_none()));
    let come = alone(changes, after, |change| change.new.as_ref().filter(|_| change.old.is_none()));
    let is_pair = |(was, is): (&Found, &Found)| was.is_closing == is.is_closing && was.name != is.name;
    if gone.len() == come.len() && gone.iter().zip(&come).all(is_pair) {
        gone.iter().zip(&come).for_each(|(was, is)| tell(Some(was), Some(is)));
    } else {
        gone.iter().for_each(|was| tell(Some(was), None));
        come.iter().for_each(|is| tell(None, Some(is)));
    }
    let around: BTreeSet<String> = around_variables(&gone, old, new).chain(around_variables(&come, new, old)).collect();
    let facts = told.into_iter().map(|((was, is), (old_range, new_range))| {
        let event = match (was.is_empty(), is.is_empty()) {
            (false, false) => Event::Changed,
            (true, _) => Event::Added,
            (false, true) => Event::Removed,
        };
        let name = if is.is_empty() { was } else { is };
        let is_around = event != Event::Changed && around.contains(&name);
        let mut fact = Fact::new("delimiter", event, name);
        fact.marks.extend(is_around.then_some("around-variable"));
        fact.old = old_range.map(|range| old.text.quote(range));
        fact.new = new_range.map(|range| new.text.quote(range));
        fact
    });
    Delimiters { facts: facts.collect(), claimed }
}

/// The names of delimiters between two of which stands a placeholder and little else, that the other side has bare.
fn around_variables<'a>(
    found: &'a [Found],
    message: &'a Message,
    other: &'a Message,
) -> impl Iterator<Item = String> + 'a {
    let pairs = found.windows(2).filter(|pair| pair[0].name == pair[1].name);
    let around = pairs.filter(|pair| {
        let between = pair[0].range.end..pair[1].range.start;
        placed::label(message, &between).is_some_and(|(names, _)| names.iter().all(|name| !is_set_apart(other, name)))
    });
    around.map(|pair| pair[0].name.clone())
}

/// Whether every placeholder of `name` stands between two lines that are delimiters.
fn is_set_apart(message: &Message, name: &str) -> bool {
    let text = &message.text.content;
    let is_delimiter = |line: Option<&str>| line.is_some_and(|line| tag(line).is_some() || mark(line).is_some());
    let mut places = message.scan.uses.iter().filter(|found| found.name == name);
    places.all(|found| {
        let said = |line: &&str| !line.is_empty();
        let before = text[..found.range.start].lines().rev().map(str::trim).find(said);
        let after = text[found.range.end..].lines().map(str::trim).find(said);
        is_delimiter(before) && is_delimiter(after)
    })
}

/// The delimiters that came or went while the text around them stayed.
fn alone<'c>(changes: &'c [Change], text: &str, side: impl Fn(&'c Change) -> Option<&'c Range<usize>>) -> Vec<Found> {
    let mut here: Vec<(usize, &Range<usize>)> =
        changes.iter().enumerate().filter_map(|(at, change)| Some((at, side(change)?))).collect();
    here.sort_by_key(|(_, range)| range.start);
    let touches = |one: &Range<usize>, other: &Range<usize>| {
        text.get(one.end..other.start).is_some_and(|between| between.trim().is_empty())
    };
    let found: Vec<Option<Found>> = here.iter().map(|(at, range)| delimiter(text, range, *at)).collect();
    let stays = |at: usize, other: usize| {
        let (Some((_, one)), Some((_, two))) = (here.get(at), here.get(other)) else { return true };
        found[other].is_some() || !touches(one, two) && !touches(two, one)
    };
    let kept = (0..here.len()).filter(|&at| (at == 0 || stays(at, at - 1)) && stays(at, at + 1));
    kept.filter_map(|at| found[at].clone()).collect()
}

fn delimiter(text: &str, range: &Range<usize>, at: usize) -> Option<Found> {
    let line = text.get(range.clone())?.trim();
    let (name, is_closing) = tag(line).or_else(|| mark(line).map(|name| (name, false)))?;
    Some(Found { at, range: range.clone(), name, is_closing })
}

/// A line that is one tag.
fn tag(line: &str) -> Option<(String, bool)> {
    let inside = line.strip_prefix('<')?.strip_suffix('>')?;
    let (inside, is_closing) = inside.strip_prefix('/').map_or((inside, false), |inside| (inside, true));
    let name = inside.split_whitespace().next()?;
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
    (is_name && !inside.contains(['<', '>'])).then(|| (format!("<{name}>"), is_closing))
}

/// A line that is one fence, or a rule of at least three like characters.
fn mark(line: &str) -> Option<String> {
    let fence = ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence));
    if fence.is_some() {
        return (!line.contains(char::is_whitespace)).then(|| line.to_owned());
    }
    let first = line.chars().next().filter(|c| "-=*_#+<>\"'".contains(*c))?;
    let is_rule = line.chars().all(|c| c == first) && line.chars().count() >= 3;
    is_rule.then(|| line.chars().take(3).collect())
}

#[cfg(test)]
mod tests {
    use super::{mark, tag};

    #[test]
    fn tags_fences_and_rules_are_delimiters() {
        assert_eq!(tag("<doc id=\"1\">"), Some(("<doc>".to_owned(), false)));
        assert_eq!(tag("</doc>"), Some(("<doc>".to_owned(), true)));
        assert_eq!((tag("<a> b </a>"), tag("<your name>").is_some(), tag("<1>")), (None, true, None));
        assert_eq!(mark("```json").as_deref(), Some("```json"));
        assert_eq!(mark("-----").as_deref(), Some("---"));
        assert_eq!((mark("--"), mark("- a"), mark("```a b")), (None, None, None));
    }
}
