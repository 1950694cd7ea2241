//! One edit is one fact: whoever reformats a text or pastes a paragraph makes one edit, however many sentences it has.

use std::ops::Range;

use super::{Texts, form_mark};
use crate::domain::{Event, Fact};
use crate::kinds::shared::prose::{Change, Form};

/// More changes of one form in a text than this are told as one.
const MAX_FORM: usize = 3;

/// More sentences of one sort than this, added or removed in one place, are told as one.
const MAX_RUN: usize = 3;

/// The facts about a text, gathered in its order.
#[derive(Debug)]
pub struct Edits<'t> {
    texts: &'t Texts<'t>,
    facts: Vec<Fact>,
    /// Sentences that came or went, one right after the other.
    run: Vec<Fact>,
    /// The side that the run is on, and where it ends.
    open: Option<(Event, usize)>,
}

impl<'t> Edits<'t> {
    /// Nothing yet, of these texts.
    pub fn new(texts: &'t Texts<'t>) -> Self {
        Self { texts, facts: Vec::new(), run: Vec::new(), open: None }
    }

    /// Adds what `change` amounts to.
    pub fn tell(&mut self, change: &Change, facts: Vec<Fact>) {
        let Some((event, range)) = one_sided(change) else {
            self.facts.extend(facts);
            return;
        };
        if !self.goes_on(event, &range) {
            self.close();
        }
        self.open = Some((event, range.end));
        self.run.extend(facts);
    }

    /// Everything that was told, folded.
    pub fn finish(mut self) -> Vec<Fact> {
        self.close();
        folded_form(self.facts)
    }

    /// Whether nothing but blanks stands between the run and `range`.
    fn goes_on(&self, event: Event, range: &Range<usize>) -> bool {
        let Some((_, end)) = self.open.filter(|(open, _)| *open == event) else { return false };
        let text = if event == Event::Added { self.texts.new.text() } else { self.texts.old.text() };
        text.get(end..range.start).is_some_and(|between| between.trim().is_empty())
    }

    fn close(&mut self) {
        let run = std::mem::take(&mut self.run);
        for fact in &run {
            let like = run.iter().filter(|other| is_like(fact, other));
            let count = like.clone().count();
            if count <= MAX_RUN || !may_fold(fact) {
                self.facts.push(fact.clone());
            } else if like.clone().next().is_some_and(|first| std::ptr::eq(first, fact)) {
                self.facts.push(whole(fact, &like.collect::<Vec<_>>()));
            }
        }
        self.open = None;
    }
}

/// The first of several like facts, for all of them: their number and their texts.
fn whole(first: &Fact, like: &[&Fact]) -> Fact {
    let mut fact = Fact { count: like.len(), ..first.clone() };
    let joined = |texts: &mut dyn Iterator<Item = &str>| texts.collect::<Vec<_>>().join("\n");
    if let Some(quote) = &mut fact.old {
        quote.text = joined(&mut like.iter().map(|fact| fact.old_text()));
    }
    if let Some(quote) = &mut fact.new {
        quote.text = joined(&mut like.iter().map(|fact| fact.new_text()));
    }
    fact
}

/// What came or went, and where.
fn one_sided(change: &Change) -> Option<(Event, Range<usize>)> {
    match (&change.old, &change.new) {
        (None, Some(range)) => Some((Event::Added, range.clone())),
        (Some(range), None) => Some((Event::Removed, range.clone())),
        _ => None,
    }
}

fn is_like(a: &Fact, b: &Fact) -> bool {
    (a.aspect, a.event, &a.marks) == (b.aspect, b.event, &b.marks)
}

/// A prohibition or a safety clause is told for itself.
fn may_fold(fact: &Fact) -> bool {
    fact.aspect == "instruction" && !fact.has("safety") && !fact.has("prohibition")
}

/// The facts with those about one sort of form folded into the first, where they are more than a few.
fn folded_form(mut facts: Vec<Fact>) -> Vec<Fact> {
    for form in [Form::Whitespace, Form::Markdown, Form::Case, Form::Punctuation].map(form_mark) {
        let is_form = |fact: &Fact| fact.aspect == "form" && fact.has(form);
        let count = facts.iter().filter(|fact| is_form(fact)).count();
        if count > MAX_FORM {
            let mut is_first = true;
            facts.retain(|fact| !is_form(fact) || std::mem::take(&mut is_first));
            facts.iter_mut().filter(|fact| is_form(fact)).for_each(|fact| fact.count = count);
        }
    }
    facts
}
