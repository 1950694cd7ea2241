//! Invisible characters that came into a prompt.

use std::collections::BTreeMap;

use crate::domain::{Event, Fact};
use crate::kinds::prompt::artefact::Prompt;
use crate::kinds::shared::invisible::found;

/// Invisible characters that the new version has more of than the old one, one fact a character.
pub(super) fn compare(old: &Prompt, new: &Prompt) -> Vec<Fact> {
    let (before, after) = (counts(old), counts(new));
    let more = after.into_iter().filter(|(c, count)| before.get(c).is_none_or(|was| was < count));
    more.filter_map(|(c, count)| fact(c, count - before.get(&c).copied().unwrap_or(0), old, new)).collect()
}

fn counts(prompt: &Prompt) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for message in &prompt.messages {
        found(&message.text.content).for_each(|(_, c)| *counts.entry(c).or_insert(0) += 1);
    }
    counts
}

/// The line of `new` with the first such character that `old` does not have just so.
fn fact(c: char, more: usize, old: &Prompt, new: &Prompt) -> Option<Fact> {
    let lines = new.messages.iter().flat_map(|message| {
        found(&message.text.content)
            .filter(move |(_, here)| *here == c)
            .map(move |(at, _)| (message, line(message, at)))
    });
    let is_new = |text: &str| !old.messages.iter().any(|message| message.text.content.contains(text));
    let mut lines = lines.take(1000).peekable();
    let first = lines.peek().cloned();
    let (message, range) = lines.find(|(message, range)| is_new(&message.text.content[range.clone()])).or(first)?;
    let mut fact = Fact::new("invisible", Event::Unfit, format!("U+{:04X}", c as u32)).is(message.text.quote(range));
    fact.count = more;
    Some(fact)
}

fn line(message: &super::super::artefact::Message, at: usize) -> std::ops::Range<usize> {
    let content = &message.text.content;
    let start = content[..at].rfind('\n').map_or(0, |newline| newline + 1);
    start..content[at..].find('\n').map_or(content.len(), |newline| at + newline)
}
