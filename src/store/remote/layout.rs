//! What stands where in a remote.
//!
//! ```text
//! <prefix>/v1/blake3/ab/cd…   an object of at most 8 MiB, or a piece of a larger one, named by the BLAKE3 of its bytes
//! <prefix>/v1/pieces/ab/cd…   of a larger object: which pieces it consists of, named by the BLAKE3 of the whole
//! <prefix>/v1/check/…         what `pv remote check` makes, and removes again
//! ```

use std::fmt;

use object_store::path::Path;

use crate::domain::Digest;

/// A larger object is kept in pieces of this length, in bytes: each is sent, retried and verified by itself.
pub const PIECE: u64 = 8 << 20;

const OBJECTS: &str = "v1/blake3";
const PIECES: &str = "v1/pieces";
const CHECK: &str = "v1/check";

/// The name of something in a remote, from its prefix on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// Where the object, or piece, `digest` is.
    pub fn of_object(digest: &Digest) -> Self {
        Self::sharded(OBJECTS, digest)
    }

    /// Where the list of the pieces of `digest` is.
    pub fn of_pieces(digest: &Digest) -> Self {
        Self::sharded(PIECES, digest)
    }

    /// A name that no object has.
    pub(super) fn of_check(name: &str) -> Self {
        Self(format!("{CHECK}/{name}"))
    }

    /// Every folder that objects, pieces and lists of pieces are in.
    pub fn folders() -> impl Iterator<Item = Self> {
        let in_one = |base: &'static str| (0..=u8::MAX).map(move |shard| Self(format!("{base}/{shard:02x}")));
        [OBJECTS, PIECES].into_iter().flat_map(in_one)
    }

    /// The object that this is the name of, or of which it lists the pieces; `None` of any other name.
    pub fn digest(&self) -> Option<Digest> {
        let rest = [OBJECTS, PIECES].iter().find_map(|base| self.0.strip_prefix(base)?.strip_prefix('/'))?;
        let (shard, rest) = rest.split_once('/')?;
        if shard.len() == 2 { format!("blake3:{shard}{rest}").parse().ok() } else { None }
    }

    /// Whether this is the name of a list of pieces.
    pub fn is_pieces(&self) -> bool {
        self.0.starts_with(PIECES)
    }

    /// What is called `name` in this folder.
    pub(super) fn within(&self, name: &str) -> Self {
        Self(format!("{}/{name}", self.0))
    }

    pub(super) fn path(&self) -> Path {
        Path::from(self.0.as_str())
    }

    fn sharded(base: &str, digest: &Digest) -> Self {
        let (shard, rest) = digest.hex().split_at_checked(2).unwrap_or_default();
        Self(format!("{base}/{shard}/{rest}"))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crate::domain::Digest;

    #[test]
    fn keys_name_their_objects() {
        let digest = Digest::of(b"x");
        let (object, pieces) = (Key::of_object(&digest), Key::of_pieces(&digest));
        assert_eq!(object.to_string(), format!("v1/blake3/{}/{}", &digest.hex()[..2], &digest.hex()[2..]));
        assert_eq!((object.digest(), pieces.digest()), (Some(digest.clone()), Some(digest)));
        assert_eq!((object.is_pieces(), pieces.is_pieces()), (false, true));
        assert_eq!(Key::of_check("a").digest(), None);
        assert_eq!(Key::folders().count(), 512);
        assert!(Key::folders().any(|folder| object.to_string().starts_with(&format!("{folder}/"))));
    }
}
