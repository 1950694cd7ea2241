//! The digests that a manifest records of the files beside it, held against the files.

use sha2::{Digest as _, Sha256};

use crate::domain::{Digest, SourceFile};
use crate::kinds::Unit;
use crate::kinds::shared::part::Part;

/// The recorded digests that are not those of the files they name.
pub(super) fn altered(parts: &[Part], unit: &Unit) -> Vec<Part> {
    let is_altered = |part: &&Part| {
        let recorded = recorded(&part.quote.text);
        let file = recorded.and_then(|_| unit.files.iter().find(|file| is_about(part, file, &unit.path)));
        recorded.zip(file).is_some_and(|(recorded, file)| !is_of(recorded, &file.text))
    };
    parts.iter().filter(is_altered).cloned().collect()
}

/// The hexadecimal digits of a text that is a digest of 256 bits and nothing else.
fn recorded(text: &str) -> Option<&str> {
    let known = ["sha256:", "blake3:", ""];
    let hex = known.iter().find_map(|algorithm| text.strip_prefix(algorithm))?;
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hex)
}

/// Whether the key names the file: `files[documents.jsonl].sha256`, `files."documents.jsonl"`.
fn is_about(part: &Part, file: &SourceFile, folder: &str) -> bool {
    let name = file.path.strip_prefix(folder).unwrap_or(&file.path).trim_start_matches('/');
    let last = part.key.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let digests = ["sha256", "blake3", "digest", "hash", "checksum", "content_sha256", "content_hash"];
    let ends = |end: String| part.key.ends_with(&end);
    let is_value = ends(format!(".\"{name}\"")) || ends(format!("[{name}]"));
    let is_member = part.key.contains(&format!("[{name}].")) || part.key.contains(&format!("\"{name}\"."));
    !name.is_empty() && (is_value || is_member && digests.contains(&last.as_str()))
}

/// Whether the digits are a digest of the text, as it stands here or with the line ends of the machine that built it.
fn is_of(hex: &str, text: &str) -> bool {
    [text.to_owned(), text.replace("\r\n", "\n")].iter().any(|text| {
        let sha256: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        hex.eq_ignore_ascii_case(&sha256) || hex.eq_ignore_ascii_case(Digest::of(text.as_bytes()).hex())
    })
}
