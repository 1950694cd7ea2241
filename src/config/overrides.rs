//! Who may make which exceptions: `[roles]` and `[override]`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::keys::{APPROVERS, ELEMENTS, OVERRIDE, ROLES};
use super::quantity::Duration;
use super::raw::{Table, Value, Wrong, did_you_mean, printable};

/// `[roles]` and `[override]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// Who holds each role, as `.pv/allowed_signers` calls them.
    pub roles: BTreeMap<String, Vec<String>>,
    /// The longest that an exception may last.
    pub max_age: Duration,
    /// The roles that approve an exception of a category, each of them; those that nobody holds are not asked.
    pub approvers: BTreeMap<Category, Vec<String>>,
    /// The roles of which one approves what ships outside the windows; those that nobody holds are not asked.
    pub window_approvers: Vec<String>,
    /// What an exception of a category may leave out.
    pub elements: BTreeMap<Category, Vec<Element>>,
}

/// Why an exception is made: the course's four categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// A vulnerability that is exploited, or about to be.
    Security,
    /// A deadline of a regulator that cannot be missed.
    Regulatory,
    /// An incident in production that the change ends.
    Incident,
    /// A customer cannot work, and there is no way around it.
    CustomerBlocking,
}

/// A part of the discipline that an exception may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// The gates, and the evidence that meets them.
    EvalGate,
    /// The steps of the rollout, and their holds.
    Canary,
    /// The hours in which releases ship.
    ChangeWindow,
    /// The days on which they do not.
    Freeze,
    /// The rehearsal of the way back.
    Rehearsal,
    /// Telling people before.
    Notice,
}

impl Category {
    /// Every category and its name.
    pub const ALL: [(&'static str, Self); 4] = [
        ("security", Self::Security),
        ("regulatory", Self::Regulatory),
        ("incident", Self::Incident),
        ("customer-blocking", Self::CustomerBlocking),
    ];
}

impl Element {
    /// Every element and its name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("eval-gate", Self::EvalGate),
        ("canary", Self::Canary),
        ("change-window", Self::ChangeWindow),
        ("freeze", Self::Freeze),
        ("rehearsal", Self::Rehearsal),
        ("notice", Self::Notice),
    ];
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Self::ALL.iter().find(|(_, one)| one == self).map_or("", |(name, _)| name))
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Self::ALL.iter().find(|(_, one)| one == self).map_or("", |(name, _)| name))
    }
}

impl Exceptions {
    /// Those who hold `role`.
    pub fn holders(&self, role: &str) -> &[String] {
        self.roles.get(role).map_or(&[], Vec::as_slice)
    }

    /// The roles that approve an exception of `category`, as far as somebody holds them.
    pub fn approvers_of(&self, category: Category) -> Vec<&str> {
        self.held(self.approvers.get(&category).map_or(&[], Vec::as_slice))
    }

    /// The roles of which one approves what ships outside the windows, as far as somebody holds them.
    pub fn approvers_outside_the_window(&self) -> Vec<&str> {
        self.held(&self.window_approvers)
    }

    /// What an exception of `category` may leave out.
    pub fn elements_of(&self, category: Category) -> &[Element] {
        self.elements.get(&category).map_or(&[], Vec::as_slice)
    }

    fn held<'a>(&self, roles: &'a [String]) -> Vec<&'a str> {
        roles.iter().map(String::as_str).filter(|role| !self.holders(role).is_empty()).collect()
    }
}

pub(super) fn read(root: &Table<'_>, base: Exceptions) -> Exceptions {
    let roles: BTreeMap<String, Vec<String>> = root.table("roles", &ROLES).map_or(base.roles, |table| {
        table.entries().map(|(_, role, holders)| (role.to_owned(), texts(&holders))).collect()
    });
    let Some(table) = root.table("override", &OVERRIDE) else { return Exceptions { roles, ..base } };
    let max_age = table.get("max-age").and_then(|value| max_age(&value));
    let own = |value: Value<'_>| named_roles(&value, &roles, table.written_at().is_some());
    Exceptions {
        max_age: max_age.unwrap_or(base.max_age),
        approvers: by_category(table.table("approvers", &APPROVERS), base.approvers, own),
        window_approvers: table.get("window-approvers").map_or(base.window_approvers, own),
        elements: by_category(table.table("elements", &ELEMENTS), base.elements, |value| elements(&value)),
        roles,
    }
}

fn by_category<T>(
    table: Option<Table<'_>>,
    mut base: BTreeMap<Category, Vec<T>>,
    read: impl Fn(Value<'_>) -> Vec<T>,
) -> BTreeMap<Category, Vec<T>> {
    let Some(table) = table else { return base };
    base.extend(Category::ALL.into_iter().filter_map(|(name, category)| Some((category, read(table.get(name)?)))));
    base
}

fn texts(value: &Value<'_>) -> Vec<String> {
    value.some_items().iter().filter_map(Value::text).map(str::to_owned).collect()
}

fn elements(value: &Value<'_>) -> Vec<Element> {
    value.items().iter().filter_map(|item| item.one_of("element of the discipline", &Element::ALL)).collect()
}

/// The roles that the built-in defaults name: a project may say them again without holding them.
const USUAL: [&str; 3] = ["security-lead", "platform-lead", "senior-engineer"];

/// Roles that somebody holds; of the built-in ones nobody can know that.
fn named_roles(value: &Value<'_>, roles: &BTreeMap<String, Vec<String>>, is_written: bool) -> Vec<String> {
    let known: Vec<&str> = roles.keys().map(String::as_str).collect();
    let read = value.items().into_iter().filter_map(|item| {
        let role = item.text()?;
        if is_written && !known.contains(&role) && !USUAL.contains(&role) {
            let help = match known.as_slice() {
                [] => format!("say in [roles] who holds it: {} = [\"…\"]", printable(role)),
                known => did_you_mean(role, known),
            };
            item.fault("unknown-role", Wrong::new(format!("nobody holds the role `{}`", printable(role)), help));
        }
        Some(role.to_owned())
    });
    read.collect()
}

fn max_age(value: &Value<'_>) -> Option<Duration> {
    let duration = value.read(Duration::read)?;
    if duration.seconds == 0 {
        value.fault(
            "bad-value",
            Wrong::new("an exception would be over before it begins", "write a time such as `24h`"),
        );
    }
    Some(duration)
}
