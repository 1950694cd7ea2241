//! Git LFS pointers: files that stand for content kept elsewhere, and name its digest.

use crate::domain::{Event, Fact, SourceFile};

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
        let size = file.whole().len();
        if usize::try_from(self.size) != Ok(size) {
            return false;
        }
        let mut hasher = Sha256::new();
        let mut piece = vec![0; size.min(1 << 20)];
        let mut at = 0;
        while let Ok(read @ 1..) = file.read_at(at, &mut piece) {
            hasher.update(piece.get(..read).unwrap_or_default());
            at += read;
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>() == self.sha256
    }
}

/// One side of a comparison: the pointer, or the file that is ordinary content.
pub type Side = (Option<Pointer>, Option<SourceFile>);

/// What differs when at least one side is a pointer: the digest is all that can be compared.
///
/// Content that was replaced by a pointer to itself, or the reverse, changed in form only.
pub fn compare(old: &Side, new: &Side) -> Option<Fact> {
    if old.0 == new.0 {
        return None;
    }
    let same_content = match (old, new) {
        ((Some(pointer), _), (None, Some(file))) | ((None, Some(file)), (Some(pointer), _)) => pointer.is_of(file),
        _ => false,
    };
    let fact = Fact::new("artefact", Event::Changed, "the content behind the pointer");
    let mut fact = if same_content { fact.marked("form-only") } else { fact };
    let quote = |(pointer, file): &Side| file.as_ref().map(|file| file.quote_as(file.whole(), told(pointer.as_ref())));
    (fact.old, fact.new) = (quote(old), quote(new));
    Some(fact)
}

fn told(pointer: Option<&Pointer>) -> String {
    pointer.map_or_else(String::new, |pointer| format!("sha256:{} ({} bytes)", pointer.sha256, pointer.size))
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
