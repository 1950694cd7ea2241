//! The texts that an agent is told, compared sentence by sentence.

use std::ops::Range;

use crate::domain::{Event, Fact, Quote, SourceFile, Span};
use crate::kinds::shared::instruction;

/// A text that reaches the model, and where it stands.
#[derive(Debug, Clone)]
pub struct Body {
    /// Which text: a key (`backstory`), a file of a skill, or empty for the body of the document.
    pub key: String,
    /// What the model reads, with `\n` line ends.
    pub content: String,
    file: SourceFile,
    span: Span,
}

impl Body {
    /// The text that stands at `span` of `file`.
    pub(super) fn verbatim(key: impl Into<String>, file: &SourceFile, span: Span) -> Self {
        Self::decoded(key, file, span, file.slice(span))
    }

    /// A text that was decoded from `span` of `file`.
    pub(super) fn decoded(key: impl Into<String>, file: &SourceFile, span: Span, text: &str) -> Self {
        let content = text.replace("\r\n", "\n").trim_matches('\n').to_owned();
        Self { key: key.into(), content, file: file.clone(), span }
    }

    /// The place and text of a piece; where the source spells the text otherwise, the place is where the text begins.
    fn quote(&self, range: Range<usize>) -> Quote {
        let text = self.content.get(range.clone()).unwrap_or_default();
        let source = self.file.slice(self.span);
        let begin = source.find(self.content.lines().next().unwrap_or_default()).unwrap_or(0);
        let is_verbatim = source.get(begin..).is_some_and(|rest| rest.starts_with(&self.content));
        let at = if is_verbatim { begin + range.start } else { 0 };
        self.file.quote_as(Span::new(self.span.start + at, self.span.start + at), text)
    }

    fn whole(&self) -> Quote {
        self.quote(0..self.content.len())
    }
}

/// What differs between two sets of texts, matched by key.
pub(super) fn compare(old: &[Body], new: &[Body]) -> Vec<Fact> {
    let twin = |body: &Body, others: &'_ [Body]| others.iter().position(|other| other.key == body.key);
    let mut facts = Vec::new();
    for body in old {
        match twin(body, new).and_then(|at| new.get(at)) {
            Some(other) => facts.extend(differences(body, other)),
            None => facts.push(Fact::new("instruction", Event::Removed, subject(body)).was(body.whole())),
        }
    }
    let come = new.iter().filter(|body| twin(body, old).is_none());
    facts.extend(come.map(|body| Fact::new("instruction", Event::Added, subject(body)).is(body.whole())));
    facts
}

fn subject(body: &Body) -> String {
    if body.key.is_empty() { "the instructions".to_owned() } else { body.key.clone() }
}

fn differences(old: &Body, new: &Body) -> Vec<Fact> {
    instruction::compare(&old.content, &new.content, [&|range| old.quote(range), &|range| new.quote(range)])
}
