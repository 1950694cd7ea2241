//! `snapshot.toml`: the small text file that stands in an artefact's directory for the rows of a tree.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use super::Column;
use crate::domain::{Digest, Problem, Quote, SourceFile, Span};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::{Entry, Node, Value, write_json_string};
use crate::tree;

/// The version of the file's layout.
const VERSION: u64 = 1;
const HEADER: &str = "# Written by `pv snapshot`: build it anew instead of editing it.";
const BUILD_ANEW: &str = "build it anew: `pv snapshot NAME --from FILE`";
const KEYS: [&str; 8] = ["version", "form", "root", "rows", "bytes", "key", "schema", "source"];
const SOURCE_KEYS: [&str; 4] = ["path", "format", "digest", "bytes"];

/// The rows of a snapshot, as its manifest tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowTree {
    /// The name of the root of their tree.
    pub root: Digest,
    /// How many rows there are.
    pub rows: u64,
    /// How many bytes they have in canonical JSON, without their keys.
    pub bytes: u64,
    /// The columns that tell the rows apart; none: their whole content does.
    pub key: Vec<String>,
    /// What the values of each column are.
    pub schema: BTreeMap<String, Column>,
    /// What the rows were read from, sorted by path.
    pub sources: Vec<Source>,
}

/// A file or directory that rows were read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Relative to the repository where it is inside, else as typed.
    pub path: String,
    /// How the rows are laid out in it.
    pub format: Format,
    /// Of the file's bytes; of a directory of its listing.
    pub digest: Digest,
    /// How many bytes the file has, or the files of the directory.
    pub bytes: u64,
}

/// How rows are laid out in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// A JSON list of objects.
    Json,
    /// Comma-separated records after a header.
    Csv,
    /// Tab-separated records after a header.
    Tsv,
    /// Parquet.
    Parquet,
    /// A directory of documents: a row for each file.
    Directory,
}

impl Format {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Jsonl, "jsonl"),
        (Self::Json, "json"),
        (Self::Csv, "csv"),
        (Self::Tsv, "tsv"),
        (Self::Parquet, "parquet"),
        (Self::Directory, "directory"),
    ];

    /// As manifests name it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().find(|(_, name)| *name == text).map(|(format, _)| *format);
        known.ok_or_else(|| format!("`{text}` is none of {}", Self::ALL.map(|(_, name)| name).join(", ")))
    }
}

/// The text of the manifest. The same rows from the same sources give the same text.
pub fn encode(tree: &RowTree) -> String {
    let mut out = format!("{HEADER}\nversion = {VERSION}\n");
    let key: Vec<String> = tree.key.iter().map(|name| quoted(name)).collect();
    line(&mut out, "form", quoted(tree::FORM));
    line(&mut out, "root", quoted(tree.root.as_str()));
    line(&mut out, "rows", tree.rows);
    line(&mut out, "bytes", tree.bytes);
    line(&mut out, "key", format!("[{}]", key.join(", ")));
    out.push_str("\n[schema]\n");
    for (name, column) in &tree.schema {
        line(&mut out, &toml_key(name), quoted(&column.to_string()));
    }
    let mut sources: Vec<&Source> = tree.sources.iter().collect();
    sources.sort_unstable();
    for source in sources {
        out.push_str("\n[[source]]\n");
        line(&mut out, "path", quoted(&source.path));
        line(&mut out, "format", quoted(source.format.name()));
        line(&mut out, "digest", quoted(source.digest.as_str()));
        line(&mut out, "bytes", source.bytes);
    }
    out
}

fn line(out: &mut String, key: &str, value: impl Display) {
    out.push_str(&format!("{key} = {value}\n"));
}

/// A name as a key: bare where TOML allows it.
fn toml_key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

/// A basic string in one line. Every escape of JSON is one of TOML; TOML escapes DEL, too.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_json_string(text, &mut out);
    out.replace('\u{7f}', "\\u007F")
}

/// What the manifest `file` tells.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn decode(file: &SourceFile) -> Result<RowTree, Vec<Problem>> {
    let root = document::parse(file, file.whole(), Syntax::Toml)?;
    let mut reading = Reading { file, problems: Vec::new() };
    match reading.manifest(&root) {
        Some(tree) if reading.problems.is_empty() => Ok(tree),
        _ => Err(reading.problems),
    }
}

/// Where the manifest `file` says `key` (`root`, `rows`, a column as `schema.NAME`), and what it says there.
pub fn quote(file: &SourceFile, key: &str) -> Option<Quote> {
    let root = document::parse(file, file.whole(), Syntax::Toml).ok()?;
    let node = match key.split_once('.') {
        Some((table, name)) => root.get(table)?.get(name)?,
        None => root.get(key)?,
    };
    Some(file.quote_as(node.span, node.scalar().unwrap_or_else(|| node.canonical())))
}

struct Reading<'f> {
    file: &'f SourceFile,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn manifest(&mut self, root: &Node) -> Option<RowTree> {
        self.is_ours(root).then_some(())?;
        self.known_keys(root, &KEYS);
        let (name, rows, bytes) = (self.digest(root, "root"), self.number(root, "rows"), self.number(root, "bytes"));
        let (key, schema, sources) = (self.key(root), self.schema(root), self.sources(root));
        Some(RowTree { root: name?, rows: rows?, bytes: bytes?, key: key?, schema: schema?, sources: sources? })
    }

    /// Whether this program can read it; a newer one may mean something else by the same keys.
    fn is_ours(&mut self, root: &Node) -> bool {
        let (version, form) = (self.number(root, "version"), self.text(root, "form"));
        if let Some(version) = version.filter(|version| *version != VERSION) {
            let message = format!("this is version {version} of row snapshots, and this pv reads version {VERSION}");
            self.fault(spot(root, "version"), "snapshot-version", message, "use a newer pv, or build it anew");
            return false;
        }
        if let Some(form) = form.as_deref().filter(|form| *form != tree::FORM) {
            let message = format!("rows in the form `{form}` are unknown: this pv reads `{}`", tree::FORM);
            self.fault(spot(root, "form"), "snapshot-form", message, "use a newer pv, or build it anew");
            return false;
        }
        version.is_some() && form.is_some()
    }

    fn known_keys(&mut self, table: &Node, known: &[&str]) {
        for entry in table.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let message = format!("`{}` is no key of a row snapshot", entry.key);
            let help = format!("remove it: the keys are {}", known.join(", "));
            self.fault(entry.key_span, "snapshot-key", message, help);
        }
    }

    fn key(&mut self, root: &Node) -> Option<Vec<String>> {
        let node = self.value(root, "key", "a list of columns", Node::is_list)?;
        let names: Option<Vec<String>> = node.elements().iter().map(|name| name.text().map(str::to_owned)).collect();
        if names.is_none() {
            self.fault(node.span, "snapshot-value", "`key` is not a list of columns' names", BUILD_ANEW);
        }
        names
    }

    fn schema(&mut self, root: &Node) -> Option<BTreeMap<String, Column>> {
        let node = self.value(root, "schema", "a table of columns", Node::is_map)?;
        let columns: Vec<_> = node.entries().iter().map(|entry| self.column(entry)).collect();
        columns.into_iter().collect()
    }

    fn column(&mut self, entry: &Entry) -> Option<(String, Column)> {
        match entry.node.text().map(str::parse) {
            Some(Ok(column)) => Some((entry.key.clone(), column)),
            Some(Err(error)) => self.unfit(&entry.node, error),
            None => self.unfit(&entry.node, format!("what the values of `{}` are is no text", entry.key)),
        }
    }

    fn sources(&mut self, root: &Node) -> Option<Vec<Source>> {
        let Some(node) = root.get("source") else { return Some(Vec::new()) };
        if !node.is_list() {
            return self.unfit(node, "`source` is not a list of tables, [[source]]");
        }
        let sources: Vec<_> = node.elements().iter().map(|source| self.source(source)).collect();
        sources.into_iter().collect()
    }

    fn source(&mut self, node: &Node) -> Option<Source> {
        self.known_keys(node, &SOURCE_KEYS);
        let (path, format) = (self.text(node, "path"), self.text(node, "format"));
        let (digest, bytes) = (self.digest(node, "digest"), self.number(node, "bytes"));
        let format = match format?.parse() {
            Ok(format) => format,
            Err(message) => return self.unfit(node.get("format")?, message),
        };
        Some(Source { path: path?, format, digest: digest?, bytes: bytes? })
    }

    fn text(&mut self, table: &Node, key: &str) -> Option<String> {
        self.value(table, key, "a text", |node| node.text().is_some())?.text().map(str::to_owned)
    }

    fn number(&mut self, table: &Node, key: &str) -> Option<u64> {
        let node = self.value(table, key, "a number", |node| matches!(node.value, Value::Number(_)))?;
        match node.scalar()?.replace('_', "").parse() {
            Ok(number) => Some(number),
            Err(_) => self.unfit(node, format!("`{key}` is no whole number from 0 up")),
        }
    }

    /// The name of a chunk, or what a source digests to.
    fn digest(&mut self, table: &Node, key: &str) -> Option<Digest> {
        let text = self.text(table, key)?;
        match text.parse::<Digest>() {
            Ok(digest) if digest.algorithm() == "blake3" => Some(digest),
            _ => self.unfit(table.get(key)?, format!("`{text}` is not `blake3:` and 64 hexadecimal digits")),
        }
    }

    /// The value at `key`, which has to be `what`.
    fn value<'n>(&mut self, table: &'n Node, key: &str, what: &str, is_fit: fn(&Node) -> bool) -> Option<&'n Node> {
        let Some(node) = table.get(key) else {
            let head = Span::new(table.span.start, table.span.start);
            self.fault(head, "snapshot-key", format!("`{key}` is missing: {what}"), BUILD_ANEW);
            return None;
        };
        if is_fit(node) { Some(node) } else { self.unfit(node, format!("`{key}` is not {what}")) }
    }

    fn unfit<T>(&mut self, node: &Node, message: impl Display) -> Option<T> {
        self.fault(node.span, "snapshot-value", message, BUILD_ANEW);
        None
    }

    fn fault(&mut self, span: Span, code: &'static str, message: impl Display, help: impl Into<String>) {
        self.problems.push(Problem::at(self.file, span, code, message.to_string(), help));
    }
}

fn spot(root: &Node, key: &str) -> Span {
    root.get(key).map_or(root.span, |node| node.span)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::{Format, RowTree, Source, decode, encode, quote};
    use crate::domain::{Digest, SourceFile};

    fn sample() -> RowTree {
        let schema = [("id", "text"), ("a title", "text?"), ("n", "number|null")];
        let schema = schema.into_iter().map(|(name, sorts)| (name.to_owned(), sorts.parse().unwrap())).collect();
        let source =
            |path: &str, format| Source { path: path.to_owned(), format, digest: Digest::of(b"s"), bytes: 304 };
        RowTree {
            root: Digest::of(b"root"),
            rows: 1_000_000,
            bytes: 180_000_000,
            key: vec!["id".to_owned()],
            schema,
            sources: vec![source("b.csv", Format::Csv), source("docs", Format::Directory)],
        }
    }

    fn file(text: &str) -> SourceFile {
        SourceFile::new("indexes/docs/snapshot.toml", text)
    }

    fn faults(text: &str) -> Vec<(&'static str, usize, String)> {
        let problems = decode(&file(text)).expect_err(text);
        problems.into_iter().map(|problem| (problem.code, problem.place.line, problem.message)).collect()
    }

    #[test]
    fn it_is_written_as_people_read_it() {
        let text = encode(&sample());
        let digest = |of: &[u8]| Digest::of(of).to_string();
        let expected = format!(
            "# Written by `pv snapshot`: build it anew instead of editing it.\nversion = 1\nform = \"pvrows1\"\n\
             root = \"{}\"\nrows = 1000000\nbytes = 180000000\nkey = [\"id\"]\n\n[schema]\n\"a title\" = \"text?\"\n\
             id = \"text\"\nn = \"number|null\"\n\n[[source]]\npath = \"b.csv\"\nformat = \"csv\"\ndigest = \"{1}\"\n\
             bytes = 304\n\n[[source]]\npath = \"docs\"\nformat = \"directory\"\ndigest = \"{1}\"\nbytes = 304\n",
            digest(b"root"),
            digest(b"s"),
        );
        assert_eq!(text, expected);
        assert_eq!(decode(&file(&text)).unwrap(), sample());
        let rows = quote(&file(&text), "rows").unwrap();
        assert_eq!((rows.place.line, rows.text.as_str()), (5, "1000000"));
        assert_eq!(quote(&file(&text), "schema.a title").unwrap().text, "text?");
    }

    #[test]
    fn every_fault_is_told_with_its_place() {
        let text = encode(&sample());
        let with = |from: &str, to: &str| faults(&text.replacen(from, to, 1));
        assert_eq!(with("version = 1", "version = 2")[0].0, "snapshot-version");
        assert_eq!(with("pvrows1", "pvrows9")[0].0, "snapshot-form");
        let found = with("rows = 1000000", "rows = -1\nextra = 2");
        assert_eq!(
            found.iter().map(|(code, line, _)| (*code, *line)).collect::<Vec<_>>(),
            [("snapshot-key", 6), ("snapshot-value", 5),]
        );
        assert_eq!(with("rows = 1000000\n", "")[0].2, "`rows` is missing: a number");
        assert_eq!(with("root = \"blake3:", "root = \"sha256:")[0].0, "snapshot-value");
        assert_eq!(with("\"text?\"", "\"string\"")[0].0, "snapshot-value");
        assert_eq!(with("\"csv\"", "\"xls\"")[0].0, "snapshot-value");
        assert_eq!(with("[\"id\"]", "\"id\"")[0].2, "`key` is not a list of columns");
        assert_eq!(with("[\"id\"]", "[1]")[0].0, "snapshot-value");
        assert_eq!(faults("<<<<<<< HEAD\n")[0].0, "toml-syntax");
        assert_eq!(faults("")[0].0, "snapshot-key");
    }

    proptest! {
        #[test]
        fn whatever_columns_and_paths_are_called_they_come_back(
            names in prop::collection::btree_set(any::<String>(), 0..6),
            path in any::<String>(),
            rows in 0..i64::MAX as u64,
        ) {
            let mut tree = sample();
            tree.rows = rows;
            tree.key = names.iter().cloned().collect();
            tree.schema = names.iter().map(|name| (name.clone(), "map".parse().unwrap())).collect::<BTreeMap<_, _>>();
            tree.sources = vec![Source { path, ..tree.sources.remove(0) }];
            prop_assert_eq!(decode(&file(&encode(&tree))).unwrap(), tree);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = decode(&file(&text));
            let _ = decode(&file(&format!("version = 1\nform = \"pvrows1\"\n{text}")));
        }
    }
}
