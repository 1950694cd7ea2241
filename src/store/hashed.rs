//! The BLAKE3 of content that is read piece by piece, on as many threads as are free.

use std::io;

use blake3::hazmat::{ChainingValue, HasherExt as _, Mode, merge_subtrees_non_root, merge_subtrees_root};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::opened::fill;
use crate::domain::{Content, Digest};

/// What one thread reads and hashes at once, in bytes: a whole subtree of BLAKE3, small enough to stay in its cache.
const PIECE: usize = 1 << 20;

/// The digest of all of `content`. It takes one piece of memory a thread, however large the content is.
///
/// # Errors
/// When it cannot be read, or ends before its length.
pub fn digest(content: &dyn Content) -> io::Result<Digest> {
    let pieces = content.size().div_ceil(PIECE);
    if pieces < 2 {
        let mut bytes = vec![0; content.size()];
        fill(content, 0, &mut bytes)?;
        return Ok(Digest::of(&bytes));
    }
    let piece = |buffer: &mut Vec<u8>, at: usize| subtree(content, at * PIECE, buffer);
    let hashed = (0..pieces).into_par_iter().map_init(|| vec![0; PIECE], piece);
    let values: Vec<ChainingValue> = hashed.collect::<io::Result<_>>()?;
    let (left, right) = halves(&values);
    Ok(Digest::from_blake3(merge_subtrees_root(&joined(left), &joined(right), Mode::Hash)))
}

fn subtree(content: &dyn Content, offset: usize, buffer: &mut [u8]) -> io::Result<ChainingValue> {
    let length = PIECE.min(content.size() - offset);
    let bytes = buffer.get_mut(..length).unwrap_or_default();
    fill(content, offset, bytes)?;
    Ok(blake3::Hasher::new().set_input_offset(offset as u64).update(bytes).finalize_non_root())
}

/// The values of the subtrees below the left and the right child: on the left as many as make a full tree.
fn halves(values: &[ChainingValue]) -> (&[ChainingValue], &[ChainingValue]) {
    values.split_at(values.len().next_power_of_two() / 2)
}

fn joined(values: &[ChainingValue]) -> ChainingValue {
    match values {
        [] => ChainingValue::default(),
        [one] => *one,
        several => {
            let (left, right) = halves(several);
            merge_subtrees_non_root(&joined(left), &joined(right), Mode::Hash)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PIECE, digest};
    use crate::domain::Digest;
    use crate::store::opened;

    #[test]
    fn every_length_has_the_digest_of_its_bytes() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE - 7, 4 * PIECE, 5 * PIECE + 1025] {
            let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect();
            let expected = Digest::of(&bytes);
            assert_eq!(digest(&*opened::of_bytes(bytes)).unwrap(), expected, "{length} bytes");
        }
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error() {
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &vec![7; 3 * PIECE]).unwrap();
        let content = opened::content(file.try_clone().unwrap()).unwrap();
        file.set_len(2 * PIECE as u64).unwrap();
        assert_eq!(digest(&*content).unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
    }
}
