//! Picoschema, the short form of schemas in dotprompt files, as JSON Schema.

use crate::kinds::shared::node::{Entry, Node, write_json_string};

/// How deeply fields may nest.
const MAX_DEPTH: usize = 32;

/// The JSON Schema that `fields` (`name?: string, what it is`, `tags(array): string`) stands for; `None`: it is no Picoschema.
pub(super) fn json_schema(fields: &Node) -> Option<String> {
    fields.is_map().then(|| object(fields, 0)).flatten()
}

fn object(fields: &Node, depth: usize) -> Option<String> {
    let mut properties = Vec::new();
    let mut required = Vec::new();
    for Entry { key, node, .. } in fields.entries() {
        let (head, kind) = key.strip_suffix(')').and_then(|key| key.split_once('(')).unwrap_or((key, ""));
        let name = head.strip_suffix('?').unwrap_or(head);
        if name == head {
            required.push(text(name));
        }
        properties.push(format!("{}:{}", text(name), field(kind, node, depth + 1)?));
    }
    Some(format!(
        r#"{{"type":"object","properties":{{{}}},"required":[{}]}}"#,
        properties.join(","),
        required.join(",")
    ))
}

/// The schema of a field whose name is followed by `(kind, what it is)`.
fn field(kind: &str, node: &Node, depth: usize) -> Option<String> {
    let (kind, about) = kind.split_once(',').unwrap_or((kind, ""));
    let about = text(about.trim());
    match kind.trim() {
        "" => value(node, depth),
        "array" => Some(format!(r#"{{"type":"array","description":{about},"items":{}}}"#, value(node, depth)?)),
        "object" => value(node, depth),
        "enum" => Some(format!(r#"{{"description":{about},"enum":{}}}"#, node.canonical())).filter(|_| node.is_list()),
        _ => None,
    }
}

/// `string, what it is`, or a map of fields.
fn value(node: &Node, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    let Some(said) = node.text() else { return node.is_map().then(|| object(node, depth)).flatten() };
    let (name, about) = said.split_once(',').unwrap_or((said, ""));
    match name.trim() {
        "any" => Some("{}".to_owned()),
        name @ ("string" | "number" | "integer" | "boolean" | "null") => {
            Some(format!(r#"{{"type":"{name}","description":{}}}"#, text(about.trim())))
        }
        _ => None,
    }
}

fn text(said: &str) -> String {
    let mut out = String::new();
    write_json_string(said, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::json_schema;
    use crate::domain::SourceFile;
    use crate::kinds::shared::document::{Syntax, parse};

    fn read(text: &str) -> Option<String> {
        let file = SourceFile::new("a.yaml", text);
        json_schema(&parse(&file, file.whole(), Syntax::Yaml).expect("valid"))
    }

    #[test]
    fn fields_are_read_with_their_marks() {
        let schema =
            read("title: string, the title\ntags?(array): string\nmood(enum): [good, bad]\nby: {name: string}");
        let schema = schema.expect("a Picoschema");
        assert!(schema.contains(r#""required":["title","mood","by"]"#), "{schema}");
        assert!(schema.contains(r#""mood":{"description":"","enum":["good","bad"]}"#), "{schema}");
    }

    #[test]
    fn what_is_something_else_is_left_alone() {
        assert_eq!(read("title: [a, b]"), None);
        assert_eq!(read("title: Answer"), None);
    }
}
