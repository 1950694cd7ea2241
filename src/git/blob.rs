//! Object ids of bytes that are not in the repository's database, or not yet.

use super::{CommitId, Oid};

/// The id that git gives to a blob of `bytes`, in the hash of the repository that has the commit `beside`; SHA-1 without
/// one. `None` when the hash refuses the bytes, as SHA-1 does those of a known collision.
pub fn blob_id(bytes: &[u8], beside: Option<&CommitId>) -> Option<Oid> {
    let hash = beside.map_or(gix::hash::Kind::Sha1, |commit| commit.0.kind());
    gix::objs::compute_hash(hash, gix::objs::Kind::Blob, bytes).ok().map(Oid)
}

#[cfg(test)]
mod tests {
    use super::blob_id;

    #[test]
    fn the_ids_are_those_of_git_hash_object() {
        let shown = |beside: Option<&str>| {
            let commit = beside.map(|id| id.parse().unwrap());
            blob_id(b"hello\n", commit.as_ref()).unwrap().to_string()
        };
        assert_eq!(shown(None), "ce013625030ba8dba906f756967f9e9ca394464a");
        let sha256 = "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4";
        assert_eq!(shown(Some(&"0".repeat(64))), sha256);
    }
}
