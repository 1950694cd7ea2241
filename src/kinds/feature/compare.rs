//! What differs between two versions of a feature.

use super::{Feature, plan};
use crate::domain::{ChangeType, Event, Fact, KindName};
use crate::kinds::shared::tree_diff::{self, Folding};
use crate::kinds::shared::{leaves, part};

/// Settings that no rule tells apart are told together.
const FOLDING: Folding = Folding { whole: &["config", "metadata", "canary-guard"], moved: &["config", "metadata"] };

pub(super) fn compare(old: &Feature, new: &Feature) -> Vec<Fact> {
    let facts = part::compare(&old.parts, &new.parts);
    let facts = leaves::without_descendants(facts, "canary-stage");
    let facts = tree_diff::fold(facts, &old.parts, &new.parts, FOLDING);
    let reused = reused(old, new);
    facts.into_iter().map(flag).map(typed).map(|fact| stepped(fact, old)).chain(reused).collect()
}

/// A flag whose key changed was renamed: whoever asks for the old key gets the default.
fn flag(mut fact: Fact) -> Fact {
    if fact.is_about("flag", Event::Changed) {
        fact.event = Event::Renamed;
    }
    fact
}

/// A dependency is a change of the type of what it depends on; exposure is code.
fn typed(mut fact: Fact) -> Fact {
    if fact.aspect == "dependency" {
        let kind = fact.marks.iter().find_map(|mark| mark.parse::<KindName>().ok());
        fact.change_type = kind.map(ChangeType::of);
    }
    fact
}

/// A step up that leaves out a stage of the plan it started from.
fn stepped(fact: Fact, old: &Feature) -> Fact {
    let percent = |text: &str| plan::percent(text);
    let jump = percent(fact.old_text()).zip(percent(fact.new_text())).filter(|_| fact.aspect == "canary");
    let skips = |(from, to): (f64, f64)| plan::stages(&old.parts).into_iter().any(|stage| from < stage && stage < to);
    if jump.is_some_and(skips) { fact.marked("skips") } else { fact }
}

/// A flag that belonged to a feature which is gone now switches this one.
fn reused(old: &Feature, new: &Feature) -> Option<Fact> {
    let flag = new.flag().filter(|flag| old.flag().is_none_or(|before| before.value != flag.value))?;
    let owner = old.neighbours.owned_and_left(&flag.quote.text, &new.neighbours)?;
    (owner != old.name).then(|| Fact::new("flag-reused", Event::Unfit, &flag.quote.text).is(flag.quote.clone()))
}
