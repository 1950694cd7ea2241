//! The interface of a prompt: what its texts use and its document declares, put together.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Quote;
use crate::kinds::shared::template::{self, Engine, Scan};

use super::artefact::{Message, Variable};
use super::draft::Input;
use super::text::Text;

/// What a document says about its inputs.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// The inputs that it lists.
    pub(super) inputs: Vec<Input>,
    /// Whether it means the list to be complete.
    pub(super) is_complete: bool,
    /// Whether the text is read as it stands: braces in it are no placeholders.
    pub(super) is_literal: bool,
    /// Names that the engine itself supplies.
    pub(super) reserved: Vec<String>,
}

impl Declared {
    fn names(&self) -> BTreeSet<&str> {
        self.inputs.iter().map(|input| input.name.as_str()).collect()
    }
}

/// The messages of `texts` as `engine` reads them.
pub(super) fn messages(texts: Vec<(String, Text)>, engine: Engine, declared: &Declared) -> Vec<Message> {
    let names = declared.names();
    let message = |(role, text): (String, Text)| {
        let mut scan = if declared.is_literal { template::imports(&text.content) } else { scan(&text, engine, &names) };
        scan.uses.retain(|found| !declared.reserved.contains(&found.name));
        Message { scan, role, text }
    };
    let mut messages: Vec<Message> = texts.into_iter().map(message).collect();
    let uses = messages.iter().flat_map(|message| &message.scan.uses).filter(|found| !found.is_bound);
    let outside: BTreeSet<String> = uses.map(|found| found.name.clone()).collect();
    // In a loop a name is an item's field, unless it is known from elsewhere.
    let is_known = |name: &str| names.contains(name) || outside.contains(name);
    messages.iter_mut().for_each(|message| message.scan.uses.retain(|found| !found.is_bound || is_known(&found.name)));
    messages
}

/// What the engine would see. Where nobody names one, declared inputs count in their other spellings too, and code
/// examples do not.
fn scan(text: &Text, engine: Engine, declared: &BTreeSet<&str>) -> Scan {
    let mut scan = template::scan(&text.content, engine);
    let is_meant = |name: &str, tag: &str| {
        declared.contains(name) || (engine == Engine::Dollar && (name == "ARGUMENTS" || tag.starts_with("${input:")))
    };
    let tag = |range: &std::ops::Range<usize>| text.content.get(range.clone()).unwrap_or_default();
    scan.uses.retain(|found| !found.in_code || is_meant(&found.name, tag(&found.range)));
    if engine == Engine::Plain && !declared.is_empty() {
        let others = [Engine::FString, Engine::Dollar].map(|other| template::scan(&text.content, other).uses);
        scan.uses.extend(others.into_iter().flatten().filter(|found| declared.contains(found.name.as_str())));
        scan.uses.sort_by_key(|found| found.range.start);
    }
    scan
}

/// The variables of `messages`, sorted by name.
pub(super) fn variables(messages: &[Message], declared: &Declared) -> Vec<Variable> {
    let mut found: BTreeMap<&str, Variable> = BTreeMap::new();
    for input in &declared.inputs {
        found.entry(&input.name).or_insert_with(|| of_input(input));
    }
    let mut unguarded: BTreeSet<&str> = BTreeSet::new();
    for message in messages {
        for place in &message.scan.uses {
            let quote = || message.text.quote(place.range.clone());
            let variable = found
                .entry(&place.name)
                .or_insert_with(|| Variable { is_undeclared: declared.is_complete, ..unread(&place.name, quote()) });
            variable.is_used = true;
            if !place.guarded && !place.has_default {
                unguarded.insert(&place.name);
            }
        }
    }
    for variable in found.values_mut() {
        let says = declared.inputs.iter().find(|input| input.name == variable.name).and_then(|input| input.required);
        let needed = variable.is_unused() || unguarded.contains(variable.name.as_str());
        variable.is_required = variable.default.is_none() && says.unwrap_or(needed);
    }
    found.into_values().collect()
}

fn of_input(input: &Input) -> Variable {
    Variable {
        is_declared: true,
        type_name: input.type_name.clone(),
        constraints: input.constraints.clone(),
        allowed: input.allowed.clone(),
        default: input.default.clone(),
        description: input.description.clone(),
        ..unread(&input.name, input.quote.clone())
    }
}

/// A variable of which nothing is known yet.
fn unread(name: &str, quote: Quote) -> Variable {
    Variable {
        name: name.to_owned(),
        is_declared: false,
        is_used: false,
        is_required: false,
        is_undeclared: false,
        type_name: None,
        constraints: None,
        allowed: None,
        default: None,
        description: None,
        quote,
    }
}
