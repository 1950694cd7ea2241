//! Where rows come from: lines of JSON, CSV records, lists in documents.

use rayon::prelude::*;

use super::lines::{LONGEST, Piece, Pieces};
use super::record::Record;
use super::records::Records;
use super::{Layout, Table, quick, sheet};
use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::{Node, Value};

/// How many pieces are digested at once.
const AT_ONCE: usize = 64;

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

/// A row, or a fault where one should be.
pub(super) type Found<'r> = Result<&'r mut Record, Fault<'r>>;

/// Takes a row, or a fault where one should be, and says whether it wants more.
pub(super) type Visit<'v> = dyn FnMut(Span, Found<'_>) -> bool + 'v;

impl Source<'_> {
    /// Hands on the rows in order; whether more are wanted.
    pub(super) fn each(&self, visit: &mut Visit<'_>) -> bool {
        match self {
            Self::Lines(file) => Pieces::of(file).all(|span| each_line(file, span, visit)),
            Self::Sheet(file, delimiter) => sheet::each_record(file, *delimiter, visit),
            Self::List(file, nodes) => each_node(file, nodes, visit),
        }
    }

    /// The pieces of it, none of which was taken yet.
    pub(super) fn pieces(&self) -> Batches<'_> {
        match self {
            Self::Lines(file) => Batches::Lines(file, Pieces::of(file)),
            Self::Sheet(file, delimiter) => Batches::Sheet(Records::of(file, *delimiter)),
            whole => Batches::Whole(Some(whole)),
        }
    }
}

/// Pieces of a source, a batch after the other.
pub(super) enum Batches<'s> {
    Lines(&'s SourceFile, Pieces<'s>),
    Sheet(Records<'s>),
    /// All of it at once, once.
    Whole(Option<&'s Source<'s>>),
}

impl Batches<'_> {
    /// What `take` makes of the rows of each piece of the next batch, on all cores; `None` when all are taken.
    pub(super) fn fold<T: Send>(
        &mut self,
        start: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, Span, Found<'_>) + Sync,
    ) -> Option<Vec<T>> {
        match self {
            Self::Lines(file, pieces) => {
                let batch: Vec<Span> = pieces.by_ref().take(AT_ONCE).collect();
                let fold = |span: &Span| {
                    let mut folded = start();
                    each_line(file, *span, &mut |span, found| {
                        take(&mut folded, span, found);
                        true
                    });
                    folded
                };
                (!batch.is_empty()).then(|| batch.par_iter().with_max_len(1).map(fold).collect())
            }
            Self::Sheet(records) => records.fold(start, take),
            Self::Whole(source) => source.take().map(|source| {
                let mut folded = start();
                source.each(&mut |span, found| {
                    take(&mut folded, span, found);
                    true
                });
                vec![folded]
            }),
        }
    }
}

/// Hands on the rows of a piece of a file; whether more are wanted.
fn each_line(file: &SourceFile, span: Span, visit: &mut Visit<'_>) -> bool {
    if span.len() > LONGEST {
        return visit(span, Err(Box::new(move || vec![too_long(file, span)])));
    }
    let (piece, mut record) = (Piece::read(file, span), Record::default());
    piece.lines().all(|(span, line)| {
        let found = match quick::read(line, &mut record) {
            Some(()) => Ok(&mut record),
            None => read_in_full(file, span, &mut record),
        };
        visit(span, found)
    })
}

fn too_long(file: &SourceFile, span: Span) -> Problem {
    let message = format!("a line here is longer than {} MiB, and is not read", LONGEST >> 20);
    let help = "write one JSON object a line, and keep large content in files of its own that the rows name";
    Problem::at(file, Span::new(span.start, span.start), "line-too-long", message, help)
}

/// Hands on the rows of a list; whether more are wanted.
fn each_node(file: &SourceFile, nodes: &[Node], visit: &mut Visit<'_>) -> bool {
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
