//! Facts: what differs between two versions of an artefact, before anybody judges it.

use super::judgement::{ChangeType, Confidence};
use super::place::Quote;

/// What happened to the subject of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another value.
    Changed,
    /// It has another name.
    Renamed,
    /// It stands elsewhere.
    Moved,
    /// It is as it is, and unfit (both versions need not differ).
    Unfit,
}

/// An instance that shows a change: valid on one side and not on the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The instance, as JSON.
    pub instance: String,
    /// Whether it was valid and is not; else it is valid and was not.
    pub was_valid: bool,
}

impl Witness {
    /// What it shows, in words.
    pub fn shows(&self) -> &'static str {
        if self.was_valid { "was valid and is not" } else { "is valid now and was not" }
    }
}

/// One thing that differs, with its places on both sides. A fact never says "breaking": rules judge it.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What sort of thing: `variable`, `model`, `param`, `case`, … A kind's own vocabulary, matched by its rules.
    pub aspect: &'static str,
    /// What happened to it.
    pub event: Event,
    /// Which one: the variable's name, the parameter's path, the case's key.
    pub subject: String,
    /// Where and what it was.
    pub old: Option<Quote>,
    /// Where and what it is.
    pub new: Option<Quote>,
    /// Further properties that rules ask for: `required`, `guarded`, `form-only`, …
    pub marks: Vec<&'static str>,
    /// How many like facts this one stands for (at least 1); large sets are folded.
    pub count: usize,
    /// The change type it is of, where its rule judges several (a dependency has that of what it depends on).
    pub change_type: Option<ChangeType>,
    /// How sure it is, where it is less so than its rule usually is.
    pub confidence: Option<Confidence>,
    /// An instance that shows it: valid on one side and not on the other.
    pub witness: Option<Witness>,
}

impl Fact {
    /// A fact about `subject`, without places yet.
    pub fn new(aspect: &'static str, event: Event, subject: impl Into<String>) -> Self {
        Self {
            aspect,
            event,
            subject: subject.into(),
            old: None,
            new: None,
            marks: Vec::new(),
            count: 1,
            change_type: None,
            confidence: None,
            witness: None,
        }
    }

    /// With the old place and text.
    #[must_use]
    pub fn was(mut self, quote: Quote) -> Self {
        self.old = Some(quote);
        self
    }

    /// With the new place and text.
    #[must_use]
    pub fn is(mut self, quote: Quote) -> Self {
        self.new = Some(quote);
        self
    }

    /// With a further property.
    #[must_use]
    pub fn marked(mut self, mark: &'static str) -> Self {
        self.marks.push(mark);
        self
    }

    /// With a confidence below that of its rule.
    #[must_use]
    pub fn sure(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    /// With an instance that shows it.
    #[must_use]
    pub fn shown_by(mut self, witness: Witness) -> Self {
        self.witness = Some(witness);
        self
    }

    /// Whether the fact has the property `mark`.
    pub fn has(&self, mark: &str) -> bool {
        self.marks.contains(&mark)
    }

    /// Whether this fact is about `aspect` and `event`.
    pub fn is_about(&self, aspect: &str, event: Event) -> bool {
        self.aspect == aspect && self.event == event
    }

    /// The old text, or nothing.
    pub fn old_text(&self) -> &str {
        self.old.as_ref().map_or("", |quote| &quote.text)
    }

    /// The new text, or nothing.
    pub fn new_text(&self) -> &str {
        self.new.as_ref().map_or("", |quote| &quote.text)
    }
}
