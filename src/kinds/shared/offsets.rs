//! Character positions to byte offsets, in constant time.

use crate::domain::Span;

/// Character indices, as the parser counts, to byte offsets of the file.
pub(super) struct Offsets<'f> {
    text: &'f str,
    region: Span,
    /// The byte offset of every 64th character; empty when every character is one byte.
    marks: Vec<usize>,
}

const STRIDE: usize = 64;

impl<'f> Offsets<'f> {
    /// Offsets into `text`, which is `region` of a file.
    pub(super) fn new(text: &'f str, region: Span) -> Self {
        let marks =
            if text.is_ascii() { Vec::new() } else { text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect() };
        Self { text, region, marks }
    }

    /// The offset in the file of the character `index` of the region.
    pub(super) fn byte(&self, index: usize) -> usize {
        let local = if self.marks.is_empty() {
            index
        } else {
            let nearest = (index / STRIDE).min(self.marks.len() - 1);
            let start = self.marks.get(nearest).copied().unwrap_or(0);
            let rest = self.text.get(start..).unwrap_or_default();
            let ahead = index - nearest * STRIDE;
            start + rest.char_indices().nth(ahead).map_or(rest.len(), |(at, _)| at)
        };
        (self.region.start + local).min(self.region.end)
    }

    /// The span in the file of a span of the parser.
    pub(super) fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.byte(span.start.index());
        Span::new(start, self.byte(span.end.index()).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_in_bytes() {
        let text = "aé".repeat(100);
        let offsets = Offsets::new(&text, Span::new(10, 10 + text.len()));
        assert_eq!((offsets.byte(0), offsets.byte(2), offsets.byte(129)), (10, 13, 10 + 64 * 3 + 1));
        assert_eq!(offsets.byte(10_000), 10 + text.len());
    }
}
