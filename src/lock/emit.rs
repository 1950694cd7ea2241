//! The emitter: TOML in the one layout that pv writes. One key a line, arrays one element a line, LF.

use std::fmt::Display;

/// A TOML document in the making.
#[derive(Debug, Default)]
pub(super) struct Emitter {
    out: String,
}

impl Emitter {
    /// A document that begins with the comment `header` and the version of its format.
    pub(super) fn new(header: &str, format: u64) -> Self {
        Self { out: format!("{header}\nversion = {format}\n") }
    }

    /// Opens the table `[<fixed>]`.
    pub(super) fn table(&mut self, fixed: &str) -> &mut Self {
        self.raw(&format!("\n[{fixed}]\n"))
    }

    /// Opens the table `[artefact."<id>"]`, or the table `part` of it.
    pub(super) fn artefact(&mut self, id: &impl Display, part: Option<&str>) -> &mut Self {
        let part = part.map(|part| format!(".{part}")).unwrap_or_default();
        self.raw(&format!("\n[artefact.{}{part}]\n", quoted(&id.to_string())))
    }

    /// `key = "value"`
    pub(super) fn text(&mut self, key: &str, value: &impl Display) -> &mut Self {
        self.raw(&format!("{key} = {}\n", quoted(&value.to_string())))
    }

    /// `key = "value"`, or nothing.
    pub(super) fn optional(&mut self, key: &str, value: Option<&impl Display>) -> &mut Self {
        match value {
            Some(value) => self.text(key, value),
            None => self,
        }
    }

    /// `key = value`
    pub(super) fn number(&mut self, key: &str, value: u64) -> &mut Self {
        self.raw(&format!("{key} = {value}\n"))
    }

    /// The elements sorted, one a line; nothing for an empty list.
    pub(super) fn list<T: Display>(&mut self, key: &str, values: impl IntoIterator<Item = T>) -> &mut Self {
        let mut values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        values.sort_unstable();
        if values.is_empty() {
            return self;
        }
        self.raw(&format!("{key} = [\n"));
        for value in &values {
            self.raw(&format!("  {},\n", quoted(value)));
        }
        self.raw("]\n")
    }

    /// Text that is TOML already (or conflict markers).
    pub(super) fn raw(&mut self, text: &str) -> &mut Self {
        self.out.push_str(text);
        self
    }

    /// The document, closed with its constant last line.
    pub(super) fn finish(mut self, sentinel: &str) -> String {
        self.raw(&format!("\n{sentinel}\n"));
        self.out
    }

    /// What was emitted, without a last line.
    pub(super) fn fragment(self) -> String {
        self.out
    }
}

/// A TOML basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use proptest::prelude::{any, proptest};

    proptest! {
        #[test]
        fn a_toml_parser_reads_back_any_text(text in any::<String>()) {
            let table: toml::Table = toml::from_str(&format!("{} = {}", quoted(&text), quoted(&text))).unwrap();
            assert_eq!(table.get(&text).and_then(toml::Value::as_str), Some(text.as_str()));
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(quoted("a\"\\\n\0\u{7f}\u{85}\u{e9}"), "\"a\\\"\\\\\\n\\u0000\\u007F\\u0085\u{e9}\"");
    }
}
