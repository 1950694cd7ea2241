//! Listings (`pvtree1`): what a directory taken as one artefact consists of, as one object.
//!
//! ```text
//! pvtree1
//! f 7c1e… 18342<TAB>cases.jsonl
//! ```
//!
//! One line a file: mode (`f` file, `x` executable, `l` symbolic link), BLAKE3, length in bytes, path; sorted by the
//! bytes of the path; tab, newline, carriage return, `%` and what is not UTF-8 as `%xx`. There is exactly one encoding.

use std::collections::BTreeMap;

use crate::domain::Digest;
use crate::store::contained::is_contained;
use crate::store::{ObjectSource, StoreError};

/// The form of listings, as records name it; also the first line.
pub const FORM: &str = "pvtree1";

/// A longer object is no listing, in bytes: some 500,000 files.
const LONGEST: u64 = 64 << 20;

/// What sort of file an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// An ordinary file.
    File,
    /// An executable file.
    Executable,
    /// A symbolic link; its content is the target.
    Link,
}

/// One file of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What sort of file.
    pub mode: Mode,
    /// BLAKE3 of its bytes.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
}

/// The files of a directory by their paths in it (`/`-separated bytes).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The files.
    pub members: BTreeMap<Vec<u8>, Member>,
}

/// Why bytes are no listing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    /// The first line is another.
    #[error("not a pvtree1 listing")]
    Header,
    /// A line that is none of ours.
    #[error("line {0} of the listing is malformed")]
    Line(usize),
    /// A path that leaves the directory.
    #[error("line {0} of the listing names a path outside its directory")]
    Path(usize),
    /// Something was added, doubled or reordered: it does not encode to the same bytes again.
    #[error("the listing is not in canonical form")]
    NotCanonical,
}

impl Listing {
    /// The listing's bytes, whose BLAKE3 is the directory's digest.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = format!("{FORM}\n");
        for (path, member) in &self.members {
            let mode = member.mode.letter();
            out.push_str(&format!("{mode} {} {}\t{}\n", member.digest.hex(), member.size, escaped(path)));
        }
        out.into_bytes()
    }

    /// Reads a listing; accepts exactly what [`Listing::encode`] makes, with paths that stay inside.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, ListingError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ListingError::Header)?;
        let mut lines = text.lines();
        if lines.next() != Some(FORM) {
            return Err(ListingError::Header);
        }
        let mut members = BTreeMap::new();
        for (at, line) in lines.enumerate() {
            let (path, member) = member(line).ok_or(ListingError::Line(at + 2))?;
            if !is_contained(&path) {
                return Err(ListingError::Path(at + 2));
            }
            members.insert(path, member);
        }
        let listing = Self { members };
        if listing.encode() == bytes { Ok(listing) } else { Err(ListingError::NotCanonical) }
    }

    /// The sum of the files' lengths in bytes.
    pub fn size(&self) -> u64 {
        self.members.values().fold(0, |sum, member| sum.saturating_add(member.size))
    }
}

/// The listing that the object `digest` is; `None` when it is something else, however long.
///
/// # Errors
/// When it is missing or damaged.
pub fn read(digest: &Digest, objects: &dyn ObjectSource) -> Result<Option<Listing>, StoreError> {
    let found = objects.find(digest)?;
    let begins_so = found.size() <= LONGEST && found.begins_with(FORM.as_bytes())?;
    if begins_so { Ok(Listing::decode(&objects.get(digest)?).ok()) } else { Ok(None) }
}

impl Mode {
    const ALL: [Self; 3] = [Self::File, Self::Executable, Self::Link];

    fn letter(self) -> char {
        match self {
            Self::File => 'f',
            Self::Executable => 'x',
            Self::Link => 'l',
        }
    }
}

fn member(line: &str) -> Option<(Vec<u8>, Member)> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split(' ');
    let (mode, hex, size) = (words.next()?, words.next()?, words.next()?);
    let mode = Mode::ALL.into_iter().find(|known| mode.chars().eq([known.letter()]))?;
    let digest = format!("blake3:{hex}").parse().ok()?;
    Some((unescaped(path)?, Member { mode, digest, size: size.parse().ok()? }))
}

fn escaped(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\t' | '\n' | '\r' | '%' => out.push_str(&format!("%{:02x}", c as u32)),
                c => out.push(c),
            }
        }
        chunk.invalid().iter().for_each(|byte| out.push_str(&format!("%{byte:02x}")));
    }
    out
}

fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    out.extend_from_slice(pieces.next()?.as_bytes());
    for piece in pieces {
        let (hex, rest) = piece.split_at_checked(2)?;
        out.push(u8::from_str_radix(hex, 16).ok()?);
        out.extend_from_slice(rest.as_bytes());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{Listing, ListingError, Member, Mode};
    use crate::domain::Digest;
    use proptest::prelude::{any, prop, proptest};

    fn listing(paths: &[&[u8]]) -> Listing {
        let member = |path: &[u8]| Member { mode: Mode::File, digest: Digest::of(path), size: path.len() as u64 };
        Listing { members: paths.iter().map(|path| (path.to_vec(), member(path))).collect() }
    }

    #[test]
    fn has_one_line_a_file_sorted_by_bytes() {
        let text = String::from_utf8(listing(&[b"b", b"a/c", b"a-b", b"100%\t\xff"]).encode()).unwrap();
        let paths: Vec<_> = text.lines().skip(1).map(|line| line.split('\t').nth(1).unwrap()).collect();
        assert_eq!(paths, ["100%25%09%ff", "a-b", "a/c", "b"]);
        assert!(text.starts_with("pvtree1\nf "));
    }

    #[test]
    fn refuses_what_it_would_not_write() {
        let good = String::from_utf8(listing(&[b"a", b"b"]).encode()).unwrap();
        let swapped = {
            let mut lines: Vec<_> = good.lines().collect();
            lines.swap(1, 2);
            lines.join("\n") + "\n"
        };
        let decode = |text: &str| Listing::decode(text.as_bytes()).unwrap_err();
        assert_eq!(decode(&swapped), ListingError::NotCanonical);
        assert_eq!(decode(&good[..good.len() - 1]), ListingError::NotCanonical);
        assert_eq!(decode(&good.replace('\n', "\r\n")), ListingError::NotCanonical);
        assert_eq!(decode(&good.replace("\ta", "\t../a")), ListingError::Path(2));
        assert_eq!(decode(&good.replace("\tb", "\t%zz")), ListingError::Line(3));
        assert_eq!(decode("pvtree2\n"), ListingError::Header);
    }

    proptest! {
        #[test]
        fn comes_back_from_its_bytes(paths in prop::collection::vec("[a-z%\t\n]{1,4}(/[ -.]{1}[a-z\u{e9}]{1,3})?", 0..8)) {
            let paths: Vec<&[u8]> = paths.iter().map(|path| path.as_bytes()).collect();
            let listing = listing(&paths);
            assert_eq!(Listing::decode(&listing.encode()).unwrap(), listing);
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Listing::decode(&[b"pvtree1\n", bytes.as_slice()].concat());
        }
    }
}
