//! `--format json`: the report as its published schema says.

use std::io::{self, Write};

use serde::Serialize;

use super::Layout;
use crate::report::{Report, visible};

pub(super) fn render(report: &Report, _layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    match report {
        Report::Changes(changes) => write(changes, out),
        Report::Page(page) => write(&page.data, out),
    }
}

/// Writes a value; characters that a terminal or a reader would not show are escaped.
pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(value)?))
}

/// Outside of texts, JSON has no hidden character but the line break.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !visible::is_hidden(c) {
            out.push(c);
        } else {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::report::render::sample;

    #[test]
    fn a_check_with_gates_is_as_its_schema_says() {
        let schema = serde_json::from_str(include_str!("../../../schema/check.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let said = sample::rendered("json", sample::gated(), &sample::PLAIN);
        let mut report: Value = serde_json::from_str(&said).unwrap();
        let errors = |report: &Value| validator.iter_errors(report).map(|error| error.to_string()).collect::<Vec<_>>();
        assert_eq!(errors(&report), Vec::<String>::new());
        for (pointer, wrong) in [
            ("/gates/0/verdict", json!("passed")),
            ("/gates/1/checks/0/outcome/cases", json!(-1)),
            ("/gates/2/refused/0/check", json!("no check")),
            ("/refusals/0/severity", json!("fatal")),
            ("/verdict/exit", json!(2)),
        ] {
            let right = std::mem::replace(report.pointer_mut(pointer).unwrap(), wrong);
            assert!(!errors(&report).is_empty(), "{pointer}");
            *report.pointer_mut(pointer).unwrap() = right;
        }
    }

    #[test]
    fn hidden_characters_are_escaped_and_come_back() {
        let value = json!({ "text": "a\n\u{1b}\u{9b}\u{202e}\u{e0041}é" });
        let mut out = Vec::new();
        super::write(&value, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(r"a\n\u001b\u009b\u202e\udb40\udc41é"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
