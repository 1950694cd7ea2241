//! Reading an intent: all its faults together, each with its place.

use std::collections::{BTreeMap, BTreeSet};

use super::{Audience, Intent};
use crate::config::did_you_mean;
use crate::domain::{ArtefactId, Bump, ChangeType, Class, Place, Problem, SourceFile, Span};
use crate::kinds::shared::front_matter::{self, FrontMatter};
use crate::kinds::shared::node::{Entry, Node, Value};

/// The keys of the front matter, in the order that [`super::encode`] writes.
const KEYS: [&str; 9] = ["artefacts", "type", "class", "bump", "owner", "material", "why", "audience", "lowered"];
/// As many faults of one file are told.
const MOST_PROBLEMS: usize = 20;

/// The intent in the file at `path` whose content is `text`.
///
/// # Errors
/// Every problem of the file. A file without front matter is none: that is a warning.
pub fn parse(path: &str, text: &str) -> Result<Intent, Vec<Problem>> {
    let file = SourceFile::new(path, text);
    let Some(head) = front_matter::read(&file)? else { return Err(vec![without_head(&file)]) };
    let mut reader = Reader { file: &file, head: &head, problems: head.lenient.clone().into_iter().collect() };
    reader.refuse_unknown_keys();
    let intent = reader.intent();
    match intent {
        Some(intent) if reader.problems.is_empty() => Ok(intent),
        _ => {
            reader.problems.sort();
            reader.problems.truncate(MOST_PROBLEMS);
            Err(reader.problems)
        }
    }
}

fn without_head(file: &SourceFile) -> Problem {
    let message = "the file says nothing of any artefact: it has no front matter between two `---` lines";
    let help = "write one with `pv change add`, or move the file out of changes/";
    Problem::at(file, Span::new(0, 0), "intent-without-head", message, help).as_warning()
}

/// A file being read, and what is wrong with it.
struct Reader<'f> {
    file: &'f SourceFile,
    head: &'f FrontMatter,
    problems: Vec<Problem>,
}

impl<'f> Reader<'f> {
    fn intent(&mut self) -> Option<Intent> {
        let artefacts = self.artefacts();
        let types = self.types();
        let class = self.choice("class", &Class::ALL.map(|class| (class.as_str(), class))[..4]);
        let bump = self.choice("bump", &BUMPS.map(|bump| (bump.as_str(), bump)));
        let (owner, lowered) = (self.text("owner"), self.text("lowered"));
        let material = self.flag("material");
        let why = self.why();
        let audience = self.audience();
        let body = self.file.slice(self.head.body).trim_start_matches(['\r', '\n']).trim_end();
        Some(Intent {
            path: self.file.path.to_string(),
            artefacts: artefacts?,
            types,
            class,
            bump,
            owner,
            material,
            why: why?,
            audience,
            lowered,
            body: body.to_owned(),
            places: self.places(),
        })
    }

    fn artefacts(&mut self) -> Option<BTreeSet<ArtefactId>> {
        let entry = self.must("artefacts", "prompt:greet")?;
        let mut artefacts = BTreeSet::new();
        for item in self.items(entry) {
            match item.text().map(str::parse::<ArtefactId>) {
                Some(Ok(id)) => {
                    if !artefacts.insert(id) {
                        self.fault(item.span, "the artefact is named twice", "remove one of the two");
                    }
                }
                Some(Err(error)) => self.fault(item.span, printable(&error.to_string()), "write it as `prompt:greet`"),
                None => self.fault(item.span, "this is no artefact identity", "write it as `prompt:greet`"),
            }
        }
        Some(artefacts)
    }

    fn types(&mut self) -> BTreeSet<ChangeType> {
        let Some(entry) = self.head.map.entry("type") else { return BTreeSet::new() };
        let names = ChangeType::ALL.map(|change_type| (change_type.as_str(), change_type));
        let items = self.items(entry);
        items.into_iter().filter_map(|item| self.one_of("change type", item, &names)).collect()
    }

    fn why(&mut self) -> Option<String> {
        self.must("why", "one sentence")?;
        let why = self.text("why")?;
        if let Some(entry) = self.head.map.entry("why").filter(|_| why.contains(['\n', '\r'])) {
            let help = "put the rest below the front matter";
            self.fault(entry.node.span, "`why` is one sentence on one line", help);
        }
        Some(why)
    }

    fn audience(&mut self) -> BTreeMap<Audience, String> {
        let Some(entry) = self.head.map.entry("audience") else { return BTreeMap::new() };
        if !entry.node.is_map() {
            self.fault(entry.node.span, "`audience` says nothing to anybody", "write below it `customer: …`");
        }
        let names = Audience::ALL.map(Audience::as_str);
        let mut audience = BTreeMap::new();
        for said in entry.node.entries() {
            let whom = Audience::ALL.into_iter().find(|whom| whom.as_str() == said.key);
            if whom.is_none() {
                let message = format!("`{}` is no audience", printable(&said.key));
                self.fault(said.key_span, message, did_you_mean(&said.key, &names));
            }
            let text = self.text_of(said);
            audience.extend(whom.zip(text));
        }
        audience
    }

    fn choice<T: Copy>(&mut self, key: &str, choices: &[(&'static str, T)]) -> Option<T> {
        let entry = self.head.map.entry(key)?;
        self.one_of(key, &entry.node, choices)
    }

    fn one_of<T: Copy>(&mut self, noun: &str, node: &Node, choices: &[(&'static str, T)]) -> Option<T> {
        let written = node.scalar().unwrap_or_default();
        let found = choices.iter().find(|(name, _)| *name == written).map(|(_, choice)| *choice);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let message = format!("`{}` is no {noun}", printable(&written));
            self.fault(node.span, message, did_you_mean(&written, &names));
        }
        found
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        let entry = self.head.map.entry(key)?;
        match entry.node.value {
            Value::Bool(flag) => Some(flag),
            _ => {
                self.fault(entry.node.span, format!("`{key}` is true or false"), "write `true` or `false`");
                None
            }
        }
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let entry = self.head.map.entry(key)?;
        self.text_of(entry)
    }

    fn text_of(&mut self, entry: &Entry) -> Option<String> {
        match entry.node.text().map(str::trim) {
            Some(text) if !text.is_empty() => return Some(text.to_owned()),
            Some(_) => self.fault(entry.span(), "the text is empty", "write something, or remove the line"),
            None if entry.node.value == Value::Null => {
                self.fault(entry.span(), "nothing stands behind it", "write something, or remove the line");
            }
            None => self.fault(entry.node.span, "this is no text", "put it in quotes"),
        }
        None
    }

    /// The value, or the elements of a list; a list without any is a fault.
    fn items(&mut self, entry: &'f Entry) -> Vec<&'f Node> {
        match &entry.node.value {
            Value::List(items) if items.is_empty() => {
                self.fault(entry.span(), "the list is empty", "name at least one")
            }
            Value::List(items) => return items.iter().collect(),
            _ => return vec![&entry.node],
        }
        Vec::new()
    }

    fn must(&mut self, key: &str, example: &str) -> Option<&'f Entry> {
        let found = self.head.map.entry(key);
        if found.is_none() {
            let help = format!("add a line `{key}: {example}`");
            self.fault(self.head.header, format!("the intent needs `{key}`"), help);
        }
        found
    }

    fn refuse_unknown_keys(&mut self) {
        for entry in self.head.map.entries().iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
            let message = format!("`{}` is not a key of an intent", printable(&entry.key));
            self.fault_as("intent-unknown-key", entry.key_span, message, did_you_mean(&entry.key, &KEYS));
        }
    }

    fn places(&self) -> BTreeMap<String, Place> {
        let entries = self.head.map.entries().iter();
        let keys = entries.map(|entry| (entry.key.clone(), self.file.place(entry.key_span.start)));
        let items = self.head.map.get("artefacts").into_iter().flat_map(|node| match &node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        });
        let artefacts = items.filter_map(|item| Some((item.text()?.to_owned(), self.file.place(item.span.start))));
        keys.chain(artefacts).collect()
    }

    fn fault(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.fault_as("intent-invalid", span, message, help);
    }

    fn fault_as(&mut self, code: &'static str, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::at(self.file, span, code, message, help));
    }
}

const BUMPS: [Bump; 4] = [Bump::None, Bump::Patch, Bump::Minor, Bump::Major];

/// `text` on one line, clipped, as messages show it.
fn printable(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}
