//! Writing an intent: one order of keys, one spelling of every value.

use std::fmt::Write as _;

use super::Intent;

/// The text of `intent`, which [`super::parse`] reads back.
pub fn encode(intent: &Intent) -> String {
    let mut out = "---\n".to_owned();
    list(&mut out, "artefacts", intent.artefacts.iter().map(ToString::to_string));
    list(&mut out, "type", intent.types.iter().map(ToString::to_string));
    let optional = [
        ("class", intent.class.map(|class| class.to_string())),
        ("bump", intent.bump.map(|bump| bump.to_string())),
        ("owner", intent.owner.clone()),
    ];
    for (key, value) in optional {
        line(&mut out, key, value.as_deref());
    }
    if let Some(material) = intent.material {
        push(&mut out, format_args!("material: {material}\n"));
    }
    line(&mut out, "why", Some(&intent.why));
    if !intent.audience.is_empty() {
        out.push_str("audience:\n");
    }
    for (whom, text) in &intent.audience {
        push(&mut out, format_args!("  {}: {}\n", whom.as_str(), scalar(text)));
    }
    line(&mut out, "lowered", intent.lowered.as_deref());
    out.push_str("---\n");
    if !intent.body.is_empty() {
        push(&mut out, format_args!("\n{}\n", intent.body));
    }
    out
}

fn list(out: &mut String, key: &str, values: impl ExactSizeIterator<Item = String>) {
    if values.len() > 0 {
        push(out, format_args!("{key}:\n"));
    }
    values.for_each(|value| push(out, format_args!("  - {}\n", scalar(&value))));
}

fn line(out: &mut String, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        push(out, format_args!("{key}: {}\n", scalar(value)));
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

/// `text` as YAML: as it is where every reader takes it for that text, else in double quotes.
fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_harmless = |c: char| c.is_alphanumeric() || " _./:-,'()%+;!?=".contains(c);
    text.starts_with(char::is_alphabetic)
        && text.chars().all(is_harmless)
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) => push(&mut out, format_args!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What YAML does not take as it is, or takes for the end of a line.
fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
