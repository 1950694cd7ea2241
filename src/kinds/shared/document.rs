//! Documents: JSON, YAML and TOML read into one spanned tree, under one set of limits.

use super::node::Node;
use super::{json, toml, yaml};
use crate::domain::{Problem, SourceFile, Span};

/// How deeply lists and maps may nest.
pub const MAX_DEPTH: usize = 256;

/// How many problems of one document are listed.
pub const MAX_PROBLEMS: usize = 20;

/// The syntax of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// JSON; comments and trailing commas are tolerated.
    Json,
    /// YAML 1.2, one document.
    Yaml,
    /// TOML 1.
    Toml,
}

/// The syntaxes by the extensions that announce them.
const SYNTAXES: [(&str, Syntax); 6] = [
    ("json", Syntax::Json),
    ("jsonc", Syntax::Json),
    ("json5", Syntax::Json),
    ("yaml", Syntax::Yaml),
    ("yml", Syntax::Yaml),
    ("toml", Syntax::Toml),
];

/// The syntax that the extension of `path` announces.
pub fn syntax_of(path: &str) -> Option<Syntax> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (_, extension) = name.rsplit_once('.')?;
    let known = SYNTAXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
    known.map(|(_, syntax)| *syntax)
}

/// Whether one of the words that `path` consists of is among `words`, in any case.
///
/// Asked of every path of a repository, so it allocates nothing.
pub fn mentions(path: &str, words: &[&str]) -> bool {
    let mut spoken = path.split(|c: char| !c.is_ascii_alphanumeric());
    spoken.any(|word| words.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// A document as far as it can be read.
#[derive(Debug)]
pub struct Document {
    /// Its tree; `None`: a fault of syntax leaves none. Of a key that stands twice the last one counts.
    pub root: Option<Node>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl From<Result<Node, Vec<Problem>>> for Document {
    fn from(read: Result<Node, Vec<Problem>>) -> Self {
        match read {
            Ok(root) => Self { root: Some(root), problems: Vec::new() },
            Err(problems) => Self { root: None, problems },
        }
    }
}

/// Reads `region` of `file`, which must be free of problems.
///
/// # Errors
/// The problems of the document, each with its place.
pub fn parse(file: &SourceFile, region: Span, syntax: Syntax) -> Result<Node, Vec<Problem>> {
    let Document { root, problems } = read(file, region, syntax);
    root.filter(|_| problems.is_empty()).ok_or(problems)
}

/// Reads `region` of `file`; every span of the tree is an offset into the whole file. Time is linear in the region,
/// memory a multiple of it.
pub fn read(file: &SourceFile, region: Span, syntax: Syntax) -> Document {
    let region = without_byte_order_mark(file, region);
    if let Some(at) = file.slice(region).find('\0') {
        let span = Span::new(region.start + at, region.start + at + 1);
        let help = "remove the byte, or keep binary content out of this file";
        let problem = Problem::at(file, span, "nul-byte", "a NUL byte stands in the document", help);
        return Document { root: None, problems: vec![problem] };
    }
    match syntax {
        Syntax::Json => json::read(file, region),
        Syntax::Yaml => yaml::read(file, region),
        Syntax::Toml => toml::parse(file, region).into(),
    }
}

fn without_byte_order_mark(file: &SourceFile, region: Span) -> Span {
    let mark = if file.slice(region).starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    Span::new(region.start + mark, region.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_announces_the_syntax() {
        assert_eq!(syntax_of("a/b.prompt.YML"), Some(Syntax::Yaml));
        assert_eq!(syntax_of("a.d/README"), None);
        assert_eq!(syntax_of("pyproject.toml"), Some(Syntax::Toml));
    }

    #[test]
    fn a_path_mentions_whole_words_in_any_case() {
        assert!(mentions("config/My-Models.json", &["model", "models"]));
        assert!(!mentions("config/remodels.json", &["model", "models"]));
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_spans_stay_true() {
        for (path, text) in [("a.json", "\u{feff}{\"a\": 1}"), ("a.yaml", "\u{feff}a: 1"), ("a.toml", "\u{feff}a = 1")]
        {
            let file = SourceFile::new(path, text);
            let node = parse(&file, file.whole(), syntax_of(path).expect("known")).expect("valid");
            assert_eq!(file.slice(node.get("a").expect("a").span), "1", "{path}");
        }
    }

    #[test]
    fn a_nul_byte_is_a_problem_with_its_place() {
        let file = SourceFile::new("a.yaml", "a: 1\nb: x\0y\n");
        let problems = parse(&file, file.whole(), Syntax::Yaml).expect_err("NUL");
        assert_eq!((problems[0].code, problems[0].place.line, problems[0].place.column), ("nul-byte", 2, 5));
    }
}
