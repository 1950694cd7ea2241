//! From documents, Markdown files and skill folders to agents.

use super::body::Body;
use super::contract::{self, Contract};
use super::{formats, keys, pin};
use crate::domain::{ArtefactId, Digest, KindName, Meaning, Problem, SourceFile, Span};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::front_matter;
use crate::kinds::shared::leaves::{Leaf, leaves};
use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::part::{self, Part};
use crate::kinds::{Item, Parsed, Reference, Unit};

/// An agent: its settings, and the texts that it is told.
#[derive(Debug, Default)]
pub struct Agent {
    /// Every setting, by what it is about.
    pub parts: Vec<Part>,
    /// The texts, sorted by nothing but their place.
    pub bodies: Vec<Body>,
    /// What it takes and gives, where a schema says it.
    pub(super) contracts: Vec<Contract>,
}

impl Agent {
    fn meaning(&self) -> Meaning {
        let mut canonical = Vec::new();
        part::write_canonical(&self.parts, &mut canonical);
        let mut bodies: Vec<&Body> = self.bodies.iter().collect();
        bodies.sort_by(|a, b| a.key.cmp(&b.key));
        for piece in bodies.iter().flat_map(|body| [&body.key, &body.content]) {
            canonical.extend_from_slice(&(piece.len() as u64).to_le_bytes());
            canonical.extend_from_slice(piece.as_bytes());
        }
        Meaning::of(&canonical)
    }
}

pub(super) fn parse(unit: &Unit) -> Parsed<Agent> {
    let main = unit.files.iter().find(|file| file.path.ends_with("/SKILL.md")).or(unit.files.first());
    let Some(main) = main else { return Parsed { items: Vec::new(), problems: Vec::new() } };
    if !formats::is_markdown(&main.path) {
        return documents(unit);
    }
    let mut problems = Vec::new();
    match markdown(main, &mut problems) {
        Ok(mut item) => {
            let others = unit.files.iter().filter(|file| file.path != main.path);
            others.for_each(|file| add_file(&mut item.artefact, unit, file));
            item.meaning = item.artefact.meaning();
            Parsed { items: vec![item], problems }
        }
        Err(problems) => Parsed { items: Vec::new(), problems },
    }
}

/// A Markdown file: settings in its front matter, instructions below.
fn markdown(file: &SourceFile, problems: &mut Vec<Problem>) -> Result<Item<Agent>, Vec<Problem>> {
    let head = front_matter::read(file)?;
    problems.extend(head.as_ref().and_then(|head| head.lenient.clone()));
    let body = head.as_ref().map_or_else(|| file.whole(), |head| head.body);
    let mut item = match &head {
        Some(head) => {
            let name = head.map.get("name").and_then(Node::scalar);
            let mut item = item(file, name, &head.map);
            item.artefact.parts.extend(limits(file, &head.map));
            item
        }
        None => item(file, None, &Node { span: file.whole(), value: Value::Map(Vec::new()) }),
    };
    item.artefact.bodies.push(Body::verbatim("", file, body));
    item.meaning = item.artefact.meaning();
    Ok(item)
}

/// That a list of tools stands at all: without one, a subagent may use every tool.
fn limits(file: &SourceFile, head: &Node) -> Option<Part> {
    let entry = head.entries().iter().find(|entry| keys::aspect(std::slice::from_ref(&entry.key)) == "tool")?;
    let quote = file.quote(entry.span());
    Some(Part { aspect: "limited", key: "tools".to_owned(), value: String::new(), quote, marks: Vec::new() })
}

/// A further file of a skill: prose is compared as prose, code by its digest.
fn add_file(agent: &mut Agent, unit: &Unit, file: &SourceFile) {
    let relative = file.path.strip_prefix(&*unit.path).unwrap_or(&file.path).trim_start_matches('/');
    if formats::is_markdown(&file.path) || file.path.ends_with(".txt") {
        agent.bodies.push(Body::verbatim(relative, file, file.whole()));
    } else {
        let digest = Digest::of(file.text.as_bytes());
        let quote = file.quote_as(file.whole(), digest.as_str());
        let value = digest.as_str().to_owned();
        agent.parts.push(Part { aspect: "code", key: relative.to_owned(), value, quote, marks: Vec::new() });
    }
}

fn documents(unit: &Unit) -> Parsed<Agent> {
    let mut parsed = Parsed { items: Vec::new(), problems: Vec::new() };
    for file in &unit.files {
        let document = document::read(file, file.whole(), document::syntax_of(&file.path).unwrap_or(Syntax::Yaml));
        parsed.problems.extend(document.problems);
        let found = document.root.as_ref().map(formats::find).unwrap_or_default();
        parsed.items.extend(found.into_iter().map(|found| {
            let mut item = item(file, found.name, found.node);
            item.span = found.span;
            item
        }));
    }
    parsed
}

fn item(file: &SourceFile, name: Option<String>, settings: &Node) -> Item<Agent> {
    let mut agent = Agent::default();
    let is_read_apart = |keys: &[String]| match keys {
        [key] => key == "name" || settings.get(key).is_some_and(|node| contract::is_contract(key, node)),
        _ => false,
    };
    for leaf in leaves(settings, &is_read_apart) {
        add_leaf(&mut agent, file, &leaf);
    }
    agent.contracts = contract::contracts(file, settings);
    agent.parts.extend(agent.contracts.iter().map(|contract| contract.part(file)));
    part::make_unique(&mut agent.parts);
    let references = agent.parts.iter().filter_map(reference).collect();
    let version = settings.get("version").and_then(Node::scalar);
    let meaning = agent.meaning();
    Item { name, span: None, version, references, meaning, artefact: agent }
}

fn add_leaf(agent: &mut Agent, file: &SourceFile, leaf: &Leaf<'_>) {
    let text = leaf.node.text();
    let is_prose = text.is_some_and(|text| text.trim().contains(char::is_whitespace));
    let aspect = match keys::aspect(&leaf.keys) {
        // In a crew a task's description is what it is told; there is no caller that routes by it.
        "prompt" if is_prose => "text",
        aspect => aspect,
    };
    match (aspect, text) {
        ("text", Some(text)) => agent.bodies.push(Body::decoded(leaf.path(), file, leaf.node.span, text)),
        ("tool", Some(text)) => agent.parts.extend(names(text).map(|name| named(file, aspect, name, leaf.node.span))),
        ("denied", Some(text)) if leaf.keys.len() == 1 => {
            agent.parts.extend(names(text).map(|name| Part::named(file, aspect, name, leaf.node.span)));
        }
        ("config", _) if switched(leaf).is_some() => {
            agent.parts.extend(switched(leaf).map(|(aspect, name)| Part::named(file, aspect, name, leaf.span)))
        }
        (aspect, _) if keys::is_placed_set(aspect) => agent.parts.extend(placed(file, aspect, leaf)),
        (aspect, _) if keys::is_set(aspect) => agent.parts.extend(each(file, aspect, leaf)),
        (aspect, _) => agent.parts.push(Part::of(file, aspect, leaf.path(), leaf.node)),
    }
}

/// A tool that a map of tools turns on or off: `tools: {write: false}`.
fn switched<'l>(leaf: &'l Leaf<'_>) -> Option<(&'static str, &'l str)> {
    let (name, above) = leaf.keys.split_last()?;
    let is_tools = !name.starts_with('[') && keys::aspect(above) == "tool";
    match leaf.node.value {
        Value::Bool(is_on) if is_tools => Some((if is_on { "tool" } else { "denied" }, name)),
        _ => None,
    }
}

/// Names whose place matters: each is a part of its own below it.
fn placed(file: &SourceFile, aspect: &'static str, leaf: &Leaf<'_>) -> Vec<Part> {
    let mut parts = Part::of_each(file, aspect, leaf.path(), leaf.node);
    let is_each = leaf.node.elements().len() == parts.len() && parts.iter().all(|part| part.value.is_empty());
    if is_each {
        parts.iter_mut().for_each(|part| part.key = format!("{}[{}]", leaf.path(), part.key));
    }
    parts
}

/// Names whose place is nothing: each is a part of its own, and its version the part's value.
fn each(file: &SourceFile, aspect: &'static str, leaf: &Leaf<'_>) -> Vec<Part> {
    let texts: Option<Vec<&str>> = leaf.node.elements().iter().map(Node::text).collect();
    match texts.filter(|texts| !texts.is_empty()) {
        Some(texts) => texts
            .into_iter()
            .zip(leaf.node.elements())
            .map(|(text, node)| named(file, aspect, text, node.span))
            .collect(),
        None => vec![Part::of(file, aspect, leaf.path(), leaf.node)],
    }
}

/// A name, with the version behind its `@` as value.
fn named(file: &SourceFile, aspect: &'static str, text: &str, span: Span) -> Part {
    let mut part = Part::named(file, aspect, text, span);
    if let Some((name, version)) = pin::split(text) {
        (part.key, part.value) = (name.to_owned(), version.to_owned());
    }
    part
}

/// The names in `Read, Bash(git add:*), Agent(a, b)`: commas and blanks part them, except in brackets.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let is_break = move |c: char| {
        depth = match c {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        depth == 0 && (c == ',' || c.is_whitespace())
    };
    text.trim_matches(['[', ']'])
        .split(is_break)
        .map(|name| name.trim_matches(['"', '\'']))
        .filter(|name| !name.is_empty())
}

/// What a part refers to: `name`, or `name@version`.
fn reference(part: &Part) -> Option<Reference> {
    let kind = match part.aspect {
        "tool" => KindName::Tool,
        "model" => KindName::Model,
        "prompt" => KindName::Prompt,
        "index" => KindName::Index,
        "eval" => KindName::Eval,
        "subagent" => KindName::Agent,
        _ => return None,
    };
    let text = part.quote.text.as_str();
    let (name, version) = text.rsplit_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
    let is_name = !name.is_empty() && !name.contains(['{', '[', '(', ' ', '\n']) && name != "true" && name != "false";
    is_name.then(|| Reference {
        id: ArtefactId::new(kind, name),
        version: version.map(str::to_owned),
        quote: part.quote.clone(),
    })
}
