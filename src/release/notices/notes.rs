//! Release notes: what an audience reads of a release, as data. What it looks like is the reports' affair.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::facts::way_back;
use crate::domain::{ArtefactId, Audience, ChangeType, Class, Version};
use crate::lock::record::Record;
use crate::release::intents::Intent;
use crate::release::plan::Plan;

/// What a release ships, as notes tell it.
#[derive(Debug, Clone, Default)]
pub struct Shipment {
    /// Its name; `None`: it is not cut.
    pub name: Option<String>,
    /// The release before it.
    pub previous: Option<String>,
    /// When it was cut.
    pub cut: Option<String>,
    /// What changed.
    pub entries: Vec<Entry>,
    /// Artefacts that it no longer has.
    pub removed: BTreeSet<ArtefactId>,
    /// What the authors say of it.
    pub intents: Vec<Intent>,
}

/// One artefact that changed.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which artefact.
    pub artefact: ArtefactId,
    /// Its version before; `None`: it is new.
    pub from: Option<Version>,
    /// Its version now.
    pub to: Version,
    /// The change types concerned.
    pub types: BTreeSet<ChangeType>,
    /// The class of the change; of a new artefact, none.
    pub class: Option<Class>,
    /// Why its author called it less than it is.
    pub lowered: Option<String>,
    /// What its gates came to, a sentence each.
    pub gates: Vec<String>,
    /// How it is taken back.
    pub rollback: String,
}

/// What an audience reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notes {
    /// `Release 2026.11.21`.
    pub title: String,
    /// What stands below it.
    pub summary: String,
    /// The changes, the weightiest first.
    pub sections: Vec<Section>,
    /// What else the audience should know.
    pub remarks: Vec<String>,
}

/// The changes of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// `Breaking`.
    pub heading: String,
    /// By change type; outside of engineering there is one group, without a heading.
    pub groups: Vec<Group>,
}

/// The changes of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// `Prompt`.
    pub heading: Option<String>,
    /// The changes.
    pub lines: Vec<Line>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// `prompt:greet`, where the audience knows artefacts.
    pub subject: Option<String>,
    /// `1.0.0 → 1.1.0`.
    pub moved: Option<String>,
    /// What is said of it, in the words of its author.
    pub said: Vec<String>,
    /// Gates, the way back, and what else engineering reads.
    pub details: Vec<String>,
}

impl Shipment {
    /// What `record` says of a release; `gates` is what its gates came to, by artefact.
    pub fn of(
        record: &Record,
        plan: Option<&Plan>,
        intents: Vec<Intent>,
        gates: &BTreeMap<ArtefactId, Vec<String>>,
    ) -> Self {
        let changed = record.artefacts.iter().filter(|(_, it)| it.from.as_ref() != Some(&it.entry.version));
        let entries = changed.map(|(id, shipped)| Entry {
            artefact: id.clone(),
            from: shipped.from.clone(),
            to: shipped.entry.version.clone(),
            types: shipped.types.clone(),
            class: shipped.class,
            lowered: shipped.lowered.clone(),
            gates: gates.get(id).cloned().unwrap_or_default(),
            rollback: rollback(plan, id, shipped.from.as_ref()),
        });
        Self {
            name: Some(record.name.to_string()),
            previous: record.previous.as_ref().map(ToString::to_string),
            cut: Some(record.cut.clone()),
            entries: entries.collect(),
            removed: plan.map(|plan| plan.removed.clone()).unwrap_or_default(),
            intents,
        }
    }

    /// The changes of `earlier`, the release before it, and then its own: each artefact once, from where it was first.
    #[must_use]
    pub fn after(mut self, earlier: Self) -> Self {
        self.previous = earlier.previous;
        for before in earlier.entries {
            match self.entries.iter_mut().find(|entry| entry.artefact == before.artefact) {
                Some(entry) => entry.absorb(&before),
                None if self.removed.contains(&before.artefact) => {}
                None => self.entries.push(before),
            }
        }
        self.entries.sort_by(|a, b| a.artefact.cmp(&b.artefact));
        self.removed.extend(earlier.removed);
        self.removed.retain(|id| !self.entries.iter().any(|entry| entry.artefact == *id));
        self.intents.extend(earlier.intents);
        self
    }

    fn said<'s>(&'s self, id: &'s ArtefactId) -> impl Iterator<Item = &'s Intent> {
        self.intents.iter().filter(move |intent| intent.artefacts.contains(id))
    }
}

impl Entry {
    /// Goes on from where `before` began.
    fn absorb(&mut self, before: &Self) {
        self.from.clone_from(&before.from);
        self.class = if before.from.is_none() { None } else { self.class.max(before.class) };
        self.types.extend(&before.types);
        self.rollback.clone_from(&before.rollback);
    }
}

/// How an artefact is taken back: as the plan says, else to the version before.
pub fn rollback(plan: Option<&Plan>, id: &ArtefactId, from: Option<&Version>) -> String {
    match (plan.and_then(|plan| plan.change_of(id)), from) {
        (Some(change), _) => way_back(&change.rollback),
        (None, Some(from)) => format!("back to {from}"),
        (None, None) => "taken away".to_owned(),
    }
}

/// What `audience` reads of `shipment`.
///
/// Engineering reads every change with its gates and its way back, and how many have no text for the others; support
/// reads what changed and why; customers and those who decide read what was written for them and nothing else.
pub fn notes(shipment: &Shipment, audience: Audience) -> Notes {
    let sections = match audience {
        Audience::Engineering | Audience::Support => by_artefact(shipment, audience),
        Audience::Customer | Audience::Exec => by_intent(shipment, audience),
    };
    let remarks = if audience == Audience::Engineering { untold(shipment) } else { Vec::new() };
    Notes { title: title(shipment), summary: summary(shipment, audience, sections.is_empty()), sections, remarks }
}

fn title(shipment: &Shipment) -> String {
    shipment.name.as_ref().map_or_else(|| "Unreleased".to_owned(), |name| format!("Release {name}"))
}

fn summary(shipment: &Shipment, audience: Audience, is_empty: bool) -> String {
    let nothing = match audience {
        Audience::Engineering | Audience::Support => "Nothing changed.",
        Audience::Customer | Audience::Exec => "There is nothing to tell of this release.",
    };
    let since = shipment.previous.as_ref().map(|previous| format!("Changes since release {previous}."));
    let cut = shipment.cut.as_ref().map(|cut| format!("Cut {cut}."));
    let about = match audience {
        Audience::Engineering => [cut, since].into_iter().flatten().collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    about.into_iter().chain(is_empty.then(|| nothing.to_owned())).collect::<Vec<_>>().join(" ")
}

/// The classes of the notes, the weightiest first; what is new stands with what is only added.
const CLASSES: [Class; 4] = [Class::Breaking, Class::Behavioural, Class::Additive, Class::Cosmetic];

fn placed(class: Option<Class>) -> Class {
    match class {
        None => Class::Additive,
        Some(Class::Integrity) => Class::Breaking,
        Some(class) => class,
    }
}

/// How the sections are called for those who know the classes.
fn technical(class: Class) -> &'static str {
    match class {
        Class::Breaking | Class::Integrity => "Breaking",
        Class::Behavioural => "Behavioural",
        Class::Additive => "Additive",
        Class::Cosmetic => "Cosmetic",
    }
}

/// How they are called for those who do not.
fn plain(class: Class) -> &'static str {
    match class {
        Class::Breaking | Class::Integrity => "What may need your attention",
        Class::Behavioural => "What changes",
        Class::Additive => "What is new",
        Class::Cosmetic => "What is tidied up",
    }
}

fn by_artefact(shipment: &Shipment, audience: Audience) -> Vec<Section> {
    let section = |class: Class| {
        let entries: Vec<&Entry> = shipment.entries.iter().filter(|entry| placed(entry.class) == class).collect();
        let mut groups: Vec<Group> = Vec::new();
        for (heading, entry) in typed(&entries) {
            let line = line(shipment, entry, audience);
            match groups.iter_mut().find(|group| group.heading.as_deref() == Some(heading)) {
                Some(group) => group.lines.push(line),
                None => groups.push(Group { heading: Some(heading.to_owned()), lines: vec![line] }),
            }
        }
        Section { heading: technical(class).to_owned(), groups }
    };
    let mut sections: Vec<Section> = CLASSES.into_iter().map(section).collect();
    sections.retain(|section| !section.groups.is_empty());
    sections.extend(removed(shipment));
    sections
}

/// The entries with the name of their first type, in the order of the types.
fn typed<'e>(entries: &[&'e Entry]) -> Vec<(&'static str, &'e Entry)> {
    let mut typed: Vec<(Option<ChangeType>, &Entry)> =
        entries.iter().map(|entry| (entry.types.first().copied(), *entry)).collect();
    typed.sort_by(|(a, one), (b, other)| (a.is_none(), a, &one.artefact).cmp(&(b.is_none(), b, &other.artefact)));
    typed.into_iter().map(|(change_type, entry)| (type_heading(change_type), entry)).collect()
}

fn type_heading(change_type: Option<ChangeType>) -> &'static str {
    match change_type {
        Some(ChangeType::Prompt) => "Prompt",
        Some(ChangeType::Model) => "Model",
        Some(ChangeType::AgentCode) => "Agent code",
        Some(ChangeType::Eval) => "Eval",
        Some(ChangeType::Data) => "Data",
        None => "New",
    }
}

fn removed(shipment: &Shipment) -> Option<Section> {
    let line = |id: &ArtefactId| Line {
        subject: Some(id.to_string()),
        moved: Some("removed".to_owned()),
        said: shipment.said(id).map(|intent| intent.why.clone()).collect(),
        details: Vec::new(),
    };
    let lines: Vec<Line> = shipment.removed.iter().map(line).collect();
    (!lines.is_empty()).then(|| Section { heading: "Removed".to_owned(), groups: vec![Group { heading: None, lines }] })
}

fn line(shipment: &Shipment, entry: &Entry, audience: Audience) -> Line {
    let said = shipment.said(&entry.artefact).map(|intent| intent.audience.get(&audience).unwrap_or(&intent.why));
    let moved = match &entry.from {
        Some(from) => format!("{from} → {}", entry.to),
        None => format!("new, {}", entry.to),
    };
    let is_technical = audience == Audience::Engineering;
    let details = if is_technical { details(entry) } else { Vec::new() };
    Line { subject: Some(entry.artefact.to_string()), moved: Some(moved), said: said.cloned().collect(), details }
}

fn details(entry: &Entry) -> Vec<String> {
    let gates = entry.gates.iter().map(|gate| format!("Gate {gate}."));
    let lowered = entry.lowered.iter().map(|why| format!("Called less than it is: {why}"));
    gates.chain([format!("Rollback: {}.", entry.rollback)]).chain(lowered).collect()
}

/// What was written for those who know no artefacts, each text once.
fn by_intent(shipment: &Shipment, audience: Audience) -> Vec<Section> {
    let of = |class: Class| {
        let texts = shipment.intents.iter().filter(|intent| worst(shipment, intent) == Some(class));
        let mut lines: Vec<Line> = Vec::new();
        for text in texts.filter_map(|intent| intent.audience.get(&audience)) {
            let line = Line { subject: None, moved: None, said: vec![text.clone()], details: Vec::new() };
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        (!lines.is_empty())
            .then(|| Section { heading: plain(class).to_owned(), groups: vec![Group { heading: None, lines }] })
    };
    CLASSES.into_iter().filter_map(of).collect()
}

/// The worst class among the changes that an intent is about; `None`: nothing of it ships.
fn worst(shipment: &Shipment, intent: &Intent) -> Option<Class> {
    let shipped = shipment.entries.iter().filter(|entry| intent.artefacts.contains(&entry.artefact));
    let gone = intent.artefacts.iter().any(|id| shipment.removed.contains(id)).then_some(Class::Breaking);
    shipped.map(|entry| placed(entry.class)).chain(gone).max()
}

/// How many changes have no text for whom.
fn untold(shipment: &Shipment) -> Vec<String> {
    let ids = || shipment.entries.iter().map(|entry| &entry.artefact).chain(&shipment.removed);
    let without = |audience: Audience| {
        let is_told = |id: &ArtefactId| shipment.said(id).any(|intent| intent.audience.contains_key(&audience));
        ids().filter(|id| !is_told(id)).count()
    };
    let whom = [(Audience::Support, "support"), (Audience::Customer, "customers"), (Audience::Exec, "executives")];
    let counts = whom.map(|(audience, name)| (without(audience), name));
    let told = counts.into_iter().filter(|(count, _)| *count > 0);
    told.map(|(count, name)| match count {
        1 => format!("1 change has no text for {name}."),
        _ => format!("{count} changes have no text for {name}."),
    })
    .collect()
}
