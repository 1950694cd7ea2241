//! Turns that are no plain messages: demonstrations (a user's and an assistant's turn before the real one), and words that
//! are put into the assistant's mouth at the end.

use crate::domain::{Event, Fact};
use crate::kinds::prompt::artefact::Message;
use crate::kinds::shared::prose::{self, Edit};

/// A longer last turn of the assistant is an answer, and no beginning of one; so is one that ends like a sentence.
const PREFILL_WORDS: usize = 40;

/// What a message is in its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// One that is read as it is.
    Plain,
    /// The question of a demonstration.
    Input,
    /// The answer of a demonstration.
    Label,
    /// How the answer has to begin.
    Prefill,
}

/// The turns of a conversation.
pub(super) struct Turns(Vec<Turn>);

impl Turns {
    /// What each message is.
    pub(super) fn of(messages: &[Message]) -> Self {
        let mut turns = vec![Turn::Plain; messages.len()];
        let fixed = |message: &Message| message.scan.uses.is_empty() && message.scan.controls.is_empty();
        for (at, pair) in messages.windows(2).enumerate() {
            let is_demonstration = pair[0].role == "user" && pair[1].role == "assistant" && pair.iter().all(fixed);
            let goes_on = messages.get(at + 2..).is_some_and(|rest| rest.iter().any(|other| other.role == "user"));
            if is_demonstration && goes_on {
                (turns[at], turns[at + 1]) = (Turn::Input, Turn::Label);
            }
        }
        if let (Some(last), Some(turn)) = (messages.last(), turns.last_mut())
            && last.role == "assistant"
            && messages.len() > 1
            && prose::word_count(&last.text.content) <= PREFILL_WORDS
            && !last.text.content.trim_end().ends_with(['.', '!', '?', '。'])
        {
            *turn = Turn::Prefill;
        }
        Self(turns)
    }

    /// What message `at` is.
    pub(super) fn of_message(&self, at: usize) -> Turn {
        self.0.get(at).copied().unwrap_or(Turn::Plain)
    }

    /// The fact that message `at` came or went with all `unpaired` ones; the two turns of a demonstration are one example.
    pub(super) fn alone(&self, at: usize, unpaired: &[usize], messages: &[Message], event: Event) -> Option<Fact> {
        let message = messages.get(at)?;
        let is_alone = |other: usize| !unpaired.contains(&other);
        let fact = match self.of_message(at) {
            Turn::Input if !is_alone(at + 1) => return None,
            Turn::Label if !is_alone(at.wrapping_sub(1)) => Fact::new("example", event, "example"),
            Turn::Plain | Turn::Input | Turn::Label => Fact::new("message", event, &message.role),
            Turn::Prefill => Fact::new("prefill", event, &message.role),
        };
        Some(if event == Event::Added { fact.is(message.text.whole()) } else { fact.was(message.text.whole()) })
    }
}

/// The aspect of an edit that is told as a whole, when both sides are the same sort of turn.
pub(super) fn whole(old: Turn, new: Turn) -> Option<&'static str> {
    match (old, new) {
        (Turn::Input, Turn::Input) => Some("example-input"),
        (Turn::Label, Turn::Label) => Some("example-label"),
        (Turn::Prefill, Turn::Prefill) => Some("prefill"),
        _ => None,
    }
}

/// Whether two messages differ in more than form.
pub(super) fn is_edited(old: &Message, new: &Message) -> bool {
    let changes = prose::compare(&old.text.content, &new.text.content);
    changes.iter().any(|change| !matches!(change.edit, Edit::Reformed(_)))
}
