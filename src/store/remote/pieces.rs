//! Lists of pieces (`pvpieces1`): what an object larger than [`PIECE`] consists of.
//!
//! ```text
//! pvpieces1
//! 31457280
//! 7c1e… 8388608
//! ```
//!
//! The length of the whole, then one line a piece: BLAKE3, length in bytes. Every piece but the last has the same length.
//! There is exactly one encoding.

use super::layout::PIECE;
use crate::domain::Digest;

const FORM: &str = "pvpieces1";

/// A list longer than this is none, in bytes: one of an object of seven tebibytes is shorter.
pub(super) const LONGEST: u64 = 64 << 20;

/// The pieces of an object, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pieces {
    /// The length of the whole, in bytes.
    pub(super) size: u64,
    /// What each piece is.
    pub(super) digests: Vec<Digest>,
}

/// One piece of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'p> {
    /// What it is.
    pub(super) digest: &'p Digest,
    /// Where it begins in the whole.
    pub(super) offset: u64,
    /// How long it is.
    pub(super) size: u64,
}

impl Pieces {
    /// The pieces themselves, in order.
    pub(super) fn all(&self) -> Vec<Piece<'_>> {
        let pieces = self.digests.iter().zip((0_u64..).map(|number| number * PIECE));
        let size = |offset: u64| self.size.saturating_sub(offset).min(PIECE);
        pieces.map(|(digest, offset)| Piece { digest, offset, size: size(offset) }).collect()
    }

    /// The list's bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let lines = self.all().into_iter().map(|piece| format!("{} {}\n", piece.digest.hex(), piece.size));
        format!("{FORM}\n{}\n{}", self.size, lines.collect::<String>()).into_bytes()
    }

    /// How long the list of an object of `size` bytes is.
    pub(super) fn length(size: u64) -> u64 {
        let digests = (0..size.div_ceil(PIECE)).map(|_| Digest::of(b"")).collect();
        Self { size, digests }.encode().len() as u64
    }

    /// Reads a list; accepts exactly what [`Pieces::encode`] makes.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        let (form, size) = (lines.next()?, lines.next()?.parse().ok()?);
        let digest = |line: &str| format!("blake3:{}", line.split_once(' ')?.0).parse().ok();
        let digests: Vec<Digest> = lines.map(digest).collect::<Option<_>>()?;
        let pieces = Self { size, digests };
        let is_all = form == FORM && size > PIECE && size.div_ceil(PIECE) == pieces.digests.len() as u64;
        (is_all && pieces.encode() == bytes).then_some(pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::{PIECE, Pieces};
    use crate::domain::Digest;

    fn list() -> Pieces {
        Pieces { size: 2 * PIECE + 5, digests: [b"a", b"b", b"c"].map(|bytes| Digest::of(bytes)).to_vec() }
    }

    #[test]
    fn comes_back_from_its_bytes() {
        let list = list();
        assert_eq!(Pieces::decode(&list.encode()).unwrap(), list);
        let sizes: Vec<u64> = list.all().iter().map(|piece| piece.size).collect();
        assert_eq!(sizes, [PIECE, PIECE, 5]);
    }

    #[test]
    fn refuses_what_it_would_not_write() {
        let good = String::from_utf8(list().encode()).unwrap();
        let short: String = good.lines().take(4).map(|line| format!("{line}\n")).collect();
        for bad in [
            good.replace("pvpieces1", "pvpieces2"),
            good.replace(" 5\n", " 6\n"),
            good.replace(&format!("\n{}\n", 2 * PIECE + 5), &format!("\n{}\n", u64::MAX)),
            good.replace('\n', "\r\n"),
            format!("{good}\n"),
            short,
            String::new(),
        ] {
            assert_eq!(Pieces::decode(bad.as_bytes()), None, "{bad}");
        }
    }
}
