//! From a unit to its prompts: the format reads a draft, the templates are scanned, the interface is put together.

use crate::domain::{ArtefactId, KindName, Problem, Span};
use crate::kinds::shared::part;
use crate::kinds::shared::template::Engine;
use crate::kinds::{Item, Parsed, Reference, Unit};

use super::artefact::{self, Message, Prompt};
use super::draft::Draft;
use super::formats;
use super::interface::{self, Declared};
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
    let declared = Declared {
        inputs: std::mem::take(&mut draft.inputs),
        is_complete: draft.declares_inputs,
        is_literal: draft.is_literal,
        reserved: std::mem::take(&mut draft.reserved),
    };
    let texts = std::mem::take(&mut draft.messages);
    let texts: Vec<(String, Text)> = texts.into_iter().map(|(role, text)| (role.to_ascii_lowercase(), text)).collect();
    let engine = engine_of(&draft, &texts);
    let messages = interface::messages(texts, engine, &declared);
    if draft.engine_is_certain {
        problems.extend(messages.iter().filter_map(|message| syntax_problem(&draft, message)));
    }
    let variables = interface::variables(&messages, &declared);
    messages.iter().for_each(|message| refer_to_includes(&mut draft.references, message));
    let mut parts = std::mem::take(&mut draft.parts);
    part::make_unique(&mut parts);
    let examples = std::mem::take(&mut draft.examples);
    let meaning = artefact::meaning(&messages, &variables, &parts, &examples);
    Item {
        name: draft.name,
        span: draft.span,
        version: draft.version,
        references: draft.references,
        meaning: meaning.clone(),
        artefact: Prompt {
            engine,
            engine_is_certain: draft.engine_is_certain,
            declared,
            pieces: artefact::pieces(&messages, &variables, &parts, &examples),
            messages,
            variables,
            parts,
            examples,
            meaning,
        },
    }
}

/// What a message includes is another prompt, called by its file's stem.
fn refer_to_includes(references: &mut Vec<Reference>, message: &Message) {
    for include in &message.scan.includes {
        let file = include.name.rsplit('/').next().unwrap_or(&include.name);
        let stem = file.trim_start_matches('_').split('.').next().unwrap_or(file);
        let id = ArtefactId::new(KindName::Prompt, stem);
        if !stem.is_empty() && !references.iter().any(|reference| reference.id == id) {
            references.push(Reference { id, version: None, quote: message.text.quote(include.range.clone()) });
        }
    }
}

/// The engine that the document or its format names, else the one whose tags its texts are full of.
fn engine_of(draft: &Draft, texts: &[(String, Text)]) -> Engine {
    if draft.engine_is_certain || draft.engine != Engine::Plain {
        return draft.engine;
    }
    let texts: Vec<&str> = texts.iter().map(|(_, text)| text.content.as_str()).collect();
    Engine::of_texts(&texts).unwrap_or(Engine::Plain)
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
