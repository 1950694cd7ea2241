//! Characters that nobody sees and every model reads.

use std::collections::BTreeMap;

use crate::domain::{Event, Fact};
use crate::kinds::prompt::artefact::Prompt;

/// Invisible characters that the new version has more of than the old one, one fact a character.
pub(super) fn compare(old: &Prompt, new: &Prompt) -> Vec<Fact> {
    let (before, after) = (counts(old), counts(new));
    let more = after.into_iter().filter(|(c, count)| before.get(c).is_none_or(|was| was < count));
    more.filter_map(|(c, count)| fact(c, count - before.get(&c).copied().unwrap_or(0), old, new)).collect()
}

/// How many invisible characters `text` has.
pub(super) fn count(text: &str) -> usize {
    found(text).count()
}

/// `text` without them.
pub(super) fn strip(text: &str) -> String {
    let mut places = found(text).map(|(at, _)| at).peekable();
    text.char_indices().filter(|(at, _)| places.next_if_eq(at).is_none()).map(|(_, c)| c).collect()
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

/// Invisible characters and their places. Joiners between letters of scripts that need them (and in emoji) are no
/// surprise, so they are left out.
fn found(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            let after = chars.peek().map_or(' ', |(_, next)| *next);
            let joins = matches!(c, '\u{200c}' | '\u{200d}') && !before.is_ascii() && !after.is_ascii();
            let is_flag = ('\u{e0020}'..='\u{e007f}').contains(&c) && (before == '\u{1f3f4}' || before >= '\u{e0020}');
            before = c;
            if is_invisible(c) && !joins && !is_flag {
                return Some((at, c));
            }
        }
    })
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{count, strip};

    #[test]
    fn what_is_invisible_is_counted_and_what_joins_is_not() {
        assert_eq!(count("a\u{200b}b\u{202e}c"), 2);
        assert_eq!(count("👩\u{200d}🚀 می\u{200c}خواهم 🏴\u{e0067}\u{e0062}\u{e007f}"), 0);
        assert_eq!(strip("a\u{200b}b"), "ab");
    }
}
