//! The rules about an artefact as a whole, the same for every kind: it came, it went, it changed its name or its form.
//!
//! A kind lists them beside its own, with `Rule { gates: …, ..lifecycle::removed(…) }` where it asks for more.

use super::base::BASE;
use crate::domain::{ChangeType, Class, Event, Risk, Rule};

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
        message: |fact| format!("`{}` is written differently and means the same", fact.subject),
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
            Event::Added => format!("`{}` is new here", fact.subject),
            Event::Removed => format!("`{}` is gone", fact.subject),
            Event::Renamed => format!("`{}` was renamed", fact.subject),
            Event::Moved => format!("`{}` moved", fact.subject),
            Event::Changed | Event::Unfit => format!("`{}` changed", fact.subject),
        },
        ..BASE
    }
}
