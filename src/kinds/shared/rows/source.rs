//! Where rows come from: lines of JSON, CSV records, lists in documents.

use super::lines::{Piece, Pieces};
use super::record::Record;
use super::{Layout, Table, quick, sheet};
use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::{Node, Value};

/// A table, ready to be read row by row as often as it takes.
pub(super) enum Source<'t> {
    /// One JSON object a line.
    Lines(&'t SourceFile),
    /// Records after a header, separated by this byte.
    Sheet(&'t SourceFile, u8),
    /// The elements of a list in a document.
    List(&'t SourceFile, Vec<Node>),
}

/// Opens `table`; a document is parsed here and now.
pub(super) fn open(table: &Table) -> Result<Source<'_>, Vec<Problem>> {
    Ok(match &table.layout {
        Layout::JsonLines => Source::Lines(&table.file),
        Layout::Csv(delimiter) => Source::Sheet(&table.file, *delimiter),
        Layout::Document(syntax, path) => {
            let node = document::parse(&table.file, table.file.whole(), *syntax)?;
            Source::List(&table.file, elements(node, path))
        }
    })
}

/// The list under `path`, taken out of its document.
fn elements(mut node: Node, path: &[String]) -> Vec<Node> {
    for key in path {
        let entries = if let Value::Map(entries) = node.value { entries } else { Vec::new() };
        let Some(entry) = entries.into_iter().find(|entry| entry.key == *key) else { return Vec::new() };
        node = entry.node;
    }
    if let Value::List(rows) = node.value { rows } else { Vec::new() }
}

/// The first row of a file, when it can be read.
pub fn first_row(file: &SourceFile, layout: &Layout) -> Option<Node> {
    match layout {
        Layout::JsonLines => {
            let blank = file.text.find(|c: char| !c.is_whitespace() && c != '\u{feff}')?;
            let line = file.text.get(blank..)?.lines().next()?;
            document::parse(file, Span::new(blank, blank + line.len()), Syntax::Json).ok()
        }
        Layout::Csv(delimiter) => sheet::first_row(file, *delimiter),
        Layout::Document(..) => None,
    }
}

/// What makes the problems that a row is, if they are wanted.
pub(super) type Fault<'f> = Box<dyn FnOnce() -> Vec<Problem> + 'f>;

/// Takes a row, or a fault where one should be, and says whether it wants more.
pub(super) type Visit<'v> = dyn FnMut(Span, Result<&mut Record, Fault<'_>>) -> bool + 'v;

impl Source<'_> {
    /// Hands on the rows in order.
    pub(super) fn each(&self, visit: &mut Visit<'_>) {
        match self {
            Self::Lines(file) => {
                Pieces::of(file).all(|piece| each_line(file, &piece, visit));
            }
            Self::Sheet(file, delimiter) => sheet::each_record(file, *delimiter, visit),
            Self::List(file, nodes) => {
                each_node(file, nodes, visit);
            }
        }
    }
}

/// Hands on the rows of a piece of a file; whether more are wanted.
pub(super) fn each_line(file: &SourceFile, piece: &Piece, visit: &mut Visit<'_>) -> bool {
    let mut record = Record::default();
    piece.lines().all(|(span, line)| {
        let found = match quick::read(line, &mut record) {
            Some(()) => Ok(&mut record),
            None => read_in_full(file, span, &mut record),
        };
        visit(span, found)
    })
}

/// Hands on the rows of a list; whether more are wanted.
pub(super) fn each_node(file: &SourceFile, nodes: &[Node], visit: &mut Visit<'_>) -> bool {
    let mut record = Record::default();
    nodes.iter().all(|node| visit(node.span, read_node(file, node, &mut record)))
}

/// Reads a line that is out of the ordinary, or says what is wrong with it.
pub(super) fn read_in_full<'r>(
    file: &SourceFile,
    span: Span,
    record: &'r mut Record,
) -> Result<&'r mut Record, Fault<'static>> {
    let Some(part) = file.part(span) else { return Err(Box::new(Vec::new)) };
    match document::parse(&part, part.whole(), Syntax::Json) {
        Ok(node) => read_node(&part, &node, record).map_err(|fault| -> Fault<'static> {
            let problems = fault();
            Box::new(|| problems)
        }),
        Err(problems) => Err(Box::new(|| problems)),
    }
}

/// Reads a map; what is none is a problem.
fn read_node<'f, 'r>(file: &'f SourceFile, node: &Node, record: &'r mut Record) -> Result<&'r mut Record, Fault<'f>> {
    if node.is_map() {
        record.read_node(node);
        return Ok(record);
    }
    let span = node.span;
    let help = "write every row as an object of named fields";
    Err(Box::new(move || vec![Problem::at(file, span, "row-not-object", "this row is not an object", help)]))
}
