//! The one funnel for levels: which class a rule's findings get, and why it is not the built-in one.

use std::collections::BTreeMap;

use super::keys::{CLASSIFY, LEVEL, LEVELS, THRESHOLDS};
use super::raw::{Table, Value, Wrong, did_you_mean, printable};
use crate::domain::{Class, Place, Span};
use crate::kinds::Thresholds;

/// `[classify]`.
#[derive(Debug, Clone)]
pub struct Classify {
    /// The class of a change of form: the same words in other whitespace, markdown, case or punctuation.
    pub form: Class,
    /// The rules whose class the project sets, by rule id.
    pub levels: BTreeMap<String, Override>,
    /// How much is too much.
    pub thresholds: Thresholds,
}

/// What the project says about one rule.
#[derive(Debug, Clone)]
pub struct Override {
    /// The level of its findings.
    pub level: Level,
    /// Why; always there when the level is below the built-in class or off.
    pub reason: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// A level of a rule's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// They are of this class.
    Class(Class),
    /// There are none.
    Off,
}

/// The rules that exist and their built-in classes.
pub type KnownRules = BTreeMap<&'static str, Class>;

pub(super) const LEVEL_NAMES: [(&str, Level); 5] = [
    ("breaking", Level::Class(Class::Breaking)),
    ("behavioural", Level::Class(Class::Behavioural)),
    ("additive", Level::Class(Class::Additive)),
    ("cosmetic", Level::Class(Class::Cosmetic)),
    ("off", Level::Off),
];

const FORMS: [(&str, Class); 2] = [("behavioural", Class::Behavioural), ("cosmetic", Class::Cosmetic)];

pub(super) fn read(root: &Table<'_>, base: Classify, known: &KnownRules) -> Classify {
    let Some(classify) = root.table("classify", &CLASSIFY) else { return base };
    let form = classify.get("form").and_then(|form| form.one_of("class of form", &FORMS));
    let mut levels = base.levels;
    if let Some(table) = classify.table("levels", &LEVELS) {
        for (span, rule, value) in table.entries() {
            check_rule(&table, span, rule, known);
            levels.extend(level(&value, known.get(rule)).map(|level| (rule.to_owned(), level)));
        }
    }
    let thresholds = thresholds(classify, base.thresholds);
    Classify { form: form.unwrap_or(base.form), levels, thresholds }
}

fn thresholds(classify: Table<'_>, mut base: Thresholds) -> Thresholds {
    let Some(table) = classify.table("thresholds", &THRESHOLDS) else { return base };
    for (span, name, value) in table.entries() {
        match base.named(name) {
            Some(threshold) => *threshold = value.number().unwrap_or(*threshold),
            None => {
                let names: Vec<String> = Thresholds::NAMES.iter().map(|name| name.replace('_', "-")).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let wrong =
                    Wrong::new(format!("there is no threshold `{}`", printable(name)), did_you_mean(name, &names));
                table.fault_at(span, "unknown-key", wrong);
            }
        }
    }
    base
}

/// Notes a rule that does not exist. While no rule is known there is nothing to compare with.
fn check_rule(table: &Table<'_>, span: Span, rule: &str, known: &KnownRules) {
    if known.is_empty() || known.contains_key(rule) {
        return;
    }
    let ids: Vec<&str> = known.keys().copied().collect();
    let help = match did_you_mean(rule, &ids) {
        help if help.starts_with("did") => help,
        _ => "`pv rules` names every rule".to_owned(),
    };
    table.fault_at(span, "unknown-rule", Wrong::new(format!("there is no rule `{}`", printable(rule)), help));
}

fn level(value: &Value<'_>, built_in: Option<&Class>) -> Option<Override> {
    let (class, reason) = if value.is_table() {
        let table = value.table(&LEVEL)?;
        (table.must("class")?, table.get("reason").and_then(|reason| reason.text()).map(str::to_owned))
    } else {
        (*value, None)
    };
    let level = class.one_of("level", &LEVEL_NAMES)?;
    if reason.is_none() && is_lowered(level, built_in) {
        let lowered = match (level, built_in) {
            (Level::Class(class), Some(built_in)) => format!("this lowers the rule from {built_in} to {class}"),
            _ => "this turns the rule off".to_owned(),
        };
        let help = format!("say why: {{ class = \"{}\", reason = \"…\" }}", level.as_str());
        class.fault("needs-reason", Wrong::new(format!("{lowered} without a reason"), help));
    }
    Some(Override { level, reason, place: value.place() })
}

fn is_lowered(level: Level, built_in: Option<&Class>) -> bool {
    match level {
        Level::Off => true,
        Level::Class(class) => built_in.is_some_and(|built_in| class < *built_in),
    }
}

impl Level {
    /// The name as written in `pv.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Class(class) => class.as_str(),
            Self::Off => "off",
        }
    }
}
