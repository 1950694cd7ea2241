//! The objects of git-annex: `.git/annex/objects/<2>/<2>/<key>/<key>`, in bare repositories `<3>/<3>`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use md5::{Digest as _, Md5};

use super::cached;
use crate::domain::Content;

/// Where git-annex keeps what it has.
#[derive(Debug)]
pub(super) struct Annex {
    objects: PathBuf,
}

impl Annex {
    pub(super) fn below(common_dir: &Path) -> Self {
        Self { objects: common_dir.join("annex").join("objects") }
    }

    pub(super) fn content(&self, key: &str) -> io::Result<Arc<dyn Content>> {
        if key.is_empty() || key.contains(['/', '\\', '\0']) || key.starts_with('.') {
            return Err(io::ErrorKind::NotFound.into());
        }
        let mut failure = io::Error::from(io::ErrorKind::NotFound);
        for folder in [mixed(key), lower(key)] {
            match cached::content(&self.objects, &Path::new(&folder).join(key).join(key)) {
                Ok(content) => return Ok(content),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

/// The directories of a key as git-annex mixes them: twenty bits of the MD5 of its name, five a letter.
fn mixed(key: &str) -> String {
    const LETTERS: &[u8; 32] = b"0123456789zqjxkmvwgpfZQJXKMVWGPF";
    let [a, b, c, d, ..] = <[u8; 16]>::from(Md5::digest(key.as_bytes()));
    let word = u32::from_le_bytes([a, b, c, d]);
    let letter = |at: u32| char::from(LETTERS[(word >> (6 * at) & 31) as usize]);
    format!("{}{}/{}{}", letter(1), letter(0), letter(3), letter(2))
}

/// The directories of a key where file systems do not tell upper case from lower: six digits of the MD5 of its name.
fn lower(key: &str) -> String {
    let digest = Md5::digest(key.as_bytes());
    let hex: String = digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    format!("{}/{}", hex.get(..3).unwrap_or_default(), hex.get(3..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{lower, mixed};

    #[test]
    fn keys_have_the_directories_that_git_annex_gives_them() {
        // As `git annex examinekey --format='${hashdirmixed} ${hashdirlower}'` prints them.
        let key = "SHA256E-s5--2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824.txt";
        assert_eq!((mixed(key).as_str(), lower(key).as_str()), ("f9/Mw", "091/de9"));
    }
}
