//! XML as a stream of elements: no entity is resolved but XML's own, nothing is fetched, and nesting has a limit.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::release::checks::{Refused, report};

/// How deeply elements may be nested; reports of tests need about five levels.
const DEEPEST: usize = 64;
/// So many characters of what is wrong are shown: it may quote a whole tag.
const SHOWN: usize = 200;
const ENTITIES: [&str; 5] = ["lt", "gt", "amp", "apos", "quot"];

/// An element that begins or ends. Text is skipped.
#[derive(Debug)]
pub(super) enum Step {
    /// It begins.
    Open(Element),
    /// The innermost one ends.
    Close,
}

/// The beginning of an element.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name, without a namespace prefix.
    pub(super) name: String,
    /// Its attributes, decoded.
    pub(super) attributes: BTreeMap<String, String>,
    /// The line that it begins on, from 1.
    pub(super) line: usize,
}

/// The elements of one file.
pub(super) struct Elements<'a> {
    name: &'a str,
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    depth: usize,
    /// Whether the element that was just opened is also closed.
    is_empty: bool,
    has_root: bool,
    /// The line of the byte up to which lines were counted.
    line: usize,
    counted: usize,
}

impl<'a> Elements<'a> {
    /// The elements of the file `name`.
    pub(super) fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        let reader = Reader::from_reader(bytes);
        Self { name, bytes, reader, depth: 0, is_empty: false, has_root: false, line: 1, counted: 0 }
    }

    /// The next step; `None` at the end of the document.
    ///
    /// # Errors
    /// When the document is cut short, not well-formed, or brings entities of its own.
    pub(super) fn next(&mut self) -> Result<Option<Step>, Refused> {
        if std::mem::take(&mut self.is_empty) {
            self.depth -= 1;
            return Ok(Some(Step::Close));
        }
        loop {
            let start = self.reader.buffer_position();
            let event = self.reader.read_event().map_err(|fault| self.damaged(self.reader.error_position(), &fault))?;
            match event {
                Event::Start(tag) => return self.open(start, &tag),
                Event::Empty(tag) => {
                    self.is_empty = true;
                    return self.open(start, &tag);
                }
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(Some(Step::Close));
                }
                Event::Eof if self.depth > 0 => return Err(self.damaged(start, &"the report is cut off")),
                Event::Eof => return Ok(None),
                Event::DocType(_) => return Err(self.damaged(start, &"a DOCTYPE, which reports of tests do not have")),
                Event::GeneralRef(name) if !is_known(&name) => {
                    return Err(self.damaged(start, &format!("the entity &{};, which is not one of XML's own", &*name)));
                }
                Event::Text(_)
                | Event::CData(_)
                | Event::GeneralRef(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_) => {}
            }
        }
    }

    fn open(&mut self, start: u64, tag: &BytesStart<'_>) -> Result<Option<Step>, Refused> {
        if self.depth == 0 && std::mem::replace(&mut self.has_root, true) {
            return Err(self.damaged(start, &"a second root element"));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.damaged(start, &format!("elements are nested more than {DEEPEST} deep")));
        }
        let mut attributes = BTreeMap::new();
        // The reader's own check for doubled attributes takes the square of their number.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|fault| self.damaged(start, &fault))?;
            let value =
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|fault| self.damaged(start, &fault))?;
            let name = attribute.key.as_ref().to_owned();
            if attributes.insert(name, value.into_owned()).is_some() {
                return Err(self.damaged(start, &format!("the attribute {} stands twice", attribute.key.as_ref())));
            }
        }
        let name = tag.local_name().as_ref().to_owned();
        Ok(Some(Step::Open(Element { name, attributes, line: self.line_of(start) })))
    }

    fn damaged(&self, at: u64, what: &dyn std::fmt::Display) -> Refused {
        let what: String = what.to_string().chars().take(SHOWN).collect();
        Refused::by(&report::UNREADABLE, format!("{}: {what}", self.place(at)))
    }

    /// The line of a byte that does not stand before the last one asked for: each byte is looked at once.
    fn line_of(&mut self, at: u64) -> usize {
        let at = self.index(at);
        let passed = self.bytes.get(self.counted..at).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = at;
        self.line
    }

    fn index(&self, at: u64) -> usize {
        usize::try_from(at).unwrap_or(usize::MAX).min(self.bytes.len())
    }

    /// Line and column of a byte, both from 1.
    fn place(&self, at: u64) -> String {
        let before = &self.bytes[..self.index(at)];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        format!("{}:{line}:{column}", self.name)
    }
}

fn is_known(reference: &BytesRef<'_>) -> bool {
    ENTITIES.contains(&&**reference) || matches!(reference.resolve_char_ref(), Ok(Some(_)))
}
