//! Content that an artefact stands for and another store holds, as a lock records it.

use std::fmt;
use std::str::FromStr;

/// Which store holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keeper {
    /// Git LFS (Hugging Face's hub, too): `sha256:<64 hex>`.
    Lfs,
    /// DVC: `md5:<32 hex>`, of a directory `md5:<32 hex>.dir`.
    Dvc,
    /// git-annex: a key, `SHA256E-s<size>--<hex>.ext`.
    Annex,
    /// Anything that a manifest names by URI and digest: `<digest> <uri>`.
    External,
    /// A row tree of pv's own among the large objects: the digest of its root.
    Rows,
}

/// One content that is kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Elsewhere {
    /// The path, in the repository, of the file that names it.
    pub path: String,
    /// Which store holds it.
    pub keeper: Keeper,
    /// Its length in bytes, as far as it is told.
    pub size: Option<u64>,
    /// Its name there, verbatim.
    pub address: String,
}

impl Keeper {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Lfs, "lfs"),
        (Self::Dvc, "dvc"),
        (Self::Annex, "annex"),
        (Self::External, "external"),
        (Self::Rows, "rows"),
    ];
}

impl fmt::Display for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(keeper, _)| keeper == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

/// `KEEPER SIZE ADDRESS<TAB>PATH`; a size that is not told is `-`.
impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.size.map_or_else(|| "-".to_owned(), |size| size.to_string());
        write!(f, "{} {size} {}\t{}", self.keeper, self.address, self.path)
    }
}

impl FromStr for Elsewhere {
    type Err = ElsewhereParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).ok_or_else(|| ElsewhereParseError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Elsewhere> {
    let (name, path) = text.split_once('\t')?;
    let mut words = name.splitn(3, ' ');
    let (keeper, size, address) = (words.next()?, words.next()?, words.next()?);
    let (keeper, _) = *Keeper::ALL.iter().find(|(_, name)| *name == keeper)?;
    let size = if size == "-" { None } else { Some(size.parse().ok()?) };
    let is_told = !address.is_empty() && !path.is_empty();
    is_told.then(|| Elsewhere { path: path.to_owned(), keeper, size, address: address.to_owned() })
}

/// The text names no content of another store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not `KEEPER SIZE ADDRESS<TAB>PATH`, with lfs, dvc, annex, external or rows as the keeper")]
pub struct ElsewhereParseError(pub String);

#[cfg(test)]
mod tests {
    use super::{Elsewhere, Keeper};

    #[test]
    fn comes_back_from_its_text() {
        for text in
            ["lfs 5 sha256:2cf2\tindexes/a b/v.bin", "external - blake3:00 s3://b/k k\tx.toml", "rows 9 blake3:0\tx"]
        {
            assert_eq!(text.parse::<Elsewhere>().unwrap().to_string(), text);
        }
        let one: Elsewhere = "annex 7 SHA256E-s7--0.bin\tx".parse().unwrap();
        assert_eq!((one.keeper, one.size), (Keeper::Annex, Some(7)));
    }

    #[test]
    fn nothing_else_is_read() {
        for text in ["", "lfs 5 sha256:0", "lfs 5\tx", "lfs five a\tx", "git 5 a\tx", "lfs 5 a\t", "lfs 5 \tx"] {
            assert!(text.parse::<Elsewhere>().is_err(), "{text}");
        }
    }
}
