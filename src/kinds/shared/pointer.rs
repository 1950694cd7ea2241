//! Git LFS pointers: files that stand for content kept elsewhere, and name its digest.

use crate::domain::SourceFile;

/// What a pointer points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Reads `file` as a Git LFS pointer; `None`: it is ordinary content.
pub fn read(file: &SourceFile) -> Option<Pointer> {
    let mut lines = file.text.lines();
    let first = lines.next()?;
    if file.text.len() > 1024 || !first.starts_with("version https://git-lfs.github.com/spec/") {
        return None;
    }
    let field = |name: &str| file.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let sha256 = field("oid")?.trim().strip_prefix("sha256:")?.to_owned();
    Some(Pointer { sha256, size: field("size")?.trim().parse().ok()? })
}

impl Pointer {
    /// Whether it points to exactly the content of `file`.
    pub fn is_of(&self, file: &SourceFile) -> bool {
        use sha2::{Digest as _, Sha256};
        let same_size = usize::try_from(self.size) == Ok(file.text.len());
        same_size
            && Sha256::digest(file.text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>()
                == self.sha256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_knows_its_content() {
        let text = "version https://git-lfs.github.com/spec/v1\n\
                    oid sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\nsize 5\n";
        let pointer = read(&SourceFile::new("a.jsonl", text)).expect("a pointer");
        assert!(pointer.is_of(&SourceFile::new("a.jsonl", "hello")));
        assert!(!pointer.is_of(&SourceFile::new("a.jsonl", "hallo")));
        assert_eq!(read(&SourceFile::new("a.jsonl", "{\"oid\": 1}")), None);
    }
}
