//! What a project changes about the rules' judgement: the one funnel for levels.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::domain::{Ack, ChangeType, Class, Gate, Rule};

/// The rules about form alone, which `[classify] form` lowers together.
const FORM: [&str; 4] = ["whitespace-changed", "markdown-changed", "punctuation-changed", "case-changed"];

/// Levels and gates in force.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Rule id to class, from `[classify.levels]`; `None`: the rule is off.
    pub levels: BTreeMap<String, Option<Class>>,
    /// The class of changes of form alone, from `[classify] form`.
    pub form: Option<Class>,
    /// The gates that each change type owes, from `[types.*]`.
    pub gates: BTreeMap<ChangeType, Vec<Gate>>,
    /// The gates that the project took from a change type: its rules do not owe them either.
    pub dropped: BTreeMap<ChangeType, BTreeSet<Gate>>,
    /// The gates that nothing owes here.
    pub off: BTreeSet<Gate>,
    /// What somebody answers for, from `.pv/acks.toml`.
    pub acks: Vec<Ack>,
    /// The day on which acknowledgements must hold; `None`: none of them expires.
    pub today: Option<Date>,
}

impl Policy {
    /// The class of a rule's findings; `None` when it is off.
    pub(super) fn class_of(&self, rule: &Rule) -> Option<Class> {
        let form = self.form.filter(|_| is_form(rule));
        self.levels.get(rule.id).copied().unwrap_or_else(|| form.or(Some(rule.class)))
    }

    /// Whether a finding of `change_type` can owe `gate` in this project at all.
    pub(super) fn asks_for(&self, gate: Gate, change_type: ChangeType) -> bool {
        let is_dropped = self.dropped.get(&change_type).is_some_and(|dropped| dropped.contains(&gate));
        !is_dropped && !self.off.contains(&gate)
    }

    pub(super) fn gates_of(&self, change_type: ChangeType) -> impl Iterator<Item = Gate> + '_ {
        self.gates.get(&change_type).into_iter().flatten().copied()
    }
}

fn is_form(rule: &Rule) -> bool {
    rule.id.split_once('/').is_some_and(|(_, name)| FORM.contains(&name))
}
