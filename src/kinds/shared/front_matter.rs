//! Front matter: the YAML between two `---` lines at the head of a text file.

use super::document::{self, Syntax};
use super::lenient;
use super::node::{Node, Value};
use crate::domain::{Problem, SourceFile, Span};

/// The head and the body of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontMatter {
    /// The head, always a map.
    pub map: Node,
    /// The text between the two `---` lines.
    pub header: Span,
    /// Everything after the line of the second `---`.
    pub body: Span,
    /// Why the head is no strict YAML and had to be read line by line: a warning in Cursor rules (`.mdc`), else an
    /// error. Nothing where just the globs of Cursor rules are unquoted: that is how Cursor writes them.
    pub lenient: Option<Problem>,
}

/// Reads the front matter of `file`; `None`: it has none.
///
/// Blank lines, an HTML comment and, where `#` begins no heading, `#` lines may stand before it. A head that is no
/// strict YAML is read line by line.
///
/// # Errors
/// The problems of the head when it cannot be read either way.
pub fn read(file: &SourceFile) -> Result<Option<FrontMatter>, Vec<Problem>> {
    let Some((header, body)) = split(file) else { return Ok(None) };
    let (map, lenient) = match document::parse(file, header, Syntax::Yaml) {
        Ok(node) => (node, None),
        Err(problems) => match problems.first() {
            Some(first) if first.code == "yaml-syntax" => {
                let reason = (!is_of_cursor(file, header)).then(|| read_by_line(file, first.clone()));
                (lenient::read(file, header).ok_or(problems)?, reason)
            }
            _ => return Err(problems),
        },
    };
    let map = match map.value {
        Value::Map(_) => map,
        Value::Null => Node { span: header, value: Value::Map(Vec::new()) },
        // Two rules with a paragraph between them: Markdown, not a head.
        _ => return Ok(None),
    };
    Ok(Some(FrontMatter { map, header, body, lenient }))
}

fn read_by_line(file: &SourceFile, fault: Problem) -> Problem {
    let problem = Problem {
        code: "front-matter-lenient",
        message: format!("the front matter is not YAML, and was read line by line: {}", fault.message),
        help: "quote the value, so that every reader reads the same".to_owned(),
        ..fault
    };
    if file.path.ends_with(".mdc") { problem.as_warning() } else { problem }
}

/// Whether `header` is that of Cursor rules, and would be YAML if its globs were quoted.
fn is_of_cursor(file: &SourceFile, header: Span) -> bool {
    let quoted: String = file.slice(header).split_inclusive('\n').map(with_quoted_glob).collect();
    let quoted = SourceFile::new(&*file.path, quoted);
    file.path.ends_with(".mdc") && document::parse(&quoted, quoted.whole(), Syntax::Yaml).is_ok()
}

fn with_quoted_glob(line: &str) -> String {
    let (lead, value) = line.split_once(": ").or_else(|| line.split_once("- ")).unwrap_or((line, ""));
    if is_glob(value.trim()) {
        let separator = &line[lead.len()..lead.len() + 2];
        format!("{lead}{separator}'{}'\n", value.trim().replace('\'', "''"))
    } else {
        line.to_owned()
    }
}

/// Whether an unquoted value looks like globs: `**/*.ts`, `*.rs, *.md`.
fn is_glob(value: &str) -> bool {
    let is_pattern = value.starts_with('*') || (value.contains("**") && !value.starts_with(['"', '\'', '[']));
    is_pattern && value.split(',').all(|glob| !glob.trim().contains(char::is_whitespace))
}

/// Where the head and the body of `file` stand; `None`: it has no front matter.
pub fn split(file: &SourceFile) -> Option<(Span, Span)> {
    let has_headings = [".md", ".mdc", ".markdown"].iter().any(|end| file.path.ends_with(end));
    let mut lines = lines(&file.text).skip_while({
        let mut in_comment = false;
        move |(_, line)| precedes(line, &mut in_comment) || (!has_headings && line.starts_with('#'))
    });
    let (opening, line) = lines.next()?;
    is_fence(line).then_some(())?;
    let (closing, last) = lines.find(|(_, line)| is_fence(line))?;
    let header = Span::new(opening + line.len(), closing);
    Some((header, Span::new(closing + last.len(), file.text.len())))
}

/// Lines with their ends, and where they start; a leading byte order mark is left out.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    text.get(mark..).unwrap_or_default().split_inclusive('\n').scan(mark, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    })
}

fn is_fence(line: &str) -> bool {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    line.strip_prefix("---").is_some_and(|rest| rest.chars().all(|c| c == ' ' || c == '\t'))
}

/// Whether a line may stand before any front matter: blank, or part of an HTML comment.
fn precedes(line: &str, in_comment: &mut bool) -> bool {
    let text = line.trim();
    if *in_comment || text.starts_with("<!--") {
        *in_comment = !text.ends_with("-->");
        return true;
    }
    text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(String, String, bool)> {
        parts_of("a.md", text)
    }

    fn parts_of(path: &str, text: &str) -> Option<(String, String, bool)> {
        let file = SourceFile::new(path, text);
        let found = read(&file).expect("readable")?;
        Some((found.map.canonical(), file.slice(found.body).to_owned(), found.lenient.is_some()))
    }

    fn is(map: &str, body: &str, lenient: bool) -> Option<(String, String, bool)> {
        Some((map.to_owned(), body.to_owned(), lenient))
    }

    #[test]
    fn head_and_body_are_told_apart() {
        assert_eq!(parts("---\na: 1\n---\nbody\n---\n"), is(r#"{"a":1}"#, "body\n---\n", false));
        assert_eq!(parts("--- \t\r\na: 1\r\n---\r\nbody"), is(r#"{"a":1}"#, "body", false));
        assert_eq!(parts("\u{feff}---\n---\nbody"), is("{}", "body", false));
        assert_eq!(parts_of("a.prompt", "# Copyright\n#\n\n---\na: b\n---\nx"), is(r#"{"a":"b"}"#, "x", false));
        assert_eq!(parts("<!-- licence\nmore -->\n---\na: b\n---\nx"), is(r#"{"a":"b"}"#, "x", false));
    }

    #[test]
    fn no_front_matter_is_no_problem() {
        assert_eq!(parts("# Title\n\ntext\n\n---\n\nmore\n"), None);
        assert_eq!(parts("# Title\n\n---\nRole: helper\n---\nmore\n"), None);
        assert_eq!(parts("---\nnever closed\n"), None);
        assert_eq!(parts("---\n\nA paragraph.\n\n---\nmore\n"), None);
        assert_eq!(parts("----\na: 1\n----\n"), None);
        assert_eq!(parts(""), None);
    }

    #[test]
    fn what_is_no_strict_yaml_is_read_by_lines() {
        let text =
            "---\ndescription: Use when: testing\nglobs: **/*.ts\nalwaysApply: false\ntags:\n  - a\n  - *b\n---\nx";
        let map = r#"{"alwaysApply":false,"description":"Use when: testing","globs":"**/*.ts","tags":["a","*b"]}"#;
        assert_eq!(parts(text), is(map, "x", true));
    }

    #[test]
    fn unquoted_globs_are_the_custom_of_cursor_rules_only() {
        let of =
            |path: &str, lines: &str| parts_of(path, &format!("---\n{lines}---\nx")).map(|(_, _, lenient)| lenient);
        let globs = ["globs: *.rs,*.md\nalwaysApply: false\n", "globs: *.rs, src/**/*.rs\r\n", "globs:\n  - **/*.rs\n"];
        for lines in globs {
            assert_eq!((of("a.mdc", lines), of("a.md", lines)), (Some(false), Some(true)), "{lines}");
        }
        for lines in ["globs: *.rs\ndescription: Use when: testing\n", "description: **Note** use: this\n"] {
            assert_eq!(of("a.mdc", lines), Some(true), "{lines}");
        }
        let map = r#"{"globs":"*.rs,*.md"}"#;
        assert_eq!(parts_of("a.mdc", "---\nglobs: *.rs,*.md\n---\nx"), is(map, "x", false));
    }

    #[test]
    fn what_neither_reader_reads_is_a_problem_at_its_place() {
        let file = SourceFile::new("a.md", "---\na: 1\n}}\n---\nx");
        let problem = read(&file).expect_err("unreadable").remove(0);
        assert_eq!((problem.code, problem.place.line), ("yaml-syntax", 3));
    }
}
