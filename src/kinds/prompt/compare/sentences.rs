//! What whole messages say, sentence by sentence: a message that is split keeps its words.

use std::collections::HashSet;
use std::ops::Range;

use crate::kinds::prompt::artefact::Message;
use crate::kinds::shared::prose;

/// The sentences of some messages, without the blanks in them.
#[derive(Debug, Default)]
pub(super) struct Sentences(HashSet<String>);

impl Sentences {
    /// The sentences of `messages`.
    pub(super) fn of<'m>(messages: impl Iterator<Item = &'m Message>) -> Self {
        Self(messages.flat_map(|message| said(&message.text.content)).collect())
    }

    /// Whether they have all that `message` says at `range`.
    pub(super) fn have(&self, message: &Message, range: &Range<usize>) -> bool {
        let Some(text) = message.text.content.get(range.clone()).filter(|_| !self.0.is_empty()) else { return false };
        let said = said(text);
        !said.is_empty() && said.iter().all(|sentence| self.0.contains(sentence))
    }
}

fn said(text: &str) -> Vec<String> {
    let sentence = |unit: prose::Unit| text[unit.range].split_whitespace().collect::<Vec<_>>().join(" ");
    prose::units(text).into_iter().map(sentence).collect()
}
