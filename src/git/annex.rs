//! git-annex: what git stores for the content of a file that is unlocked in the worktree.

use std::io::Read;

use md5::Md5;
use sha2::Sha256;

use super::ReadError;
use super::lfs::Hashing;
use super::read::copy;
use crate::domain::SourceFile;
use crate::kinds::shared::pointer::{self, Pointer};

/// What git stores for `content` at `path`, where it stored `indexed` before. `None` within: that was content of git's
/// own, and stays so. An error within: pv cannot take the digests that the key there is made of.
pub(super) fn pointer(path: &str, indexed: &[u8], mut content: impl Read) -> Result<Option<Vec<u8>>, ReadError> {
    let Some(known) = key(path, indexed) else { return Ok(None) };
    let failed = |source| ReadError::Io { path: path.to_owned(), source };
    let mut head = Vec::new();
    content.by_ref().take(pointer::LIMIT as u64).read_to_end(&mut head).map_err(failed)?;
    // Content that is not at hand is its own pointer.
    if head.len() < pointer::LIMIT && key(path, &head).is_some() {
        return Ok(Some(head));
    }
    let whole = head.as_slice().chain(content);
    let (hex, size) = match known.digest.as_ref().map(crate::domain::Digest::algorithm) {
        Some("sha256") => hashed(path, whole, Hashing::<Sha256>::default())?,
        Some("md5") => hashed(path, whole, Hashing::<Md5>::default())?,
        _ => return Err(ReadError::Filtered { path: path.to_owned(), driver: "annex".to_owned() }),
    };
    let address = &known.elsewhere.address;
    let backend = address.split('-').next().unwrap_or_default();
    let extension = address.rsplit_once("--").and_then(|(_, name)| name.split_once('.'));
    let extension = extension.map_or_else(String::new, |(_, extension)| format!(".{extension}"));
    Ok(Some(format!("/annex/objects/{backend}-s{size}--{hex}{extension}\n").into_bytes()))
}

fn hashed<D: sha2::Digest>(
    path: &str,
    content: impl Read,
    mut hashing: Hashing<D>,
) -> Result<(String, u64), ReadError> {
    let size = copy(path, content, &mut hashing)?;
    Ok((hashing.hex(), size))
}

/// The key that a file or link of git-annex names.
fn key(path: &str, bytes: &[u8]) -> Option<Pointer> {
    let text = std::str::from_utf8(bytes).ok()?;
    let file = || pointer::read(&SourceFile::new(path, text))?.ok()?.into_iter().next();
    let is_key = |pointer: &Pointer| pointer.elsewhere.keeper == crate::domain::Keeper::Annex;
    pointer::link(path, text).or_else(file).filter(is_key)
}

#[cfg(test)]
mod tests {
    use super::pointer;

    const KEY: &str =
        "/annex/objects/SHA256E-s5--2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824.txt\n";

    fn of(indexed: &str, content: &str) -> Option<String> {
        pointer("a.txt", indexed.as_bytes(), content.as_bytes()).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn what_was_annexed_stays_so() {
        assert_eq!(of(KEY, "hello").as_deref(), Some(KEY));
        assert_eq!(of(KEY, KEY).as_deref(), Some(KEY), "content that is not at hand");
        let key = KEY.trim().rsplit('/').next().unwrap();
        assert_eq!(of(&format!("../.git/annex/objects/f9/Mw/{key}/{key}"), "hello").as_deref(), Some(KEY));
        assert!(of(KEY, "hallo!").unwrap().starts_with("/annex/objects/SHA256E-s6--"));
        assert_eq!(of("hello", "hallo"), None, "git's own content");
        let worm = "/annex/objects/WORM-s5-m1--x\n";
        assert!(pointer("a", worm.as_bytes(), "hello".as_bytes()).is_err());
    }
}
