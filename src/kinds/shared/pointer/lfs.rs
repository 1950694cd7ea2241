//! Git LFS pointers, and those of Hugging Face's hub, which are the same.

use super::{Pointer, conflict, malformed};
use crate::domain::{Elsewhere, Keeper, Problem, SourceFile, Span};

/// The names of the specification: the second is that of its first drafts.
const SPECIFICATIONS: [&str; 2] = ["https://git-lfs.github.com/spec/v", "https://hawser.github.com/spec/v"];

/// A line `key value`.
struct Line<'f> {
    key: &'f str,
    value: &'f str,
    span: Span,
}

/// Reads a pointer; `None`: the file is none, and is not meant as one.
pub(super) fn read(file: &SourceFile) -> Option<Result<Pointer, Problem>> {
    if !is_meant(&file.text) {
        return None;
    }
    Some(match conflict(file) {
        Some(problem) => Err(problem),
        None => pointer(file),
    })
}

/// Whether a text is meant as a pointer: it begins as one, or consists of a pointer's lines in another order.
fn is_meant(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let is_mark = |line: &&str| ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).filter(|line| !is_mark(line));
    let Some(first) = lines.next() else { return false };
    let is_version = |line: &str| {
        let url = line.strip_prefix("version ").map(str::trim_start);
        url.is_some_and(|url| SPECIFICATIONS.iter().any(|known| url.starts_with(known)))
    };
    // One that was cut off within its first line says no more than that.
    let is_cut = SPECIFICATIONS.iter().any(|known| {
        let whole = format!("version {known}1");
        first.len() > "version https://".len() && whole.starts_with(first) && text.trim_end() == first
    });
    let is_line = |line: &str| ["version ", "oid ", "size ", "ext-"].iter().any(|key| line.starts_with(key));
    is_version(first) || is_cut || (is_line(first) && lines.clone().all(is_line) && lines.any(is_version))
}

fn pointer(file: &SourceFile) -> Result<Pointer, Problem> {
    let lines = lines(file)?;
    let only = |key: &str| only(file, &lines, key);
    let version = only("version")?;
    let is_known = SPECIFICATIONS.iter().any(|known| version.value.strip_prefix(known) == Some("1"));
    if !is_known {
        let message = format!("`{}` is no version of Git LFS pointers that pv knows", version.value);
        return Err(malformed(file, version.span, message));
    }
    let oid = only("oid")?;
    let address = oid.value.to_owned();
    let digest = address.parse().ok().filter(|_| address.starts_with("sha256:"));
    let Some(digest) = digest else {
        let digits = oid.value.strip_prefix("sha256:").map(str::len);
        let message = match digits {
            Some(digits) if digits != 64 => format!("the object id has {digits} digits after `sha256:`, not 64"),
            Some(_) => "the object id has characters that are no lower-case hexadecimal digits".to_owned(),
            None => "the object id is not `sha256:` and 64 hexadecimal digits".to_owned(),
        };
        return Err(malformed(file, oid.span, message));
    };
    let size = only("size")?;
    let is_number = size.value.bytes().all(|byte| byte.is_ascii_digit());
    let Some(bytes) = size.value.parse().ok().filter(|_| is_number) else {
        return Err(malformed(file, size.span, format!("`{}` is no size in bytes", size.value)));
    };
    let path = file.path.to_string();
    let quote = file.quote_as(oid.span, address.clone());
    Ok(Pointer {
        elsewhere: Elsewhere { path: path.clone(), keeper: Keeper::Lfs, size: Some(bytes), address },
        stands_for: path,
        digest: Some(digest),
        is_directory: false,
        unix_lines: false,
        quote,
    })
}

fn lines(file: &SourceFile) -> Result<Vec<Line<'_>>, Problem> {
    let mut lines = Vec::new();
    let mut at = 0;
    for raw in file.text.split_inclusive('\n') {
        let bare = raw.trim_start_matches('\u{feff}').trim_end();
        let start = at + raw.find(bare).unwrap_or(0);
        let span = Span::new(start, start + bare.len());
        at += raw.len();
        match bare.split_once(' ') {
            _ if bare.is_empty() => {}
            Some((key, value)) => lines.push(Line { key, value: value.trim(), span }),
            None => return Err(malformed(file, span, "the line of a Git LFS pointer is not `key value`")),
        }
    }
    Ok(lines)
}

/// The only line `key`: without one, or with two, nothing is said.
fn only<'l, 'f>(file: &SourceFile, lines: &'l [Line<'f>], key: &str) -> Result<&'l Line<'f>, Problem> {
    let mut found = lines.iter().filter(|line| line.key == key);
    match (found.next(), found.next()) {
        (Some(line), None) => Ok(line),
        (Some(_), Some(second)) => Err(malformed(file, second.span, format!("the pointer says `{key}` twice"))),
        (None, _) => {
            let end = lines.last().map_or(file.whole(), |line| line.span);
            Err(malformed(file, end, format!("the Git LFS pointer ends without a line `{key}`: it was cut off")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::domain::SourceFile;

    const OID: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    /// Address and size, or the line and what is wrong with it.
    type Of = Result<(String, Option<u64>), (usize, String)>;

    fn of(text: &str) -> Option<Of> {
        let read = read(&SourceFile::new("a.bin", text))?;
        Some(read.map(|it| (it.elsewhere.address, it.elsewhere.size)).map_err(|it| (it.place.line, it.message)))
    }

    #[test]
    fn pointers_are_read_in_any_order_and_with_any_line_ends() {
        let version = "version https://git-lfs.github.com/spec/v1";
        for text in [
            format!("{version}\noid sha256:{OID}\nsize 5\n"),
            format!("{version}\r\noid sha256:{OID}\r\nsize 5\r\n"),
            format!("size 5\noid sha256:{OID}\n{version}"),
            format!("\u{feff}{version}\next-0-foo sha256:{OID}\noid sha256:{OID}\nsize 5\nx-more yes\n"),
            format!("version https://hawser.github.com/spec/v1\noid sha256:{OID}\nsize 5\n\n"),
        ] {
            assert_eq!(of(&text), Some(Ok((format!("sha256:{OID}"), Some(5)))), "{text:?}");
        }
    }

    #[test]
    fn what_is_meant_as_one_and_is_none_is_told_with_its_line() {
        let version = "version https://git-lfs.github.com/spec/v1";
        let cases = [
            (format!("{version}\n"), 1, "without a line `oid`"),
            (format!("{version}\noid sha256:2cf24dba\n"), 2, "8 digits"),
            (format!("{version}\noid sha256:{OID}\n"), 2, "without a line `size`"),
            (format!("{version}\noid sha256:{OID}\nsize five\n"), 3, "no size"),
            (format!("{version}\noid sha256:{OID}\nsize -5\n"), 3, "no size"),
            (format!("{version}\noid sha256:{OID}\nsize 99999999999999999999\n"), 3, "no size"),
            (format!("{version}\noid md5:00\nsize 5\n"), 2, "not `sha256:`"),
            (format!("{version}\noid sha256:{}\nsize 5\n", OID.to_uppercase()), 2, "lower-case"),
            (format!("{version}\noid sha256:{OID}\noid sha256:{OID}\nsize 5\n"), 3, "twice"),
            (format!("version https://git-lfs.github.com/spec/v2\noid sha256:{OID}\nsize 5\n"), 1, "no version"),
            (format!("{version}\noid sha256:{OID}\nsize 5\ngarbage\n"), 4, "not `key value`"),
            ("version https://git-lfs.github".to_owned(), 1, "no version"),
            (
                format!(
                    "{version}\n<<<<<<< HEAD\noid sha256:{OID}\nsize 5\n=======\noid sha256:{OID}\nsize 6\n>>>>>>> b\n"
                ),
                2,
                "conflict",
            ),
        ];
        for (text, line, words) in cases {
            let (found, message) = of(&text).expect("meant as a pointer").expect_err(&text);
            assert!(found == line && message.contains(words), "{text:?}: line {found}: {message}");
        }
    }

    #[test]
    fn texts_about_pointers_are_content() {
        for text in [
            "",
            "hello",
            "version 1\nsize 5\n",
            "# Git LFS\n\nversion https://git-lfs.github.com/spec/v1\n",
            "{\"oid\": 1}",
            "oid sha256:00\nsize 5\n",
        ] {
            assert_eq!(of(text), None, "{text:?}");
        }
    }
}
