//! Instructions: what two versions of a text that a model is told say differently, as facts, and the rules that judge them.
//!
//! Prompts and the bodies of agents share both. A sentence that was edited is told by what it now asks (a limit, a
//! modal, an exception); a sentence that came or went by what it did (forbid, ask, guard). One edit is one fact, unless
//! words changed that none of the differences explains: then the sentence was reworded, too.

mod fold;
mod ground;
mod rules;

use std::collections::BTreeMap;
use std::ops::Range;

pub use fold::Edits;
pub use rules::RULES;

use super::directive::{self, Difference, Direction, Feature, Frame, Nature};
use super::prose::{self, Change, Edit, Form, Mark, UnitKind};
use crate::domain::{Confidence, Event, Fact, Quote};
use ground::Ground;

/// Places and texts of a change, on the sides that have it.
pub type Quotes = (Option<Quote>, Option<Quote>);

/// Two versions of a text.
#[derive(Debug)]
pub struct Texts<'t> {
    old: Ground<'t>,
    new: Ground<'t>,
}

impl<'t> Texts<'t> {
    /// What is to be known of both texts before their changes can be told.
    pub fn new(old: &'t str, new: &'t str) -> Self {
        Self { old: Ground::of(old), new: Ground::of(new) }
    }

    /// That the whole text is in another language; then its changes are nothing more.
    pub fn language(&self, (old, new): Quotes) -> Option<Fact> {
        let (before, after) = (self.old.language?, self.new.language?);
        let fact = Fact::new("text-language", Event::Changed, format!("in {after} instead of {before}"));
        (before != after).then_some(Fact { old, new, ..fact })
    }

    /// What one change amounts to.
    pub fn facts(&self, change: &Change, quotes: Quotes) -> Vec<Fact> {
        match change.edit {
            _ if change.has(Mark::Echo) => Vec::new(),
            Edit::Reworded if change.has(Mark::TypoFixed) => vec![self.respelt(change, quotes).marked("typo-fixed")],
            Edit::Reworded if change.has(Mark::TypoMade) => vec![self.respelt(change, quotes)],
            Edit::Reformed(form) => vec![fact("form", Event::Changed, quotes).marked(form_mark(form))],
            Edit::Reworded if change.kind == UnitKind::Heading => vec![fact("section", Event::Renamed, quotes)],
            Edit::Reworded => self.reworded(change, quotes),
            edit if change.kind == UnitKind::Heading => vec![self.section(event(edit), change, quotes)],
            Edit::Moved => vec![step(change, fact("instruction", Event::Moved, quotes))],
            edit => vec![self.whole(event(edit), change, quotes)],
        }
    }

    /// A section that came, went or moved.
    fn section(&self, event: Event, change: &Change, quotes: Quotes) -> Fact {
        let fact = fact("section", event, quotes);
        let guards = self.sides(change).any(|(ground, range)| ground.guards(range));
        if guards && event != Event::Moved { fact.marked("safety") } else { fact }
    }

    /// A sentence that came or went.
    fn whole(&self, event: Event, change: &Change, quotes: Quotes) -> Fact {
        let mut fact = fact("instruction", event, quotes);
        let Some((ground, range)) = self.sides(change).next() else { return fact };
        if ground.is_protected(range) {
            return fact.marked("safety");
        }
        let frame = ground.sentence(change.kind, range).and_then(Frame::of);
        if frame.as_ref().is_none_or(|frame| frame.is_mere_step() && !frame.is_safety) && change.has(Mark::Step) {
            return step(change, fact);
        }
        let mark = frame.and_then(|frame| if frame.is_safety { Some("safety") } else { nature_mark(frame.nature) });
        if let Some(mark) = mark {
            fact = fact.marked(mark).sure(Confidence::Likely);
        }
        fact
    }

    fn reworded(&self, change: &Change, quotes: Quotes) -> Vec<Fact> {
        let is_protected = self.sides(change).any(|(ground, range)| ground.is_protected(range));
        let mut sentences = self.sides(change).map(|(ground, range)| ground.sentence(change.kind, range));
        let (Some(Some(old)), Some(Some(new))) = (sentences.next(), sentences.next()) else {
            return vec![self.plain(is_protected, quotes)];
        };
        let found = directive::compare(old, new);
        let is_safety = || [old, new].into_iter().filter_map(Frame::of).any(|frame| frame.is_safety);
        let guard = match () {
            () if is_protected => Guard::Protected,
            () if !found.differences.is_empty() && is_safety() => Guard::Lexical,
            () => Guard::None,
        };
        let sure = if found.explains { Confidence::Likely } else { Confidence::Possible };
        let mut facts: Vec<Fact> =
            folded(found.differences).iter().map(|group| group.fact(guard, sure, &quotes)).collect();
        if !found.explains {
            facts.push(self.plain(is_protected && facts.is_empty(), quotes));
        }
        facts
    }

    /// Other words for nothing but their spelling: what they ask is the same.
    fn respelt(&self, change: &Change, quotes: Quotes) -> Fact {
        let is_protected = self.sides(change).any(|(ground, range)| ground.is_protected(range));
        match change.kind {
            UnitKind::Heading => fact("section", Event::Renamed, quotes),
            _ => self.plain(is_protected, quotes),
        }
    }

    /// A rewording of which pv cannot say more.
    fn plain(&self, is_protected: bool, quotes: Quotes) -> Fact {
        let fact = fact("instruction", Event::Changed, quotes);
        if is_protected { fact.marked("safety") } else { fact }
    }

    fn sides<'c>(&'c self, change: &'c Change) -> impl Iterator<Item = (&'c Ground<'t>, &'c Range<usize>)> {
        let old = change.old.as_ref().map(|range| (&self.old, range));
        old.into_iter().chain(change.new.as_ref().map(|range| (&self.new, range)))
    }
}

/// What differs between two versions of a text; `quote` gives the place of a range of the old and of the new one.
pub fn compare(old: &str, new: &str, quote: [&dyn Fn(Range<usize>) -> Quote; 2]) -> Vec<Fact> {
    if old == new {
        return Vec::new();
    }
    let texts = Texts::new(old, new);
    let whole = (Some(quote[0](0..old.len())), Some(quote[1](0..new.len())));
    if let Some(fact) = texts.language(whole) {
        return vec![fact];
    }
    let quotes = |change: &Change| (change.old.clone().map(quote[0]), change.new.clone().map(quote[1]));
    let changes = prose::compare(old, new);
    let coarse = coarse(&changes).map(|change| fact("analysis", Event::Unfit, quotes(change)));
    let mut edits = Edits::new(&texts);
    changes.iter().for_each(|change| edits.tell(change, texts.facts(change, quotes(change))));
    coarse.into_iter().chain(edits.finish()).collect()
}

/// The first change from which on the texts differ too widely to be compared sentence by sentence.
pub fn coarse(changes: &[Change]) -> Option<&Change> {
    changes.iter().find(|change| change.has(Mark::Degraded))
}

/// The fact with what its change says of numbered steps.
fn step(change: &Change, fact: Fact) -> Fact {
    if change.has(Mark::Step) { fact.marked("step") } else { fact }
}

/// Why an edit of a sentence would be one of a safety clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    None,
    /// Its words are those of one.
    Lexical,
    /// It stands in a protected span.
    Protected,
}

/// Differences of a sentence that one rule judges.
#[derive(Debug)]
struct Group {
    feature: Feature,
    direction: Option<Direction>,
    event: Event,
    said: Vec<String>,
}

fn folded(differences: Vec<Difference>) -> Vec<Group> {
    let mut groups: BTreeMap<(Feature, Option<Direction>, Event), Vec<String>> = BTreeMap::new();
    for found in differences {
        let event = match (&found.old, &found.new) {
            (None, _) => Event::Added,
            (_, None) => Event::Removed,
            _ => Event::Changed,
        };
        groups.entry((found.feature, found.direction, event)).or_default().push(directive::says(&found));
    }
    groups.into_iter().map(|((feature, direction, event), said)| Group { feature, direction, event, said }).collect()
}

impl Group {
    fn fact(&self, guard: Guard, sure: Confidence, (old, new): &Quotes) -> Fact {
        let mut fact = Fact::new("directive", self.event, self.said.join("; ")).marked(feature_mark(self.feature));
        (fact.old, fact.new) = (old.clone(), new.clone());
        fact.marks.extend(self.direction.map(|direction| match direction {
            Direction::Loosened => "loosened",
            Direction::Tightened => "tightened",
        }));
        let weakens = self.direction != Some(Direction::Tightened) && guards(self.feature);
        match guard {
            Guard::Protected => fact.marked("safety"),
            Guard::Lexical if weakens => fact.marked("safety").sure(sure),
            _ => fact.sure(sure),
        }
    }
}

/// Whether a difference of this sort can weaken a safety clause.
fn guards(feature: Feature) -> bool {
    matches!(
        feature,
        Feature::Polarity
            | Feature::Modal
            | Feature::Comparator
            | Feature::Quantity
            | Feature::Exception
            | Feature::Condition
            | Feature::Scope
    )
}

fn feature_mark(feature: Feature) -> &'static str {
    match feature {
        Feature::Polarity => "polarity",
        Feature::Modal => "modal",
        Feature::Comparator => "comparator",
        Feature::Quantity => "quantity",
        Feature::Number => "number",
        Feature::Exception => "exception",
        Feature::Condition => "condition",
        Feature::Scope => "scope",
        Feature::Persona => "persona",
        Feature::Tone => "tone",
        Feature::Format => "format",
        Feature::OutputLanguage => "output-language",
        Feature::Locale => "locale",
        Feature::Reference => "reference",
    }
}

fn nature_mark(nature: Nature) -> Option<&'static str> {
    match nature {
        Nature::Persona => Some("persona"),
        Nature::Prohibition => Some("prohibition"),
        Nature::Constraint => Some("constraint"),
        Nature::Statement => None,
    }
}

fn form_mark(form: Form) -> &'static str {
    match form {
        Form::Whitespace => "whitespace",
        Form::Markdown => "markdown",
        Form::Case => "case",
        Form::Punctuation => "punctuation",
    }
}

/// What happened, in the words of facts.
pub fn event(edit: Edit) -> Event {
    match edit {
        Edit::Added => Event::Added,
        Edit::Removed => Event::Removed,
        Edit::Moved => Event::Moved,
        Edit::Reworded | Edit::Reformed(_) => Event::Changed,
    }
}

/// A fact about the first line of what it quotes.
pub fn fact(aspect: &'static str, event: Event, (old, new): Quotes) -> Fact {
    let subject = snippet(new.as_ref().or(old.as_ref()).map_or("", |quote| &quote.text));
    Fact { old, new, ..Fact::new(aspect, event, subject) }
}

/// The first line of a text without its marker, clipped: how a sentence names the thing.
fn snippet(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let line = line.trim_start_matches(['#', '-', '>', ' ']);
    let line = line.strip_prefix("**").and_then(|bold| bold.strip_suffix("**")).unwrap_or(line);
    let line = line.strip_prefix("* ").unwrap_or(line);
    let mut clipped: String = line.chars().take(60).collect();
    if line.chars().nth(60).is_some() {
        clipped.push('…');
    }
    clipped
}
