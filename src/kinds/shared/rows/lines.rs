//! Lines of a file in pieces of whole lines, so that many are digested at once and few are in memory.

use crate::domain::{SourceFile, Span};

/// How much is read at a time, in bytes; a longer line is read whole.
const PIECE: usize = 1 << 18;

/// Some whole lines, and where the first of them begins.
pub(super) struct Piece {
    start: usize,
    text: String,
}

/// Hands on the pieces of a file.
pub(super) struct Pieces<'f> {
    file: &'f SourceFile,
    at: usize,
}

impl<'f> Pieces<'f> {
    pub(super) fn of(file: &'f SourceFile) -> Self {
        Self { file, at: 0 }
    }

    /// What is left of `bytes`, read up to the end of a line or of the file.
    fn read(&self, size: usize) -> Vec<u8> {
        let mut bytes = vec![0; size.min(self.file.whole().len().saturating_sub(self.at))];
        let read = self.file.read_at(self.at, &mut bytes).unwrap_or(0);
        bytes.truncate(read);
        bytes
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let mut size = PIECE;
        loop {
            let mut bytes = self.read(size);
            let is_end = bytes.len() < size || self.at + bytes.len() == self.file.whole().len();
            match bytes.iter().rposition(|&byte| byte == b'\n') {
                _ if bytes.is_empty() => return None,
                Some(end) if !is_end => bytes.truncate(end + 1),
                None if !is_end => {
                    size *= 2;
                    continue;
                }
                _ => {}
            }
            let start = self.at;
            self.at += bytes.len();
            // A large file was found to be UTF-8 throughout; should it have changed since, its rows are faulty.
            let text = String::from_utf8(bytes).unwrap_or_else(|error| error.to_string());
            return Some(Piece { start, text });
        }
    }
}

impl Piece {
    /// The lines in `text`, which begins at byte `start`.
    pub(super) fn new(start: usize, text: String) -> Self {
        Self { start, text }
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
            let text = line.trim_end().trim_start_matches('\u{feff}');
            let start = start + line.trim_end().len() - text.len();
            (!text.trim().is_empty()).then_some((Span::new(start, start + text.len()), text))
        })
    }
}
