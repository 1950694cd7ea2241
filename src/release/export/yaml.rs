//! Writing YAML that every reader understands alike: block style, every text in double quotes.

use std::fmt::Write as _;

use serde_json::Value;

/// Words that some reader takes for something other than a text.
const RESERVED: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];

/// The document, with comments before it.
pub(super) fn document(comments: &[String], value: &Value) -> String {
    // A comment ends with its line: a line break in it would begin the document.
    let mut out: String = comments.iter().map(|line| format!("# {}\n", line.escape_debug())).collect();
    block(value, 0, &mut out);
    out
}

/// A map's or a list's lines, indented; whoever calls has ended the line before.
fn block(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (name, inner) in entries {
                indent(depth, out);
                entry(name, inner, depth, out);
            }
        }
        Value::Array(items) if !items.is_empty() => items.iter().for_each(|inner| item(inner, depth, out)),
        leaf => {
            indent(depth, out);
            out.push_str(&scalar(leaf));
            out.push('\n');
        }
    }
}

fn entry(name: &str, inner: &Value, depth: usize, out: &mut String) {
    out.push_str(&key(name));
    out.push(':');
    if is_leaf(inner) {
        out.push(' ');
        out.push_str(&scalar(inner));
        out.push('\n');
    } else {
        out.push('\n');
        block(inner, depth + 1, out);
    }
}

/// An item of a list; the first entry of a map stands on the dash's line.
fn item(inner: &Value, depth: usize, out: &mut String) {
    indent(depth, out);
    out.push_str("- ");
    match inner {
        Value::Object(entries) if !entries.is_empty() => {
            for (at, (name, inner)) in entries.iter().enumerate() {
                if at > 0 {
                    indent(depth + 1, out);
                }
                entry(name, inner, depth + 1, out);
            }
        }
        leaf if is_leaf(leaf) => {
            out.push_str(&scalar(leaf));
            out.push('\n');
        }
        // A list in a list, on one line: JSON is YAML.
        list => {
            out.push_str(&escaped(&list.to_string()));
            out.push('\n');
        }
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(entries) => entries.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

fn key(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !RESERVED.contains(&name.to_ascii_lowercase().as_str());
    if is_plain { name.to_owned() } else { scalar(&Value::from(name)) }
}

fn scalar(value: &Value) -> String {
    escaped(&value.to_string())
}

/// JSON text in the letters that YAML prints: what it does not, and what it takes for a line break, by number.
fn escaped(json: &str) -> String {
    json.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use serde_json::json;

    use super::document;
    use crate::domain::SourceFile;
    use crate::kinds::shared::document::{Syntax, parse};

    proptest! {
        #[test]
        fn whatever_is_written_is_read_again(key in any::<String>(), text in any::<String>(), comment in any::<String>()) {
            let written = document(&[comment], &json!({ key.as_str(): [{ "text": text.as_str() }, [text.as_str()]] }));
            let file = SourceFile::new("x.yaml", written);
            let root = parse(&file, file.whole(), Syntax::Yaml).map_err(|problems| format!("{problems:?}")).unwrap();
            let entry = root.entries().first().unwrap();
            prop_assert_eq!(&entry.key, &key);
            let items = entry.node.elements();
            prop_assert_eq!(items[0].get("text").and_then(|node| node.text()), Some(text.as_str()));
            prop_assert_eq!(items[1].elements()[0].text(), Some(text.as_str()));
        }
    }

    #[test]
    fn words_that_readers_take_for_something_else_are_quoted() {
        let value = json!({"on": true, "a b": "no", "flags": [{"key": "x", "list": [1, 2]}, "y"], "none": {}, "l\u{2028}": 0.5});
        insta::assert_snapshot!(document(&["made by\nme".to_owned()], &value), @r##"
        # made by\nme
        "on": true
        "a b": "no"
        flags:
          - key: "x"
            list:
              - 1
              - 2
          - "y"
        none: {}
        "l\u2028": 0.5
        "##);
    }
}
