//! The normal form of one schema: references followed, trivial combinations folded, `null` apart.

use std::collections::{BTreeMap, BTreeSet};

use super::{MAX_HOPS, Schema};
use crate::domain::Span;
use crate::kinds::shared::node::{Entry, Node, Value};

/// Keywords that people and models read and no validator does.
pub(super) const TEXT: [&str; 8] =
    ["title", "description", "examples", "example", "$comment", "deprecated", "readOnly", "writeOnly"];

/// Keywords under which a property names what it is still understood by.
pub(super) const ALIASES: [&str; 2] = ["aliases", "x-aliases"];

/// A schema as the comparison sees it.
pub(super) struct Shape<'a> {
    /// The keywords, those of references and of single branches included.
    pub(super) keywords: BTreeMap<&'a str, &'a Entry>,
    /// The JSON types it admits, `null` apart; `None`: any.
    pub(super) types: Option<BTreeSet<&'a str>>,
    /// Whether it admits `null`.
    pub(super) nullable: bool,
    /// The branches of `anyOf` and `oneOf`, without `null`.
    pub(super) variants: Vec<&'a Node>,
    /// Where it stands.
    pub(super) span: Span,
}

impl<'a> Shape<'a> {
    pub(super) fn of(schema: &'a Schema, node: &'a Node) -> Self {
        let mut gathered = Gathered { schema, keywords: BTreeMap::new(), null_branch: false, hops: 0 };
        gathered.take(node);
        gathered.fold();
        let Gathered { mut keywords, null_branch, .. } = gathered;
        let variants = variants(&keywords);
        let types = types(node, &keywords, &variants);
        let nullable = null_branch || admits_null(&keywords, types.as_ref());
        let variants = if only_types(&variants) { Vec::new() } else { variants };
        keywords.retain(|keyword, _| !["anyOf", "oneOf", "type", "nullable"].contains(keyword));
        Self { keywords, types, nullable, variants, span: node.span }
    }

    /// The value of a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&'a Node> {
        self.keywords.get(keyword).map(|entry| &entry.node)
    }

    /// The values of `enum`, `null` apart.
    pub(super) fn enumerated(&self) -> Option<Vec<&'a Node>> {
        let values = self.get("enum")?.elements();
        Some(values.iter().filter(|value| value.value != Value::Null).collect())
    }
}

struct Gathered<'a> {
    schema: &'a Schema,
    keywords: BTreeMap<&'a str, &'a Entry>,
    null_branch: bool,
    hops: usize,
}

impl<'a> Gathered<'a> {
    /// Takes the keywords of `node`, then those of the schema it refers to; the first one to name a keyword wins.
    fn take(&mut self, node: &'a Node) {
        let target = node.get("$ref").and_then(Node::text).and_then(|reference| self.schema.resolve(reference));
        for entry in node.entries() {
            if entry.key != "$ref" || target.is_none() {
                self.keywords.entry(entry.key.as_str()).or_insert(entry);
            }
        }
        self.hops += 1;
        if let Some(target) = target.filter(|_| self.hops < MAX_HOPS) {
            self.take(target);
        }
    }

    /// Replaces combinations of one branch by that branch, as long as there are any.
    fn fold(&mut self) {
        while self.hops < MAX_HOPS {
            let single = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|keyword| self.single_branch(keyword));
            let Some((keyword, branch)) = single else { return };
            self.keywords.remove(keyword);
            self.take(branch);
        }
    }

    fn single_branch(&mut self, keyword: &'static str) -> Option<(&'static str, &'a Node)> {
        let branches = self.keywords.get(keyword)?.node.elements();
        let kept: Vec<&Node> = branches.iter().filter(|branch| !is_null(branch)).collect();
        if keyword != "allOf" && kept.len() < branches.len() {
            self.null_branch = true;
        }
        match kept.as_slice() {
            [branch] if self.fits(branch) => Some((keyword, *branch)),
            _ => None,
        }
    }

    /// Whether taking `branch` would hide none of its constraints behind a keyword of the same name.
    fn fits(&self, branch: &Node) -> bool {
        branch.entries().iter().all(|entry| {
            TEXT.contains(&entry.key.as_str())
                || self
                    .keywords
                    .get(entry.key.as_str())
                    .is_none_or(|own| own.node.canonical() == entry.node.canonical())
        })
    }
}

fn variants<'a>(keywords: &BTreeMap<&'a str, &'a Entry>) -> Vec<&'a Node> {
    let branches = ["anyOf", "oneOf"].into_iter().filter_map(|keyword| keywords.get(keyword));
    branches.flat_map(|entry| entry.node.elements()).filter(|branch| !is_null(branch)).collect()
}

fn is_null(branch: &Node) -> bool {
    branch.get("type").and_then(Node::text) == Some("null")
        || branch.get("const").is_some_and(|value| value.value == Value::Null)
}

/// The declared types, else those that the other keywords leave.
fn types<'a>(node: &Node, keywords: &BTreeMap<&'a str, &'a Entry>, variants: &[&'a Node]) -> Option<BTreeSet<&'a str>> {
    if node.value == Value::Bool(false) {
        return Some(BTreeSet::new());
    }
    if let Some(declared) = keywords.get("type") {
        return Some(declared_types(&declared.node).into_iter().filter(|name| *name != "null").collect());
    }
    if only_types(variants) {
        return Some(variants.iter().filter_map(|branch| branch.get("type")).flat_map(declared_types).collect());
    }
    let values = keywords.get("enum").map(|entry| entry.node.elements());
    let values = values.or_else(|| keywords.get("const").map(|entry| std::slice::from_ref(&entry.node)));
    if let Some(values) = values {
        return Some(values.iter().filter(|value| value.value != Value::Null).map(type_of).collect());
    }
    let implied = [("properties", "object"), ("items", "array"), ("prefixItems", "array")];
    implied.into_iter().find(|(keyword, _)| keywords.contains_key(keyword)).map(|(_, name)| BTreeSet::from([name]))
}

fn declared_types(node: &Node) -> Vec<&str> {
    node.text().into_iter().chain(node.elements().iter().filter_map(Node::text)).collect()
}

/// Whether every branch says nothing but a type.
fn only_types(variants: &[&Node]) -> bool {
    !variants.is_empty() && variants.iter().all(|branch| matches!(branch.entries(), [entry] if entry.key == "type"))
}

fn type_of(value: &Node) -> &'static str {
    match &value.value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(text) if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => "integer",
        Value::Number(_) => "number",
        Value::Text(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

fn admits_null(keywords: &BTreeMap<&str, &Entry>, types: Option<&BTreeSet<&str>>) -> bool {
    let by_enum = keywords.get("enum").map(|entry| entry.node.elements().iter().any(|v| v.value == Value::Null));
    if by_enum == Some(false) {
        return false;
    }
    let by_keyword = keywords.get("nullable").is_some_and(|entry| entry.node.value == Value::Bool(true));
    let by_type = keywords.get("type").is_some_and(|entry| declared_types(&entry.node).contains(&"null"));
    by_keyword || by_type || by_enum == Some(true) && !keywords.contains_key("type") || types.is_none()
}
