//! YAML 1.2, from the events of `saphyr-parser`; anchors, aliases and merge keys are resolved under a budget.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};

use super::document::{Document, MAX_DEPTH};
use super::node::{Entry, Node, Value};
use super::offsets::Offsets;
use super::tree::{self, Builder};
use crate::domain::{Problem, SourceFile, Span};

/// How many nodes anchors and aliases together may copy.
const COPY_BUDGET: usize = 1_000_000;

const MERGE_KEY: &str = "<<";

/// Reads `region` of `file` as a stream of at most one YAML document.
pub(super) fn read(file: &SourceFile, region: Span) -> Document {
    let mut reader = Reader {
        file,
        offsets: Offsets::new(file.slice(region), region),
        tree: Builder::new(file, "yaml-duplicate-key"),
        open: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        documents: 0,
    };
    match reader.run(file.slice(region)) {
        Ok(()) => reader.tree.finish(region),
        Err(problem) => reader.tree.fail(problem),
    }
}

/// The value of a plain (unquoted) scalar after the core schema: null, booleans and numbers are typed.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::Text(text.to_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<String> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix).filter(|digits| !digits.starts_with('+')) {
            return u128::from_str_radix(digits, radix).ok().map(|value| value.to_string());
        }
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let looks_numeric = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    let parses = looks_numeric && unsigned.contains(|c: char| c.is_ascii_digit()) && unsigned.parse::<f64>().is_ok();
    parses.then(|| text.strip_prefix('+').unwrap_or(text).to_owned())
}

/// What stands before a scalar.
struct Marks<'t> {
    anchor: usize,
    tag: Option<&'t Tag>,
}

struct Reader<'f> {
    file: &'f SourceFile,
    offsets: Offsets<'f>,
    tree: Builder<'f>,
    /// Anchor and custom tag of each open collection.
    open: Vec<(usize, Option<String>)>,
    anchors: HashMap<usize, Rc<Node>>,
    /// What anchors and aliases copied so far, in the units of [`cost`].
    copied: usize,
    documents: usize,
}

impl<'f> Reader<'f> {
    fn run(&mut self, text: &'f str) -> Result<(), Problem> {
        let mut events = Parser::new(StrInput::new(text));
        while let Some(event) = events.next_event() {
            let (event, span) = event.map_err(|error| self.scan_problem(&error))?;
            let span = self.offsets.span(span);
            self.event(event, span)?;
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        match event {
            Event::DocumentStart(_) => self.document(span),
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, Marks { anchor, tag: tag.as_deref() }, span)
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceStart(anchor, tag) => {
                self.begin(anchor, tag.as_deref(), span)?;
                self.tree.begin_list(span)
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(anchor, tag.as_deref(), span)?;
                self.tree.begin_map(span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self, span: Span) -> Result<(), Problem> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        let help = "keep one document in a file, or make the documents elements of one list";
        Err(Problem::at(self.file, span, "yaml-many-documents", "a second YAML document begins here", help))
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, marks: Marks<'_>, span: Span) -> Result<(), Problem> {
        let span = self.trimmed(span);
        let is_plain = style == ScalarStyle::Plain;
        if self.tree.wants_key() {
            self.key(text, is_plain, span);
            return Ok(());
        }
        let span = if span.is_empty() { self.tree.key_end().map_or(span, |end| Span::new(end, end)) } else { span };
        let value = match marks.tag {
            None if is_plain => plain(text),
            None => Value::Text(text.to_owned()),
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix != "str" => plain(text),
            Some(tag) => Value::Text(custom_tag(tag).map_or_else(|| text.to_owned(), |tag| format!("{tag} {text}"))),
        };
        self.finished(Node { span, value }, marks.anchor)
    }

    fn key(&mut self, text: &str, is_plain: bool, span: Span) {
        if is_plain && text == MERGE_KEY {
            self.tree.merge_key(MERGE_KEY, span);
        } else {
            self.tree.key(text.to_owned(), span);
        }
    }

    fn begin(&mut self, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Problem> {
        if self.tree.wants_key() {
            let message = "a list or map stands as a key";
            return Err(Problem::at(
                self.file,
                span,
                "yaml-key",
                message,
                "use a text as the key, in quotes if need be",
            ));
        }
        self.open.push((anchor, tag.and_then(custom_tag)));
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Problem> {
        let closing = (!span.is_empty()).then_some(span.end);
        let Some(node) = self.tree.end(closing) else { return Ok(()) };
        let (anchor, tag) = self.open.pop().unwrap_or_default();
        let node = self.merged(node)?;
        self.finished(tagged(node, tag), anchor)
    }

    /// Stores an anchored node, then hands it to the tree.
    fn finished(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        if anchor != 0 {
            self.spend(&node, node.span)?;
            self.anchors.insert(anchor, Rc::new(node.clone()));
        }
        self.tree.value(node);
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Problem> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            let message = "this alias stands inside the value that it names";
            return Err(Problem::at(
                self.file,
                span,
                "yaml-alias",
                message,
                "a value cannot contain itself; write it out",
            ));
        };
        if self.tree.wants_key() {
            self.key(&node.scalar().unwrap_or_default(), false, span);
            return Ok(());
        }
        self.spend(&node, span)?;
        if self.tree.depth() + depth(&node) > MAX_DEPTH {
            return Err(tree::too_deep(self.file, span));
        }
        self.tree.value(Node { span, value: node.value.clone() });
        Ok(())
    }

    fn spend(&mut self, node: &Node, span: Span) -> Result<(), Problem> {
        self.copied = self.copied.saturating_add(cost(node));
        if self.copied <= COPY_BUDGET {
            return Ok(());
        }
        let message = format!("anchors and aliases expand to more than {COPY_BUDGET} values");
        Err(Problem::at(self.file, span, "yaml-alias-bomb", message, "write the values out instead of nesting aliases"))
    }

    /// Resolves merge keys (`<<: *defaults`): what the map says itself wins, then the earlier merged map.
    fn merged(&self, node: Node) -> Result<Node, Problem> {
        let Value::Map(entries) = node.value else { return Ok(node) };
        if !entries.iter().any(|entry| self.is_merge(entry)) {
            return Ok(Node { span: node.span, value: Value::Map(entries) });
        }
        let (merges, mut own): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| self.is_merge(entry));
        let mut seen: HashSet<String> = own.iter().map(|entry| entry.key.clone()).collect();
        for merge in merges {
            let sources = match merge.node.value {
                Value::List(nodes) => nodes,
                value => vec![Node { span: merge.node.span, value }],
            };
            for source in sources {
                let Value::Map(inherited) = source.value else { return Err(self.no_map_to_merge(source.span)) };
                own.extend(inherited.into_iter().filter(|entry| seen.insert(entry.key.clone())));
            }
        }
        Ok(Node { span: node.span, value: Value::Map(own) })
    }

    fn is_merge(&self, entry: &Entry) -> bool {
        entry.key == MERGE_KEY && self.file.slice(entry.key_span) == MERGE_KEY
    }

    fn no_map_to_merge(&self, span: Span) -> Problem {
        let help = "let `<<` name a map or a list of maps, or put the key in quotes";
        Problem::at(self.file, span, "yaml-merge", "a merge key `<<` takes a map", help)
    }

    /// The span without the line ends that the parser counts to block scalars.
    fn trimmed(&self, span: Span) -> Span {
        Span::new(span.start, span.start + self.file.slice(span).trim_end().len())
    }

    fn scan_problem(&self, error: &ScanError) -> Problem {
        let at = self.offsets.byte(error.marker().index());
        let width = self.file.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = Span::new(at, at + width);
        if error.info().contains("recursion limit") {
            return tree::too_deep(self.file, span);
        }
        Problem::at(self.file, span, "yaml-syntax", error.info(), help(error.info()))
    }
}

fn help(info: &str) -> &'static str {
    if info.contains("anchor") || info.contains("alias") {
        "put the value in quotes: a leading `*` or `&` names an alias or anchor"
    } else if info.contains("tab") {
        "indent with spaces"
    } else if info.contains("mapping values") || info.contains("simple key") {
        "put a text that contains `: ` in quotes, and check the indentation"
    } else {
        "check the indentation and the quotes around here"
    }
}

fn custom_tag(tag: &Tag) -> Option<String> {
    let is_plain = tag.is_yaml_core_schema() || (tag.handle.is_empty() && tag.suffix == "!");
    (!is_plain).then(|| tag.to_string())
}

/// A list or map under a custom tag becomes a map with the tag as its only key.
fn tagged(node: Node, tag: Option<String>) -> Node {
    let Some(tag) = tag else { return node };
    let span = node.span;
    let entry = Entry { key: tag, key_span: Span::new(span.start, span.start), node };
    Node { span, value: Value::Map(vec![entry]) }
}

/// What copying a node costs: one for each value, and one for each 32 bytes of text.
fn cost(node: &Node) -> usize {
    1 + match &node.value {
        Value::Text(text) | Value::Number(text) => text.len() / 32,
        Value::List(nodes) => nodes.iter().map(cost).sum(),
        Value::Map(entries) => entries.iter().map(|entry| entry.key.len() / 32 + cost(&entry.node)).sum(),
        Value::Null | Value::Bool(_) => 0,
    }
}

fn depth(node: &Node) -> usize {
    match &node.value {
        Value::List(nodes) => 1 + nodes.iter().map(depth).max().unwrap_or(0),
        Value::Map(entries) => 1 + entries.iter().map(|entry| depth(&entry.node)).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::{Syntax, parse};
    use super::*;

    fn read(text: &str) -> Result<Node, Vec<Problem>> {
        let file = SourceFile::new("a.yaml", text);
        parse(&file, file.whole(), Syntax::Yaml)
    }

    fn canonical(text: &str) -> String {
        read(text).expect(text).canonical()
    }

    fn first_problem(text: &str) -> (&'static str, usize, usize) {
        let problem = read(text).expect_err("a problem").remove(0);
        (problem.code, problem.place.line, problem.place.column)
    }

    #[test]
    fn only_the_core_schema_types_plain_scalars() {
        let text =
            "a: true\nb: yes\nc: ~\nd: 1e3\ne: 0x10\nf: \"1\"\ng: 2026-05-20\nh: +7\ni: v1.2\nj:\nk: .5\nl: 1.2.3\n";
        let expected = r#"{"a":true,"b":"yes","c":null,"d":1000,"e":16,"f":"1","g":"2026-05-20","h":7,"i":"v1.2","j":null,"k":0.5,"l":"1.2.3"}"#;
        assert_eq!(canonical(text), expected);
    }

    #[test]
    fn custom_tags_are_kept_as_text() {
        let text = "a: !function utils.score\nb: !ref [x, y]\nc: !!str 12\nd: !!int \"3\"\n";
        assert_eq!(canonical(text), r#"{"a":"!function utils.score","b":{"!ref":["x","y"]},"c":"12","d":3}"#);
    }

    #[test]
    fn aliases_and_merge_keys_are_resolved() {
        let text = "base: &b {x: 1, y: 2}\nc:\n  <<: *b\n  y: 3\nd: *b\ne:\n  <<: [{z: 0}, *b]\n";
        let expected = r#"{"base":{"x":1,"y":2},"c":{"x":1,"y":3},"d":{"x":1,"y":2},"e":{"x":1,"y":2,"z":0}}"#;
        assert_eq!(canonical(text), expected);
    }

    #[test]
    fn spans_are_bytes_of_the_file_without_trailing_lines() {
        let text = "é: ü  # note\r\nl:\r\n  - a b\r\n  - |\r\n    x\r\n    y\r\n\r\nz: {k: v}\r\n";
        let file = SourceFile::new("a.yaml", text);
        let node = parse(&file, file.whole(), Syntax::Yaml).expect("valid");
        let slice = |node: &Node| file.slice(node.span).to_owned();
        assert_eq!(slice(node.get("é").expect("é")), "ü");
        let list = node.get("l").expect("l");
        assert_eq!(slice(&list.elements()[0]), "a b");
        assert!(slice(&list.elements()[1]).ends_with('y'), "{:?}", slice(&list.elements()[1]));
        assert_eq!(slice(node.get("z").expect("z")), "{k: v}");
        assert_eq!(slice(node.at(&["z", "k"]).expect("k")), "v");
        assert!(slice(list).starts_with('-') && slice(list).ends_with('y'), "{:?}", slice(list));
    }

    #[test]
    fn faults_are_placed() {
        assert_eq!(first_problem("a: 1\nb: 2\na: 3\n"), ("yaml-duplicate-key", 3, 1));
        assert_eq!(first_problem("a: 1\n---\nb: 2\n"), ("yaml-many-documents", 2, 1));
        assert_eq!(first_problem("globs: **/*.ts\n").0, "yaml-syntax");
        assert_eq!(first_problem("? [a, b]\n: 1\n"), ("yaml-key", 1, 3));
        assert_eq!(first_problem("a: &x [*x]\n"), ("yaml-alias", 1, 8));
        assert_eq!(first_problem("a:\n  <<: 3\n").0, "yaml-merge");
    }

    #[test]
    fn an_alias_bomb_is_a_problem() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..20 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert_eq!(first_problem(&bomb).0, "yaml-alias-bomb");
    }

    #[test]
    fn hostile_depth_is_a_problem() {
        for text in ["[".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000), "{a: ".repeat(100_000)] {
            assert!(matches!(first_problem(&text).0, "too-deep" | "yaml-key"), "{:?}", first_problem(&text));
        }
    }
}
