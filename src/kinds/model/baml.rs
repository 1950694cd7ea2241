//! The clients of a BAML file, as a document: `client<llm> Fast { provider openai options { model "gpt-4o" } }`.

use crate::domain::{SourceFile, Span};
use crate::kinds::shared::node::{Entry, Node, Value};

/// How deeply blocks may nest; what lies deeper is read as text.
const MAX_DEPTH: usize = 64;

/// The clients of `file` under the key `clients`, each with its settings.
pub(super) fn clients(file: &SourceFile) -> Node {
    let mut reader = Reader { file, at: 0 };
    let mut entries = Vec::new();
    while let Some(found) = reader.seek("client<llm>") {
        reader.at = found + "client<llm>".len();
        let Some((key_span, key)) = reader.word() else { break };
        reader.skip_blanks();
        if reader.rest().starts_with('{') {
            entries.push(Entry { key, key_span, node: reader.block(0) });
        }
    }
    let list = Node { span: file.whole(), value: Value::Map(entries) };
    let entry = Entry { key: "clients".to_owned(), key_span: Span::new(0, 0), node: list };
    Node { span: file.whole(), value: Value::Map(vec![entry]) }
}

struct Reader<'f> {
    file: &'f SourceFile,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.file.text.get(self.at..).unwrap_or_default()
    }

    fn seek(&self, word: &str) -> Option<usize> {
        self.rest().find(word).map(|at| self.at + at)
    }

    /// Skips white space, commas and comments.
    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            let blanks = rest.len() - trimmed.len();
            let comment = if trimmed.starts_with("//") { trimmed.find('\n').unwrap_or(trimmed.len()) } else { 0 };
            if blanks + comment == 0 {
                return;
            }
            self.at += blanks + comment;
        }
    }

    fn word(&mut self) -> Option<(Span, String)> {
        self.skip_blanks();
        let ends = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | '[' | ']' | ',');
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        let span = Span::new(self.at, self.at + length);
        self.at += length;
        (length > 0).then(|| (span, self.file.slice(span).to_owned()))
    }

    /// A block from its `{` to past its `}`.
    fn block(&mut self, depth: usize) -> Node {
        let start = self.at;
        self.at += 1;
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            self.skip_blanks();
            if self.rest().is_empty() || self.rest().starts_with('}') {
                break;
            }
            let Some((key_span, key)) = self.word() else {
                self.at += 1;
                continue;
            };
            let node = self.value(depth);
            if entries.iter().all(|entry| entry.key != key) {
                entries.push(Entry { key, key_span, node });
            }
        }
        self.at = (self.at + 1).min(self.file.text.len());
        Node { span: Span::new(start, self.at), value: Value::Map(entries) }
    }

    fn value(&mut self, depth: usize) -> Node {
        self.skip_inline_blanks();
        match self.rest().chars().next() {
            Some('{') if depth < MAX_DEPTH => self.block(depth + 1),
            Some('[') if depth < MAX_DEPTH => self.list(depth + 1),
            Some('"') => self.quoted("\"", "\""),
            Some('#') if self.rest().starts_with("#\"") => self.quoted("#\"", "\"#"),
            _ => self.bare(),
        }
    }

    fn skip_inline_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    fn list(&mut self, depth: usize) -> Node {
        let start = self.at;
        self.at += 1;
        let mut nodes = Vec::new();
        loop {
            self.skip_blanks();
            if self.rest().is_empty() || self.rest().starts_with(']') {
                break;
            }
            let before = self.at;
            nodes.push(self.value(depth));
            self.at = self.at.max(before + 1).min(self.file.text.len());
        }
        self.at = (self.at + 1).min(self.file.text.len());
        Node { span: Span::new(start, self.at), value: Value::List(nodes) }
    }

    fn quoted(&mut self, open: &str, close: &str) -> Node {
        let start = self.at;
        let inside = start + open.len();
        let length = self.file.text.get(inside..).and_then(|text| text.find(close)).unwrap_or(0);
        let text = self.file.slice(Span::new(inside, inside + length)).to_owned();
        self.at = (inside + length + close.len()).min(self.file.text.len());
        Node { span: Span::new(start, self.at), value: Value::Text(text) }
    }

    /// A word up to the end of the line, comma or bracket: `true`, `0.2`, `env.KEY`, `openai`.
    fn bare(&mut self) -> Node {
        let ends = |c: char| matches!(c, '\n' | '\r' | ',' | ']' | '}' | '{');
        let line = self.rest();
        let length = line.find(ends).unwrap_or(line.len());
        let text = line.get(..length).unwrap_or_default();
        let text = text.split("//").next().unwrap_or(text).trim_end().to_owned();
        let span = Span::new(self.at, self.at + text.len());
        self.at += length;
        let value = match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            number if number.parse::<f64>().is_ok() => Value::Number(text),
            _ => Value::Text(text),
        };
        Node { span, value }
    }
}

#[cfg(test)]
mod tests {
    use super::clients;
    use crate::domain::SourceFile;

    #[test]
    fn a_client_is_a_map_of_its_settings() {
        let text = "// ours\nclient<llm> Fast {\n  provider openai // host\n  options {\n    model \"gpt-4o\"\n    \
                    temperature 0.2\n    stop [\"a\", \"b\"]\n  }\n}\n";
        let node = clients(&SourceFile::new("clients.baml", text));
        let expected = r#"{"clients":{"Fast":{"options":{"model":"gpt-4o","stop":["a","b"],"temperature":0.2},"provider":"openai"}}}"#;
        assert_eq!(node.canonical(), expected);
    }

    #[test]
    fn a_broken_file_ends() {
        for text in
            ["client<llm> A {", "client<llm> A { a [", "client<llm>", "client<llm> A { \"", "client<llm> é { é é"]
        {
            let _ = clients(&SourceFile::new("clients.baml", text));
        }
    }
}
