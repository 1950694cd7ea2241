//! Members of a directory that are too large to be held on trial: hashed piece by piece, and known as text or not.

use std::io::{self, Write};

use crate::domain::Digest;
use crate::git::{Entry, ReadError, Snapshot};

/// What one pass over a file shows.
pub(super) struct Sniffed {
    /// Digest of its bytes.
    pub(super) digest: Digest,
    /// How many there are.
    pub(super) size: u64,
    /// Whether all of it is UTF-8 without a NUL.
    pub(super) is_text: bool,
}

/// Looks at `entry` without holding it.
pub(super) fn sniffed(snapshot: &Snapshot, entry: &Entry) -> Result<Sniffed, ReadError> {
    let mut nose = Nose { hasher: blake3::Hasher::new(), is_text: true, cut: Vec::new() };
    let size = snapshot.copy(entry, &mut nose)?;
    let is_text = nose.is_text && nose.cut.is_empty();
    Ok(Sniffed { digest: Digest::from_blake3(nose.hasher.finalize()), size, is_text })
}

struct Nose {
    hasher: blake3::Hasher,
    is_text: bool,
    /// The beginning of a character whose rest has not come yet.
    cut: Vec<u8>,
}

impl Nose {
    fn smell(&mut self, bytes: &[u8]) {
        let joined = [self.cut.as_slice(), bytes].concat();
        self.cut.clear();
        match std::str::from_utf8(&joined) {
            Ok(text) => self.is_text = !text.contains('\0'),
            Err(error) if error.error_len().is_none() => {
                let (text, cut) = joined.split_at(error.valid_up_to());
                self.is_text = !text.contains(&0);
                self.cut = cut.to_vec();
            }
            Err(_) => self.is_text = false,
        }
    }
}

impl Write for Nose {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        if self.is_text {
            self.smell(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::sniffed;
    use crate::domain::Digest;
    use crate::git::Snapshot;

    /// Digest, length and whether it is text of a file with these bytes.
    fn told(bytes: Vec<u8>) -> (bool, bool) {
        let (digest, size) = (Digest::of(&bytes), bytes.len() as u64);
        let snapshot = Snapshot::of_files(vec![("a".to_owned(), bytes)]);
        let found = sniffed(&snapshot, snapshot.entry("a").unwrap()).unwrap();
        (found.digest == digest && found.size == size, found.is_text)
    }

    #[test]
    fn text_is_told_across_the_pieces() {
        // Characters of three bytes do not end where the pieces do.
        let text = "x".to_owned() + &"\u{20ac}".repeat(1 << 20);
        assert_eq!(told(text.clone().into_bytes()), (true, true));
        assert_eq!(told(text.as_bytes()[..text.len() - 1].to_vec()), (true, false), "the last character is cut");
        assert_eq!(told([text.as_bytes(), b"\0"].concat()), (true, false));
        assert_eq!(told([b"\xff", text.as_bytes()].concat()), (true, false));
        assert_eq!(told(Vec::new()), (true, true));
    }
}
