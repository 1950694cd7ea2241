//! Which values a parameter admits.

use super::{NARROWING, WIDENING, in_input, narrows, param};
use crate::domain::{Event, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted};

pub(super) const TYPE_NARROWED: Rule = Rule {
    id: "tool/param-type-narrowed",
    risk: Risk::High,
    summary: "a parameter no longer admits one of its types, or the tool declares a schema where it had none",
    applies: |fact| {
        in_input(fact, "schema-type") && fact.has("narrowed")
            || matches!(fact.aspect, "schema-presence" | "schema-field")
                && in_input(fact, fact.aspect)
                && fact.event == Event::Added
    },
    message: |fact| match fact.aspect {
        "schema-field" => format!("{} must now have the form that is declared for it", param(fact)),
        "schema-presence" => "the tool now demands an input of a declared form; it had no input schema".to_owned(),
        _ => format!("{} admits fewer types: {}", param(fact), became(fact)),
    },
    ..NARROWING
};

pub(super) const TYPE_WIDENED: Rule = Rule {
    id: "tool/param-type-widened",
    summary: "a parameter admits a further type",
    applies: |fact| in_input(fact, "schema-type") && fact.has("widened"),
    message: |fact| format!("{} admits further types: {}", param(fact), became(fact)),
    ..WIDENING
};

pub(super) const TYPE_CHANGED: Rule = Rule {
    id: "tool/param-type-changed",
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "a parameter has another type",
    applies: |fact| in_input(fact, "schema-type"),
    message: |fact| format!("{} has another type: {}", param(fact), became(fact)),
    ..NARROWING
};

pub(super) const ENUM_VALUE_REMOVED: Rule = Rule {
    id: "tool/param-enum-value-removed",
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "an allowed value is gone (a change of case is one)",
    applies: |fact| in_input(fact, "schema-enum-value") && fact.event == Event::Removed,
    message: |fact| format!("{} no longer accepts {}", param(fact), quoted(fact.old_text())),
    ..NARROWING
};

pub(super) const ENUM_VALUE_ADDED: Rule = Rule {
    id: "tool/param-enum-value-added",
    gates: &[Gate::Smoke],
    summary: "a further value is allowed",
    applies: |fact| in_input(fact, "schema-enum-value"),
    message: |fact| format!("{} now also accepts {}", param(fact), quoted(fact.new_text())),
    ..WIDENING
};

pub(super) const ENUM_SET: Rule = Rule {
    id: "tool/param-enum-set",
    summary: "a parameter now accepts listed values only",
    applies: |fact| in_input(fact, "schema-enum") && fact.event == Event::Added,
    message: |fact| format!("{} now accepts only {}", param(fact), quoted(fact.new_text())),
    ..NARROWING
};

pub(super) const ENUM_UNSET: Rule = Rule {
    id: "tool/param-enum-unset",
    summary: "a parameter is no longer limited to listed values",
    applies: |fact| in_input(fact, "schema-enum") || in_input(fact, "schema-const") && fact.has("widened"),
    message: |fact| format!("{} is no longer limited to {}", param(fact), quoted(fact.old_text())),
    ..WIDENING
};

pub(super) const CONST_CHANGED: Rule = Rule {
    id: "tool/param-const-changed",
    summary: "the one value that a parameter admits changed",
    applies: |fact| in_input(fact, "schema-const"),
    message: |fact| format!("the fixed value of {} is {}", param(fact), became(fact)),
    ..NARROWING
};

pub(super) const RANGE_TIGHTENED: Rule = Rule {
    id: "tool/param-range-tightened",
    summary: "a number must lie within tighter bounds",
    applies: |fact| in_input(fact, "schema-range") && narrows(fact),
    message: |fact| format!("{} admits fewer numbers: the bound is {}", param(fact), became(fact)),
    ..NARROWING
};

pub(super) const RANGE_LOOSENED: Rule = Rule {
    id: "tool/param-range-loosened",
    summary: "a number may lie within wider bounds",
    applies: |fact| in_input(fact, "schema-range"),
    message: |fact| format!("{} admits more numbers: the bound is {}", param(fact), became(fact)),
    ..WIDENING
};

pub(super) const LENGTH_TIGHTENED: Rule = Rule {
    id: "tool/param-length-tightened",
    summary: "a text must have a length within tighter bounds",
    applies: |fact| in_input(fact, "schema-length") && narrows(fact),
    message: |fact| format!("{} admits fewer lengths: the bound is {}", param(fact), became(fact)),
    ..NARROWING
};

pub(super) const LENGTH_LOOSENED: Rule = Rule {
    id: "tool/param-length-loosened",
    summary: "a text may have a length within wider bounds",
    applies: |fact| in_input(fact, "schema-length"),
    message: |fact| format!("{} admits more lengths: the bound is {}", param(fact), became(fact)),
    ..WIDENING
};

pub(super) const ITEMS_TIGHTENED: Rule = Rule {
    id: "tool/param-items-tightened",
    summary: "a list must satisfy more",
    applies: |fact| in_input(fact, "schema-items") && narrows(fact),
    message: |fact| format!("{} admits fewer lists: the constraint is {}", param(fact), became(fact)),
    ..NARROWING
};

pub(super) const ITEMS_LOOSENED: Rule = Rule {
    id: "tool/param-items-loosened",
    summary: "a list must satisfy less",
    applies: |fact| in_input(fact, "schema-items"),
    message: |fact| format!("{} admits more lists: the constraint is {}", param(fact), became(fact)),
    ..WIDENING
};

pub(super) const PATTERN_ADDED: Rule = Rule {
    id: "tool/param-pattern-added",
    summary: "a text must now match a pattern",
    applies: |fact| in_input(fact, "schema-pattern") && fact.event == Event::Added,
    message: |fact| format!("{} must now match {}", param(fact), quoted(fact.new_text())),
    ..NARROWING
};

pub(super) const PATTERN_REMOVED: Rule = Rule {
    id: "tool/param-pattern-removed",
    summary: "a text need no longer match a pattern",
    applies: |fact| in_input(fact, "schema-pattern") && fact.event == Event::Removed,
    message: |fact| format!("{} need no longer match {}", param(fact), quoted(fact.old_text())),
    ..WIDENING
};

pub(super) const PATTERN_GENERALIZED: Rule = Rule {
    id: "tool/param-pattern-generalized",
    summary: "a text must match another pattern, which matches everything that the old one did",
    applies: |fact| in_input(fact, "schema-pattern") && fact.has("widened"),
    message: |fact| format!("the pattern of {} matches more: it is {}", param(fact), became(fact)),
    ..WIDENING
};

pub(super) const PATTERN_CHANGED: Rule = Rule {
    id: "tool/param-pattern-changed",
    summary: "a text must match another pattern",
    applies: |fact| in_input(fact, "schema-pattern"),
    message: |fact| format!("the pattern of {} is {}", param(fact), became(fact)),
    ..NARROWING
};

pub(super) const FORMAT_CHANGED: Rule = Rule {
    id: "tool/param-format-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "the declared format of a text changed",
    why: "Most validators take `format` for a remark; a model takes it for an instruction.",
    remedy: "Check whether the executor enforces the format.",
    applies: |fact| in_input(fact, "schema-format"),
    message: |fact| format!("the format of {} is {}", param(fact), became(fact)),
    ..BASE
};

pub(super) const NULLABLE_REMOVED: Rule = Rule {
    id: "tool/param-nullable-removed",
    summary: "a parameter no longer admits null",
    applies: |fact| in_input(fact, "schema-nullable") && fact.event == Event::Removed,
    message: |fact| format!("{} no longer accepts null", param(fact)),
    ..NARROWING
};

pub(super) const NULLABLE_ADDED: Rule = Rule {
    id: "tool/param-nullable-added",
    summary: "a parameter now admits null",
    applies: |fact| in_input(fact, "schema-nullable"),
    message: |fact| format!("{} now accepts null", param(fact)),
    ..WIDENING
};

pub(super) const DEFAULT_CHANGED: Rule = Rule {
    id: "tool/param-default-changed",
    gates: &[Gate::Eval],
    summary: "a parameter has another default",
    why: "A call that leaves the parameter out now means something else, and the model plans with the default that it \
          reads.",
    remedy: "Check that the executor uses the same default, and run the evals.",
    applies: |fact| in_input(fact, "schema-default"),
    message: |fact| format!("the default of {} is {}", param(fact), became(fact)),
    ..BASE
};
