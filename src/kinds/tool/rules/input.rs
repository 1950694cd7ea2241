//! What a tool takes: its parameters and how they belong together.

use super::{NARROWING, WIDENING, directive, in_input, narrows, param};
use crate::domain::{Bump, Class, Confidence, Event, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted};

pub(super) const PARAM_ADDED_REQUIRED_WITH_DEFAULT: Rule = Rule {
    id: "tool/param-added-required-with-default",
    summary: "a new parameter is required although it has a default",
    why: "In JSON Schema a default does not make an omitted property valid. A strict executor rejects old calls; a \
          lenient one fills the default in.",
    remedy: "Take the parameter off `required`, or prove that the executor fills in the default.",
    applies: |fact| {
        in_input(fact, "schema-field") && fact.event == Event::Added && fact.has("required") && fact.has("default")
    },
    message: |fact| format!("the tool now requires {}, which has a default", param(fact)),
    ..NARROWING
};

pub(super) const PARAM_ADDED_REQUIRED: Rule = Rule {
    id: "tool/param-added-required",
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "a new parameter is required",
    remedy: "Make it optional with a default in the executor, or add a new tool and move the callers.",
    applies: |fact| in_input(fact, "schema-field") && fact.event == Event::Added && fact.has("required"),
    message: |fact| format!("the tool now requires {}", param(fact)),
    ..NARROWING
};

pub(super) const PARAM_ADDED_OPTIONAL: Rule = Rule {
    id: "tool/param-added-optional",
    gates: &[Gate::Smoke],
    summary: "a new parameter may be given",
    applies: |fact| in_input(fact, "schema-field") && fact.event == Event::Added && !fact.has("shifted"),
    message: |fact| format!("the tool now also takes {}", param(fact)),
    ..WIDENING
};

pub(super) const PARAM_REMOVED: Rule = Rule {
    id: "tool/param-removed",
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "a parameter is gone",
    why: "Old callers still send it. A closed schema rejects the call. An open one ignores the value in silence; where a \
          new parameter of the same type took its place, the old callers' wish is now heard under another name only.",
    remedy: "Accept and map the old parameter for a release, or publish the smaller tool under a new name.",
    applies: |fact| in_input(fact, "schema-field") && fact.event == Event::Removed && !fact.has("ignored"),
    message: |fact| format!("the tool no longer takes {}", param(fact)),
    ..NARROWING
};

pub(super) const PARAM_REMOVED_TOLERATED: Rule = Rule {
    id: "tool/param-removed-tolerated",
    gates: &[Gate::Integration],
    summary: "a parameter is gone, and another one declares its name among its `aliases`",
    why: "The executor says that it still accepts the old name and maps it, so no old call is rejected.",
    remedy: "Test one call by the old name, and drop the alias when no caller sends it any more.",
    applies: |fact| in_input(fact, "schema-field") && fact.has("tolerated"),
    message: |fact| match fact.event {
        Event::Renamed => {
            let name = quoted(fact.new_text().trim_matches('"'));
            format!("the tool now calls {} {name}, and still accepts the old name", param(fact))
        }
        _ => format!("the tool no longer declares {}, and still accepts it as an alias", param(fact)),
    },
    ..WIDENING
};

pub(super) const PARAM_IGNORED: Rule = Rule {
    id: "tool/param-ignored",
    risk: Risk::High,
    bump: Some(Bump::Major),
    gates: &[Gate::Integration, Gate::Eval],
    summary: "a parameter is gone and nothing took its place; the object is open, so callers that still send it are not \
              rejected",
    why: "No old call fails: an executor that reads this schema lets the undeclared value through and ignores it. Whatever \
          the caller wanted by it silently no longer happens, which shows in the results and nowhere else.",
    remedy: "If the parameter had an effect, reject it by name for a release so that callers notice; if it had none, \
             nothing needs doing. Close the schema where a parameter that is not heeded would do harm.",
    applies: |fact| in_input(fact, "schema-field") && fact.event == Event::Removed,
    message: |fact| format!("the tool no longer takes {}; callers that still send it are ignored", param(fact)),
    ..BASE
};

pub(super) const PARAM_RENAMED: Rule = Rule {
    id: "tool/param-renamed",
    risk: Risk::High,
    confidence: Confidence::Likely,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "a parameter has another name",
    remedy: "Accept both names in the executor until no caller sends the old one.",
    applies: |fact| in_input(fact, "schema-field") && fact.event == Event::Renamed,
    message: |fact| format!("the tool now calls {} {}", param(fact), quoted(fact.new_text().trim_matches('"'))),
    ..NARROWING
};

pub(super) const PARAM_BECAME_REQUIRED: Rule = Rule {
    id: "tool/param-became-required",
    risk: Risk::High,
    summary: "an optional parameter is now required",
    applies: |fact| in_input(fact, "schema-required") && fact.event == Event::Added,
    message: |fact| format!("the tool now requires {}", param(fact)),
    ..NARROWING
};

pub(super) const PARAM_BECAME_OPTIONAL: Rule = Rule {
    id: "tool/param-became-optional",
    summary: "a required parameter may now be left out",
    applies: |fact| in_input(fact, "schema-required"),
    message: |fact| format!("the tool no longer requires {}", param(fact)),
    ..WIDENING
};

pub(super) const PARAM_DESCRIPTION_CHANGED: Rule = Rule {
    id: "tool/param-description-changed",
    gates: &[Gate::Eval],
    summary: "a parameter's description, title or examples changed",
    why: "A model fills in arguments by these texts; the schema only rejects what does not fit.",
    remedy: "Run the evals that assert the arguments of calls to this tool.",
    applies: |fact| in_input(fact, "schema-text") || in_input(fact, "schema-alias"),
    message: |fact| directive::said(fact, format!("{} is described differently to the model", param(fact))),
    ..BASE
};

pub(super) const PARAM_ORDER_CHANGED: Rule = Rule {
    id: "tool/param-order-changed",
    class: Class::Cosmetic,
    risk: Risk::Low,
    summary: "the same parameters stand in another order",
    why: "JSON objects have no order, and most clients sort or keep it by chance. Some providers show the parameters to \
          the model as written, so the prompt cache is missed once.",
    remedy: "Nothing to do. Writing the keys in one fixed order keeps such changes out of the history.",
    applies: |fact| in_input(fact, "schema-order"),
    message: |_| "the same parameters stand in another order".to_owned(),
    ..BASE
};

pub(super) const SCHEMA_REFACTORED: Rule = Rule {
    id: "tool/schema-refactored",
    class: Class::Cosmetic,
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "the schema is written in another way and admits the same",
    why: "References, definitions or combinations were rearranged, or a constraint came or went that no declared value \
          can violate. It is proven that each form admits what is produced by the other.",
    remedy: "Nothing to do; a provider that supports only a subset of JSON Schema is worth one test call.",
    applies: |fact| fact.aspect == "schema-refactored",
    message: |fact| format!("{} is written in another way and admits the same", param(fact)),
    ..BASE
};

pub(super) const SCHEMA_DIALECT_CHANGED: Rule = Rule {
    id: "tool/schema-dialect-changed",
    gates: &[Gate::Integration],
    summary: "the schema names another JSON Schema dialect",
    why: "The same keyword can mean another thing in another draft, and a validator may not know the draft at all.",
    remedy: "Validate recorded calls under the new dialect.",
    applies: |fact| in_input(fact, "schema-dialect"),
    message: |fact| format!("the schema's dialect is {}", became(fact)),
    ..BASE
};

pub(super) const ADDITIONAL_PROPERTIES_CLOSED: Rule = Rule {
    id: "tool/additional-properties-closed",
    summary: "parameters that are not declared are now rejected",
    applies: |fact| in_input(fact, "schema-closed") && fact.has("narrowed"),
    message: |fact| format!("{} now rejects what it does not declare", param(fact)),
    ..NARROWING
};

pub(super) const ADDITIONAL_PROPERTIES_OPENED: Rule = Rule {
    id: "tool/additional-properties-opened",
    summary: "parameters that are not declared, or keys that were rejected, are now let through",
    why: "Every call that was valid still is. Misspelt parameters now pass in silence.",
    remedy: "Keep objects closed where a misspelt parameter would do harm.",
    applies: |fact| in_input(fact, "schema-closed") || in_input(fact, "schema-names") && fact.has("widened"),
    message: |fact| match fact.aspect {
        "schema-names" => format!("{} now admits further keys: {}", param(fact), became(fact)),
        _ => format!("{} now admits what it does not declare", param(fact)),
    },
    ..WIDENING
};

pub(super) const PROPERTY_NAMES_CHANGED: Rule = Rule {
    id: "tool/property-names-or-pattern-properties-changed",
    summary: "which or how many keys an object may have changed",
    applies: |fact| in_input(fact, "schema-names"),
    message: |fact| format!("the keys that {} may have changed: {}", param(fact), became(fact)),
    ..NARROWING
};

pub(super) const DEPENDENCY_ADDED: Rule = Rule {
    id: "tool/param-dependency-added",
    summary: "giving one parameter now demands another",
    applies: |fact| in_input(fact, "schema-dependency") && narrows(fact),
    message: |fact| format!("parameters of {} now depend on each other: {}", param(fact), became(fact)),
    ..NARROWING
};

pub(super) const DEPENDENCY_REMOVED: Rule = Rule {
    id: "tool/param-dependency-removed",
    summary: "giving one parameter no longer demands another",
    applies: |fact| in_input(fact, "schema-dependency"),
    message: |fact| format!("parameters of {} no longer depend on each other", param(fact)),
    ..WIDENING
};

pub(super) const VARIANT_REMOVED: Rule = Rule {
    id: "tool/param-variant-removed",
    summary: "one of several admitted forms is gone",
    applies: |fact| in_input(fact, "schema-variant") && narrows(fact),
    message: |fact| format!("{} no longer admits the form {}", param(fact), quoted(fact.old_text())),
    ..NARROWING
};

pub(super) const VARIANT_ADDED: Rule = Rule {
    id: "tool/param-variant-added",
    summary: "a further form is admitted",
    applies: |fact| in_input(fact, "schema-variant"),
    message: |fact| format!("{} now also admits the form {}", param(fact), quoted(fact.new_text())),
    ..WIDENING
};

pub(super) const ALL_OF_ADDED: Rule = Rule {
    id: "tool/all-of-added",
    summary: "a further condition must hold",
    applies: |fact| in_input(fact, "schema-all-of") && narrows(fact),
    message: |fact| format!("{} must now also satisfy {}", param(fact), quoted(fact.new_text())),
    ..NARROWING
};

pub(super) const ALL_OF_REMOVED: Rule = Rule {
    id: "tool/all-of-removed",
    summary: "a condition need no longer hold",
    applies: |fact| in_input(fact, "schema-all-of") || in_input(fact, "schema-conditional") && fact.has("widened"),
    message: |fact| match fact.event {
        Event::Removed => format!("{} need no longer satisfy {}", param(fact), quoted(fact.old_text())),
        _ => format!("a condition on {} admits more: {}", param(fact), became(fact)),
    },
    ..WIDENING
};

pub(super) const CONDITIONAL_CHANGED: Rule = Rule {
    id: "tool/conditional-changed",
    summary: "an if, then, else or not of the schema changed",
    applies: |fact| in_input(fact, "schema-conditional"),
    message: |fact| format!("a condition on {} is {}", param(fact), became(fact)),
    ..NARROWING
};

/// The same rule, asked before the others: what would narrow, were it only shown.
pub(super) const UNPROVEN: Rule = Rule { applies: |fact| fact.has("unproven"), ..INCLUSION_UNKNOWN };

pub(super) const INCLUSION_UNKNOWN: Rule = Rule {
    id: "tool/inclusion-unknown",
    gates: &[Gate::Integration, Gate::Review],
    summary: "the schema changed in a way whose effect on callers pv cannot prove",
    why: "The schema is gone, is none that pv can read, or is too large; the keyword is none that JSON Schema defines; or \
          neither a proof that every old call still fits nor a call that no longer does was found.",
    remedy: "Validate recorded calls against the new schema, or have the tool's owner look.",
    applies: |fact| fact.has("input") || matches!(fact.aspect, "schema-unreadable" | "schema-unknown"),
    message: |fact| match fact.event {
        _ if fact.aspect == "schema-presence" => "the tool no longer declares what it takes".to_owned(),
        Event::Added => format!("{} now has {}, whose effect is not proven", param(fact), quoted(fact.new_text())),
        Event::Removed => {
            format!("{} no longer has {}, whose effect is not proven", param(fact), quoted(fact.old_text()))
        }
        _ => format!("{} changed in a way that is not proven safe: {}", param(fact), became(fact)),
    },
    ..BASE
};
