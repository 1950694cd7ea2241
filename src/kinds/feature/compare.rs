//! What differs between two versions of a feature.

use super::Feature;
use crate::domain::{ChangeType, Event, Fact, KindName};
use crate::kinds::shared::part;

pub(super) fn compare(old: &Feature, new: &Feature) -> Vec<Fact> {
    let facts = part::compare(&old.parts, &new.parts);
    flag(facts).into_iter().map(typed).collect()
}

/// A flag whose key changed was renamed: whoever asks for the old key gets the default.
fn flag(mut facts: Vec<Fact>) -> Vec<Fact> {
    facts.iter_mut().filter(|fact| fact.is_about("flag", Event::Changed)).for_each(|fact| fact.event = Event::Renamed);
    facts
}

/// A dependency is a change of the type of what it depends on; exposure is code.
fn typed(mut fact: Fact) -> Fact {
    if fact.aspect == "dependency" {
        let kind = fact.marks.iter().find_map(|mark| mark.parse::<KindName>().ok());
        fact.change_type = kind.map(type_of);
    }
    fact
}

fn type_of(kind: KindName) -> ChangeType {
    match kind {
        KindName::Prompt => ChangeType::Prompt,
        KindName::Model => ChangeType::Model,
        KindName::Tool | KindName::Agent | KindName::Feature => ChangeType::AgentCode,
        KindName::Eval => ChangeType::Eval,
        KindName::Index => ChangeType::Data,
    }
}
