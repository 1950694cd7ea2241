//! Reading a postmortem: its head, and what stands below each heading.

use super::actions::{self, Action};
use crate::domain::{Place, Problem, SourceFile, Span};
use crate::kinds::shared::front_matter;
use crate::kinds::shared::node::Node;

/// A postmortem as it was written.
#[derive(Debug, Clone)]
pub struct Postmortem {
    /// The file's path.
    pub path: String,
    /// The release that it is about, as written.
    pub release: Option<String>,
    /// What it is known by elsewhere.
    pub incident: Option<String>,
    /// `open` or `closed`, as written, and its line.
    pub status: Option<(String, usize)>,
    /// The cause, as written, and its line.
    pub cause: Option<(String, usize)>,
    /// Its sections, in the order of the file.
    pub sections: Vec<Section>,
    /// Its action items.
    pub actions: Vec<Action>,
}

/// What stands below one heading, down to the next.
#[derive(Debug, Clone)]
pub struct Section {
    /// The heading's text.
    pub title: String,
    /// How many `#` it has.
    pub level: usize,
    /// The heading's line.
    pub line: usize,
    /// What somebody wrote: neither blank, nor filled in by pv, nor a comment. Each with its line.
    pub said: Vec<(usize, String)>,
}

/// The postmortem in the file at `path` whose content is `text`.
///
/// # Errors
/// When its front matter is missing or cannot be read.
pub fn parse(path: &str, text: &str) -> Result<Postmortem, Vec<Problem>> {
    let file = SourceFile::new(path, text);
    let Some(head) = front_matter::read(&file)? else {
        let help = "write one with `pv postmortem new`";
        let message = "the file has no front matter between two `---` lines";
        return Err(vec![Problem::at(&file, Span::new(0, 0), "postmortem-without-head", message, help)]);
    };
    let first = file.place(head.body.start).line;
    let sections = sections(file.slice(head.body), first);
    let text_of = |key: &str| written(head.map.get(key)?).map(|text| (text, line_of(&file, &head.map, key)));
    Ok(Postmortem {
        path: path.to_owned(),
        release: text_of("release").map(|(release, _)| release),
        incident: text_of("incident").map(|(incident, _)| incident),
        status: text_of("status"),
        cause: text_of("cause"),
        actions: sections.iter().find(|one| one.is("Action items")).map(actions::of).unwrap_or_default(),
        sections,
    })
}

/// A value with something in it.
fn written(node: &Node) -> Option<String> {
    node.scalar().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty() && text != "null")
}

fn line_of(file: &SourceFile, map: &Node, key: &str) -> usize {
    map.entry(key).map_or(1, |entry| file.place(entry.key_span.start).line)
}

impl Postmortem {
    /// The section called `title`.
    pub fn section(&self, title: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.is(title))
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.status.as_ref().is_some_and(|(status, _)| status == "closed")
    }

    /// The place of a line.
    pub fn place(&self, line: usize) -> Place {
        Place { path: self.path.as_str().into(), line, column: 1 }
    }
}

impl Section {
    /// Whether it is called `title`, in capitals or not.
    pub fn is(&self, title: &str) -> bool {
        self.title.eq_ignore_ascii_case(title)
    }

    /// What the line `- Part: …` says, with its line; `None`: there is no such line. A text may go on below it.
    pub fn part(&self, name: &str) -> Option<(usize, String)> {
        let at = self.said.iter().position(|(_, text)| labelled(text).is_some_and(|(label, _)| label == name))?;
        let (line, text) = self.said.get(at)?;
        let (_, first) = labelled(text)?;
        let more = self.said.iter().skip(at + 1).take_while(|(_, text)| labelled(text).is_none());
        let rest = more.map(|(_, text)| text.trim());
        let said = std::iter::once(first).chain(rest).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        Some((*line, said))
    }
}

/// The label and the text of a line `- Label: text`.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let item = line.trim_start().strip_prefix(['-', '*'])?.trim_start();
    let (label, text) = item.split_once(':')?;
    let label = label.trim().trim_matches('*').trim();
    let is_label = label.chars().next().is_some_and(char::is_uppercase) && label.split(' ').count() <= 2;
    is_label.then(|| (label, text.trim().trim_start_matches("**").trim()))
}

/// The sections of `body`, whose first line is the file's line `first`. What is in code blocks is no heading.
fn sections(body: &str, first: usize) -> Vec<Section> {
    let (mut sections, mut is_code, mut is_comment): (Vec<Section>, bool, bool) = (Vec::new(), false, false);
    for (n, line) in body.lines().enumerate().map(|(n, line)| (first + n, line.trim_end())) {
        is_code ^= line.trim_start().starts_with("```");
        if let Some((level, title)) = heading(line).filter(|_| !is_code && !is_comment) {
            sections.push(Section { title: title.to_owned(), level, line: n, said: Vec::new() });
            continue;
        }
        let opens = !is_code && line.trim_start().starts_with("<!--");
        let is_silent = line.trim().is_empty() || (!is_code && line.trim_start().starts_with('>'));
        if !(is_comment || opens || is_silent) {
            sections.extend(untitled(&sections, n));
            if let Some(section) = sections.last_mut() {
                section.said.push((n, line.to_owned()));
            }
        }
        is_comment = (is_comment || opens) && !line.contains("-->");
    }
    sections
}

/// What stands before the first heading belongs to a section without a title.
fn untitled(sections: &[Section], line: usize) -> Option<Section> {
    sections.is_empty().then(|| Section { title: String::new(), level: 0, line, said: Vec::new() })
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let title = line.get(level..)?.strip_prefix(' ')?.trim().trim_end_matches('#').trim_end();
    (1..=6).contains(&level).then_some((level, title))
}
