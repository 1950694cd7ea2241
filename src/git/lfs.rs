//! Git LFS pointers: what git stores for a file that the `lfs` filter keeps elsewhere.

use std::io::{Read, Write};
use std::path::PathBuf;

use sha2::Sha256;

use super::ReadError;
use super::read::copy;

/// Pointers are shorter than this by definition.
const POINTER_LIMIT: u64 = 1024;

/// A pointer's first line.
const SPECIFICATION: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// The pointer of a file with the bytes `content`: what `git lfs clean` would write.
pub(super) fn pointer(path: &str, mut content: impl Read) -> Result<Vec<u8>, ReadError> {
    let mut head = Vec::new();
    let failed = |source| ReadError::Io { path: path.to_owned(), source };
    content.by_ref().take(POINTER_LIMIT).read_to_end(&mut head).map_err(failed)?;
    // An empty file is its own pointer, and a file that was never downloaded is a pointer already.
    if head.is_empty() || ((head.len() as u64) < POINTER_LIMIT && head.starts_with(SPECIFICATION)) {
        return Ok(head);
    }
    let mut hashing = Hashing::<Sha256>::default();
    let size = copy(path, head.as_slice().chain(content), &mut hashing)?;
    Ok([SPECIFICATION, format!("oid sha256:{}\nsize {size}\n", hashing.hex()).as_bytes()].concat())
}

/// Where Git LFS keeps its objects: below `lfs.storage`, which is relative to the git directory, else below `lfs`.
pub(super) fn objects(repository: &gix::Repository) -> PathBuf {
    let configured = repository.config_snapshot().string("lfs.storage");
    let storage = configured.map_or_else(|| "lfs".to_owned(), |storage| storage.to_string());
    repository.common_dir().join(storage).join("objects")
}

/// Takes the digest of what is written to it.
#[derive(Default)]
pub(super) struct Hashing<D>(D);

impl<D: sha2::Digest> Hashing<D> {
    /// The digest, hexadecimal.
    pub(super) fn hex(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<D: sha2::Digest> Write for Hashing<D> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::pointer;

    fn of(content: &[u8]) -> String {
        String::from_utf8(pointer("x", content).unwrap()).unwrap()
    }

    #[test]
    fn a_pointer_holds_digest_and_size() {
        let expected = "version https://git-lfs.github.com/spec/v1\n\
            oid sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\nsize 5\n";
        assert_eq!(of(b"hello"), expected);
        assert_eq!(of(expected.as_bytes()), expected, "a pointer stays as it is");
        assert_eq!(of(b""), "", "an empty file is its own pointer");
        assert!(of(&[b'x'; 5000]).ends_with("size 5000\n"));
    }
}
