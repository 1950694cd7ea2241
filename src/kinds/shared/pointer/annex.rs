//! git-annex: keys, in links and in the files of unlocked content.

use super::{Pointer, conflict, malformed, paths};
use crate::domain::{Digest, Elsewhere, Keeper, Place, Problem, Quote, SourceFile, Span};

/// What the file of an unlocked content begins with.
const MARK: &str = "/annex/objects/";

/// A key: `SHA256E-s<size>--<hex>.ext`.
struct Key {
    size: Option<u64>,
    digest: Option<Digest>,
}

/// Reads the file of an unlocked content; `None`: it is none.
pub(super) fn read(file: &SourceFile) -> Option<Result<Pointer, Problem>> {
    let first = file.text.lines().map(str::trim_end).find(|line| !line.starts_with("<<<<<<<"))?;
    let text = first.strip_prefix(MARK).or_else(|| first.strip_prefix("\\annex\\objects\\"))?;
    let at = file.text.find(first)?;
    let span = Span::new(at, at + first.len());
    if let Some(problem) = conflict(file) {
        return Some(Err(problem));
    }
    Some(match key(text) {
        Some(key) => Ok(pointer(&file.path, text, key, file.quote_as(span, text))),
        None => Err(malformed(file, span, "this is no key of git-annex (`BACKEND-s<size>--<name>`)")),
    })
}

/// What a link at `path` with the text `target` points to, if that is an object of git-annex.
pub fn link(path: &str, target: &str) -> Option<Pointer> {
    let target = target.replace('\\', "/");
    let (_, objects) = target.split_once(".git/annex/objects/")?;
    let text = objects.rsplit('/').next()?;
    // The directory of an object has its name.
    let is_object = objects.rsplit('/').nth(1) == Some(text);
    let key = key(text).filter(|_| is_object)?;
    let quote = Quote { place: Place { path: path.into(), line: 1, column: 1 }, text: text.to_owned() };
    Some(pointer(path, text, key, quote))
}

fn pointer(path: &str, text: &str, key: Key, quote: Quote) -> Pointer {
    let elsewhere =
        Elsewhere { path: path.to_owned(), keeper: Keeper::Annex, size: key.size, address: text.to_owned() };
    let stands_for = paths::from_root("", path).unwrap_or_default();
    Pointer { elsewhere, stands_for, digest: key.digest, is_directory: false, unix_lines: false, quote }
}

/// The digest in the key `text`; `None`: it is no key, or its content is named by something else.
pub(super) fn digest(text: &str) -> Option<Digest> {
    key(text)?.digest
}

fn key(text: &str) -> Option<Key> {
    if text.contains(['/', '\0', ' ', '\t']) {
        return None;
    }
    let (head, name) = text.split_once("--")?;
    let mut fields = head.split('-');
    let backend = fields.next()?;
    let is_backend =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if backend.is_empty() || name.is_empty() || !is_backend(backend) {
        return None;
    }
    // `s` is the size, `m` a time, `S` and `C` say which part of a larger content it is.
    let fields: Vec<&str> = fields.collect();
    let size = fields.iter().find_map(|field| field.strip_prefix('s')).and_then(|size| size.parse().ok());
    let is_part = fields.iter().any(|field| field.starts_with(['S', 'C']));
    let algorithm = match backend {
        "SHA256" | "SHA256E" => Some("sha256"),
        "MD5" | "MD5E" => Some("md5"),
        _ => None,
    };
    let hex = name.split('.').next().unwrap_or(name);
    let digest = algorithm.filter(|_| !is_part).map(|algorithm| format!("{algorithm}:{hex}").parse());
    match digest {
        Some(Err(_)) => None,
        Some(Ok(digest)) => Some(Key { size, digest: Some(digest) }),
        None => Some(Key { size, digest: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::{link, read};
    use crate::domain::SourceFile;

    const KEY: &str = "SHA256E-s5--2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824.tar.gz";

    #[test]
    fn links_and_files_name_keys() {
        let linked = link("a/b.tar.gz", &format!("../.git/annex/objects/f9/Mw/{KEY}/{KEY}")).expect("a key");
        assert_eq!((linked.elsewhere.size, linked.name()), (Some(5), &KEY.replace("SHA256E-s5--", "sha256:")[..71]));
        let file = read(&SourceFile::new("b", format!("/annex/objects/{KEY}\n"))).expect("meant").expect("a key");
        assert_eq!((&*file.elsewhere.address, &file.digest), (KEY, &linked.digest));
        let worm = link("x", ".git/annex/objects/a/b/WORM-s5-m1--x/WORM-s5-m1--x").expect("a key");
        assert_eq!((worm.digest.is_some(), worm.elsewhere.size, worm.name()), (false, Some(5), "WORM-s5-m1--x"));
    }

    #[test]
    fn nothing_else_does() {
        for target in ["../x", "../.git/annex/objects/f9/Mw/a/b", "/etc/passwd", ".git/annex/objects/SHA256E-s5--0"] {
            assert_eq!(link("a", target), None, "{target}");
        }
        assert!(read(&SourceFile::new("b", "about /annex/objects/")).is_none());
        let broken = read(&SourceFile::new("b", "/annex/objects/SHA256E-s5--2cf2\n")).expect("meant");
        assert_eq!(broken.expect_err("no key").place.line, 1);
    }
}
