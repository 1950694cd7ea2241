//! CSV in pieces of whole records, so that many are digested at once.
//!
//! A piece ends where a line ends and as many quotes were opened as closed. A record that is plain enough is read here;
//! from one that is not, the rest of its piece is left to the full reader ([`sheet`]), whose word also counts where a
//! record goes on beyond its piece: then the pieces after it are cut anew.

use rayon::prelude::*;

use super::lines::Piece;
use super::record::Record;
use super::source::{Found, Visit};
use super::{plain, sheet};
use crate::domain::{SourceFile, Span};

/// How much a piece is, in bytes; with a record that is longer, more.
const PIECE: usize = 1 << 18;

/// How many pieces are digested at once.
const AT_ONCE: usize = 64;

/// A file of records, as far as it was not read yet.
pub(super) struct Records<'f> {
    file: &'f SourceFile,
    delimiter: u8,
    names: Vec<String>,
    at: usize,
}

/// Where the reading of a piece ended.
enum Ended {
    /// With the piece.
    Here,
    /// With a record that goes on beyond it, up to this byte.
    Beyond(usize),
    /// With the file, or with a record after which nothing can be read.
    File,
}

impl<'f> Records<'f> {
    pub(super) fn of(file: &'f SourceFile, delimiter: u8) -> Self {
        Self { file, delimiter, names: sheet::names(file, delimiter), at: 0 }
    }

    /// What `take` makes of the rows of each piece of the next batch; `None` when all is read.
    pub(super) fn fold<T: Send>(
        &mut self,
        start: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, Span, Found<'_>) + Sync,
    ) -> Option<Vec<T>> {
        let pieces = self.pieces();
        let read = |piece: &Span| {
            let mut folded = start();
            let ended = self.each(*piece, &mut |span, found| {
                take(&mut folded, span, found);
                true
            });
            (folded, ended)
        };
        let read: Vec<(T, Ended)> = pieces.par_iter().with_max_len(1).map(read).collect();
        let mut all = Vec::new();
        for (folded, ended) in read {
            all.push(folded);
            match ended {
                Ended::Here => continue,
                Ended::Beyond(at) => self.at = at,
                Ended::File => self.at = self.file.whole().len(),
            }
            return Some(all);
        }
        self.at = pieces.last()?.end;
        Some(all)
    }

    /// The next pieces.
    fn pieces(&self) -> Vec<Span> {
        let end = self.file.whole().len();
        let ranges: Vec<Span> =
            (self.at..end).step_by(PIECE).take(AT_ONCE).map(|at| Span::new(at, (at + PIECE).min(end))).collect();
        let quotes: Vec<usize> = ranges.par_iter().map(|range| count_quotes(self.file, *range)).collect();
        let (mut open, mut start) = (0, self.at);
        let mut pieces = Vec::new();
        for (range, quotes) in ranges.iter().zip(quotes) {
            open += quotes;
            let cut = self.end_of_line(range.end, open % 2 == 1).max(start);
            if cut > start {
                pieces.push(Span::new(start, cut));
                start = cut;
            }
            if cut > range.end + PIECE {
                break;
            }
        }
        pieces
    }

    /// Where the first line after byte `at` ends that ends outside of quotes; `quoted`: whether `at` stands in some.
    fn end_of_line(&self, mut at: usize, mut quoted: bool) -> usize {
        let mut probe = vec![0; 1 << 12];
        loop {
            let read = self.file.read_at(at, &mut probe).unwrap_or(0);
            for (offset, byte) in probe.iter().take(read).enumerate() {
                quoted ^= *byte == b'"';
                if *byte == b'\n' && !quoted {
                    return at + offset + 1;
                }
            }
            if read < probe.len() {
                return self.file.whole().len();
            }
            at += read;
        }
    }

    /// Hands on the records of a piece.
    fn each(&self, span: Span, visit: &mut Visit<'_>) -> Ended {
        // The first piece has the header.
        let at = if span.start == 0 { 0 } else { self.each_plain(span, visit) };
        if at == span.end {
            return Ended::Here;
        }
        let mut last = at;
        let from = (at > 0).then(|| (at, self.names.clone()));
        let is_read = sheet::each_from(self.file, (self.delimiter, from), &mut |record, found| {
            let is_within = record.start < span.end;
            if is_within {
                visit(record, found);
                last = record.end;
            }
            is_within
        });
        match is_read {
            true => Ended::File,
            false if last > span.end => Ended::Beyond(last),
            false => Ended::Here,
        }
    }

    /// Hands on the records of a piece as long as they are plain; where that ended.
    fn each_plain(&self, span: Span, visit: &mut Visit<'_>) -> usize {
        let piece = Piece::read(self.file, span);
        let (text, mut record, mut at) = (piece.text(), Record::default(), 0);
        while let Some(found) = plain::read(text, (at, self.delimiter), &self.names, &mut record) {
            if found.end > found.start {
                visit(Span::new(span.start + found.start, span.start + found.end), Ok(&mut record));
            }
            at = plain::after_line_end(text, found.end);
        }
        span.start + at
    }
}

fn count_quotes(file: &SourceFile, span: Span) -> usize {
    let mut bytes = vec![0; span.len()];
    let read = file.read_at(span.start, &mut bytes).unwrap_or(0);
    let count = |piece: &[u8]| usize::from(piece.iter().map(|&byte| u8::from(byte == b'"')).sum::<u8>());
    let (pieces, rest) = bytes.get(..read).unwrap_or_default().as_chunks::<192>();
    pieces.iter().map(|piece| count(piece)).sum::<usize>() + count(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = Vec<(Span, Option<String>)>;

    fn see(seen: &mut Seen, span: Span, found: Found<'_>) {
        seen.push((span, found.ok().map(|record| record.text().to_owned())));
    }

    /// What the pieces of `text` say, and what the full reader says of the whole.
    fn both(text: &str) -> (Seen, Seen) {
        let file = SourceFile::new("a.csv", text);
        let (mut cut, mut whole) = (Seen::new(), Seen::new());
        let mut records = Records::of(&file, b',');
        while let Some(pieces) = records.fold(Seen::new, see) {
            cut.extend(pieces.into_iter().flatten());
        }
        sheet::each_record(&file, b',', &mut |span, found| {
            see(&mut whole, span, found);
            true
        });
        (cut, whole)
    }

    #[test]
    fn pieces_say_what_the_full_reader_says() {
        let plain = "1,\"a, b\nc\",\"say \"\"so\"\"\"\r\n2,é\\,\t\n\n";
        let odd = ["", "3,x\n", "4,\"a\"b,c\n", "5,a\",\"b\nc\n", "6,\"open,b\n", "7,a\rb,c\n", "8,a\"\"b,c\n"];
        for odd in odd {
            let text = format!("id,x,y\n{}{odd}{}", plain.repeat(9000), plain.repeat(9000));
            let (cut, whole) = both(&text);
            assert_eq!(cut.len(), whole.len(), "{odd}");
            assert!(cut == whole, "{odd}");
        }
    }

    #[test]
    fn a_record_longer_than_many_pieces_is_one() {
        let text = format!("id,x\n1,\"{}\"\n2,b\n", "line\n".repeat(400_000));
        let (cut, whole) = both(&text);
        assert_eq!((cut.len(), whole.len()), (2, 2));
        assert!(cut == whole);
    }
}
