//! Bytes to text: what is not UTF-8 text is a problem with its place.

use crate::domain::{Digest, Problem, SourceFile, Span};

/// The text of the file at `path`; a leading byte order mark stays in it, so that offsets are the file's own.
///
/// # Errors
/// `not-utf8` at the first byte that is not UTF-8, `binary-content` at the first NUL byte.
pub fn decode(path: &str, bytes: &[u8]) -> Result<SourceFile, Problem> {
    if let Some(at) = bytes.iter().position(|&byte| byte == 0)
        && !looks_like_utf16(bytes)
    {
        let message = format!("the file is binary: byte {} is NUL", at + 1);
        let help = if bytes.starts_with(b"PAR1") {
            "the file looks like Parquet: keep its rows with `pv snapshot NAME --from FILE`, or as JSON Lines or CSV"
        } else {
            "only text files can be artefacts"
        };
        return Err(problem_at(path, &bytes[..at], "binary-content", message, help));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(path, text)),
        Err(error) => {
            let at = error.valid_up_to();
            let message = format!("byte {} is not valid UTF-8", at + 1);
            let help = if looks_like_utf16(bytes) {
                "the file looks like UTF-16; save it as UTF-8"
            } else {
                "save the file as UTF-8"
            };
            Err(problem_at(path, &bytes[..at], "not-utf8", message, help))
        }
    }
}

/// The digest of a large file, read piece by piece; `None` when it is no text, or cannot be read.
pub fn digest(file: &SourceFile) -> Option<Digest> {
    const PIECE: usize = 1 << 18;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; PIECE];
    // Where the piece begins, and how many bytes of it were hashed with the one before.
    let (mut at, mut seen) = (0, 0);
    while at < file.whole().len() {
        let read = file.read_at(at, &mut piece).ok()?;
        let bytes = piece.get(..read)?;
        hasher.update(bytes.get(seen..)?);
        let valid = match std::str::from_utf8(bytes) {
            Ok(_) => read,
            Err(error) if error.error_len().is_none() && at + read < file.whole().len() => error.valid_up_to(),
            Err(_) => return None,
        };
        if valid == 0 || bytes.contains(&0) {
            return None;
        }
        (at, seen) = (at + valid, read - valid);
    }
    Some(Digest::from_blake3(hasher.finalize()))
}

fn looks_like_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// A problem just after `before`, whose valid text gives the line and column.
fn problem_at(path: &str, before: &[u8], code: &'static str, message: String, help: &str) -> Problem {
    let valid = String::from_utf8_lossy(before);
    let file = SourceFile::new(path, valid.as_ref());
    let end = file.text.len();
    Problem::at(&file, Span::new(end, end), code, message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_byte_order_mark() {
        let file = decode("a.md", "\u{feff}héllo".as_bytes()).expect("text");
        assert_eq!(&*file.text, "\u{feff}héllo");
    }

    #[test]
    fn invalid_bytes_are_placed() {
        let problem = decode("a.md", b"ab\nc\xc3\xa9\xff").expect_err("not UTF-8");
        assert_eq!((problem.code, problem.place.line, problem.place.column), ("not-utf8", 2, 3));
        let problem = decode("a.bin", b"ab\n\0").expect_err("binary");
        assert_eq!((problem.code, problem.place.line, problem.place.column), ("binary-content", 2, 1));
    }

    #[test]
    fn utf16_is_named() {
        let problem = decode("a.md", b"\xff\xfea\0b\0").expect_err("UTF-16");
        assert_eq!(problem.code, "not-utf8");
        assert!(problem.help.contains("UTF-16"));
    }
}
