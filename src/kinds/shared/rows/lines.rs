//! Files in pieces of whole lines, so that many are digested at once and few are in memory.

use crate::domain::{SourceFile, Span};

/// How much a piece is, in bytes; with a line that is longer, more.
const PIECE: usize = 1 << 18;

/// How much is read at a time to find the end of a line, in bytes.
const PROBE: usize = 1 << 12;

/// A line of more bytes than this is not read.
pub(super) const LONGEST: usize = 64 << 20;

/// Some whole lines, and where the first of them begins.
pub(super) struct Piece {
    start: usize,
    text: String,
}

/// Hands on where the pieces of a file stand.
pub(super) struct Pieces<'f> {
    file: &'f SourceFile,
    at: usize,
}

impl<'f> Pieces<'f> {
    pub(super) fn of(file: &'f SourceFile) -> Self {
        Self { file, at: 0 }
    }

    /// Where the line that byte `at` stands in ends, its end included.
    fn end_of_line(&self, mut at: usize) -> usize {
        let mut probe = vec![0; PROBE];
        loop {
            let read = self.file.read_at(at, &mut probe).unwrap_or(0);
            match probe.iter().take(read).position(|&byte| byte == b'\n') {
                Some(end) => return at + end + 1,
                None if read < probe.len() => return self.file.whole().len(),
                None => at += read,
            }
            probe.resize(PIECE, 0);
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let (start, end) = (self.at, self.file.whole().len());
        let last = start + PIECE - 1;
        self.at = if last < end { self.end_of_line(last) } else { end };
        (start < end).then(|| Span::new(start, self.at))
    }
}

impl Piece {
    /// The lines in `text`, which begins at byte `start`.
    pub(super) fn new(start: usize, text: String) -> Self {
        Self { start, text }
    }

    /// What stands at `span` of a file.
    pub(super) fn read(file: &SourceFile, span: Span) -> Self {
        let mut bytes = vec![0; span.len()];
        let read = file.read_at(span.start, &mut bytes).unwrap_or(0);
        bytes.truncate(read);
        // A large file was found to be UTF-8 throughout; should it have changed since, its rows are faulty.
        Self::new(span.start, String::from_utf8(bytes).unwrap_or_else(|error| error.to_string()))
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The lines that are not blank, without their ends and a byte order mark.
    pub(super) fn lines(&self) -> impl Iterator<Item = (Span, &str)> {
        let mut at = self.start;
        let lines = self.text.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            (start, line)
        });
        lines.filter_map(|(start, line)| {
            let line = line.trim_end();
            let text = line.trim_start_matches('\u{feff}');
            let start = start + line.len() - text.len();
            (!text.trim_start().is_empty()).then_some((Span::new(start, start + text.len()), text))
        })
    }
}
