//! Content that a manifest names by URI and digest: `external = { uri = "s3://…", digest = "sha256:…", size = … }`.

use super::{Pointer, Side, behind, same, unseen};
use crate::domain::{Digest, Elsewhere, Event, Fact, Keeper, Problem, SourceFile, Span};
use crate::kinds::shared::node::{Node, Value};

/// The key of a manifest under which such contents stand.
const KEY: &str = "external";

/// Whether the setting at `key` belongs to such a content, and is compared with it.
pub fn is_about(key: &str) -> bool {
    key.strip_prefix(KEY).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What `external` names in the document `root`: one table, or a list of them.
///
/// # Errors
/// Every one that names nothing for good: without a URI, or without a digest.
pub fn read(file: &SourceFile, root: &Node) -> (Vec<Pointer>, Vec<Problem>) {
    let (mut pointers, mut problems) = (Vec::new(), Vec::new());
    let Some(entry) = root.entry(KEY) else { return (pointers, problems) };
    let tables = match &entry.node.value {
        Value::List(tables) => tables.as_slice(),
        _ => std::slice::from_ref(&entry.node),
    };
    for table in tables {
        match external(file, table) {
            Ok(pointer) => pointers.push(pointer),
            Err(problem) => problems.push(problem),
        }
    }
    (pointers, problems)
}

fn external(file: &SourceFile, table: &Node) -> Result<Pointer, Problem> {
    let help = "write `external = { uri = \"s3://bucket/key\", digest = \"sha256:<64 hex>\", size = <bytes> }`";
    let wrong = |span: Span, code: &'static str, message: String| Err(Problem::at(file, span, code, message, help));
    let text = |key: &str| table.get(key).and_then(Node::text).map(str::trim).filter(|text| !text.is_empty());
    let Some(uri) = text("uri") else {
        return wrong(table.span, "external-malformed", "an external content has no `uri`".to_owned());
    };
    if !uri.contains("://") || uri.contains(['\t', '\n', ' ']) {
        return wrong(table.span, "external-malformed", format!("`{uri}` is no URI (`scheme://…`)"));
    }
    let Some(named) = text("digest") else {
        let message =
            format!("nothing says what `{uri}` holds: a URI without a digest names whatever stands there today");
        return wrong(table.span, "external-digest-missing", message);
    };
    let Ok(digest) = named.parse::<Digest>() else {
        let span = table.get("digest").map_or(table.span, |node| node.span);
        return wrong(
            span,
            "external-malformed",
            format!("`{named}` is not a digest (sha256:<64 hex>, blake3:<64 hex> or md5:<32 hex>)"),
        );
    };
    let size = match table.get("size") {
        None => None,
        Some(size) => match size.scalar().and_then(|text| text.parse().ok()) {
            Some(bytes) => Some(bytes),
            None => return wrong(size.span, "external-malformed", "`size` is no number of bytes".to_owned()),
        },
    };
    let address = format!("{digest} {uri}");
    let quote = file.quote_as(table.span, address.clone());
    let elsewhere = Elsewhere { path: file.path.to_string(), keeper: Keeper::External, size, address };
    let stands_for = String::new();
    Ok(Pointer { elsewhere, stands_for, digest: Some(digest), is_directory: false, unix_lines: false, quote })
}

/// Whether two pointers are of the same content, as far as they can be compared.
type Alike<'a> = dyn Fn(&Pointer, &Pointer) -> bool + 'a;

/// What differs between the contents that two manifests name: by URI first, then in order.
pub fn compare(old: &[Pointer], new: &[Pointer]) -> Vec<Fact> {
    let uri = |pointer: &Pointer| pointer.elsewhere.address.split_once(' ').map(|(_, uri)| uri.to_owned());
    let (mut before, mut after): (Vec<&Pointer>, Vec<&Pointer>) = (old.iter().collect(), new.iter().collect());
    let mut pairs: Vec<(&Pointer, &Pointer)> = Vec::new();
    let is_alike: [&Alike<'_>; 3] = [&|a, b| uri(a) == uri(b), &|a, b| a.digest == b.digest, &|_, _| true];
    for is_alike in is_alike {
        before.retain(|old| match after.iter().position(|new| is_alike(old, new)) {
            Some(at) => {
                pairs.push((old, after.remove(at)));
                false
            }
            None => true,
        });
    }
    let changed = pairs.iter().filter(|(old, new)| old.elsewhere.address != new.elsewhere.address);
    let mut facts: Vec<Fact> = changed
        .map(|(old, new)| match old.digest == new.digest {
            true => same(Side::Behind(old), Side::Behind(new)),
            false => unseen((Side::Behind(old), None), (Side::Behind(new), None)),
        })
        .collect();
    facts.extend(before.into_iter().map(|pointer| behind(Event::Removed, pointer)));
    facts.extend(after.into_iter().map(|pointer| behind(Event::Added, pointer)));
    facts
}
