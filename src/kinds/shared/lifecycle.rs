//! The rules about an artefact as a whole, the same for every kind: it came, it went, it changed its name or its form.
//!
//! A kind lists them beside its own, with `Rule { gates: …, ..lifecycle::removed(…) }` where it asks for more.

use jiff::civil::Date;

use super::base::BASE;
use super::part::Part;
use super::sentence::{from_to, quoted};
use crate::domain::{Bump, ChangeType, Class, Event, Fact, Risk, Rule};

/// The aspect of parts that say how long an artefact lives: keys `deprecated` and `sunset`.
pub const ASPECT: &str = "lifecycle";

/// The facts of such parts: a date that comes with a deprecation is told with it, and one that moves says which way.
pub fn told(mut facts: Vec<Fact>) -> Vec<Fact> {
    let has =
        |facts: &[Fact], event| facts.iter().any(|fact| fact.is_about(ASPECT, event) && fact.subject == "deprecated");
    for event in [Event::Added, Event::Removed] {
        if has(&facts, event) {
            facts.retain(|fact| !(fact.is_about(ASPECT, event) && fact.subject == "sunset"));
        }
    }
    for fact in facts.iter_mut().filter(|fact| fact.is_about(ASPECT, Event::Changed)) {
        match (date(fact.old_text()), date(fact.new_text())) {
            (Some(old), Some(new)) if new < old && fact.subject == "sunset" => fact.marks.push("earlier"),
            _ => fact.aspect = "metadata",
        }
    }
    facts
}

/// The day on which an artefact with these parts is to go.
pub fn sunset(parts: &[Part]) -> Option<Date> {
    parts.iter().find(|part| part.aspect == ASPECT && part.key == "sunset").and_then(|part| date(&part.quote.text))
}

fn date(text: &str) -> Option<Date> {
    let text = text.trim().trim_matches(['"', '\'']);
    text.get(..10).unwrap_or(text).parse().ok()
}

/// `<kind>/added`: the artefact is new.
pub const fn added(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        class: Class::Additive,
        risk: Risk::Low,
        change_type,
        summary: "the artefact is new",
        why: "Nothing depended on it before, so nothing can break; but nothing has measured it either, and the first \
              release that ships it sets what later ones are compared with.",
        remedy: "Add it to the features that use it, and give it an eval before it takes traffic.",
        applies: |fact| fact.is_about("artefact", Event::Added),
        message: |fact| format!("`{}` is new", fact.subject),
        ..BASE
    }
}

/// `<kind>/removed`: the artefact is gone.
pub const fn removed(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        class: Class::Breaking,
        risk: Risk::High,
        change_type,
        summary: "the artefact is gone",
        why: "Whatever still names it fails when it is next loaded. Releases that shipped it keep their copy, so a \
              rollback still works; new code has nothing to load.",
        remedy: "Move every caller off it first, in an earlier release. To undo, restore the shipped version with \
                 `pv restore`.",
        applies: |fact| fact.is_about("artefact", Event::Removed),
        message: |fact| format!("`{}` is gone", fact.subject),
        ..BASE
    }
}

/// `<kind>/removed-after-sunset`: the artefact is gone, and had said that it would be.
pub const fn removed_after_sunset(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        class: Class::Additive,
        bump: Some(Bump::Major),
        change_type,
        risk: Risk::Low,
        summary: "the artefact is gone after the day it was announced for",
        why: "It was deprecated with a date, and the date has passed: who followed the announcement no longer uses it.",
        remedy: "Nothing to do, unless something still names it; releases that shipped it keep their copy.",
        applies: |fact| fact.is_about("artefact", Event::Removed) && fact.has("after-sunset"),
        message: |fact| format!("`{}` is gone, as announced", fact.subject),
        ..BASE
    }
}

/// `<kind>/deprecated`: the artefact says that it is to go.
pub const fn deprecated(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        change_type,
        risk: Risk::Low,
        summary: "the artefact is marked as deprecated",
        why: "It still works, and says that it will not for ever: whoever uses it has to move.",
        remedy: "Say what to use instead and until when (`sunset: YYYY-MM-DD`), and tell the callers.",
        applies: |fact| fact.is_about("lifecycle", Event::Added),
        message: |fact| match fact.subject.as_str() {
            "sunset" => format!("it is to go on {}", quoted(fact.new_text())),
            _ => "it is deprecated now".to_owned(),
        },
        ..BASE
    }
}

/// `<kind>/undeprecated`: the artefact no longer says that it is to go.
pub const fn undeprecated(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        change_type,
        risk: Risk::Low,
        summary: "the artefact is no longer marked as deprecated",
        why: "Callers that moved away did so for nothing, and new ones will rely on it again.",
        remedy: "Tell those who were told to move.",
        applies: |fact| fact.is_about("lifecycle", Event::Removed),
        message: |fact| match fact.subject.as_str() {
            "sunset" => format!("it is no longer to go on {}", quoted(fact.old_text())),
            _ => "it is no longer deprecated".to_owned(),
        },
        ..BASE
    }
}

/// `<kind>/sunset-moved-earlier`: the artefact is to go sooner than it said.
pub const fn sunset_moved_earlier(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        change_type,
        risk: Risk::Low,
        summary: "the artefact is to go sooner than it said",
        why: "Callers planned their move by the old date.",
        remedy: "Keep the old date, or ask the callers first.",
        applies: |fact| fact.is_about("lifecycle", Event::Changed) && fact.has("earlier"),
        message: |fact| format!("it is to go earlier: {}", from_to(fact.old_text(), fact.new_text())),
        ..BASE
    }
}

/// `<kind>/renamed`: the artefact goes by another name.
pub const fn renamed(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        class: Class::Breaking,
        risk: Risk::High,
        change_type,
        summary: "the artefact goes by another name",
        why: "The content is the same or nearly so, but everything that asks for the old name finds nothing, and \
              evidence recorded under the old name no longer counts for this one.",
        remedy: "Rename it in every caller in the same change, or keep the old name until no caller is left.",
        applies: |fact| fact.is_about("artefact", Event::Renamed),
        message: |fact| format!("`{}` is now called `{}`", fact.old_text(), fact.new_text()),
        ..BASE
    }
}

/// `<kind>/source-format-changed`: other bytes, the same meaning.
pub const fn source_format_changed(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        class: Class::Cosmetic,
        risk: Risk::None,
        change_type,
        summary: "the file is written differently and means the same",
        why: "Key order, quoting, comments, indentation or the syntax changed; the parsed artefact did not. Nothing \
              that a model, a tool or a judge receives is different.",
        remedy: "Nothing to do: the digest is new, the meaning is not.",
        applies: |fact| fact.is_about("artefact", Event::Changed) && fact.has("form-only"),
        message: |fact| match fact.has("pointer") {
            true => fact.subject.clone(),
            false => format!("`{}` is written differently and means the same", fact.subject),
        },
        ..BASE
    }
}

/// `<kind>/content-changed`: the safety net, for every change that no other rule of the kind explains.
pub const fn content_changed(id: &'static str, change_type: ChangeType) -> Rule {
    Rule {
        id,
        class: Class::Behavioural,
        risk: Risk::Medium,
        change_type,
        summary: "something changed that no other rule explains",
        why: "pv reports every change of meaning. This one is in a part of the artefact that it has no special \
              knowledge of, so it cannot prove the change harmless and takes it for one that can be felt.",
        remedy: "Read the change, and run the evals that its change type asks for.",
        applies: |fact| fact.is_about("artefact", Event::Changed),
        message: |fact| match fact.event {
            _ if fact.has("pointer") => fact.subject.clone(),
            Event::Added => format!("`{}` is new here", fact.subject),
            Event::Removed => format!("`{}` is gone", fact.subject),
            Event::Renamed => format!("`{}` was renamed", fact.subject),
            Event::Moved => format!("`{}` moved", fact.subject),
            Event::Changed | Event::Unfit => format!("`{}` changed", fact.subject),
        },
        ..BASE
    }
}
