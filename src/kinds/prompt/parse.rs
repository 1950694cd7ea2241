//! From a unit to its prompts: the format reads a draft, the templates are scanned, the interface is put together.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Problem, Span};
use crate::kinds::shared::part;
use crate::kinds::shared::template::{self, Engine, Scan};
use crate::kinds::{Item, Parsed, Unit};

use super::artefact::{self, Message, Prompt, Variable};
use super::draft::{Draft, Input};
use super::formats;
use super::text::Text;

/// Reads the prompts of `unit`.
pub(super) fn parse(unit: &Unit) -> Parsed<Prompt> {
    match formats::read(unit) {
        Ok(drafts) => {
            let mut parsed = Parsed { items: Vec::new(), problems: Vec::new() };
            for mut draft in drafts {
                parsed.problems.append(&mut draft.problems);
                parsed.items.push(finish(draft, &mut parsed.problems));
            }
            parsed
        }
        Err(problems) => Parsed { items: Vec::new(), problems },
    }
}

fn finish(mut draft: Draft, problems: &mut Vec<Problem>) -> Item<Prompt> {
    let declared: BTreeSet<String> = draft.inputs.iter().map(|input| input.name.clone()).collect();
    let engine = draft.engine;
    let texts = std::mem::take(&mut draft.messages);
    let messages: Vec<Message> = texts
        .into_iter()
        .map(|(role, text)| {
            let mut scan = scan(&text, engine, &declared);
            scan.uses.retain(|found| !draft.reserved.contains(&found.name));
            Message { scan, role: role.to_ascii_lowercase(), text }
        })
        .collect();
    if draft.engine_is_certain {
        problems.extend(messages.iter().filter_map(|message| syntax_problem(&draft, message)));
    }
    let variables = variables(&draft, &messages);
    let mut parts = std::mem::take(&mut draft.parts);
    part::make_unique(&mut parts);
    let meaning = artefact::meaning(&messages, &variables, &parts);
    Item {
        name: draft.name,
        span: draft.span,
        version: draft.version,
        references: draft.references,
        meaning: meaning.clone(),
        artefact: Prompt {
            engine,
            pieces: artefact::pieces(&messages, &variables, &parts),
            messages,
            variables,
            parts,
            meaning,
        },
    }
}

/// What the engine would see. Where nobody names one, declared inputs count in their other spellings too, and code
/// examples do not.
fn scan(text: &Text, engine: Engine, declared: &BTreeSet<String>) -> Scan {
    let mut scan = template::scan(&text.content, engine);
    if engine == Engine::Plain {
        scan.uses.retain(|found| !found.in_code || declared.contains(&found.name));
        if !declared.is_empty() {
            let others = [Engine::FString, Engine::Dollar].map(|other| template::scan(&text.content, other).uses);
            scan.uses.extend(others.into_iter().flatten().filter(|found| declared.contains(&found.name)));
            scan.uses.sort_by_key(|found| found.range.start);
        }
    }
    scan
}

fn syntax_problem(draft: &Draft, message: &Message) -> Option<Problem> {
    let fault = message.scan.faults.first()?;
    let place = message.text.quote(fault.range.clone());
    let problem = Problem::at(
        &draft.file,
        Span::new(message.text.span().start, message.text.span().start),
        "template-syntax",
        format!("the {} template does not parse: {}", draft.engine.as_str(), fault.message),
        "close the tag, or escape it if it is meant literally",
    );
    Some(problem.moved_to(&draft.file, place))
}

fn variables(draft: &Draft, messages: &[Message]) -> Vec<Variable> {
    let mut found: BTreeMap<String, Variable> = BTreeMap::new();
    for input in &draft.inputs {
        found.entry(input.name.clone()).or_insert_with(|| declared(input));
    }
    let mut unguarded: BTreeSet<&str> = BTreeSet::new();
    for message in messages {
        for place in &message.scan.uses {
            let variable = found.entry(place.name.clone()).or_insert_with(|| {
                used_only(&place.name, message.text.quote(place.range.clone()), draft.declares_inputs)
            });
            variable.is_used = true;
            if !place.guarded && !place.has_default {
                unguarded.insert(&place.name);
            }
        }
    }
    for variable in found.values_mut() {
        let says = draft.inputs.iter().find(|input| input.name == variable.name).and_then(|input| input.required);
        let needed = variable.is_unused() || unguarded.contains(variable.name.as_str());
        variable.is_required = variable.default.is_none() && says.unwrap_or(needed);
    }
    found.into_values().collect()
}

fn declared(input: &Input) -> Variable {
    Variable {
        name: input.name.clone(),
        is_declared: true,
        is_used: false,
        is_required: false,
        is_undeclared: false,
        type_name: input.type_name.clone(),
        default: input.default.clone(),
        description: input.description.clone(),
        quote: input.quote.clone(),
    }
}

fn used_only(name: &str, quote: crate::domain::Quote, declares_inputs: bool) -> Variable {
    Variable {
        name: name.to_owned(),
        is_declared: false,
        is_used: true,
        is_required: false,
        is_undeclared: declares_inputs,
        type_name: None,
        default: None,
        description: None,
        quote,
    }
}
